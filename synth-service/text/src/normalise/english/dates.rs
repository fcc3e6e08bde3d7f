//! Days, months and their years, and ISO dates. Lone years are read by `years`.

use std::sync::LazyLock;

use super::Region;
use super::context::{end_of_last, next_word};
use super::number::{ordinal, year};
use super::rule::{Found, Rule, rules};
use super::times::clock;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Two digits up to here are years of this century.
const LAST_YEAR_OF_THIS_CENTURY: u64 = 49;

const YEAR: &str = r"(?:,?\s((?:1[0-9]|20)[0-9]{2})\b|,?\s?'([0-9]{2})\b)?";
const DAY: &str = r"([0-3]?[0-9])(?:st|nd|rd|th)?\b";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let month_days = format!(
        r"\b(MONTH)\s(?:(?i:the)\s)?{DAY}(?:DASH|\s(?:to|through|thru|and|&)\s)(?:(?i:the)\s)?{DAY}{YEAR}"
    );
    let month_day = format!(r"\b(MONTH)\s(?:(?i:the)\s)?{DAY}{YEAR}");
    let days_month = format!(r"\b((?i:the)\s)?{DAY}(?:DASH|\s(?:to|and)\s){DAY}(?:\sof)?\s(MONTH){YEAR}");
    let day_month =
        format!(r"\b((?i:the)\s)?{DAY}(?:\sof)?[\s-]?(MONTH)(?:-((?:19|20)?[0-9]{{2}})\b)?{YEAR}");
    rules(&[
        (
            r"\b([12][0-9]{3})[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])(?:[T ]([0-2][0-9]):([0-5][0-9])(?::[0-5][0-9](?:\.[0-9]{1,9})?)?(Z)?)?\b",
            iso,
        ),
        (&month_days, month_days_reading),
        (&days_month, days_month_reading),
        (&month_day, month_day_reading),
        (&day_month, day_month_reading),
        (r"\b(MONTH),?\s((?:19|20)[0-9]{2})DASH(MONTH),?\s((?:19|20)[0-9]{2})\b", |found| {
            let (from, to) = (month(found.get(1))?, month(found.get(3))?);
            let years = [full_year(found.region, found.get(2))?, full_year(found.region, found.get(4))?];
            Some(format!("{from} {} to {to} {}", years[0], years[1]))
        }),
        (r"\b(MONTH),?\s(?:of\s)?((?:1[5-9]|20)[0-9]{2})\b", |found| {
            Some(format!("{} {}", month(found.get(1))?, year(found.region, found.get(2).parse().ok()?)))
        }),
        (r"\b(MONTH)\s?'([0-9]{2})\b", |found| {
            Some(format!("{} {}", month(found.get(1))?, full_year(found.region, found.get(2))?))
        }),
        (r"\b(MONTH)\s?(?:-|–|/)\s?(MONTH)", |found| {
            Some(format!("{} to {}", month(found.get(1))?, month(found.get(2))?))
        }),
        (r"\b([A-Z][a-z]{2,3})\.(\s|,|$)", |found| {
            let month = if found.get(1) == "May" { None } else { month(found.get(1)) };
            Some(format!("{}{}", month?, if found.get(2).is_empty() { "." } else { found.get(2) }))
        }),
    ])
});

/// The month's full name; `None` for lower-case words that mean something else.
pub(super) fn month(written: &str) -> Option<&'static str> {
    let written = written.trim_end_matches('.');
    if !written.starts_with(char::is_uppercase) {
        return None;
    }
    let lower = written.to_lowercase();
    MONTHS.iter().find(|month| month.to_lowercase().starts_with(lower.get(..3).unwrap_or("-"))).copied()
}

fn iso(found: &Found<'_>) -> Option<String> {
    let (y, m, d) = (found.get(1).parse().ok()?, found.get(2).parse().ok()?, found.get(3).parse().ok()?);
    if found.after().starts_with(['-', '/']) {
        return None;
    }
    let day = spoken(found.region, Some(y), m, d)?;
    if found.get(4).is_empty() {
        return Some(day);
    }
    let zone = if found.get(6).is_empty() { "" } else { " UTC" };
    Some(format!("{day} at {}{zone}", clock(found.region, found.get(4), found.get(5), false)))
}

