//! Korean text as an announcer reads it aloud, in Hangul as it is spelled; pronunciation is decided elsewhere.
//!
//! Each module turns one kind of writing into words, in this order, so that the more specific reading wins. No
//! pattern reads a part of a written number: [`token`] finds its whole extent first.
//!
//! | writing | module |
//! | --- | --- |
//! | typographic variants, faces | [`glyphs`], [`faces`], [`typography`] |
//! | web and mail addresses | [`web`] |
//! | keys and paths, citations, marks and scores | [`computing`], [`documents`], [`results`] |
//! | formulas of compounds, of maths; spoons and amperes | [`chemistry`], [`maths`], [`letter_units`] |
//! | dates and weekdays, clock times | [`calendar`], [`clock`] |
//! | telephone numbers, codes, plates | [`telephone`], [`codes`] |
//! | well-known Latin words | [`latin`] |
//! | signs of currencies | [`money`] |
//! | streets and quarters | [`address`] |
//! | ratios, fractions, versions, sums | [`arithmetic`] |
//! | all other numbers, with counters and units | [`quantity`] |
//! | acronyms, then signs | [`latin`], [`signs`] |

mod address;
mod amount;
mod arithmetic;
mod calendar;
mod chemistry;
mod clock;
mod code_signs;
mod codes;
mod computing;
mod counter_context;
mod counters;
mod documents;
mod english_words;
mod faces;
mod glyphs;
mod hangul;
mod latin;
mod letter_units;
mod letters;
mod maths;
mod measure;
mod money;
mod numerals;
mod prefixes;
mod quantity;
mod results;
mod romanised;
mod rule;
mod signs;
mod spell_out;
mod telephone;
mod token;
mod typography;
mod units;
mod web;
mod words;

use rule::Text;

const STEPS: [fn(&mut Text); 18] = [
    web::read,
    computing::read,
    documents::read,
    results::read,
    chemistry::read,
    maths::read,
    letter_units::read,
    calendar::read,
    clock::read,
    telephone::read,
    codes::read,
    latin::read_words,
    money::read,
    address::read,
    arithmetic::read,
    quantity::read,
    latin::read_letters,
    signs::read,
];

pub(super) fn normalise(text: &str) -> String {
    let mut text = typography::plain(text);
    STEPS.iter().for_each(|read| read(&mut text));
    text.into_text()
}

pub(super) fn say_as(kind: super::SayAs, text: &str) -> String {
    let plain = typography::plain(text);
    spell_out::read(kind, &plain).unwrap_or_else(|| normalise(&plain))
}
