//! Written forms into spoken words, by language.

mod english;
mod korean;

/// What SSML's `say-as` or a person can say about how a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SayAs {
    /// "12" as "twelve".
    Cardinal,
    /// "3" as "third".
    Ordinal,
    /// Digit by digit.
    Digits,
    /// Letter by letter, digit by digit, sign by sign.
    Characters,
    /// Digit by digit, in groups.
    Telephone,
    /// "05/06/2025", in this order.
    Date(DateOrder),
    /// "14:30", or a duration.
    Time,
    /// "$12.50", or an amount with its code.
    Currency,
}

/// How a date of plain numbers is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// As the language's region does, unless the numbers say otherwise.
    #[default]
    Customary,
    /// 5/6 is the sixth of May.
    MonthDayYear,
    /// 5/6 is the fifth of June.
    DayMonthYear,
    /// 2025-05-06.
    YearMonthDay,
}

/// The text with every number, sign and abbreviation in words, as a person would read it in `language` (a BCP 47
/// tag). Languages without rules of their own are left as they are. Words stay as they are: what was normalised
/// once does not change when it is normalised again. (In Korean, half an address may: "example.co9" has become
/// "example.co 구", which has one in it.)
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

/// The text in words, read as what it is said to be. Where it can't be read like that, as [`normalise`] reads it.
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
