//! Rewriting by pattern and context. Owns the search and the spacing; patterns have no meaning here.

use regex::{Captures, Regex};

use super::hangul;

/// A pattern (`\d` means 0–9) and how a match of it is read.
pub(super) struct Rule {
    pattern: Regex,
    reading: Reading,
}

/// `None` leaves the match as it is.
pub(super) type Reading = fn(&Found<'_>) -> Option<String>;

/// The rules in the order in which they are applied. An invalid pattern stops a test, and is left out elsewhere.
pub(super) fn compile(rules: &[(&str, Reading)]) -> Vec<Rule> {
    let compiled: Vec<Rule> = rules
        .iter()
        .filter_map(|&(pattern, reading)| {
            let pattern = Regex::new(&pattern.replace(r"\d", "[0-9]")).ok()?;
            Some(Rule { pattern, reading })
        })
        .collect();
    debug_assert_eq!(compiled.len(), rules.len(), "every pattern is valid");
    compiled
}

/// Applies each rule to the whole text, one after the other.
pub(super) fn apply(rules: &[Rule], text: &str) -> String {
    rules.iter().fold(text.to_owned(), |text, rule| rule.apply(&text))
}

impl Rule {
    fn apply(&self, text: &str) -> String {
        let mut spoken = String::with_capacity(text.len());
        let mut copied = 0;
        for captures in self.pattern.captures_iter(text) {
            let found = Found { captures, text };
            let Some(reading) = (self.reading)(&found) else { continue };
            spoken.push_str(&text[copied..found.start()]);
            copied = found.end();
            // A reading that begins as its match did, or with a particle, stays as close to the word before it.
            let first = found.group(0).chars().next();
            let is_attached = first == reading.chars().next() || first.is_some_and(|it| " ~=".contains(it));
            if is_attached {
                spoken.push_str(&reading);
            } else {
                push_apart(&mut spoken, &reading, found.after());
            }
        }
        spoken.push_str(&text[copied..]);
        spoken
    }
}

/// Appends words so that they don't merge with a word before or with a number after. Hangul after them stays
/// attached: it may be a particle.
pub(super) fn push_apart(spoken: &mut String, words: &str, after: &str) {
    let touches = |first: Option<char>, second: Option<char>| {
        first.is_some_and(char::is_alphanumeric) && second.is_some_and(char::is_alphanumeric)
    };
    if touches(spoken.chars().next_back(), words.chars().next()) {
        spoken.push(' ');
    }
    spoken.push_str(words);
    let next = after.chars().next();
    if touches(words.chars().next_back(), next) && !next.is_some_and(hangul::is_syllable) {
        spoken.push(' ');
    }
}

/// A match and the text around it.
pub(super) struct Found<'t> {
    captures: Captures<'t>,
    text: &'t str,
}

impl<'t> Found<'t> {
    /// The text of a group; empty where it did not take part.
    pub(super) fn group(&self, index: usize) -> &'t str {
        self.captures.get(index).map_or("", |group| group.as_str())
    }

    /// The value of a group of digits; `None` where it is missing or too long.
    pub(super) fn number(&self, index: usize) -> Option<u32> {
        self.group(index).parse().ok()
    }

    pub(super) fn before(&self) -> &'t str {
        &self.text[..self.start()]
    }

    pub(super) fn after(&self) -> &'t str {
        &self.text[self.end()..]
    }

    /// Whether no further digit, and no sign that leads to one, is on either side; and no Latin letter before.
    pub(super) fn stands_alone(&self) -> bool {
        let digit = |character: Option<char>| character.is_some_and(|it| it.is_ascii_digit());
        let mut before = self.before().chars().rev();
        let previous = before.next();
        let mut after = self.after().chars();
        let next = after.next();
        let leads = |sign: Option<char>| sign.is_some_and(|it| "-./:,".contains(it));
        let follows = digit(previous)
            || previous.is_some_and(|it| it.is_ascii_alphabetic())
            || (leads(previous) && digit(before.next()));
        let goes_on = digit(next) || (leads(next) && digit(after.next()));
        !(follows || goes_on)
    }

    fn start(&self) -> usize {
        self.captures.get(0).map_or(0, |whole| whole.start())
    }

    fn end(&self) -> usize {
        self.captures.get(0).map_or(0, |whole| whole.end())
    }
}
