//! The arrows of the picture.

use std::fmt::Write;

use super::{
    canvas::{Point, short},
    picture::Picture,
    scene::{CARD, HEAD, LABEL_SIZE, Link},
    text::{escape, width},
    way::Class,
};

/// One arrow: its line, its label, its end.
pub(super) fn arrow(svg: &mut String, picture: &Picture<'_>, index: usize) {
    let link = &picture.scene.links[index];
    let (x, y) = picture.plan.places[link.from];
    let start = (x + CARD, y + link.port);
    let class = match link.way.class {
        Class::Next => "",
        Class::Condition => " condition",
        Class::Otherwise => " otherwise",
        Class::Error => " error",
    };
    let _ = write!(
        svg,
        "<g class=\"arrow{class}{}\"><title>{}</title>",
        picture.arrow_class(link),
        escape(&tooltip(picture, link))
    );
    match (&link.jump, link.to, picture.plan.lines.get(index).and_then(Option::as_ref)) {
        (Some(name), Some(to), _) => jump(svg, picture, link, start, (name, to)),
        (_, _, Some((line, ends))) => {
            let _ = write!(svg, "<path class=\"hit\" d=\"{0}\"/><path d=\"{0}\"/>", line.d);
            if let (Some(to), true) = (link.to, *ends) {
                head(svg, (picture.plan.places[to].0, picture.plan.places[to].1 + HEAD / 2.0));
            }
        }
        _ => nowhere(svg, link, start),
    }
    label(svg, link, start);
    svg.push_str("</g>");
}

/// The text on an arrow, which the line spares.
fn label(svg: &mut String, link: &Link, (x, y): Point) {
    if link.label.is_empty() {
        return;
    }
    let _ = write!(
        svg,
        "<rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"12\"/>\
         <text class=\"label\" x=\"{}\" y=\"{}\">{}</text>",
        short(x + 6.0),
        short(y - 6.0),
        short(link.label_end() - 8.0),
        short(x + 8.0),
        short(y + 3.6),
        escape(&link.label)
    );
}

fn tooltip(picture: &Picture<'_>, link: &Link) -> String {
    let from = &picture.scene.nodes[link.from].card.name;
    let to = match link.to {
        Some(to) => &picture.scene.nodes[to].card.name,
        None if link.way.to.is_empty() => "nowhere",
        None => "an action that is missing",
    };
    format!("{from} → {to}: {}", link.way.full)
}

/// A short arrow with the name of the card to which it leads.
fn jump(svg: &mut String, picture: &Picture<'_>, link: &Link, (x, y): Point, (name, to): (&str, usize)) {
    let left = x + link.label_end() + 12.0;
    let wide = width(name, LABEL_SIZE) + 18.0;
    let _ = write!(svg, "<path d=\"M{} {}H{}\"/>", short(x), short(y), short(left));
    let _ = write!(
        svg,
        "<a href=\"#{}a{to}\"><rect class=\"jump\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"16\" rx=\"8\"/>\
         <text class=\"jump-name\" x=\"{}\" y=\"{}\">▸ {}</text></a>",
        escape(&picture.options.prefix),
        short(left),
        short(y - 8.0),
        short(wide),
        short(left + 5.0),
        short(y + 3.6),
        escape(name)
    );
}

/// An arrow that is not connected, or whose card is missing: a cross at its end.
fn nowhere(svg: &mut String, link: &Link, (x, y): Point) {
    let end = x + link.label_end() + 16.0;
    let _ = write!(
        svg,
        "<path d=\"M{} {}H{}\"/><path style=\"stroke-dasharray:none\" d=\"M{} {}l8 8m0 -8l-8 8\"/>",
        short(x),
        short(y),
        short(end),
        short(end),
        short(y - 4.0)
    );
}

fn head(svg: &mut String, (x, y): Point) {
    let _ = write!(svg, "<path class=\"head\" d=\"M{} {}l-8 -4.5v9z\"/>", short(x), short(y));
}

/// The place at which a call comes in.
pub(super) fn entry(svg: &mut String, picture: &Picture<'_>) {
    let Some(start) = picture.scene.start else { return };
    let (x, y) = (picture.plan.places[start].0, picture.plan.places[start].1 + HEAD / 2.0);
    let _ = write!(
        svg,
        "<g class=\"arrow\"><title>The call comes in</title><circle class=\"start\" cx=\"{}\" cy=\"{}\" r=\"7\"/>\
         <path d=\"M{} {}H{}\"/>",
        short(x - 36.0),
        short(y),
        short(x - 29.0),
        short(y),
        short(x)
    );
    head(svg, (x, y));
    svg.push_str("</g>");
}

/// The short arrow into a card that other cards name.
pub(super) fn named(svg: &mut String, picture: &Picture<'_>, node: usize) {
    let (x, y) = (picture.plan.places[node].0, picture.plan.places[node].1 + HEAD / 2.0);
    let _ = write!(svg, "<g class=\"arrow\"><path d=\"M{} {}H{}\"/>", short(x - 20.0), short(y), short(x));
    head(svg, (x, y));
    svg.push_str("</g>");
}
