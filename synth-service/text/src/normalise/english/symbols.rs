//! Names signs, and removes those without a name. Leaves words and ordinary punctuation.

use std::sync::LazyLock;

use super::Region;
use super::context::is_in;
use super::number::pairs;
use super::rule::{Rule, rules};

/// Marks that shape how a sentence sounds.
const PUNCTUATION: &str = ".,;:!?'\"()-–—…¿¡、。";

/// Pairs of which one is meant: "he/she".
const EITHER: &str = "he/she she/he his/her her/his him/her yes/no on/off true/false his/hers pass/fail and/nor mother/father parent/guardian pickup/delivery";

/// Read before numbers are: signs that would hide a number, or whose number is a name.
pub(super) static NUMBERED: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"(?i)\bnumbers?\s#(?<next>[0-9])", |_| Some("number ".to_owned())),
        (r"#\s?(?<next>[A-Z]{0,4}-?[0-9])", |found| {
            let gap = if found.before().ends_with(char::is_alphanumeric) { " " } else { "" };
            Some(format!("{gap}number "))
        }),
        (r"§(§?)\s?(?:([1-9][0-9]{3})\b|(?<next>[0-9]))", |found| {
            let number =
                if found.get(2).is_empty() { String::new() } else { pairs(found.region, found.get(2)) };
            Some(format!("{} {number}", if found.get(1).is_empty() { "section" } else { "sections" }))
        }),
        (r"¶(¶?)\s?(?<next>[0-9])", |found| {
            Some(if found.get(1).is_empty() { "paragraph " } else { "paragraphs " }.to_owned())
        }),
        (r"\s?\+\s?(?<next>[0-9])", |found| {
            found.before().ends_with(|last: char| last.is_ascii_digit()).then(|| " plus ".to_owned())
        }),
    ])
});

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"\b([CJ])\+\+", |found| Some(format!("{} plus plus", found.get(1)))),
        (r"\b(SELECT|select)\s\*", |found| Some(format!("{} star", found.get(1)))),
        (r"\\([A-Za-z])(?<next>[^A-Za-z]|$)", |found| Some(format!(" backslash {}", found.get(1)))),
        (r"([$€£¥₩])\s(?<next>(?:sign|symbol|key|character)s?\b)", |found| {
            Some(name(found.region, found.get(1).chars().next()?).trim_end_matches('s').to_owned() + " ")
        }),
        // "[A-Z]+$" and "${name}", in code
        (r"([+*\])}.])\$|\$(?<next>\{)", |found| Some(format!("{} dollar sign ", found.get(1)))),
        (r"\b([CFJ])#", |found| Some(format!("{} sharp", found.get(1)))),
        (r"(^|\s)\.([A-Z]{2,4})\b", |found| Some(format!("{}dot {}", found.get(1), found.get(2)))),
        (r"\b(?i:(press|hit|dial|enter|touch|use|push|by|the|a|or|then))(\s['\x22(]?)([*#])", |found| {
            let key = if found.get(3) == "*" { "star" } else { found.region.pick("pound", "hash") };
            Some(format!("{}{}{key}", found.get(1), found.get(2)))
        }),
        (r"\b(?i:(press|hit|type))\s\?(?<next>\s)", |found| Some(format!("{} question mark", found.get(1)))),
        (r"\b([Tt]he|[Aa]|[Aa]n)\s([$€£¥₹])(?<next>\s[a-z])", |found| {
            let sign = found.get(2).chars().next()?;
            Some(format!("{} {}", found.get(1), name(found.region, sign).trim_end_matches('s')))
        }),
        (r"\b(and|or)\s!(?<next>[.,;)]|$)", |found| Some(format!("{} exclamation point", found.get(1)))),
        (r"(,\s)([*#])(?<next>[.,;]|$)", |found| {
            let key = if found.get(2) == "*" { "star" } else { found.region.pick("pound", "hash") };
            Some(format!("{}{key}", found.get(1)))
        }),
        (r"([*#])(['\x22)]?\s)(key|sign|button|symbol)\b", |found| {
            let key = if found.get(1) == "*" { "star" } else { found.region.pick("pound", "hash") };
            Some(format!("{key}{}{}", found.get(2), found.get(3)))
        }),
        (r"\b([A-Z]{1,2})&([A-Z]{1,2})\b", |found| {
            let letters = |written: &str| written.chars().map(String::from).collect::<Vec<_>>().join(" ");
            Some(format!("{} and {}", letters(found.get(1)), letters(found.get(2))))
        }),
        (r"\b([Oo]ver)/(under)\b", |found| Some(format!("{} {}", found.get(1), found.get(2)))),
        (r"(?i)\b(and)/(or)\b", |found| Some(format!("{} {}", found.get(1), found.get(2)))),
        (r"\b(\p{L}+)/(\p{L}+)\b", |found| {
            let word = if is_in(EITHER, &found.get(0).to_lowercase()) { "or" } else { "slash" };
            Some(format!("{} {word} {}", found.get(1), found.get(2)))
        }),
        (r"\s*[>|]\s*(?<next>\p{L})", |found| {
            found.before().ends_with(char::is_alphabetic).then(|| ", ".to_owned())
        }),
        (r"\.{4,}", |_| Some("...".to_owned())),
        (r"-{2,}", |_| Some("–".to_owned())),
    ])
});

