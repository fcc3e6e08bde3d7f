//! Rewrites what misaki can't read into words that it can.
//!
//! misaki gives a whole word up when one mark in it has no reading, and the number in "50%" or "24/7" would
//! be gone with it. So no digit reaches it glued to anything but the marks that it reads itself.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

/// A pattern and what takes its place; tried in this order.
struct Rule {
    pattern: Regex,
    replacement: Replacement,
}

type Replacement = fn(&Captures<'_>) -> String;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rules: [(&str, Replacement); 18] = [
        // $1.2M, €3 million
        (r"([$€£¥₩])\s?(\d+(?:,\d{3})*(?:\.\d+)?)\s?(k|K|M|B|bn|thousand|million|billion)\b", |found| {
            format!("{} {} {}", &found[2], scale(&found[3]), currency(&found[1]))
        }),
        // 100€, 5 $
        (r"(\d)\s?([$€£¥₩])", |found| format!("{} {}", &found[1], currency(&found[2]))),
        (r"([¥₩])\s?(\d+(?:,\d{3})*(?:\.\d+)?)", |found| format!("{} {}", &found[2], currency(&found[1]))),
        (r"(\d)\s?%", |found| format!("{} percent", &found[1])),
        (r"(\d)\s?°\s?([CF])\b", |found| format!("{} degrees {}", &found[1], temperature(&found[2]))),
        (r"(\d)\s?°", |found| format!("{} degrees", &found[1])),
        (r"(?:#|№)\s?(\d)", |found| format!("number {}", &found[1])),
        (r"(\d?)\s?([½¼¾])", |found| fraction(&found[1], &found[2])),
        (r"\b(1/2|1/4|3/4)\b", |found| fraction("", &found[1])),
        // 9:00, 9:00 pm
        (r"\b(\d{1,2}):00(\s?[ap]\.?m\b)?", |found| match found.get(2) {
            Some(half) => format!("{} {}", &found[1], half.as_str().trim()),
            None => format!("{} o'clock", &found[1]),
        }),
        // 1990s
        (r"\b(\d{2})([02-9])0s\b", |found| format!("{} {}", &found[1], decade(&found[2]))),
        // A date's parts, in the order in which they stand.
        (r"\b(\d{4})-(\d{2})-(\d{2})\b", |found| format!("{} {} {}", &found[1], &found[2], &found[3])),
        // Telephone numbers, with or without a country code.
        (r"\+?\b(?:\d{1,3}[- ])?\(?\d{3}\)?[- ]\d{3,4}(?:-\d{4})?\b|\b\d+(?:-\d+){2,}\b", |found| {
            digit_groups(&found[0])
        }),
        // 5-10
        (r"\b(\d+)\s?[-–]\s?(\d+)\b", |found| format!("{} to {}", &found[1], &found[2])),
        // More digits in a row are no quantity.
        (r"\d{13,}", |found| spaced(&found[0])),
        // 24-hour, 10am, covid-19, BA2490; 3rd stays as it is.
        (r"(\d)-?((?:st|nd|rd|th)\b)?-?(\p{L}*)", |found| match (found.get(2), &found[3]) {
            (Some(ordinal), rest) => spaced_if(&format!("{}{}", &found[1], ordinal.as_str()), rest),
            (None, rest) => spaced_if(&found[1], rest),
        }),
        (r"(\p{L})[-.]?(\d)", |found| format!("{} {}", &found[1], &found[2])),
        // Any other mark beside a digit, and marks that have no reading anywhere.
        (r"(\d)[/:*=~^|\\+_](\d?)|[*=~^|\\<>\[\]°_]", |found| match (found.get(1), found.get(2)) {
            (Some(before), Some(after)) => format!("{} {}", before.as_str(), after.as_str()),
            _ => " ".to_owned(),
        }),
    ];
    rules
        .into_iter()
        .filter_map(|(pattern, replacement)| Some(Rule { pattern: Regex::new(pattern).ok()?, replacement }))
        .collect()
});

/// The sentence with every number and mark in a form that misaki reads.
pub(super) fn readable(sentence: &str) -> String {
    RULES.iter().fold(sentence.to_owned(), |text, rule| {
        match rule.pattern.replace_all(&text, |found: &Captures<'_>| (rule.replacement)(found)) {
            Cow::Borrowed(_) => text,
            Cow::Owned(replaced) => replaced,
        }
    })
}

