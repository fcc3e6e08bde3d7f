//! The flow as a graph for Graphviz.

use std::fmt::Write;

use crate::model::Flow;

use super::{
    scene::{Link, Scene},
    text::shorten,
    way::Class,
};

/// The flow as the text of a graph in the dot language.
pub fn dot(flow: &Flow) -> String {
    let scene = Scene::of(flow, &[]);
    let mut text = String::from(
        "digraph flow {\n  rankdir=LR\n  node [shape=box style=rounded fontname=\"sans-serif\" fontsize=11]\n  \
         edge [fontname=\"sans-serif\" fontsize=10]\n",
    );
    if let Some(start) = scene.start {
        let _ = writeln!(text, "  start [shape=circle label=\"\" width=0.2]\n  start -> a{start}");
    }
    for (index, node) in scene.nodes.iter().enumerate() {
        let card = &node.card;
        let parts = [&card.name, &card.kind, &card.text].map(|part| escape(&shorten(part, 10.0, 420.0)));
        let label = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\\n");
        let ends = if card.ends { " peripheries=2" } else { "" };
        let _ = writeln!(text, "  a{index} [label=\"{label}\"{ends}]");
    }
    for (index, link) in scene.links.iter().enumerate() {
        arrow(&mut text, index, link);
    }
    text.push_str("}\n");
    text
}

fn arrow(text: &mut String, index: usize, link: &Link) {
    let to = match link.to {
        Some(to) => format!("a{to}"),
        None => {
            let _ = writeln!(text, "  x{index} [shape=point color=red]");
            format!("x{index}")
        }
    };
    let style = match link.way.class {
        Class::Next | Class::Otherwise => "",
        Class::Condition => " color=blue",
        Class::Error => " color=red style=dashed",
    };
    let label = escape(&link.way.label);
    let _ = writeln!(text, "  a{} -> {to} [label=\"{label}\"{style}]", link.from);
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '"' | '\\' => escaped.extend(['\\', character]),
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
