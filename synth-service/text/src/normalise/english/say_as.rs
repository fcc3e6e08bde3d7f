//! Readings that are requested by name. Text that can't be read like that is read as running text.

use super::super::{DateOrder, SayAs};
use super::number::{digit_groups, ordinal};
use super::{Region, characters, letters, money, numeric_dates, telephone, times};

/// The text in words; `None` where it is not of the given kind.
pub(super) fn read(region: Region, kind: SayAs, text: &str) -> Option<String> {
    let text = characters::plain(text);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    match kind {
        SayAs::Cardinal => cardinal(region, text),
        SayAs::Ordinal => whole(text).map(|number| ordinal(region, number)),
        SayAs::Digits => text.contains(|digit: char| digit.is_ascii_digit()).then(|| all_digits(text)),
        SayAs::Characters => Some(letters::characters(text)).filter(|read| !read.is_empty()),
        SayAs::Telephone => telephone_number(text),
        SayAs::Date(order) => date(region, order, text),
        SayAs::Time => time(region, text),
        SayAs::Currency => money::spoken(region, text),
    }
}

fn cardinal(region: Region, text: &str) -> Option<String> {
    let (minus, number) = text.strip_prefix('-').map_or(("", text), |number| ("minus ", number));
    let bare: String = number.chars().filter(|character| !matches!(character, ',' | ' ')).collect();
    let (whole, fraction) = bare.split_once('.').unwrap_or((&bare, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() + fraction.len() == 0 || whole.len() > 18 {
        return None;
    }
    // A requested cardinal is never a code, even with zeros in front.
    let words = super::number::cardinal(region, whole.parse().unwrap_or_default());
    let fraction = if fraction.is_empty() {
        String::new()
    } else {
        format!(" point {}", super::number::digits(fraction))
    };
    Some(format!("{minus}{words}{fraction}"))
}

fn whole(text: &str) -> Option<u64> {
    let bare = text.to_lowercase().replace([',', ' '], "");
    let number = ["st", "nd", "rd", "th"].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(&bare);
    number.parse().ok().filter(|number| *number < 1_000_000_000_000_000_000)
}

/// Every digit, in the groups that are written; other signs part them.
fn all_digits(text: &str) -> String {
    let groups = text.split(|character: char| !character.is_ascii_digit()).filter(|group| !group.is_empty());
    groups.map(digit_groups).collect::<Vec<_>>().join(", ")
}

fn telephone_number(text: &str) -> Option<String> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.contains(char::is_alphabetic);
    (digits > 0 && !letters).then(|| telephone::groups(text))
}

fn date(region: Region, order: DateOrder, text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ']).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [first, second, third] => numeric_dates::three(region, order, [first, second, third]),
        [first, second] if first.len() < 3 && second.len() < 3 => match order {
            DateOrder::MonthDayYear => numeric_dates::two(Region::American, first, second),
            DateOrder::DayMonthYear => numeric_dates::two(Region::British, first, second),
            _ => numeric_dates::two(region, first, second),
        },
        [packed] if packed.len() == 8 && packed.is_ascii() => packed_date(region, order, packed),
        _ => None,
    }
}

/// "20250304", "03042025"
fn packed_date(region: Region, order: DateOrder, packed: &str) -> Option<String> {
    if order == DateOrder::YearMonthDay
        || order == DateOrder::Customary && (packed.starts_with("19") || packed.starts_with("20"))
    {
        return numeric_dates::three(
            region,
            DateOrder::YearMonthDay,
            [&packed[..4], &packed[4..6], &packed[6..]],
        );
    }
    numeric_dates::three(region, order, [&packed[..2], &packed[2..4], &packed[4..]])
}

/// "17:05", "1705", "5:30 pm"
fn time(region: Region, text: &str) -> Option<String> {
    let packed = (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !packed {
        return None;
    }
    let (hour, minutes) = text.split_at(text.len() - 2);
    let valid = hour.parse::<u64>().ok()? < 25 && minutes.parse::<u64>().ok()? < 60;
    valid.then(|| times::clock(region, hour, minutes, false))
}
