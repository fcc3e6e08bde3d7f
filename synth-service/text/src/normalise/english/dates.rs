//! Days, months and their years. Lone years are read by `years`.

use std::sync::LazyLock;

use super::super::DateOrder;
use super::Region;
use super::context::{end_of_last, is_in, last_word, next_word};
use super::number::{ordinal, year};
use super::rule::{Found, Rule, rules};
use super::times::clock;
use super::units::is_written_unit;

const MONTHS: [&str; 12] = [
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

/// Two digits from here on are no year of this century of a birth or of another day long ago.
const FIRST_YEAR_TO_COME: &str = "29";

const BIRTHS: &str = "dob birth birthdate born birthday landed died married founded built enlisted war";

/// Words in front of a day of two numbers: "by 3/4".
const BEFORE_DATES: &str = "on by since until till before after dated due effective starting ending from through thru date dates monday tuesday wednesday thursday friday saturday sunday expires expiring birthday dob deadline scheduled delivered arriving arrives paid replied mailed shipped emailed posted signed filed ordered booked renewed resets renews closes opens starts begins ends";

/// Things that end on a day, unlike cards.
const OFFERED: &str = "offer offers coupon coupons promo promotion sale deal deals discount quote voucher trial points enrollment rebate code codes bid price pricing rate";

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
        (r"\b([0-9]{1,2})([/.-])([0-9]{1,2})([/.-])([0-9]{4}|[0-9]{2})\b", numeric),
        (
            r"(?i)\b(expir(?:es?|y|ing|ation)(?:\sdate)?|exp\.?(?:\sdate)?|valid\s(?:thru|through|until|till|to)|good\s(?:thru|through))((?:\sis|\sof|\sin)?:?\s)(0[1-9]|1[0-2])/([2-4][0-9])\b",
            card_date,
        ),
        (r"\b(0?[1-9]|1[0-2])/((?:19|20)[0-9]{2})\b", |found| {
            Some(format!(
                "{} {}",
                MONTHS[found.get(1).parse::<usize>().ok()? - 1],
                year(found.region, found.get(2).parse().ok()?)
            ))
        }),
        (r"\b([0-9]{1,2})/([0-9]{1,2})(?:(DASH)([0-9]{1,2})/([0-9]{1,2}))?\b", short),
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

/// The month and year of a card: "expires 08/27".
fn card_date(found: &Found<'_>) -> Option<String> {
    // A card expires in a month of a year, an offer on a day.
    let near = found.before().to_lowercase();
    let offered = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(OFFERED, word));
    let day = found.get(4).parse::<u64>().is_ok_and(|day| day <= 31) && found.region == Region::American;
    if found.after().starts_with(['/', '-']) || offered && day {
        return None;
    }
    let month = MONTHS.get(found.get(3).parse::<usize>().ok()?.checked_sub(1)?)?;
    let words = match found.get(1).to_lowercase().as_str() {
        "exp" | "exp." => "expires",
        "exp date" | "exp. date" => "expiration date",
        _ => found.get(1),
    };
    Some(format!("{words}{}{month} {}", found.get(2), full_year(found.region, found.get(4))?))
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

fn full_year(region: Region, written: &str) -> Option<String> {
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

fn numeric(found: &Found<'_>) -> Option<String> {
    let (first, last, written) = (found.get(1), found.get(3), found.get(5));
    let same = found.get(2) == found.get(4);
    let short_year = written.len() == 2;
    let padded = first.len() == 2 && last.len() == 2;
    let sure = found.get(2) == "/" || !short_year || found.get(2) == "-" && padded;
    let goes_on = found.after().starts_with(['-', '/'])
        || found
            .after()
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    if !same
        || !sure
        || goes_on
        || super::context::is_glued(found.before())
        || found.before().ends_with(['-', '/'])
    {
        return None;
    }
    // Nobody was born in a year to come.
    let near = format!("{} {}", found.before(), found.after()).to_lowercase();
    let born = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(BIRTHS, word));
    let earlier = format!("19{written}");
    let written = if born && short_year && written > FIRST_YEAR_TO_COME { &earlier } else { written };
    // Dots between the numbers are a European habit, in texts of any region.
    let order = if found.get(2) == "." { DateOrder::DayMonthYear } else { DateOrder::Customary };
    three(found.region, order, [first, last, written])
}

/// A date of three numbers, in the given order, or in another one where only that fits.
pub(super) fn three(region: Region, order: DateOrder, numbers: [&str; 3]) -> Option<String> {
    let [a, b, c] = [numbers[0].parse::<u64>().ok()?, numbers[1].parse().ok()?, numbers[2].parse().ok()?];
    let month_first = match order {
        DateOrder::YearMonthDay => return spoken(region, Some(century(a)), b as usize, c),
        DateOrder::Customary if numbers[0].len() == 4 => return spoken(region, Some(a), b as usize, c),
        DateOrder::Customary => region == Region::American,
        DateOrder::MonthDayYear => true,
        DateOrder::DayMonthYear => false,
    };
    let (month, day) = if month_first { (a, b) } else { (b, a) };
    let (month, day) = if month > 12 { (day, month) } else { (month, day) };
    spoken(region, Some(century(c)), month as usize, day)
}

/// A date of two numbers, by region.
pub(super) fn two(region: Region, first: &str, second: &str) -> Option<String> {
    let (a, b) = (first.parse::<u64>().ok()?, second.parse::<u64>().ok()?);
    let (month, day) = if region == Region::American { (a, b) } else { (b, a) };
    let (month, day) = if month > 12 { (day, month) } else { (month, day) };
    spoken(region, None, month as usize, day)
}

/// "by 3/4", "12/25": where the words before say so, or no fraction is written like that.
fn short(found: &Found<'_>) -> Option<String> {
    let (first, second, after) = (found.get(1), found.get(2), found.after());
    let part = found.before().ends_with(|mark: char| "/.-$:#".contains(mark))
        || super::context::is_glued(found.before());
    let more = after.starts_with(['/', '%', '"', '-'])
        || after.strip_prefix('.').is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
    let flat = is_in("flat unit apt apartment suite villa shop", &last_word(found.before()));
    // "I live at 12/4, MG Road"
    let housed = last_word(found.before()) == "at"
        && after.strip_prefix(", ").is_some_and(|street| street.starts_with(char::is_uppercase));
    if part || more || flat || housed || is_written_unit(next_word(after)) {
        return None;
    }
    let introduced = is_in(BEFORE_DATES, &last_word(found.before().trim_end().trim_end_matches([':', ','])));
    let (numerator, denominator) = (first.parse::<u64>().ok()?, second.parse::<u64>().ok()?);
    if next_word(after) == "of" && numerator < denominator {
        return None;
    }
    // "your 4/2 e-mail"
    let named = is_in("your the our my his her this", &last_word(found.before()))
        && is_in(
            "e email emails letter call visit meeting appointment statement invoice payment",
            next_word(after),
        );
    // "your visit is 10/10 from 1 to 3"
    let near = found.before().to_lowercase();
    let named = named
        || [" from ", " at ", " between "].iter().any(|time| after.starts_with(time))
            && near
                .split(' ')
                .any(|word| is_in("visit appointment appt delivery install installation meeting", word))
            && is_in("is was on", &last_word(found.before()));
    let introduced = introduced || named || found.before().ends_with("week of ");
    let whole_word = !is_in("step page part dose version number no", &last_word(found.before()));
    let fraction = first.len() == 1
        && matches!(denominator, 2..=10 | 12 | 16 | 32)
        && second.len() == denominator.to_string().len();
    // Nothing is divided by one.
    let first_day = second == "1" && numerator <= 12 && whole_word;
    let fits = first_day
        || introduced && !is_in("of off inch inches cup cups mile miles hour stars", next_word(after))
        || !fraction
            && first != second
            && (first.len() == 2 || second.len() == 2)
            && first != "24"
            && (first, second) != ("9", "11");
    if !fits {
        return None;
    }
    let start = two(found.region, first, second)?;
    if found.get(3).is_empty() {
        return Some(start);
    }
    Some(format!("{start} to {}", two(found.region, found.get(4), found.get(5))?))
}
