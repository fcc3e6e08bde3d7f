//! The flow as a flowchart for mermaid, which many readers of Markdown draw.

use std::fmt::Write;

use crate::model::Flow;

use super::{
    scene::Scene,
    way::{Class, Way},
};

/// The flow as the text of a flowchart.
pub fn mermaid(flow: &Flow) -> String {
    let scene = Scene::of(flow, &[]);
    let mut text = String::from("flowchart LR\n");
    if let Some(start) = scene.start {
        let _ = writeln!(text, "  start((\" \")) --> a{start}");
    }
    for (index, node) in scene.nodes.iter().enumerate() {
        let card = &node.card;
        let parts = [&card.name, &card.kind, &card.text].map(|part| escape(&cut(part)));
        let label = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("<br>");
        let (open, close) = if card.ends { ("([", "])") } else { ("[", "]") };
        let _ = writeln!(text, "  a{index}{open}\"{label}\"{close}");
    }
    let mut absent = 0;
    for link in &scene.links {
        let to = link.to.map_or_else(
            || {
                absent += 1;
                format!("x{absent}((\"not connected\"))")
            },
            |to| format!("a{to}"),
        );
        let _ = writeln!(text, "  a{} {} {to}", link.from, line(&link.way));
    }
    text
}

fn line(way: &Way) -> String {
    let label = escape(&cut(&way.label));
    let dashed = way.class == Class::Error;
    match (label.is_empty(), dashed) {
        (true, _) => "-->".to_owned(),
        (false, true) => format!("-. \"{label}\" .->"),
        (false, false) => format!("-- \"{label}\" -->"),
    }
}

fn cut(text: &str) -> String {
    super::text::shorten(text, 10.0, 420.0)
}

/// Mermaid has no escapes of its own and reads entities: everything that means something to it, or to Markdown.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if character.is_alphanumeric() || " .,:!?-/$+=%'".contains(character) {
            escaped.push(character);
        } else {
            let _ = write!(escaped, "#{};", character as u32);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_it() {
        assert_eq!(escape("a\"]; %% `x` #1;"), "a#34;#93;#59; %% #96;x#96; #35;1#59;");
    }
}