/// The text with its signs named; signs without a name are removed, punctuation stays.
pub(super) fn named(region: Region, text: &str) -> String {
    let mut named = String::with_capacity(text.len());
    let mut previous = None;
    for character in text.chars() {
        let kept = character.is_alphanumeric()
            || character.is_whitespace()
            || PUNCTUATION.contains(character)
            || is_accent(character);
        if kept {
            named.push(character);
        } else {
            // A row of one sign is a line or markup, and is named once at most.
            let name = if previous == Some(character) { "" } else { name(region, character) };
            named.push(' ');
            named.push_str(name);
            named.push(' ');
        }
        previous = Some(character);
    }
    named
}

fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}')
}

fn name(region: Region, sign: char) -> &'static str {
    match sign {
        '%' => "percent",
        '‰' => "per mille",
        '$' => "dollars",
        '€' => "euros",
        '£' => "pounds",
        '¥' => "yen",
        '₩' => "won",
        '₹' => "rupees",
        '¢' => "cents",
        '&' => "and",
        '@' => "at",
        '#' => region.pick("pound", "hash"),
        '+' => "plus",
        '=' => "equals",
        '×' => "times",
        '÷' => "divided by",
        '±' => "plus or minus",
        '≈' => "about",
        '≤' => "less than or equal to",
        '≥' => "greater than or equal to",
        '≠' => "is not equal to",
        '<' => "less than",
        '>' => "greater than",
        '/' => "slash",
        '°' | 'º' => "degrees",
        '§' => "section",
        '©' => "copyright",
        '√' => "square root of",
        '∛' => "cube root of",
        '∑' => "sum",
        '∫' => "the integral of",
        '¶' => "paragraph",
        '∞' => "infinity",
        'µ' | 'μ' => "micro",
        '•' | '·' | '|' => ",",
        _ => "",
    }
}

/// One space between words, none in front of a mark, no comma twice.
pub(super) fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let closes = word.starts_with([',', '.', ';', ':', '!', '?', ')']) && !word.starts_with("...");
        let joins = closes && (word.starts_with(',') || !word.contains(char::is_alphanumeric));
        if !tidy.is_empty() && !joins {
            tidy.push(' ');
        }
        tidy.push_str(if tidy.ends_with(',') { word.trim_start_matches(',') } else { word });
    }
    tidy.trim_start_matches([',', ' ']).trim_end_matches([',', ' ']).to_owned()
}
