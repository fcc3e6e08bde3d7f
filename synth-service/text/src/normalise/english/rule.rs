//! Rules: a pattern and its reading. Applies them one after the other; their topics are unknown here.
//!
//! No rule begins or ends inside a token, so that none reads a part of a number that another one owns. A pattern may
//! look at the text behind its match in a last group `(?<next>…)`, which is not replaced.

use std::ops::Range;

use regex::Captures;

use super::super::pattern::{Pattern, Written};
use super::Region;
use super::token::is_inside;

/// Words that take the pattern's place; `None` where the match is misleading.
pub(super) type Reading = fn(&Found<'_>) -> Option<String>;

pub(super) struct Rule {
    pattern: Pattern,
    reading: Reading,
    /// Whether the rule may read a part of a token.
    tears: bool,
}

/// A place in the text that a pattern fits.
pub(super) struct Found<'t> {
    captures: Captures<'t>,
    text: &'t str,
    /// The bytes that the reading replaces.
    range: Range<usize>,
    pub(super) region: Region,
}

impl<'t> Found<'t> {
    /// The group's text, the replaced text for group 0; empty where it took no part.
    pub(super) fn get(&self, group: usize) -> &'t str {
        if group == 0 {
            return &self.text[self.range.clone()];
        }
        self.captures.get(group).map_or("", |found| found.as_str())
    }

    /// The text in front of the place.
    pub(super) fn before(&self) -> &'t str {
        &self.text[..self.range.start]
    }

    /// The text behind the place.
    pub(super) fn after(&self) -> &'t str {
        &self.text[self.range.end..]
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
        r"(?:\s(?:hundred|thousand|million|billion|trillion|lakhs?|crores?|mn|mln|bn|[Mm]il)\b|\s?(?:[kKMBT]|mn|mln|bn|tn)\b|m\b)",
    ),
    ("DASH", r"\s?(?:-|–|—)\s?"),
];

/// Compiles rules; an invalid pattern stops a test.
pub(super) fn rules(written: &[(&str, Reading)]) -> Vec<Rule> {
    compiled(written, false)
}

/// The same for rules that may read a part of a token: the last ones, which find only tokens that no rule has owned.
pub(super) fn remains(written: &[(&str, Reading)]) -> Vec<Rule> {
    compiled(written, true)
}

fn compiled(written: &[(&str, Reading)], tears: bool) -> Vec<Rule> {
    let compile = |&(pattern, reading): &(&str, Reading)| {
        let full = PARTS.iter().fold(pattern.to_owned(), |full, (name, part)| full.replace(name, part));
        let compiled = Pattern::new(&full);
        debug_assert!(compiled.is_ok(), "{pattern}: {:?}", compiled.err());
        compiled.ok().map(|pattern| Rule { pattern, reading, tears })
    };
    written.iter().filter_map(compile).collect()
}

/// Applies every rule to the text, in order. A rule does not search its own readings.
pub(super) fn apply(rules: &[Rule], region: Region, text: &mut Written) {
    for rule in rules {
        if rule.pattern.may_match(text)
            && let Some(read) = rule.apply(region, text)
        {
            text.set(read);
        }
    }
}

impl Rule {
    /// The text with every place read; `None` where there is none.
    fn apply(&self, region: Region, written: &Written) -> Option<String> {
        let text: &str = written;
        let (mut read, mut copied, mut position) = (String::new(), 0, 0);
        while let Some(place) = self.pattern.find(written, position) {
            let mut range = place.range();
            let mut words = None;
            if self.tears || !is_inside(text, range.start) {
                let captures = self.pattern.groups(written, &place)?;
                range.end = captures.name("next").map_or(range.end, |next| next.start());
                if self.tears || !is_inside(text, range.end) {
                    words = (self.reading)(&Found { captures, text, range: range.clone(), region });
                }
            }
            position = range.start;
            if let Some(words) = words {
                read.push_str(&text[copied..range.start]);
                read.push_str(&words);
                copied = range.end;
                position = range.end;
            }
            if position < range.end && range.len() > LONGEST_SECOND_LOOK {
                position = range.end;
            } else if position < range.end || range.is_empty() {
                let Some(next) = text[position..].chars().next() else { break };
                position += next.len_utf8();
            }
        }
        if copied == 0 {
            return None;
        }
        read.push_str(&text[copied..]);
        Some(read)
    }
}
