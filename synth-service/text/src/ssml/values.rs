//! The meaning of attribute values: pauses, rates, and the values of `say-as`.

use super::error::{Fault, SsmlCause};
use super::xml::Tag;
use crate::{DateOrder, SayAs, draft::LONGEST_PAUSE_MS};

/// Largest factor of a rate. A larger number lacks its `%`, or means words per minute.
const LARGEST_FACTOR: f32 = 10.0;

/// The pause of a `break`, in milliseconds.
pub(super) fn pause_ms(tag: &Tag) -> Result<u32, Fault> {
    if let Some(time) = tag.value("time") {
        return milliseconds(time).ok_or_else(|| not_understood(tag, "time", time, "500ms or 1.5s"));
    }
    let strength = tag.value("strength").unwrap_or("medium");
    match strength.to_ascii_lowercase().as_str() {
        "none" | "x-weak" => Ok(0),
        "weak" => Ok(200),
        "medium" => Ok(300),
        "strong" => Ok(500),
        "x-strong" => Ok(900),
        _ => {
            let wanted = "none, x-weak, weak, medium, strong or x-strong";
            Err(not_understood(tag, "strength", strength, wanted))
        }
    }
}

/// The factor of a `prosody` element on the rate of the enclosing text.
pub(super) fn rate(tag: &Tag) -> Result<f32, Fault> {
    let Some(rate) = tag.value("rate") else { return Ok(1.0) };
    let factor = match rate.to_ascii_lowercase().as_str() {
        "x-slow" => Some(0.6),
        "slow" => Some(0.8),
        "medium" | "default" => Some(1.0),
        "fast" => Some(1.25),
        "x-fast" => Some(1.6),
        rate => factor(rate),
    };
    let wanted = "slow, medium, fast, x-slow, x-fast, 80% or 1.2";
    factor
        .filter(|factor| factor.is_finite() && *factor > 0.0)
        .ok_or_else(|| not_understood(tag, "rate", rate, wanted))
}

/// The way in which a `say-as` element's text is to be read; `None` if its value is unknown.
pub(super) fn say_as(tag: &Tag) -> Result<Option<SayAs>, Fault> {
    let kind = required(tag, "interpret-as")?.to_ascii_lowercase();
    let format = tag.value("format").unwrap_or_default().to_ascii_lowercase();
    let kind = kind.strip_prefix("vxml:").unwrap_or(&kind);
    Ok(match kind {
        "number" => known(&format, "").or(Some(SayAs::Cardinal)),
        kind => known(kind, &format),
    })
}

fn known(kind: &str, format: &str) -> Option<SayAs> {
    Some(match kind {
        "cardinal" => SayAs::Cardinal,
        "ordinal" => SayAs::Ordinal,
        "digits" | "digit" => SayAs::Digits,
        "characters" | "character" | "spell-out" | "verbatim" => SayAs::Characters,
        "telephone" | "phone" => SayAs::Telephone,
        "date" => SayAs::Date(date_order(format)),
        "time" => SayAs::Time,
        "currency" => SayAs::Currency,
        _ => return None,
    })
}

/// The order of a date format; `mdy`, `m/d/y` and `mm-dd-yyyy` are the same order.
fn date_order(format: &str) -> DateOrder {
    let has_day = format.contains('d');
    match format.chars().next() {
        Some('m') if has_day => DateOrder::MonthDayYear,
        Some('d') => DateOrder::DayMonthYear,
        Some('y') => DateOrder::YearMonthDay,
        _ => DateOrder::Customary,
    }
}

/// The value of an attribute that is required.
pub(super) fn required<'a>(tag: &'a Tag, attribute: &'static str) -> Result<&'a str, Fault> {
    let cause = || SsmlCause::Missing { element: tag.name.clone(), attribute };
    tag.value(attribute).ok_or_else(|| Fault { at: tag.at, cause: cause() })
}

fn not_understood(tag: &Tag, attribute: &'static str, value: &str, wanted: &'static str) -> Fault {
    Fault { at: tag.at, cause: SsmlCause::Value { attribute, value: value.to_owned(), wanted } }
}

/// Parses a duration: `500ms`, `1.5s`.
fn milliseconds(time: &str) -> Option<u32> {
    let time = time.to_ascii_lowercase();
    let (number, unit_ms) = match time.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (time.strip_suffix('s')?, 1000.0),
    };
    let number = decimal(number.strip_prefix('+').unwrap_or(number).trim_end())?;
    Some((number * unit_ms).round().min(LONGEST_PAUSE_MS as f32) as u32)
}

/// Parses a rate: `80%`, `+10%`, `-20%`, `1.2`.
fn factor(rate: &str) -> Option<f32> {
    let Some(percent) = rate.strip_suffix('%') else {
        return decimal(rate).filter(|factor| *factor <= LARGEST_FACTOR);
    };
    let factor = match percent.split_at_checked(1) {
        Some(("+", change)) => 100.0 + decimal(change)?,
        Some(("-", change)) => 100.0 - decimal(change)?,
        _ => decimal(percent)?,
    };
    Some(factor / 100.0)
}

/// Parses digits with at most one point. (Rust's own parser would also accept `inf` and `1e9`.)
fn decimal(number: &str) -> Option<f32> {
    let is_plain = number.chars().all(|character| character.is_ascii_digit() || character == '.');
    if is_plain { number.parse().ok() } else { None }
}
