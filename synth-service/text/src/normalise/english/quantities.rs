//! Ordinals, versions, ranges, sums and sizes: numbers that relate to each other. Never units or dates.

use std::sync::LazyLock;

use super::Region;
use super::context::{is_glued, is_in, is_plural, last_word, next_word, range_word};
use super::counted::counts;
use super::money::scale;
use super::number::{amount, digit_groups, digits, ordinal, pairs, year};
use super::rule::{Found, Rule, rules};
use super::units::UNITS;
use super::years::names_years;

/// "km²" without a number in front of it
fn raised_unit(base: &str, exponent: &str) -> Option<String> {
    let units = UNITS.iter().filter(|_| base.len() > 1);
    let (_, _, many) = units.clone().find(|(written, ..)| *written == format!("{base}^{exponent}"))?;
    Some((*many).to_owned())
}

/// Most letters that are variables multiplied with each other: "mc²".
const LONGEST_PRODUCT: usize = 2;

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const SIDE: &str = "([0-9]{1,3},[0-9]{3}|[0-9]{1,4})";
    let sizes = format!(r"\b{SIDE}\s?([x×])\s?{SIDE}(?:\s?[x×]\s?{SIDE})?\b");
    rules(&[
        (r"\b[vV](?:er)?\.?\s?([0-9]{1,4}(?:\.[0-9]{1,6}){0,5})\b", version),
        (r"\b[0-9]{1,6}(?:\.[0-9]{1,6}){2,6}\b", |found| {
            (!is_glued(found.before())).then(|| points(found.region, found.get(0)))
        }),
        (r"(?i)\b([0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,9})(?:st|nd|rd|th)\b", |found| {
            let number = found.get(1).replace(',', "").parse().ok()?;
            (!is_part(found) || found.before().ends_with('-')).then(|| ordinal(found.region, number))
        }),
        (r"\blog([0-9]{1,2})\s?(?<next>\(?[0-9a-z])", |found| {
            Some(format!("log base {} of ", amount(found.region, found.get(1))))
        }),
        (&sizes, size),
        (r"(^|[\s(])[x×]([0-9]{1,4})\b", |found| {
            if matches!(found.get(2), "86" | "64" | "32") {
                return Some(format!("{}X {}", found.get(1), amount(found.region, found.get(2))));
            }
            Some(format!("{}times {}", found.get(1), amount(found.region, found.get(2))))
        }),
        (r"\b(720|1080|1440|2160|480)([pi])\b", |found| {
            Some(format!("{} {}", pairs(found.region, found.get(1)), found.get(2).to_uppercase()))
        }),
        (r"\b(401|403|457|501)(?:\(([kKbBcC])\)|([kKbBcC])\b)(?:\(([0-9])\))?", |found| {
            let part =
                if found.get(4).is_empty() { String::new() } else { format!(" {}", digits(found.get(4))) };
            let letter = format!("{}{}", found.get(2), found.get(3)).to_uppercase();
            Some(format!("{} {letter}{part}", pairs(found.region, found.get(1))))
        }),
        (r"\b(AMOUNT)(?:DASH)(AMOUNT)(k|K|M|bn|mn|mln)\b", |found| {
            let word = range_word(found.before());
            let words = |group: usize| amount(found.region, found.get(group));
            (!is_part(found)).then(|| format!("{} {word} {} {}", words(1), words(2), scale(found.get(3))))
        }),
        (
            r"\b([0-9]{1,6}(?:\.[0-9]{1,3})?)\s?([kKMB]|bn|mn|mln)\b(?:/(yr|year|mo|month|wk|week|hr|hour|day)\b)?",
            scaled,
        ),
        (r"([0-9]+(?:\.[0-9]+)?|\p{L}+|\))\s?\^\s?(-?)([0-9]{1,4})\b", power),
        (r"\b(AMOUNT)\s?([-+*/×÷=<>≤≥≠])\s?(-?AMOUNT)\s?(=)\s?(-?AMOUNT)\b", |found| {
            let sign = |written: &str| operator(written);
            let read = |written: &str| signed(found.region, written);
            Some(format!(
                "{} {} {} equals {}",
                read(found.get(1)),
                sign(found.get(2))?,
                read(found.get(3)),
                read(found.get(5))
            ))
        }),
        (r"\b([0-9]{1,4}):([0-9]{1,4})\b", |found| {
            (!is_part(found)).then(|| {
                format!("{} to {}", amount(found.region, found.get(1)), amount(found.region, found.get(2)))
            })
        }),
        // "3.5:1"
        (r"\b([0-9]{1,4}\.[0-9]{1,3}):([0-9]{1,3})\b|\b([0-9]{1,4}):([0-9]\.[0-9]{1,2})\b", |found| {
            let (first, last) = found.get(0).split_once(':')?;
            (!is_part(found) && !found.after().starts_with([':', '/']))
                .then(|| format!("{} to {}", amount(found.region, first), amount(found.region, last)))
        }),
        (r"\b(AMOUNT)(?:DASH)(AMOUNT)\b", range),
        (r"(^|[\s(\[])([-–+±])\s?(AMOUNT)", sign),
    ])
});

