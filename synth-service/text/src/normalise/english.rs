//! Rewrites what misaki can't read into words that it can.
//!
//! misaki gives a whole word up when one mark in it has no reading, and the number in "50%" or "24/7" would
//! be gone with it. So no digit reaches it glued to anything but the marks that it reads itself.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

const RULE_COUNT: usize = 30;

/// A pattern and what takes its place; tried in this order.
struct Rule {
    pattern: Regex,
    replacement: Replacement,
}

type Replacement = fn(&Captures<'_>) -> String;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    const AMOUNT: &str = r"\d+(?:,\d{3})*(?:\.\d+)?";
    let rules: [(&str, Replacement); RULE_COUNT] = [
        // Dates: their parts, in the order in which they stand.
        (r"\b(\d{1,2})/(\d{1,2})/(\d{2,4})\b", |found| format!("{} {} {}", &found[1], &found[2], &found[3])),
        (r"\b(\d{4})-(\d{2})-(\d{2})\b", |found| format!("{} {} {}", &found[1], &found[2], &found[3])),
        // 9:00 pm, 9:00, 21:00, 9:05
        (r"\b(\d{1,2}):00\s?([aApP]\.?[mM])\b", |found| format!("{} {}", &found[1], &found[2])),
        (r"\b(1[0-2]|[1-9]):00([^:\d]|$)", |found| format!("{} o'clock{}", &found[1], &found[2])),
        (r"\b(\d{1,2}):00([^:\d]|$)", |found| format!("{} hundred{}", &found[1], &found[2])),
        (r"\b(\d{1,2}):0([1-9])\b", |found| format!("{} oh {}", &found[1], &found[2])),
        // $1.2M, $5-$10, 100€, ¥100
        (r"([$€£¥₩])\s?(AMOUNT)\s?(k|K|m|M|B|bn|thousand|million|billion|trillion)\b", |found| {
            format!("{} {} {}", &found[2], scale(&found[3]), currency(&found[1]))
        }),
        (r"([$€£])(AMOUNT)\s?[-–]\s?[$€£]?(AMOUNT)", |found| {
            format!("{}{} to {}{}", &found[1], &found[2], &found[1], &found[3])
        }),
        (r"(\d)\s?([$€£¥₩])([^\d]|$)", |found| {
            format!("{} {}{}", &found[1], currency(&found[2]), &found[3])
        }),
        (r"([¥₩])\s?(AMOUNT)", |found| format!("{} {}", &found[2], currency(&found[1]))),
        (r"(\d)\s?%", |found| format!("{} percent", &found[1])),
        (r"(\d)\s?°\s?([CF])\b", |found| format!("{} degrees {}", &found[1], temperature(&found[2]))),
        (r"(\d)\s?°", |found| format!("{} degrees", &found[1])),
        (r"(?:#|№)\s?(\d)", |found| format!("number {}", &found[1])),
        (r"(\d?)\s?([½¼¾])", |found| fraction(&found[1], &found[2])),
        (r"(?:\b(\d+)\s|(^|[^\d/]))(1/2|1/4|3/4)([^\d/]|$)", |found| {
            let (whole, before) = (found.get(1), found.get(2));
            let before = before.map_or("", |before| before.as_str());
            format!("{before}{}{}", fraction(whole.map_or("", |whole| whole.as_str()), &found[3]), &found[4])
        }),
        // 1990s, the 80s
        (r"'?\b(\d{2})?([1-9])0s\b|\b(\d{2})00s\b", |found| match (found.get(1), found.get(3)) {
            (_, Some(century)) => format!("{} hundreds", century.as_str()),
            (Some(century), None) => format!("{} {}", century.as_str(), decade(&found[2])),
            (None, None) => decade(&found[2]).to_owned(),
        }),
        // Telephone numbers and other groups of digits.
        (
            r"\+\d[\d ().-]{6,}\d\b|\(\d{3}\) ?\d{3}[- ]\d{4}\b|\b(?:\d{1,3}[-. ])?(?:\d{3}[-.])?\d{3}[-.]\d{4}\b|\b\d+(?:-\d+){2,}\b",
            |found| digit_groups(&found[0]),
        ),
        // 5-10, 9–5pm
        (r"\b(\d+(?:\.\d+)?)(?:-| ?– ?)(\d)", |found| format!("{} to {}", &found[1], &found[2])),
        // 1 000 000
        (r"(\d)((?: 000)+)\b", |found| format!("{}{}", &found[1], found[2].replace(' ', ""))),
        // Codes and account numbers: leading zeros, or more digits than a quantity is written with.
        (r"(^|[^\d.,:/])(0\d{2,})\b", |found| format!("{}{}", &found[1], spaced(&found[2]))),
        (
            r"\b\d{7,}\b",
            |found| if found[0].ends_with("000") { found[0].to_owned() } else { spaced(&found[0]) },
        ),
        (r"(\d)\s?=\s?(\d)", |found| format!("{} equals {}", &found[1], &found[2])),
        (r"(\d)\s?\+\s?(\d)", |found| format!("{} plus {}", &found[1], &found[2])),
        // 24-hour, 10am, covid-19, BA2490, site2.com; 3rd stays as it is.
        (r"(\d)-?(\p{L}+)", |found| match &found[2] {
            "st" | "nd" | "rd" | "th" => found[0].to_owned(),
            letters => format!("{} {letters}", &found[1]),
        }),
        (r"(\p{L})[-.]?(\d)", |found| format!("{} {}", &found[1], &found[2])),
        (r"(\d)\.(\p{Ll})", |found| format!("{} dot {}", &found[1], &found[2])),
        // Any other mark beside a digit, and marks that have no reading anywhere.
        (r"(\d)[/:*=~^|\\+_]+", |found| format!("{} ", &found[1])),
        (r"[/:*=~^|\\+_]+(\d)", |found| format!(" {}", &found[1])),
        (r"[*=~^|\\<>\[\]°_]", |_| " ".to_owned()),
    ];
    let compiled = rules.map(|(pattern, replacement)| {
        Regex::new(&pattern.replace("AMOUNT", AMOUNT)).map(|pattern| Rule { pattern, replacement })
    });
    // A test makes sure that none is left out.
    compiled.into_iter().filter_map(Result::ok).collect()
});

