//! A difference for a terminal, for a review in Markdown, and for programs.

use std::fmt::Write;

use super::change::{Change, Difference, Label};

/// Lines for a terminal. `colour` adds the codes of ANSI terminals.
pub fn text(differences: &[Difference], colour: bool) -> String {
    let mut text = String::new();
    for difference in differences {
        let name = difference.action.as_ref().map_or_else(|| "the flow".to_owned(), label);
        let (sign, code) = match difference.changes[..] {
            [Change::Added] => ("+", "32"),
            [Change::Removed] => ("-", "31"),
            _ => ("~", "33"),
        };
        let _ = writeln!(text, "{}", paint(&format!("{sign} {name}"), code, colour));
        for line in difference.changes.iter().filter_map(|change| describe(change, colour)) {
            let _ = writeln!(text, "    {line}");
        }
    }
    text
}

/// A list for a review. The text is empty if nothing differs.
pub fn markdown(differences: &[Difference]) -> String {
    let mut text = String::new();
    for difference in differences {
        let name = difference.action.as_ref().map_or_else(|| "the flow".to_owned(), label);
        let verb = match difference.changes[..] {
            [Change::Added] => "added",
            [Change::Removed] => "removed",
            _ => "changed",
        };
        let _ = writeln!(text, "- **{}** {verb}", escape(&name));
        for line in difference.changes.iter().filter_map(|change| describe(change, false)) {
            let _ = writeln!(text, "  - {}", escape(&line));
        }
    }
    text
}

/// A JSON array of the differences.
pub fn json(differences: &[Difference]) -> String {
    serde_json::to_string_pretty(differences).unwrap_or_default() + "\n"
}

fn label(label: &Label) -> String {
    control_free(&match &label.name {
        Some(name) => format!("{name} ({}, {})", label.kind, label.id),
        None => format!("{} ({})", label.id, label.kind),
    })
}

/// One line; `None` where the sign before the name says it.
fn describe(change: &Change, colour: bool) -> Option<String> {
    let arrow = |old: &Option<String>, new: &Option<String>, none: &str| {
        let side = |side: &Option<String>, code| match side {
            Some(side) => paint(&control_free(side), code, colour),
            None => none.to_owned(),
        };
        format!("{} → {}", side(old, "31"), side(new, "32"))
    };
    match change {
        Change::Added | Change::Removed => None,
        Change::Renamed { old } => Some(format!("was named {}", control_free(old))),
        Change::Value { path, old, new } => {
            Some(format!("{}: {}", control_free(path), arrow(old, new, "absent")))
        }
        Change::Rewired { branch, old, new } => {
            Some(format!("{} leads to: {}", control_free(branch), arrow(old, new, "nowhere")))
        }
        Change::Reordered => Some("the conditions are tried in another order".to_owned()),
    }
}

fn paint(text: &str, code: &str, colour: bool) -> String {
    if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Without characters that a terminal would obey.
fn control_free(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}

/// Characters that mean something in Markdown, with a backslash.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if "\\`*_{}[]<>#|~@".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
