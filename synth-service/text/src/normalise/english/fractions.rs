//! Fractions and scores: "3/4", "4.5/5", "24/7". Never dates.

use std::sync::LazyLock;

use super::Region;
use super::context::{is_in, is_plural, last_word, may_be_noun, next_word};
use super::number::{amount, cardinal, ordinal, plural};
use super::quantities::is_part;
use super::rule::{Found, Rule, rules};

/// Forms that look like fractions and have their own reading.
const SAYINGS: [(&str, &str); 12] = [
    ("90/10", "ninety ten"),
    ("24x7", "twenty-four seven"),
    ("50-50", "fifty-fifty"),
    ("24/7", "twenty-four seven"),
    ("50/50", "fifty-fifty"),
    ("20/20", "twenty twenty"),
    ("20-20 vision", "twenty-twenty vision"),
    ("20-20 hindsight", "twenty-twenty hindsight"),
    ("9/11", "nine eleven"),
    ("24/7/365", "twenty-four seven, three sixty-five"),
    ("60/40", "sixty forty"),
    ("80/20", "eighty twenty"),
];

/// Words in front of one part of several: "step 2/5".
const PARTS: &str = "step page part question level attempt dose lap set leg stop item chapter slide day week lesson module task stage phase round game option message file box";

/// Things of which a fraction is taken: "2/3 cup".
const PORTIONED: &str = "cup mile hour inch foot yard pound ounce teaspoon tablespoon gallon quart pint tank dozen year month day tablet pill dose minute kilometer kilometre meter metre liter litre";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"\b(24/7(?:/365)?|24x7|50[/-]50|20/20|20-20(?:\svision|\shindsight)|9/11|60/40|80/20|90/10)\b",
            |found| {
                let saying = SAYINGS.iter().find(|(written, _)| *written == found.get(1))?.1;
                let goes_on = found.after().starts_with('/') || next_word(found.after()) == "of";
                (!is_part(found) && !goes_on).then(|| saying.to_owned())
            },
        ),
        (r"(^|[\s(=])[-–]([0-9]{1,3})/([0-9]{1,3})\b", |found| {
            let value = fraction(found.region, "", found.get(2), found.get(3))?;
            (!found.after().starts_with('/')).then(|| format!("{}minus {value}", found.get(1)))
        }),
        (r"\b([0-9]{1,3})/([0-9]{1,2})(?<next>\spi\b)", |found| {
            (!is_part(found)).then(|| fraction(found.region, "", found.get(1), found.get(2)))?
        }),
        // "1/4-1/2 cup"
        (r"\b([0-9]{1,2})/(2|3|4|5|6|8|16|32)DASH(?<next>[0-9]{1,2}(?:/[0-9]{1,2})?[\s.,;)])", |found| {
            let value = fraction(found.region, "", found.get(1), found.get(2))?;
            (!is_part(found) && below_one(found.get(1), found.get(2))).then(|| format!("{value} to "))
        }),
        (
            r"\b(?:([0-9]{1,4})(?:\s|-|\sand\s))?([0-9]{1,3})/([0-9]{1,4})(?:st|nd|rds?|ths?|s)?\b",
            fraction_reading,
        ),
        (r"\b([0-9]{1,2}\.[0-9])/(5|10|100)\b", |found| {
            Some(format!(
                "{} out of {}",
                amount(found.region, found.get(1)),
                amount(found.region, found.get(2))
            ))
        }),
    ])
});

/// "two thirds", "two and a half"; `whole` may be empty.
pub(super) fn fraction(region: Region, whole: &str, top: &str, bottom: &str) -> Option<String> {
    let (top, bottom) = (top.parse::<u64>().ok()?, bottom.parse::<u64>().ok()?);
    let unit = match bottom {
        0 | 1 => return None,
        2 => "half".to_owned(),
        4 => "quarter".to_owned(),
        _ => ordinal(region, bottom),
    };
    let unit = match (top, bottom) {
        (1, _) => unit,
        (_, 2) => "halves".to_owned(),
        _ => plural_fraction(&unit),
    };
    let article = if bottom == 8 || bottom == 11 { "an" } else { "a" };
    Some(match (whole, top) {
        ("", _) => format!("{} {unit}", cardinal(region, top)),
        (_, 1) => format!("{} and {article} {unit}", amount(region, whole)),
        _ => format!("{} and {} {unit}", amount(region, whole), cardinal(region, top)),
    })
}