pub(super) fn is_part(found: &Found<'_>) -> bool {
    is_glued(found.before()) || found.before().ends_with(|last: char| "-/:$€£,#^".contains(last))
}

/// "version two point zero point one"
fn version(found: &Found<'_>) -> Option<String> {
    let engine = found.get(0).starts_with('V') && !found.get(1).contains('.');
    if is_glued(found.before()) || engine {
        return None;
    }
    let word = if last_word(found.before()) == "version" { "" } else { "version " };
    Some(format!("{word}{}", points(found.region, found.get(1))))
}

pub(super) fn points(region: Region, written: &str) -> String {
    let read = |part: &str| if part.len() > 4 { digit_groups(part) } else { amount(region, part) };
    written.split('.').map(read).collect::<Vec<_>>().join(" point ")
}

/// "two by four"; with a result, "two times four".
fn size(found: &Found<'_>) -> Option<String> {
    if is_part(found) {
        return None;
    }
    let (first, second, third) = (found.get(1), found.get(3), found.get(4));
    let spaced = found.get(0).contains(" ×") && third.is_empty() && next_word(found.after()).is_empty();
    let product = spaced || found.after().trim_start().starts_with('=');
    let word = if product { "times" } else { "by" };
    let read = |number: &str| {
        if number.len() == 4 { pairs(found.region, number) } else { amount(found.region, number) }
    };
    let last = if third.is_empty() { String::new() } else { format!(" {word} {}", read(third)) };
    Some(format!("{} {word} {}{last}", read(first), read(second)))
}

/// "10k" is ten thousand; a "4K" screen and a "5K" run are not.
fn scaled(found: &Found<'_>) -> Option<String> {
    let (number, letter) = (found.get(1), found.get(2));
    let glued = !found.get(0).contains(' ');
    if is_part(found)
        || found.after().starts_with(['-', '/', '&']) && letter != "k"
        || !glued && letter.len() == 1
    {
        return None;
    }
    if !found.get(3).is_empty() {
        let per = super::rates::per_words(found.region, found.get(3))?;
        return Some(format!("{} {} {per}", amount(found.region, number), scale(letter)));
    }
    let next = next_word(found.after());
    let ran = is_in("ran run runs running a first the my your his her parkrun", &last_word(found.before()))
        && matches!(number, "10" | "15" | "20" | "50" | "100")
        && letter == "K"
        && (found.before().to_lowercase().contains("ran") || is_in("in race run time", next));
    let run =
        ran || is_in("run race walk runner TV TVs video screen monitor resolution streaming gold", next);
    let company = number == "3" && letter == "M" && !is_plural(next);
    let name = company
        || letter == "K" && (matches!(number, "2" | "4" | "5" | "8") && !super::context::is_plural(next))
        || run;
    // A lone "2B" is a pencil, a flat or a class; only a decimal one is a number.
    let counted = number.len() > 1 && is_plural(next) && next.starts_with(char::is_lowercase);
    if name || letter == "B" && !number.contains('.') && !counted {
        return Some(format!("{} {}", amount(found.region, number), letter.to_uppercase()));
    }
    Some(format!("{} {}", amount(found.region, number), scale(letter)))
}