/// "March fourth, twenty twenty-five"; in British English "the fourth of March, twenty twenty-five".
pub(super) fn spoken(region: Region, year_number: Option<u64>, month: usize, day: u64) -> Option<String> {
    let name = MONTHS.get(month.checked_sub(1)?)?;
    if !(1..=31).contains(&day) {
        return None;
    }
    let day = ordinal(region, day);
    let date = region.pick(format!("{name} {day}"), format!("the {day} of {name}"));
    Some(match year_number {
        Some(number) => format!("{date}, {}", year(region, number)),
        None => date,
    })
}

pub(super) fn full_year(region: Region, written: &str) -> Option<String> {
    Some(year(region, century(written.parse().ok()?)))
}

/// Years of two digits in full.
pub(super) fn century(number: u64) -> u64 {
    match number {
        0..=LAST_YEAR_OF_THIS_CENTURY => 2000 + number,
        50..=99 => 1900 + number,
        _ => number,
    }
}

fn day(region: Region, written: &str) -> Option<String> {
    let number = written.parse().ok()?;
    (1..=31).contains(&number).then(|| ordinal(region, number))
}

/// The year with a comma before it, from one of the two groups of [`YEAR`].
fn year_behind(found: &Found<'_>, group: usize) -> Option<String> {
    let written = if found.get(group).is_empty() { found.get(group + 1) } else { found.get(group) };
    if written.is_empty() {
        return Some(String::new());
    }
    Some(format!(", {}", full_year(found.region, written)?))
}

/// Whether the last number of the match is a part of something else: "March 4:30", "May 5%".
fn goes_on(after: &str) -> bool {
    let digit = |rest: &str| rest.starts_with(|next: char| next.is_ascii_digit());
    after.starts_with(|next: char| next.is_alphanumeric() || "%:/$°".contains(next))
        || after.strip_prefix(['.', ',']).is_some_and(digit)
}

fn month_days_reading(found: &Found<'_>) -> Option<String> {
    let (first, last) = (day(found.region, found.get(2))?, day(found.region, found.get(3))?);
    if goes_on(found.after()) {
        return None;
    }
    let between = super::context::range_word(found.before()) == "and";
    let and =
        if found.get(0).contains(" and ") || found.get(0).contains('&') || between { "and" } else { "to" };
    let the = found.region.pick("", "the ");
    Some(format!("{} {the}{first} {and} {the}{last}{}", month(found.get(1))?, year_behind(found, 4)?))
}

/// The stop behind a month that ends a sentence, which the pattern of a shortened month has taken.
fn stop(month_written: &str, year: &str, after: &str) -> &'static str {
    let Some(name) = month_written.strip_suffix('.').filter(|_| year.is_empty()) else { return "" };
    if MONTHS.contains(&name) { "." } else { end_of_last(".", after) }
}

/// "the" as the text has it, else in lower case.
fn article(written: &str) -> &'static str {
    if written.starts_with('T') { "The" } else { "the" }
}

fn days_month_reading(found: &Found<'_>) -> Option<String> {
    let the = article(found.get(1));
    let (first, last) = (day(found.region, found.get(2))?, day(found.region, found.get(3))?);
    let and = if found.get(0).contains(" and ") { "and" } else { "to" };
    let year = year_behind(found, 5)?;
    let stop = stop(found.get(4), &year, found.after());
    Some(format!("{the} {first} {and} the {last} of {}{year}{stop}", month(found.get(4))?))
}

fn month_day_reading(found: &Found<'_>) -> Option<String> {
    let day = day(found.region, found.get(2))?;
    if goes_on(found.after()) {
        return None;
    }
    let the = found.region.pick("", "the ");
    Some(format!("{} {the}{day}{}", month(found.get(1))?, year_behind(found, 3)?))
}

fn day_month_reading(found: &Found<'_>) -> Option<String> {
    let before = found.before();
    let part = before.ends_with(|mark: char| "$€£:.,/-#".contains(mark));
    let day = day(found.region, found.get(2)).filter(|_| !part)?;
    let year = match found.get(4) {
        "" => year_behind(found, 5)?,
        written => format!(", {}", full_year(found.region, written)?),
    };
    // "on 5 May" and "room 5. May I" differ in meaning, not in marks; a pronoun gives it away.
    let asks = found.get(3) == "May" && matches!(next_word(found.after()), "I" | "we" | "you");
    let the = article(found.get(1));
    let stop = if found.get(4).is_empty() { stop(found.get(3), &year, found.after()) } else { "" };
    (!asks).then(|| Some(format!("{the} {day} of {}{year}{stop}", month(found.get(3))?)))?
}