/// The fraction in front of one thing: "half an" hour, "two thirds of a" cup.
pub(super) fn portion(words: &str, noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o']) || noun.starts_with("hour") { "an" } else { "a" };
    if words == "one half" { format!("half {article}") } else { format!("{words} of {article}") }
}

/// A "quarter" takes a plural -s like an ordinal.
fn plural_fraction(unit: &str) -> String {
    if unit.ends_with('y') { plural(unit) } else { format!("{unit}s") }
}

fn fraction_reading(found: &Found<'_>) -> Option<String> {
    let (whole, top, bottom) = (found.get(1), found.get(2), found.get(3));
    if is_part(found) || found.after().starts_with('/') {
        return None;
    }
    let (numerator, denominator) = (top.parse::<u64>().ok()?, bottom.parse::<u64>().ok()?);
    let before = last_word(found.before());
    let rated = matches!(next_word(found.after()), "star" | "stars" | "points")
        || is_in("score scored rated rating rate", &before)
        || is_in("give gave got get it it's", &before) && matches!(denominator, 5 | 10)
        || is_in("got get", &before) && matches!(denominator, 20 | 25 | 50 | 100);
    let usual = matches!(denominator, 2..=10 | 12 | 16 | 20 | 32 | 64 | 100);
    let joined = |words: &str| {
        let prefix =
            if whole.is_empty() { String::new() } else { format!("{} ", amount(found.region, whole)) };
        format!("{prefix}{} {words} {}", amount(found.region, top), amount(found.region, bottom))
    };
    let is_taken = next_word(found.after()) == "of" && numerator < denominator && !is_in(PARTS, &before);
    Some(match () {
        () if is_taken && !rated => fraction(found.region, whole, top, bottom)?,
        () if is_in(PARTS, &before) && whole.is_empty() => joined("of"),
        () if rated || numerator == denominator || denominator == 10 && numerator > 4 && whole.is_empty() => {
            joined("out of")
        }
        () if usual && numerator < denominator => {
            let words = fraction(found.region, whole, top, bottom)?;
            let noun = next_word(found.after());
            if found.after().starts_with('-') {
                return Some(if words == "one half" {
                    "half".to_owned()
                } else {
                    words.trim_end_matches('s').to_owned()
                });
            }
            let each = noun.strip_suffix('s').unwrap_or(noun);
            if whole.is_empty() && numerator > 1 && is_plural(noun) && !is_in(PORTIONED, each) {
                return Some(joined("out of"));
            }
            if words == "one half" && is_in("off price full empty", noun) {
                return Some("half".to_owned());
            }
            let behind = found.after().trim_start().strip_prefix(noun).unwrap_or_default();
            let filled = behind.starts_with(' ')
                && is_in("cup teaspoon tablespoon pound ounce pint quart", noun)
                && may_be_noun(next_word(behind));
            if whole.is_empty() && is_in(PORTIONED, noun) && !filled { portion(&words, noun) } else { words }
        }
        () => joined("over"),
    })
}

/// A number, a fraction or both.
pub(super) fn value(region: Region, written: &str) -> Option<String> {
    let (whole, part) = written.rsplit_once([' ', '-']).unwrap_or(("", written));
    match part.split_once('/') {
        Some((top, bottom)) if below_one(top, bottom) => fraction(region, whole, top, bottom),
        Some((top, bottom)) => Some(format!("{} over {}", amount(region, top), amount(region, bottom))),
        None => Some(amount(region, written)),
    }
}

pub(super) fn below_one(top: &str, bottom: &str) -> bool {
    let (top, bottom) = (top.parse::<u64>(), bottom.parse());
    top.is_ok_and(|top| bottom.is_ok_and(|bottom| top < bottom))
}
