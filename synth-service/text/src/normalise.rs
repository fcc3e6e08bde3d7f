//! Written forms into spoken words, by language.

mod english;
mod korean;

/// What SSML's `say-as` or a person can say about how a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SayAs {
    Cardinal,
    Ordinal,
    /// Digit by digit.
    Digits,
    /// Letter by letter, digit by digit, sign by sign.
    Characters,
    Telephone,
    Date(DateOrder),
    Time,
    Currency,
}

/// How a date of plain numbers is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// As the language's region does, unless the numbers say otherwise.
    #[default]
    Customary,
    MonthDayYear,
    DayMonthYear,
    YearMonthDay,
}

/// The text with every number, sign and abbreviation in words, as a person would read it in `language` (a BCP 47
/// tag). Languages without rules of their own are left as they are. Words stay as they are: what was normalised
/// once does not change when it is normalised again. (In Korean, half an address may: "example.co9" has become
/// "example.co 구", which has one in it.)
pub fn normalise(language: &str, text: &str) -> String {
    match primary(language).as_str() {
        "en" => english::normalise(language, text),
        "ko" => korean::normalise(text),
        _ => text.to_owned(),
    }
}

/// The text in words, read as what it is said to be. Where it can't be read like that, as [`normalise`] reads it.
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
