//! Integers, decimals, fractions, ordinals and ranges.

use super::{Variety, Words};
use crate::Report;
use crate::numbers::{Numbers, every, separated, some};

/// A reader of a whole text.
pub(super) fn whole<V>(
    variety: Variety,
    read: impl Fn(&mut Words<'_>) -> Option<V>,
) -> impl Fn(&str) -> Option<V> {
    move |text| {
        let mut words = Words::new(text, variety);
        let value = read(&mut words)?;
        words.end()?;
        Some(value)
    }
}

fn integers(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    let cardinal = whole(variety, |words| words.cardinal());
    // Four digits alone may be a year.
    let bare = whole(variety, |words| {
        let mut year = words.clone();
        words.cardinal().filter(|_| words.end().is_some()).or_else(|| {
            let value = year.year()?;
            *words = year;
            Some(value)
        })
    });
    for number in every() {
        let digits = number.to_string();
        report.read("bare", "They counted N in all.", &digits, &number, &bare);
        report.read("with separators", "They counted N in all.", &separated(number), &number, &cardinal);
    }
    // Each of the nouns has its turn.
    for number in every() {
        let digits = number.to_string();
        let turn = |frames: &[&'static str]| frames[number as usize % frames.len()];
        report.read("before a noun", turn(&NOUNS), &digits, &number, &cardinal);
        report.read("after a word before codes", turn(&EVIDENCE), &digits, &number, &cardinal);
    }
    for number in some() {
        let digits = number.to_string();
        report.read(
            "separators after a word before codes",
            "The order is N boxes.",
            &separated(number),
            &number,
            &cardinal,
        );
        let negative = whole(variety, |words| words.take("minus").then(|| words.cardinal()).flatten());
        report.read("negative", "It fell to N today.", &format!("-{digits}"), &number, &negative);
        report.read(
            "negative, true minus",
            "It fell to N today.",
            &format!("\u{2212}{digits}"),
            &number,
            &negative,
        );
    }
    report.finish();
}

/// Nouns that are counted.
const NOUNS: [&str; 8] = [
    "There are N items.",
    "There are N kids here.",
    "We sent N boxes.",
    "She has N dollars.",
    "It took N steps to do.",
    "You have N unread messages.",
    "The file has N lines.",
    "They need N people for it.",
];

/// Words that make a number a code, unless a quantity follows.
const EVIDENCE: [&str; 8] = [
    "The claim is N dollars.",
    "My order is N boxes.",
    "The policy covers N people.",
    "The account has N points left.",
    "The case is N days old.",
    "It is a loan of N dollars.",
    "The invoice is N euros.",
    "The reference has N characters.",
];

fn others(language: &'static str) {
    let mut report = Report::new(language);
    let variety = Variety::of(language);
    for number in 1..=1_000 {
        let written = format!("{number}{}", ending(number));
        report.read(
            "ordinal",
            "This is the N time.",
            &written,
            &number,
            whole(variety, |words| words.ordinal()),
        );
        report.read(
            "ordinal in capitals",
            "This is the N time.",
            &written.to_uppercase(),
            &number,
            whole(variety, |words| words.ordinal()),
        );
    }
    let mut numbers = Numbers::new();
    for whole_part in some() {
        let pattern = format!("{whole_part}.{}", numbers.pick(&["d", "dd", "ddd", "dddd"]));
        let written = numbers.fill(&pattern);
        for frame in ["The factor is about N today.", "It rose by N points."] {
            report.read("decimal", frame, &written, &written, whole(variety, |words| words.number()));
        }
        let minus = format!("-{written}");
        report.read(
            "negative decimal",
            "It fell to N today.",
            &minus,
            &minus,
            whole(variety, |words| words.number()),
        );
    }
    for low in some() {
        let high = low + 1 + numbers.below(500);
        let both = (low, high);
        let range = whole(variety, |words| {
            let low = words.cardinal()?;
            (words.take("to") || words.take("and")).then_some(())?;
            Some((low, words.cardinal()?))
        });
        let dashes = ["-", "\u{2013}", "~", " - ", " to "];
        for dash in [dashes[low as usize % 5], "-"] {
            let written = format!("{low}{dash}{high}");
            report.read("range before a noun", "It takes N steps.", &written, &both, &range);
        }
        if high < 1_000 {
            let unit = whole(variety, |words| {
                let low = words.cardinal()?;
                words.take("to").then_some(())?;
                let high = words.cardinal()?;
                (words.take("kilometers") || words.take("kilometres")).then_some((low, high))
            });
            report.read("range before a unit", "Allow N.", &format!("{low}-{high} km"), &both, &unit);
        }
    }
    for bottom in 2..=20 {
        for top in 1..bottom {
            let written = format!("{top}/{bottom}");
            report.read("fraction", "They paid N of it.", &written, &(top, bottom), whole(variety, fraction));
        }
    }
    report.finish();
}

fn ending(number: u64) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

fn fraction(words: &mut Words<'_>) -> Option<(u64, u64)> {
    if words.take("half") {
        return Some((1, 2));
    }
    let top = words.cardinal()?;
    let name = words.next()?;
    let single = if top == 1 {
        name
    } else {
        name.strip_suffix('s').or_else(|| name.strip_suffix("ves").map(|_| "half"))?
    };
    let bottom = match single {
        "half" => 2,
        "quarter" => 4,
        ordinal => {
            let mut inner = Words::new(ordinal, Variety::American);
            inner.ordinal()?
        }
    };
    Some((top, bottom))
}

#[test]
fn american_integers() {
    integers("en-US");
}

#[test]
fn british_integers() {
    integers("en-GB");
}

#[test]
fn american_ordinals_decimals_fractions_and_ranges() {
    others("en-US");
}

#[test]
fn british_ordinals_decimals_fractions_and_ranges() {
    others("en-GB");
}
