//! The cards of the picture.

use std::fmt::Write;

use super::{
    Severity,
    canvas::{Point, short},
    picture::Picture,
    scene::{CARD, HEAD, LINE, Node, TEXT_SIZE},
    text::{escape, shorten},
};

/// One card.
pub(super) fn face(svg: &mut String, picture: &Picture<'_>, index: usize) {
    let node = &picture.scene.nodes[index];
    let (x, y) = picture.plan.places[index];
    let finding = match node.marks.iter().map(|mark| mark.severity).max() {
        Some(Severity::Error) => " fault",
        Some(Severity::Warning) => " warning",
        None => "",
    };
    let _ = write!(
        svg,
        "<g id=\"{}a{index}\" data-action=\"{}\" class=\"node{}{}{finding}\"><title>{}</title>",
        escape(&picture.options.prefix),
        escape(&node.card.identifier),
        if node.card.ends { " ends" } else { "" },
        picture.card_class(&node.card.identifier),
        escape(&tooltip(node))
    );
    frame(svg, "card", node, (x, y));
    if picture.options.visited.is_some() {
        frame(svg, "wash", node, (x, y));
    }
    icon(svg, node, (x, y));
    words(svg, node, (x, y));
    if !node.marks.is_empty() {
        badge(svg, node.marks.len(), (x + CARD - 4.0, y + 2.0));
    }
    svg.push_str("</g>");
}

fn frame(svg: &mut String, class: &str, node: &Node, (x, y): Point) {
    let _ = write!(
        svg,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{CARD}\" height=\"{}\" rx=\"9\"/>",
        short(x),
        short(y),
        short(node.height)
    );
}

fn tooltip(node: &Node) -> String {
    let card = &node.card;
    let mut text = card.name.clone();
    for part in [&card.kind, &card.text, &card.identifier] {
        if !part.is_empty() && *part != card.name {
            let _ = write!(text, " · {}", part.chars().take(500).collect::<String>());
        }
    }
    for mark in &node.marks {
        let _ = write!(text, " · {}", mark.text);
    }
    text
}

fn icon(svg: &mut String, node: &Node, (x, y): Point) {
    let icon = node.card.icon;
    let _ = write!(
        svg,
        "<g class=\"{}\" transform=\"translate({} {})\"><rect class=\"tile\" width=\"26\" height=\"26\" rx=\"7\"/>\
         <path class=\"icon\" transform=\"translate(5 5)\" d=\"{}\"/></g>",
        icon.class(),
        short(x + 8.0),
        short(y + 7.0),
        icon.lines()
    );
}

fn words(svg: &mut String, node: &Node, (x, y): Point) {
    let mut text = |class: &str, (dx, dy): Point, text: &str| {
        let (x, y) = (short(x + dx), short(y + dy));
        let _ = write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(text));
    };
    if node.kind.is_empty() {
        text("name", (42.0, 24.5), &node.name);
    } else {
        text("name", (42.0, 18.0), &node.name);
        text("kind", (42.0, 32.0), &node.kind);
    }
    let mut level = HEAD + 11.0;
    for line in &node.lines {
        text("", (12.0, level), line);
        level += LINE;
    }
    for mark in node.marks.iter().take(2) {
        let line = shorten(&mark.text, TEXT_SIZE, CARD - 40.0);
        text("mark", (12.0, level), &format!("⚠ {line}"));
        level += LINE;
    }
}

/// The number of findings.
fn badge(svg: &mut String, count: usize, (x, y): Point) {
    let _ = write!(
        svg,
        "<circle class=\"mark\" cx=\"{}\" cy=\"{}\" r=\"8\"/><text class=\"count\" x=\"{0}\" y=\"{}\">{count}</text>",
        short(x),
        short(y),
        short(y + 3.5)
    );
}
