//! Rewriting by pattern and context. Owns the search and the spacing; patterns have no meaning here.

use std::cell::OnceCell;
use std::ops::Deref;

use regex::Captures;

use super::{
    super::pattern::{Pattern, Written},
    hangul::{self, fitting_particle, is_syllable},
    token::Tokens,
};

/// A pattern (`\d` means 0–9) and how a match of it is read.
pub(super) struct Rule {
    pattern: Pattern,
    reading: Reading,
    scope: Scope,
}

/// The part of a text that a rule may rewrite.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Whole tokens: no edge of a match lies inside one.
    Whole,
    /// Signs beside numbers: a match may hold a part of a token as evidence, and its digits stay as they are.
    Beside,
}

/// `None` leaves the match as it is.
pub(super) type Reading = fn(&Found<'_>) -> Option<String>;

/// The rules in the order in which they are applied. An invalid pattern stops a test, and is left out elsewhere.
pub(super) fn compile(rules: &[(&str, Reading)]) -> Vec<Rule> {
    compile_for(Scope::Whole, rules)
}

/// The same for rules that rewrite signs beside numbers and say no digit.
pub(super) fn compile_beside(rules: &[(&str, Reading)]) -> Vec<Rule> {
    compile_for(Scope::Beside, rules)
}

fn compile_for(scope: Scope, rules: &[(&str, Reading)]) -> Vec<Rule> {
    let compiled: Vec<Rule> = rules
        .iter()
        .filter_map(|&(pattern, reading)| {
            let pattern = Pattern::new(&pattern.replace(r"\d", "[0-9]")).ok()?;
            Some(Rule { pattern, reading, scope })
        })
        .collect();
    debug_assert_eq!(compiled.len(), rules.len(), "every pattern is valid");
    compiled
}

/// A text that rules are applied to; its tokens are found when a match asks for them.
pub(super) struct Text {
    written: Written,
    tokens: OnceCell<Tokens>,
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.written
    }
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        Self { written: Written::new(text), tokens: OnceCell::new() }
    }

    pub(super) fn set(&mut self, text: String) {
        self.written.set(text);
        self.tokens = OnceCell::new();
    }

    pub(super) fn into_text(self) -> String {
        self.written.into_text()
    }
}

/// Applies each rule to the whole text, one after the other.
pub(super) fn apply(rules: &[Rule], text: &mut Text) {
    for rule in rules {
        if rule.pattern.may_match(&text.written)
            && let Some(spoken) = rule.apply(text)
        {
            text.set(spoken);
        }
    }
}

impl Rule {
    /// `None` where the rule changes nothing. A match whose edge lies inside a token would read a part of it: the
    /// search goes on behind that token.
    fn apply(&self, text: &Text) -> Option<String> {
        let Text { written, tokens } = text;
        let mut spoken = String::new();
        let (mut at, mut copied) = (0, 0);
        while let Some(place) = self.pattern.find(written, at) {
            at = place.end();
            if self.scope == Scope::Whole {
                let tokens = tokens.get_or_init(|| Tokens::scan(written));
                if let Some(end) = tokens.cut_at(place.end()).or_else(|| tokens.cut_at(place.start())) {
                    at = end.max(place.end());
                    continue;
                }
            }
            let found = Found { captures: self.pattern.groups(written, &place)?, text };
            let Some(reading) = (self.reading)(&found) else { continue };
            debug_assert!(
                self.scope == Scope::Whole || digits(&reading).eq(digits(found.group(0))),
                "{:?} says a digit",
                found.group(0)
            );
            spoken.push_str(&text[copied..found.start()]);
            copied = found.end();
            // A reading that begins as its match did, or with a particle, stays as close to the word before it.
            let first = found.group(0).chars().next();
            let is_attached = first == reading.chars().next() || first.is_some_and(|it| " ~=".contains(it));
            if is_attached {
                spoken.push_str(&reading);
            } else {
                // The digits of one number stay together.
                let is_inside =
                    self.scope == Scope::Beside && reading.ends_with(|it: char| it.is_ascii_digit());
                push_apart(&mut spoken, &reading, if is_inside { "" } else { found.after() });
            }
            copied += push_particle(&mut spoken, found.group(0), &text[copied..]);
        }
        if copied == 0 {
            return None;
        }
        spoken.push_str(&text[copied..]);
        Some(spoken)
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

/// Appends the particle after a reading in the form that fits it, where the writing was not in Hangul: its writer
/// may have read it differently. Returns the bytes of the particle as it was written.
pub(super) fn push_particle(spoken: &mut String, written: &str, rest: &str) -> usize {
    let is_read = spoken.ends_with(is_syllable) && !written.ends_with(is_syllable);
    let Some((particle, behind)) = fitting_particle(spoken, rest).filter(|_| is_read) else { return 0 };
    spoken.push_str(particle);
    rest.len() - behind.len()
}

fn digits(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(char::is_ascii_digit)
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
