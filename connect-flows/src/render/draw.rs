//! The picture as SVG.

use std::fmt::Write;

use crate::model::Flow;

use super::{
    Layout, Options,
    canvas::{Rect, short},
    designer::designer,
    edge::{arrow, entry, named},
    face::face,
    layered::layered,
    picture::Picture,
    scene::{Link, Scene},
    style::STYLE,
    text::{escape, shorten},
};

/// Room around the picture.
const MARGIN: f64 = 28.0;
/// Room for the heading.
const HEADING: f64 = 44.0;
/// Room for the line that explains the arrows.
const LEGEND: f64 = 34.0;
/// The least width, for that line.
const LEAST: f64 = 430.0;

/// The picture of a flow, as one `<svg>` element.
pub fn svg(flow: &Flow, options: &Options) -> String {
    let mut scene = Scene::of(flow, &options.marks);
    let placed = if options.layout == Layout::Designer { designer(&scene) } else { None };
    let plan = placed.unwrap_or_else(|| {
        let taken = |link: &Link| {
            let branch = (flow.actions[link.from].identifier.text.clone(), link.way.to.clone());
            options.visited.as_ref().is_some_and(|visited| visited.branches.contains(&branch))
        };
        layered(&mut scene, &taken)
    });
    write(&Picture { scene: &scene, plan: &plan, options })
}

fn write(picture: &Picture<'_>) -> String {
    let inner = picture.bounds();
    let heading = if picture.options.title.is_empty() { 0.0 } else { HEADING };
    let view = Rect {
        left: inner.left - MARGIN,
        top: inner.top - MARGIN - heading,
        right: inner.right.max(inner.left + LEAST) + MARGIN,
        bottom: inner.bottom + MARGIN + LEGEND,
    };
    let mut svg = open(picture, &view);
    let _ = write!(svg, "<style>{STYLE}</style>");
    head(&mut svg, picture, &view);
    (0..picture.scene.links.len()).for_each(|link| arrow(&mut svg, picture, link));
    entry(&mut svg, picture);
    let nodes = 0..picture.scene.nodes.len();
    nodes.filter(|node| picture.scene.named_only(*node)).for_each(|node| named(&mut svg, picture, node));
    (0..picture.scene.nodes.len()).for_each(|node| face(&mut svg, picture, node));
    legend(&mut svg, (view.left + MARGIN, view.bottom - MARGIN));
    svg.push_str("</svg>\n");
    svg
}

fn open(picture: &Picture<'_>, view: &Rect) -> String {
    let title = escape(&picture.options.title);
    let (wide, high) = (short((view.right - view.left).ceil()), short((view.bottom - view.top).ceil()));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fw-flow\" id=\"{}flow\" width=\"{wide}\" \
         height=\"{high}\" viewBox=\"{} {} {wide} {high}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>",
        escape(&picture.options.prefix),
        short(view.left),
        short(view.top),
    )
}

/// The name of the flow, and its size.
fn head(svg: &mut String, picture: &Picture<'_>, view: &Rect) {
    if picture.options.title.is_empty() {
        return;
    }
    let (x, y) = (short(view.left + MARGIN), view.top + MARGIN + 8.0);
    let title = escape(&shorten(&picture.options.title, 19.0, view.right - view.left - 2.0 * MARGIN));
    let count = picture.scene.nodes.len();
    let mut facts = format!("{count} action{}", if count == 1 { "" } else { "s" });
    if let Some(visited) = &picture.options.visited {
        let nodes = picture.scene.nodes.iter();
        let seen = nodes.filter(|node| visited.actions.contains(&node.card.identifier)).count();
        let _ = write!(facts, ", {seen} visited");
    }
    if !picture.options.marks.is_empty() {
        let _ = write!(facts, ", findings: {}", picture.options.marks.len());
    }
    let _ = write!(svg, "<text class=\"title\" x=\"{x}\" y=\"{}\">{title}</text>", short(y));
    let _ = write!(svg, "<text class=\"dim\" x=\"{x}\" y=\"{}\">{facts}</text>", short(y + 18.0));
}

/// The line that explains the arrows.
fn legend(svg: &mut String, (x, y): (f64, f64)) {
    let mut left = x;
    for (class, name) in [
        ("", "next"),
        (" condition", "condition"),
        (" error", "error"),
        ("", "▸ leads to the card with this name"),
    ] {
        let line = if name.starts_with('▸') { 0.0 } else { 22.0 };
        let _ = write!(
            svg,
            "<g class=\"arrow{class}\"><path d=\"M{} {}h{line}\"/></g><text class=\"dim\" x=\"{}\" y=\"{}\">{name}</text>",
            short(left),
            short(y),
            short(left + line + 5.0),
            short(y + 4.0),
        );
        left += line + 22.0 + name.chars().count() as f64 * 6.2;
    }
}
