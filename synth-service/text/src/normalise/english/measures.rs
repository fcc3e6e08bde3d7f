//! Amounts of units: lengths, weights, volumes, data. Never money or times of day.

use std::sync::LazyLock;

use super::Region;
use super::context::{
    is_attributive, is_capitalised, is_end, is_in, is_plural, last_word, may_be_noun, next_word, range_word,
};
use super::fractions::{below_one, portion, value};
use super::money::scale;
use super::number::{amount, cardinal};
use super::rates::per_words;
use super::rule::{Found, Rule, rules};
use super::units::{LETTERS, PER, PER_WORDS, UNITS, is_unit};

pub(super) const NUMBER: &str = r"((?:[0-9]{1,4}\s)?[0-9]{1,3}/[0-9]{1,3}|AMOUNT)";

const COMPASS: [(&str, &str); 4] = [("N", "north"), ("S", "south"), ("E", "east"), ("W", "west")];

/// Read before feet and degrees: pairs of measures and bearings.
pub(super) static FIRST: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let unit = units();
    let ends =
        format!(r"\b(AMOUNT\s?(?:{unit}|[mgLlVW]))(?:DASH|\s?(/)\s?)(?<next>AMOUNT\s?(?:{unit}|[mgLlVW])\b)");
    rules(&[
        // "5kg–10kg"
        (&ends, |found| {
            let unit = |text: &'_ str| text.trim_start_matches(|next: char| !next.is_alphabetic()).to_owned();
            let second: String =
                unit(found.after()).chars().take_while(|next| next.is_alphanumeric()).collect();
            let word = match found.get(2) {
                "" => " to ",
                _ if is_in("h hr hrs min mins sec day days wk", &second) => " per ",
                _ if is_in("mg mcg g units IU mEq", &unit(found.get(1))) && is_in("mL ml L l", &second) => {
                    " per "
                }
                _ if unit(found.get(1)) == second => " slash ",
                _ => ", ",
            };
            (!is_part(found.before())).then(|| format!("{}{word}", found.get(1)))
        }),
        // "72°F/22°C"
        (r"\b(AMOUNT\s?(?:°\s?[CFK]?|%))\s?/\s?(?<next>[-–]?[0-9]+(?:\.[0-9])?\s?[°%])", |found| {
            Some(format!("{}, ", found.get(1)))
        }),
        // "N 40° 26'"
        (
            r#"(?:\b([NSEW])\s?)?\b([0-9]{1,3})\s?°\s?([0-9]{1,2}(?:\.[0-9]{1,4})?)'(?:\s?([0-9]{1,2}(?:\.[0-9]{1,3})?)")?"#,
            |found| {
                let words = |group: usize, unit: &str| {
                    let plural = if found.get(group) == "1" { "" } else { "s" };
                    format!(" {} {unit}{plural}", amount(found.region, found.get(group)))
                };
                let seconds = if found.get(4).is_empty() { String::new() } else { words(4, "second") };
                let side = COMPASS.iter().find(|(letter, _)| *letter == found.get(1)).map_or("", |it| it.1);
                Some(format!("{side}{}{}{seconds}", words(2, "degree"), words(3, "minute")).trim().to_owned())
            },
        ),
        (r"\b(AMOUNT)\s?°\s?([NSEW])\b", |found| {
            let word = COMPASS.iter().find(|(letter, _)| *letter == found.get(2))?.1;
            Some(format!("{} degrees {word}", amount(found.region, found.get(1))))
        }),
    ])
});

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let unit = units();
    let per = PER.iter().map(|(short, _)| regex::escape(short)).collect::<Vec<_>>().join("|");
    let behind = format!(r"(?:\s?/\s?({per}|{PER_WORDS})\b)?");
    let units = format!(
        r"([-–+±])?{NUMBER}(SCALE)?(?:(?:DASH|\s(to|x|by)\s|\s?(x|×)\s?){NUMBER})?(\s?-?)({unit})\b(\.?){behind}"
    );
    let letters = format!(
        r"([-–+±])?{NUMBER}()(?:(?:DASH|\s(to)\s|\s?(x|×)\s?){NUMBER})?(\s?)([mgLlVWhds])\b(\.?){behind}"
    );
    // "5.97 × 10^24 kg", whose number is in words by now
    let powered = format!(
        r"\b((?:to the power of|times ten to the) (?:minus )?[a-z]+(?:-[a-z]+)?)\s({unit}|[mgLVWs])\b"
    );
    rules(&[
        (r"\b([a-z]+)/(?<next>[0-9]{1,3}\s(?:mpg|mph|hp)\b)", |found| Some(format!("{}, ", found.get(1)))),
        // "a 120-V plug"
        (r"\b(AMOUNT)-([LlVW])(?<next>\s[a-z])", |found| {
            let (_, one, _) = LETTERS.iter().find(|(written, ..)| *written == found.get(2))?;
            let unit = found.region.spelling(one);
            (!is_part(found.before())).then(|| format!("{} {unit}", amount(found.region, found.get(1))))
        }),
        (&units, measure),
        (&letters, measure),
        (
            r"\b(?:([0-9]{1,2})\s?[-–]\s?)?([0-9]{1,2})[xX×]\s?/\s?(day|week|month|year|wk|mo|yr|hr|d)\b",
            |found| {
                let from = found.get(1);
                let often = match found.get(2) {
                    "1" if from.is_empty() => "once".to_owned(),
                    last if from.is_empty() => times(found.region, last),
                    last => format!("{} to {}", amount(found.region, from), times(found.region, last)),
                };
                (!is_part(found.before()))
                    .then(|| Some(format!("{often} {}", per_words(found.region, found.get(3))?)))?
            },
        ),
        (r"\b([0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9])?)[xX×](?:$|[\s,.;:!?)/])", |found| {
            let end = found.get(0).trim_start_matches(|part: char| !"xX×".contains(part));
            let end = end.trim_start_matches(['x', 'X', '×']);
            let behind = found.after().trim_start();
            if found.get(0).contains('x')
                && (behind.starts_with(['+', '=', '*', '^', '≤', '≥'])
                    || found.before().trim_end().ends_with(['=', '+']))
            {
                return Some(format!("{} x{end}", amount(found.region, found.get(1))));
            }
            // "Bus no. 7X"
            let named = found.get(0).contains('X')
                && is_in("number bus route line train tram unit flat no", &last_word(found.before()));
            (!is_part(found.before()) && !named)
                .then(|| format!("{}{end}", times(found.region, found.get(1))))
        }),
        (&powered, |found| {
            let (_, _, many) = UNITS.iter().chain(&LETTERS).find(|(unit, ..)| *unit == found.get(2))?;
            Some(format!("{} {}", found.get(1), found.region.spelling(many)))
        }),
        (r"\b([a-z]+)\s?[x×]\s", |found| is_unit(found.get(1)).then(|| format!("{} by ", found.get(1)))),
    ])
});