fn scale(suffix: &str) -> &str {
    match suffix {
        "k" | "K" => "thousand",
        "M" => "million",
        "B" | "bn" => "billion",
        word => word,
    }
}

fn currency(sign: &str) -> &'static str {
    match sign {
        "$" => "dollars",
        "€" => "euros",
        "£" => "pounds",
        "¥" => "yen",
        _ => "won",
    }
}

fn temperature(letter: &str) -> &'static str {
    if letter == "C" { "Celsius" } else { "Fahrenheit" }
}

fn decade(tens: &str) -> &'static str {
    match tens {
        "2" => "twenties",
        "3" => "thirties",
        "4" => "forties",
        "5" => "fifties",
        "6" => "sixties",
        "7" => "seventies",
        "8" => "eighties",
        "9" => "nineties",
        _ => "hundreds",
    }
}

/// `whole` is the digit before the fraction, or nothing.
fn fraction(whole: &str, fraction: &str) -> String {
    let words = match fraction {
        "½" | "1/2" => ["one half", "a half"],
        "¼" | "1/4" => ["one quarter", "a quarter"],
        _ => ["three quarters", "three quarters"],
    };
    if whole.is_empty() { format!(" {}", words[0]) } else { format!("{whole} and {}", words[1]) }
}

/// Digit by digit, with a short pause where groups meet.
fn digit_groups(number: &str) -> String {
    let plus = if number.starts_with('+') { "plus " } else { "" };
    let groups: Vec<String> = number
        .split(|character: char| !character.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .map(spaced)
        .collect();
    format!("{plus}{}", groups.join(", "))
}

fn spaced(digits: &str) -> String {
    digits.chars().map(String::from).collect::<Vec<_>>().join(" ")
}

fn spaced_if(number: &str, rest: &str) -> String {
    if rest.is_empty() { number.to_owned() } else { format!("{number} {rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_valid_pattern() {
        assert_eq!(RULES.len(), 18);
    }

    #[test]
    fn numbers_and_marks_become_words_that_misaki_reads() {
        for (sentence, expected) in [
            ("at 5:30 p.m. on May 3rd", "at 5 30 p.m. on May 3rd"),
            ("note: this", "note: this"),
            ("20°C is 68 °F", "20 degrees Celsius is 68 degrees Fahrenheit"),
            ("50% off, 0.5% more", "50 percent off, 0.5 percent more"),
            ("24/7 help", "24 7 help"),
            ("call 555-0199 now", "call 5 5 5, 0 1 9 9 now"),
            ("1-800-555-0199", "1, 8 0 0, 5 5 5, 0 1 9 9"),
            ("+1 (425) 555-0100", "plus 1, 4 2 5, 5 5 5, 0 1 0 0"),
            ("5-10 days, 2020-2024", "5 to 10 days, 2020 to 2024"),
            ("on 2024-01-05", "on 2024 01 05"),
            ("on 01/05/2024", "on 01 05 2024"),
            ("100€, 5 €, ¥100, $12.50, €20", "100 euros, 5 euros, 100 yen, $12.50, €20"),
            ("$1.2M and €3 billion", "1.2 million dollars and 3 billion euros"),
            ("24-hour, 3-year-old, covid-19", "24 hour, 3 year-old, covid 19"),
            ("BA-123, AB-1234-XY, 2B, 100k", "BA 123, AB 1234 XY, 2 B, 100 k"),
            ("10:30am, 7pm, 9:00, 9:00 pm", "10 30 am, 7 pm, 9 o'clock, 9 pm"),
            ("the 1990s and 1900s", "the 19 nineties and 19 hundreds"),
            ("1½ cups, ½ a cup, 3/4", "1 and a half cups, one half a cup,  three quarters"),
            ("12345678901234567890", "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0"),
            ("see [1] and #5", "see  1  and number 5"),
            ("1,250 people, 3.14, the 21st", "1,250 people, 3.14, the 21st"),
            ("don't change well-known words", "don't change well-known words"),
        ] {
            assert_eq!(readable(sentence), expected, "{sentence}");
        }
    }
}
