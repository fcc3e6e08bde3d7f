//! Keys of a keyboard: "Ctrl+C", "⌘". Never other short words.

use std::sync::LazyLock;

use super::context::{named, next_word};
use super::rule::{Rule, rules};

/// Keys whose names are shortened.
const KEYS: [(&str, &str); 12] = [
    ("Ctrl", "Control"),
    ("CTRL", "Control"),
    ("Cmd", "Command"),
    ("Opt", "Option"),
    ("Del", "Delete"),
    ("Esc", "Escape"),
    ("Ins", "Insert"),
    ("PgUp", "Page Up"),
    ("PgDn", "Page Down"),
    ("PrtSc", "Print Screen"),
    ("Win", "Windows"),
    ("Fn", "Function"),
];

/// Keys that are held while another one is pressed.
const HELD: &str = "(?:Ctrl|CTRL|Control|Cmd|Command|Alt|Shift|Option|Opt|Win|Fn)";

/// Signs of keys.
const KEY_SIGNS: [(&str, &str); 4] = [("⌘", "Command"), ("⌥", "Option"), ("⌃", "Control"), ("⇧", "Shift")];

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let keys = format!(r"\b{HELD}(?:\s?[+-]\s?(?:{HELD}|[A-Z][A-Za-z]{{1,8}}|[A-Za-z0-9]|F[0-9]{{1,2}})\b)+");
    let key = format!(r"\b({})\b", KEYS.map(|(short, _)| short).join("|"));
    rules(&[
        (&keys, |found| {
            let pressed = found.get(0).split(['+', '-']).map(str::trim);
            let words: Vec<&str> = pressed.map(|key| named(&KEYS, key).unwrap_or(key)).collect();
            let joined = found.get(0).contains('+') || words.last()?.len() < 4 || words.len() > 2;
            joined.then(|| words.join(" "))
        }),
        (r"([⌘⌥⌃⇧])\s?\+?\s?", |found| Some(format!("{} ", named(&KEY_SIGNS, found.get(1))?))),
        (&key, |found| {
            let whole = !matches!(found.get(1), "Opt" | "Win" | "Fn" | "Ins" | "Del");
            let behind = next_word(found.after()) == "key";
            (whole || behind).then(|| named(&KEYS, found.get(1)).map(str::to_owned))?
        }),
    ])
});
