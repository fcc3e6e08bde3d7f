//! Rules: a pattern and its reading. Applies them one after the other; their topics are unknown here.

use regex::{Captures, Regex};

use super::Region;

/// Words that take the pattern's place; `None` where the match is misleading.
pub(super) type Reading = fn(&Found<'_>) -> Option<String>;

pub(super) struct Rule {
    pattern: Regex,
    reading: Reading,
}

/// A place in the text that a pattern fits.
pub(super) struct Found<'t> {
    captures: Captures<'t>,
    text: &'t str,
    pub(super) region: Region,
}

impl<'t> Found<'t> {
    /// The group's text; empty where it took no part.
    pub(super) fn get(&self, group: usize) -> &'t str {
        self.captures.get(group).map_or("", |found| found.as_str())
    }

    /// The text in front of the whole match.
    pub(super) fn before(&self) -> &'t str {
        self.captures.get(0).map_or("", |found| &self.text[..found.start()])
    }

    /// The text after the whole match.
    pub(super) fn after(&self) -> &'t str {
        self.captures.get(0).map_or("", |found| &self.text[found.end()..])
    }
}

/// Most bytes of a place without a reading whose inside is searched again; searching a long place again and again
/// would take quadratic time.
const LONGEST_SECOND_LOOK: usize = 400;

/// Placeholders in patterns.
const PARTS: [(&str, &str); 5] = [
    ("AMOUNT", r"(?:[0-9]+(?:,[0-9]{2,3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"),
    (
        "MONTH",
        r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?",
    ),
    ("MERIDIEM", r"(?:[aApP]\.\s?[mM]\b\.?|[aApP][mM]\b\.?)"),
    (
        "SCALE",
        r"(?:\s(?:hundred|thousand|million|billion|trillion|mn|mln|bn|[Mm]il)\b|\s?(?:[kKMBT]|mn|mln|bn|tn)\b|m\b)",
    ),
    ("DASH", r"\s?(?:-|–|—)\s?"),
];

/// Compiles rules; an invalid pattern stops a test.
pub(super) fn rules(written: &[(&str, Reading)]) -> Vec<Rule> {
    let compile = |&(pattern, reading): &(&str, Reading)| {
        let full = PARTS.iter().fold(pattern.to_owned(), |full, (name, part)| full.replace(name, part));
        let compiled = Regex::new(&full);
        debug_assert!(compiled.is_ok(), "{pattern}: {compiled:?}");
        compiled.ok().map(|pattern| Rule { pattern, reading })
    };
    written.iter().filter_map(compile).collect()
}

/// The text after every rule, in order. A rule does not search its own readings.
pub(super) fn apply(rules: &[Rule], region: Region, text: String) -> String {
    rules.iter().fold(text, |text, rule| rule.apply(region, text))
}

impl Rule {
    fn apply(&self, region: Region, text: String) -> String {
        let (mut read, mut copied, mut position) = (String::new(), 0, 0);
        while let Some(captures) = self.pattern.captures_at(&text, position) {
            let Some(whole) = captures.get(0).map(|found| found.range()) else { break };
            let found = Found { captures, text: &text, region };
            if let Some(words) = (self.reading)(&found) {
                read.push_str(&text[copied..whole.start]);
                read.push_str(&words);
                copied = whole.end;
                position = whole.end;
            } else {
                position = whole.start;
            }
            if position < whole.end && whole.len() > LONGEST_SECOND_LOOK {
                position = whole.end;
            } else if position < whole.end || whole.is_empty() {
                let Some(next) = text[position..].chars().next() else { break };
                position += next.len_utf8();
            }
        }
        if copied == 0 {
            return text;
        }
        read.push_str(&text[copied..]);
        read
    }
}
