//! English as it is read aloud: numbers, signs and shortened words in words. Never changes whole words.
//!
//! A number and all that belongs to it is one token, and no rule reads a part of one ([`token`]).
//!
//! Every topic is a table of rules, a pattern and its reading each. The topics are applied in the order of
//! [`normalise`]: first forms that must not be taken apart (addresses, telephone numbers, codes), then numbers
//! with a meaning (dates, times, money, units), then numbers alone, and last the signs that are left.

mod abbreviations;
mod characters;
mod chess;
mod codes;
mod comparisons;
mod compass;
mod context;
mod counted;
mod dates;
mod degrees;
mod formulas;
mod fractions;
mod inches;
mod keys;
mod labels;
mod letters;
mod marks;
mod measures;
mod mixed;
mod money;
mod notation;
mod notes;
mod number;
mod numeric_dates;
mod places;
mod quantities;
mod ranges;
mod rates;
mod region;
mod roman;
mod rule;
mod say_as;
mod scholarly;
mod scripture;
mod separators;
mod short_words;
mod shorthand;
mod states;
mod streets;
mod symbols;
mod technical;
mod telephone;
mod times;
mod token;
mod units;
mod web;
mod weekdays;
mod years;

use super::pattern::Written;
use region::Region;
use rule::{Rule, apply};

/// Passes over shortened words that others hid; text written by people needs fewer.
const MOST_LOOKS: usize = 6;

/// The sentence in words. `language` is a BCP 47 tag; text from outside North America is read the British way.
pub(super) fn normalise(language: &str, text: &str) -> String {
    let region = Region::of(language);
    // A part of a sentence ends so, and its pitch must not fall.
    let goes_on = text.trim_end().ends_with(',');
    let mut text = Written::new(characters::plain(text));
    words(region, &mut text);
    numbers(region, &mut text);
    signs(region, &mut text);
    // Words in place of numbers and signs expose shortened words that were hidden before. Mostly there are none,
    // and the first pass is the last.
    let mut is_changed = text.is_changed();
    for _ in 0..MOST_LOOKS {
        if !is_changed {
            break;
        }
        let before = text.to_owned();
        words(region, &mut text);
        signs(region, &mut text);
        is_changed = *text != *before;
    }
    let mut text = text.into_text();
    if goes_on && text.ends_with(char::is_alphanumeric) {
        text.push(',');
    }
    text
}

/// Addresses and shortened words, before their dots and digits are taken for something else.
fn words(region: Region, text: &mut Written) {
    in_turn(
        &[
            &formulas::MARKUP,
            &web::RULES,
            &marks::RULES,
            &notes::RULES,
            &formulas::LETTERS,
            &scholarly::WORDS,
            &shorthand::RULES,
            &keys::RULES,
            &compass::RULES,
            &chess::RULES,
            &scripture::RULES,
            &rates::WORDS,
            &labels::WORDS,
            &formulas::RULES,
            &abbreviations::RULES,
            &roman::RULES,
            &ranges::LETTERS,
        ],
        region,
        text,
    );
    if !has_digit(text) {
        in_turn(&[&streets::RULES, &places::RULES, &weekdays::RULES, &dates::RULES], region, text);
    }
}

fn numbers(region: Region, text: &mut Written) {
    if !has_digit(text) {
        return;
    }
    let topics: [&[Rule]; 28] = [
        &separators::RULES,
        &notation::RULES,
        &technical::RULES,
        &labels::RULES,
        &scholarly::RULES,
        &telephone::RULES,
        &codes::RULES,
        &comparisons::RULES,
        &ranges::RULES,
        &weekdays::RULES,
        &dates::RULES,
        &numeric_dates::RULES,
        &times::RULES,
        &money::RULES,
        &streets::RULES,
        &places::RULES,
        &years::DECADES,
        &measures::FIRST,
        &inches::RULES,
        &degrees::RULES,
        &measures::RULES,
        &rates::RULES,
        &years::RULES,
        &symbols::NUMBERED,
        &fractions::RULES,
        &quantities::RULES,
        &mixed::RULES,
        &mixed::REMAINS,
    ];
    in_turn(&topics, region, text);
}

fn signs(region: Region, text: &mut Written) {
    apply(&symbols::RULES, region, text);
    let tidy = symbols::tidy(&symbols::named(region, text));
    if tidy != **text {
        text.set(tidy);
    }
}

fn has_digit(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit())
}

/// The text read as `kind`; as running text where that fails.
pub(super) fn say_as(language: &str, kind: super::SayAs, text: &str) -> String {
    say_as::read(Region::of(language), kind, text).unwrap_or_else(|| normalise(language, text))
}

fn in_turn(topics: &[&[Rule]], region: Region, text: &mut Written) {
    for rules in topics {
        apply(rules, region, text);
    }
}
