//! Dates of numbers alone: "3/4/2025", "by 3/4", "exp. 08/27". ISO dates are read by `dates`.

use std::sync::LazyLock;

use super::super::DateOrder;
use super::Region;
use super::context::{is_glued, is_in, last_word, next_word};
use super::counted::counts;
use super::dates::{MONTHS, century, full_year, spoken};
use super::number::year;
use super::rule::{Found, Rule, rules};
use super::units::is_written_unit;

/// Two digits from here on are no year of this century of a birth or of another day long ago.
const FIRST_YEAR_TO_COME: &str = "29";

const BIRTHS: &str = "dob birth birthdate born birthday landed died married founded built enlisted war";

/// Words in front of a day of two numbers: "by 3/4".
const BEFORE_DATES: &str = "on by since until till before after dated due effective starting ending from through thru date dates monday tuesday wednesday thursday friday saturday sunday expires expiring birthday dob deadline scheduled delivered arriving arrives paid replied mailed shipped emailed posted signed filed ordered booked renewed resets renews closes opens starts begins ends";

/// Things that end on a day, unlike cards.
const OFFERED: &str = "offer offers coupon coupons promo promotion sale deal deals discount quote voucher trial points enrollment rebate code codes bid price pricing rate";

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
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

fn numeric(found: &Found<'_>) -> Option<String> {
    let (first, last, written) = (found.get(1), found.get(3), found.get(5));
    let same = found.get(2) == found.get(4);
    let short_year = written.len() == 2;
    let padded = first.len() == 2 && last.len() == 2;
    let introduced = is_in(BEFORE_DATES, &last_word(found.before()));
    let sure = found.get(2) == "/" || !short_year || found.get(2) == "-" && (padded || introduced);
    let goes_on = found.after().starts_with(['-', '/'])
        || found
            .after()
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    if !same || !sure || goes_on || is_glued(found.before()) || found.before().ends_with(['-', '/']) {
        return None;
    }
    // Nobody was born in a year to come.
    let near = format!("{} {}", found.before(), found.after()).to_lowercase();
    let born = near.split(|mark: char| !mark.is_alphanumeric()).any(|word| is_in(BIRTHS, word));
    let earlier = format!("19{written}");
    let written = if born && short_year && written > FIRST_YEAR_TO_COME { &earlier } else { written };
    // Dots between the numbers are a European habit, in texts of any region.
    let european = found.get(2) == "." || has_day_in_front(found.before()) || has_day_in_front(found.after());
    let order = if european { DateOrder::DayMonthYear } else { DateOrder::Customary };
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
    let part = found.before().ends_with(|mark: char| "/.-$:#".contains(mark)) || is_glued(found.before());
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
    let introduced = introduced
        || named
        || starts_at(found.before(), after)
        || is_listed(found.before())
        || found.before().ends_with("week of ");
    let whole_word = !is_in("step page part dose version number no", &last_word(found.before()));
    let fraction = first.len() == 1
        && matches!(denominator, 2..=10 | 12 | 16 | 32)
        && second.len() == denominator.to_string().len();
    // Nothing is divided by one.
    let first_day = second == "1" && numerator <= 12 && whole_word;
    // "x = 8/3 and the sum is 13/3"
    let formula = found.before().contains('=') || after.contains('=');
    // "3/5-3/7": days of one month; fractions of one numerator get larger the other way
    let (from, to) = (found.get(4).parse::<u64>(), found.get(5).parse::<u64>());
    let week = from.is_ok_and(|month| month == numerator && (1..=12).contains(&month))
        && to.is_ok_and(|day| (denominator + 1..=31).contains(&day));
    let fits = (first_day || week && whole_word) && !formula
        || introduced && !is_in("of off inch inches cup cups mile miles hour stars", next_word(after))
        || !fraction
            && !formula
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

/// "the opening's 1/6 at 9"
fn starts_at(before: &str, after: &str) -> bool {
    let word = last_word(before);
    let hour = after.strip_prefix(" at ").unwrap_or_default();
    let rest = hour.trim_start_matches(|digit: char| digit.is_ascii_digit());
    rest.len() < hour.len() && !counts(rest) && (is_in("is was on for", &word) || word.ends_with("'s"))
}

/// "on 5/3 and 5/6": a day behind another one.
fn is_listed(before: &str) -> bool {
    let joint = [", and ", " and ", " or ", " & ", ", "].iter().find_map(|joint| before.strip_suffix(joint));
    let Some(list) = joint else { return false };
    let rest = list.trim_end_matches(|part: char| part.is_ascii_digit() || part == '/');
    list[rest.len()..].matches('/').count() == 1 && (is_in(BEFORE_DATES, &last_word(rest)) || is_listed(rest))
}

/// Whether a date like "28/02/27", whose first number can't be a month, shows the order of those beside it.
fn has_day_in_front(text: &str) -> bool {
    text.split(|mark: char| !mark.is_ascii_digit() && mark != '/').any(|date| {
        let mut numbers = date.split('/').map(|number| number.parse::<u64>().unwrap_or_default());
        let numbers = [numbers.next(), numbers.next(), numbers.next(), numbers.next()];
        matches!(numbers, [Some(13..=31), Some(1..=12), Some(_), None])
    })
}
