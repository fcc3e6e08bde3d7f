//! Converts written forms to spoken words, by language.

mod english;
mod korean;
mod pattern;

/// The kinds of text that SSML's `say-as` or a caller can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SayAs {
    /// "12" as "twelve".
    Cardinal,
    /// "3" as "third".
    Ordinal,
    /// Read digit by digit.
    Digits,
    /// Read letter by letter, digit by digit, sign by sign.
    Characters,
    /// Read digit by digit, in groups.
    Telephone,
    /// "05/06/2025", with its numbers in this order.
    Date(DateOrder),
    /// "14:30", or a duration.
    Time,
    /// "$12.50", or an amount with the code of its currency.
    Currency,
}

/// The order of day, month and year in a date of plain numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// The order of the language's region, unless the numbers show another one.
    #[default]
    Customary,
    /// 5/6 is the sixth of May.
    MonthDayYear,
    /// 5/6 is the fifth of June.
    DayMonthYear,
    /// 2025-05-06.
    YearMonthDay,
}

/// The text with every number, sign and abbreviation in words, as a person would read it in `language` (a BCP 47 tag).
/// A text in a language without rules is unchanged. Words are unchanged, so normalising a text a second time has no
/// effect. (Korean has an exception, a part of an address: "example.co9" becomes "example.co 구", in which "example.co"
/// is an address.)
///
/// ```
/// assert_eq!(text::normalise("en-US", "It is $5 at 3:30 p.m."), "It is five dollars at three thirty p.m.");
/// assert_eq!(text::normalise("ko-KR", "3개"), "세 개");
/// ```
pub fn normalise(language: &str, text: &str) -> String {
    match primary(language).as_str() {
        "en" => english::normalise(language, text),
        "ko" => korean::normalise(text),
        _ => text.to_owned(),
    }
}

/// The text in words, read as the given kind. Text that does not fit the kind is read as by [`normalise`].
///
/// ```
/// use text::{SayAs, say_as};
///
/// assert_eq!(say_as("en-US", SayAs::Ordinal, "3"), "third");
/// assert_eq!(say_as("en-US", SayAs::Digits, "42"), "four two");
/// ```
pub fn say_as(language: &str, kind: SayAs, text: &str) -> String {
    match primary(language).as_str() {
        "en" => english::say_as(language, kind, text),
        "ko" => korean::say_as(kind, text),
        _ => text.to_owned(),
    }
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}
