//! English as it is read aloud: numbers, signs and shortened words in words. Never changes what is a word already.
//!
//! Every topic is a table of rules, a pattern and its reading each. The topics have their turn in the order of
//! [`normalise`]: first what must not be taken apart (addresses, telephone numbers, codes), then what a number
//! belongs to (dates, times, money, units), then numbers alone, and last the signs that are left.

mod abbreviations;
mod characters;
mod codes;
mod context;
mod dates;
mod letters;
mod measures;
mod mixed;
mod money;
mod number;
mod quantities;
mod region;
mod roman;
mod rule;
mod say_as;
mod streets;
mod symbols;
mod telephone;
mod times;
mod web;
mod years;

use region::Region;
use rule::{Rule, apply};

/// The sentence in words. `language` is a BCP 47 tag; what is not of the United States is read the British way.
pub(super) fn normalise(language: &str, text: &str) -> String {
    let region = Region::of(language);
    let mut text = characters::plain(text);
    text = in_turn(&[&web::RULES, &abbreviations::RULES, &roman::RULES], region, text);
    if text.contains(|character: char| character.is_ascii_digit()) {
        let numbers: [&[Rule]; 11] = [
            &telephone::RULES,
            &codes::RULES,
            &dates::RULES,
            &times::RULES,
            &money::RULES,
            &streets::RULES,
            &years::DECADES,
            &measures::RULES,
            &years::RULES,
            &symbols::NUMBERED,
            &quantities::RULES,
        ];
        text = in_turn(&numbers, region, text);
        text = apply(&mixed::RULES, region, text);
    } else {
        text = in_turn(&[&streets::RULES, &dates::RULES], region, text);
    }
    text = apply(&symbols::RULES, region, text);
    symbols::tidy(&symbols::named(region, &text))
}

/// The text read as `kind` says; as running text where it can't be.
pub(super) fn say_as(language: &str, kind: super::SayAs, text: &str) -> String {
    say_as::read(Region::of(language), kind, text).unwrap_or_else(|| normalise(language, text))
}

fn in_turn(topics: &[&[Rule]], region: Region, text: String) -> String {
    topics.iter().fold(text, |text, rules| apply(rules, region, text))
}