/// The pattern of a unit, longer ones first.
fn units() -> String {
    let mut written: Vec<String> = UNITS.iter().map(|(unit, ..)| regex::escape(unit)).collect();
    written.sort_by_key(|unit| std::cmp::Reverse(unit.len()));
    written.join("|")
}

pub(super) fn is_part(before: &str) -> bool {
    before.ends_with(|last: char| last.is_alphanumeric() || "$€£¥₩.,/:_#^".contains(last))
}

/// "minus" where a sign stands by itself and joins nothing.
pub(super) fn minus(sign: &str, before: &str) -> Option<&'static str> {
    match sign {
        "" => Some(""),
        "+" => Some("plus "),
        "±" => Some("plus or minus "),
        _ if before.is_empty() || before.ends_with([' ', '(', '"']) => Some("minus "),
        _ => None,
    }
}

fn measure(found: &Found<'_>) -> Option<String> {
    let (number, join, last, gap, unit, dot) =
        (found.get(2), found.get(4), found.get(6), found.get(7), found.get(8), found.get(9));
    let join = if found.get(5).is_empty() { join } else { "by" };
    if is_part(found.before()) || !fits(found) {
        return None;
    }
    let (_, one, many) = UNITS.iter().chain(&LETTERS).find(|(written, ..)| *written == unit)?;
    let counted = if last.is_empty() { number } else { last };
    let below_one =
        counted.split_once('/').is_some_and(|(top, bottom)| !top.contains(' ') && below_one(top, bottom));
    let single = counted == "1"
        || below_one
        || gap.contains('-')
        || is_attributive(found.before(), found.after())
        || sizes(found.after());
    let (one, many) = if unit == "ppm" && is_printing(found) {
        (&"page per minute", &"pages per minute")
    } else {
        (one, many)
    };
    let unit = found.region.spelling(if single { one } else { many });
    let scaled =
        if found.get(3).trim().is_empty() { String::new() } else { format!(" {}", scale(found.get(3))) };
    let sign = minus(found.get(1), found.before()).unwrap_or(" ");
    let first = value(found.region, number)?;
    let amount = match (last, join) {
        // "3/4 tsp salt"
        ("", _) if below_one && found.after().starts_with(' ') && may_be_noun(next_word(found.after())) => {
            first
        }
        ("", _) if below_one => portion(&first, one),
        ("", _) => format!("{first}{scaled}"),
        (last, "x" | "by") => format!("{first} by {}", value(found.region, last)?),
        (last, _) => format!("{first}{scaled} {} {}", range_word(found.before()), value(found.region, last)?),
    };
    let per = per_words(found.region, found.get(10)).map(|per| format!(" {per}")).unwrap_or_default();
    let begins_sentence = crate::ends::begins_sentence(next_word(found.after()));
    let end = if !dot.is_empty() && (is_end(found.after()) || begins_sentence) { "." } else { "" };
    Some(format!("{sign}{amount} {unit}{per}{end}"))
}