pub(super) fn power(found: &Found<'_>) -> Option<String> {
    let base = found.get(1);
    let exponent = found.get(3);
    let letters = base.starts_with(char::is_alphabetic);
    if let Some(unit) = raised_unit(base, exponent).filter(|_| found.get(2).is_empty()) {
        return Some(unit);
    }
    // A raised number after a word is a footnote mark, which is not read.
    if letters && base.chars().count() > LONGEST_PRODUCT {
        return Some(base.to_owned());
    }
    let base = match base {
        base if letters => base.chars().map(String::from).collect::<Vec<_>>().join(" "),
        base if base.starts_with(|first: char| first.is_ascii_digit()) => amount(found.region, base),
        base => base.to_owned(),
    };
    Some(match (found.get(2), exponent) {
        ("", "2") => format!("{base} squared"),
        ("", "3") => format!("{base} cubed"),
        (minus, _) => {
            let minus = if minus.is_empty() { "" } else { "minus " };
            format!("{base} to the power of {minus}{}", amount(found.region, exponent))
        }
    })
}

fn operator(sign: &str) -> Option<&'static str> {
    Some(match sign {
        "+" => "plus",
        "-" => "minus",
        "*" | "×" => "times",
        "/" | "÷" => "divided by",
        "=" => "equals",
        "<" => "is less than",
        ">" => "is greater than",
        "≤" => "is at most",
        "≥" => "is at least",
        "≠" => "is not",
        _ => return None,
    })
}

fn signed(region: Region, written: &str) -> String {
    match written.strip_prefix('-') {
        Some(number) => format!("minus {}", amount(region, number)),
        None => amount(region, written),
    }
}

fn range(found: &Found<'_>) -> Option<String> {
    let (first, last) = (found.get(1), found.get(2));
    let glued = |mark: char| mark.is_alphanumeric() || "-.,/:$_".contains(mark);
    let goes_on = found
        .after()
        .strip_prefix(['-', '.', ',', '/'])
        .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    if found.before().ends_with(glued) || found.after().starts_with(char::is_alphanumeric) || goes_on {
        return None;
    }
    // "What is 7 - 10?"
    let asked = is_in("is what's calculate compute evaluate solve", &last_word(found.before()))
        && found.get(0).contains(" - ")
        && (found.after().starts_with('?') || found.before().trim_end().to_lowercase().ends_with("what is"));
    if asked || found.after().trim_start().starts_with('=') {
        return Some(format!("{} minus {}", amount(found.region, first), amount(found.region, last)));
    }
    // Zeros in front are of a code.
    let padded = |number: &str| number.len() > 2 && number.starts_with('0') && !number.contains('.');
    if padded(last) || padded(first) {
        return Some(format!("{}, {}", digits(first), digits(last)));
    }
    let counted = counts(found.after()) && !names_years(found.before());
    let is_year = |number: &str| number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let read = |number: &str| match number.parse() {
        Ok(number) if is_year(first) && is_year(last) && !counted => year(found.region, number),
        _ => amount(found.region, number),
    };
    Some(format!("{} {} {}", read(first), range_word(found.before()), read(last)))
}

/// A sign in front of a number.
fn sign(found: &Found<'_>) -> Option<String> {
    let word = match found.get(2) {
        "-" | "–"
            if found.get(0).contains(['-', '–']) && found.get(0).ends_with(&format!(" {}", found.get(3))) =>
        {
            return None;
        }
        "-" | "–" => "minus",
        "+" => "plus",
        _ => "plus or minus",
    };
    Some(format!("{}{word} {}", found.get(1), amount(found.region, found.get(3))))
}