pub(super) fn normalise(_language: &str, text: &str) -> String {
    readable(text)
}

pub(super) fn say_as(language: &str, _kind: super::SayAs, text: &str) -> String {
    normalise(language, text)
}

/// The sentence with every number and mark in a form that misaki reads.
fn readable(sentence: &str) -> String {
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
        "m" | "M" => "million",
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
        "1" => "tens",
        "2" => "twenties",
        "3" => "thirties",
        "4" => "forties",
        "5" => "fifties",
        "6" => "sixties",
        "7" => "seventies",
        "8" => "eighties",
        _ => "nineties",
    }
}

/// `whole` is the number before the fraction, or nothing.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_a_valid_pattern() {
        assert_eq!(RULES.len(), RULE_COUNT);
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
            ("(425) 555-0100 or 425.555.0100", "4 2 5, 5 5 5, 0 1 0 0 or 4 2 5, 5 5 5, 0 1 0 0"),
            ("1 000 000 in room 101 200 people", "1000000 in room 101 200 people"),
            ("5-10 days, 2020-2024", "5 to 10 days, 2020 to 2024"),
            ("5-7pm, 9-5, 10–11am, 5-10km", "5 to 7 pm, 9 to 5, 10 to 11 am, 5 to 10 km"),
            ("$5-$10 or $1,000–$2,000", "$5 to $10 or $1,000 to $2,000"),
            ("on 2024-01-05", "on 2024 01 05"),
            ("on 01/05/2024, 3/4/2025", "on 01 05 2024, 3 4 2025"),
            ("100€, 5 €, ¥100, $12.50, €20", "100 euros, 5 euros, 100 yen, $12.50, €20"),
            ("50 $20 bills", "50 $20 bills"),
            ("$1.2M and €3 billion", "1.2 million dollars and 3 billion euros"),
            ("24-hour, 3-year-old, covid-19", "24 hour, 3 year-old, covid 19"),
            ("BA-123, AB-1234-XY, 2B, 100k", "BA 123, AB 1234 XY, 2 B, 100 k"),
            ("10:30am, 7pm, 9:00, 9:00 pm", "10 30 am, 7 pm, 9 o'clock, 9 pm"),
            ("9:05, 7:00 PM, 21:00, 10:00:30", "9 oh 5, 7 PM, 21 hundred, 10 00 30"),
            ("the 1990s, 1900s, 80s and 2010s", "the 19 nineties, 19 hundreds, eighties and 20 tens"),
            (
                "1½ cups, ½ a cup, 3/4, 2 1/2",
                "1 and a half cups, one half a cup,  three quarters, 2 and a half",
            ),
            ("code 004217, 007", "code 0 0 4 2 1 7, 0 0 7"),
            ("4255550100 but 3000000", "4 2 5 5 5 5 0 1 0 0 but 3000000"),
            ("10 + 5 = 15", "10 plus 5 equals 15"),
            ("see [1] and #5", "see  1  and number 5"),
            ("1,250 people, 3.14, the 21st", "1,250 people, 3.14, the 21st"),
            ("site2.com, R2-D2, 1/2/3/4", "site 2 dot com, R 2 D 2, 1 2 3 4"),
            ("don't change well-known words", "don't change well-known words"),
        ] {
            assert_eq!(readable(sentence), expected, "{sentence}");
        }
    }
}