/// Whether a printer is spoken of, whose "ppm" are pages.
fn is_printing(found: &Found<'_>) -> bool {
    let near = format!("{} {}", found.before(), found.after()).to_lowercase();
    near.split(|mark: char| !mark.is_alphanumeric()).any(|word| {
        ["print", "copie", "scan", "inkjet", "laser"].iter().any(|machine| word.starts_with(machine))
    })
}

/// Whether a plural noun follows that the amount describes: "20 mg tablets".
pub(super) fn sizes(after: &str) -> bool {
    let next = next_word(after);
    after.starts_with(' ') && next.starts_with(char::is_lowercase) && is_plural(next) && next != "carbs"
}

/// "in" is a word, unless its dot, a hyphen or the text after it shows inches.
fn is_inches(gap: &str, dot: &str, after: &str) -> bool {
    let next = next_word(after);
    let measured = matches!(
        next,
        "x" | "by"
            | "wide"
            | "long"
            | "tall"
            | "deep"
            | "high"
            | "thick"
            | "screen"
            | "diameter"
            | "pipe"
            | "monitor"
    );
    gap.contains('-')
        || gap.is_empty()
        || measured
        || after.trim_start().starts_with('=')
        || !dot.is_empty() && !is_end(after)
        || is_end(after) && dot.is_empty()
}

/// "12 cm by 8 in."
fn behind_size(before: &str) -> bool {
    matches!(last_word(before).as_str(), "by" | "x" | "to" | "measures" | "about" | "than")
}

/// "five times" of "5x".
fn times(region: Region, written: &str) -> String {
    match written {
        "1" => "one time".to_owned(),
        _ => format!(
            "{} times",
            written.parse().map_or_else(|_| amount(region, written), |number| cardinal(region, number))
        ),
    }
}

/// Whether the letters are a unit here, and not a word, a seat or a direction.
fn fits(found: &Found<'_>) -> bool {
    let (gap, unit, dot, after) = (found.get(7), found.get(8), found.get(9), found.after());
    let goes_on = after.starts_with(['-', '/', '@', '\'', '&']) && !after.starts_with("/ ")
        || dot == "." && after.starts_with(char::is_alphanumeric);
    let spaced = !gap.is_empty();
    match unit {
        _ if goes_on && unit.len() < 3 && found.get(10).is_empty() => false,
        "in" => is_inches(gap, dot, after) || behind_size(found.before()) && dot == ".",
        "W" | "V" | "g" | "m" | "L" | "l" => {
            !(spaced && after.starts_with(' ') && is_capitalised(next_word(after)) && unit == "W")
        }
        "h" | "s" => {
            !spaced
                || is_end(after.trim_start_matches(['.', ',']))
                || dot.is_empty()
                    && (after.starts_with([',', ';', ')'])
                        || found.get(2).contains('.')
                        || is_in("long later apart ago after before delay", next_word(after)))
        }
        "d" => !spaced,
        "pk" | "ct" | "mo" | "cal" | "min" | "sec" | "ms" => true,
        _ => true,
    }
}
