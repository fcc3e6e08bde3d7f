//! Texts of a known kind: the kinds of `say-as`.

use super::super::{DateOrder, SayAs};
use super::{
    calendar, clock, code_signs, letters, normalise,
    numerals::{self, Zero, one_by_one},
    telephone,
};

/// The text read as `kind`; `None` where it can't be.
pub(super) fn read(kind: SayAs, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        SayAs::Cardinal => cardinal(text),
        SayAs::Ordinal => {
            Some(numerals::ordinal(&whole(text.trim_end_matches(['번', '째', '.', '위', '등']))?))
        }
        SayAs::Digits => digits(text),
        SayAs::Characters => characters(text),
        SayAs::Telephone => has_digits(text).then(|| telephone::spoken(text)),
        SayAs::Date(order) => date(order, text),
        SayAs::Time => time(text),
        SayAs::Currency => whole(text).map(|amount| normalise(&format!("{amount}원"))),
    }
}

/// The digits of a whole number, without commas; `None` if there is anything else in it.
fn whole(text: &str) -> Option<String> {
    let digits = text.replace(',', "");
    let is_whole = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    is_whole.then_some(digits)
}

fn has_digits(text: &str) -> bool {
    text.bytes().any(|it| it.is_ascii_digit())
}

fn cardinal(text: &str) -> Option<String> {
    let (sign, number) = match text.strip_prefix(['-', '−']) {
        Some(number) => ("마이너스 ", number),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let words = match number.split_once('.') {
        Some((before, fraction)) => numerals::decimal(&whole(before)?, &whole(fraction)?),
        None => numerals::sino(&whole(number)?),
    };
    Some(format!("{sign}{words}"))
}

/// Zero is 영; a comma stands where the digits are written apart.
fn digits(text: &str) -> Option<String> {
    let groups = text.split(|it: char| !it.is_ascii_digit()).filter(|group| !group.is_empty());
    let spoken: Vec<String> = groups.map(|group| one_by_one(group, Zero::Yeong)).collect();
    let is_digits = text.chars().all(|it| it.is_ascii_digit() || " -.,/".contains(it));
    (is_digits && !spoken.is_empty()).then(|| spoken.join(", "))
}

/// Each character by its name; zero is 공. Hangul syllables are their own names.
fn characters(text: &str) -> Option<String> {
    let names = text.chars().filter(|it| !it.is_whitespace()).map(|character| match character {
        '0'..='9' => one_by_one(&character.to_string(), Zero::Gong),
        _ => letters::name(character)
            .or_else(|| code_signs::name(character))
            .map_or_else(|| character.to_string(), str::to_owned),
    });
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(" "))
}

fn date(order: DateOrder, text: &str) -> Option<String> {
    let is_plain = text.chars().all(|it| it.is_ascii_digit() || " -./".contains(it));
    let parts: Vec<&str> = text.split(['-', '.', '/', ' ']).filter(|part| !part.is_empty()).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    match parts[..] {
        _ if !is_plain => None,
        [all] if all.len() == 8 => {
            let (first, second) = all.split_at(4);
            match order {
                DateOrder::Customary | DateOrder::YearMonthDay => {
                    calendar::date(first, number(&second[..2])?, number(&second[2..])?)
                }
                _ => ordered(order, [&first[..2], &first[2..], second]),
            }
        }
        [year] if year.len() == 4 => Some(format!("{} 년", numerals::sino(year))),
        [first, second] => match order {
            _ if first.len() == 4 => {
                Some(format!("{} 년 {}", numerals::sino(first), calendar::month_name(number(second)?)?))
            }
            _ if second.len() == 4 => {
                Some(format!("{} 년 {}", numerals::sino(second), calendar::month_name(number(first)?)?))
            }
            DateOrder::DayMonthYear => calendar::month_and_day(number(second)?, number(first)?),
            _ => calendar::month_and_day(number(first)?, number(second)?),
        },
        [first, second, third] => ordered(order, [first, second, third]),
        _ => None,
    }
}

/// Three parts in their order; a part of four digits is the year wherever it stands.
fn ordered(order: DateOrder, [first, second, third]: [&str; 3]) -> Option<String> {
    let number = |part: &str| part.parse::<u32>().ok();
    let year_first = || calendar::date(first, number(second)?, number(third)?);
    let month_first = || calendar::date(third, number(first)?, number(second)?);
    let day_first = || calendar::date(third, number(second)?, number(first)?);
    if first.len() == 4 {
        return year_first();
    }
    match order {
        DateOrder::MonthDayYear => month_first().or_else(day_first),
        DateOrder::DayMonthYear => day_first().or_else(month_first),
        _ if third.len() == 4 => month_first().or_else(day_first),
        _ => year_first().or_else(month_first),
    }
}

/// "9:5", "15:30:10", "1530"; a text with AM or words in it is read as any text.
fn time(text: &str) -> Option<String> {
    let number = |part: &str| part.parse::<u32>().ok();
    let parts: Vec<&str> = text.split(':').collect();
    match parts[..] {
        [all] if all.len() == 4 && whole(all).is_some() => {
            clock::time(number(&all[..2])?, number(&all[2..])?, 0)
        }
        [hour, minute] => clock::time(number(hour)?, number(minute)?, 0),
        [hour, minute, second] => clock::time(number(hour)?, number(minute)?, number(second)?),
        _ => None,
    }
}
