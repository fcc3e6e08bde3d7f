//! Telephone numbers and codes: each digit once, in order.

use super::numerals::whole;
use super::{Variety, Words};
use crate::Report;
use crate::numbers::Numbers;

/// Writings of telephone numbers: `d` is a digit, `D` one from 2 to 9.
const TELEPHONES: [&str; 38] = [
    "Ddd-Ddd-dddd",
    "(Ddd) Ddd-dddd",
    "(Ddd)Ddd-dddd",
    "Ddd.Ddd.dddd",
    "Ddd Ddd dddd",
    "Ddd\u{2013}Ddd\u{2013}dddd",
    "1-Ddd-Ddd-dddd",
    "1 (Ddd) Ddd-dddd",
    "1-800-Ddd-dddd",
    "1-888-Ddd-dddd",
    "+1 Ddd Ddd dddd",
    "+1-Ddd-Ddd-dddd",
    "+1 (Ddd) Ddd-dddd",
    "+1.Ddd.Ddd.dddd",
    "+1DddDdddddd",
    "Ddd-dddd",
    "+44 20 dddd dddd",
    "+44 7ddd dddddd",
    "+44 161 Ddd dddd",
    "+44 (0)20 dddd dddd",
    "020 7ddd dddd",
    "07ddd dddddd",
    "0161 Ddd dddd",
    "0800 Ddd dddd",
    "+82 10-dddd-dddd",
    "+82-10-dddd-dddd",
    "+82 2 Ddd dddd",
    "+49 30 dddddddd",
    "+49 89 dddddd",
    "+49 151 dddddddd",
    "+33 1 dd dd dd dd",
    "+33 6 dd dd dd dd",
    "+61 2 dddd dddd",
    "+61 4dd ddd ddd",
    "+61 3 dddd dddd",
    "1300 ddd ddd",
    "+81 3-dddd-dddd",
    "+34 9dd ddd ddd",
];

/// Numbers of each writing.
const EACH: usize = 60;

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Digits one by one, in any groups, with their "plus" where `plus` says that one is written.
fn dictated(words: &mut Words<'_>, plus: bool) -> Option<String> {
    (words.take("plus") == plus).then_some(())?;
    words.digits()
}

fn telephones(language: &'static str) {
    let mut report = Report::new(language);
    let mut numbers = Numbers::new();
    for pattern in TELEPHONES {
        let read = whole(Variety::of(language), |words| dictated(words, pattern.starts_with('+')));
        for _ in 0..EACH {
            let written = numbers.fill(pattern);
            let digits = digits_of(&written);
            for frame in ["Please call N today.", "Our number is N.", "Reach us on N, day or night."] {
                report.read(pattern, frame, &written, &digits, &read);
            }
        }
    }
    report.finish();
}

/// Frames whose number is said digit by digit, and patterns of numbers for them.
const CODES: [(&str, &[&str]); 10] = [
    ("Your order N has shipped.", &["Ddddd", "Dddddd", "Dddddddd"]),
    ("Order #N is on its way.", &["Ddddd", "0dddd", "Ddddddd"]),
    ("Your account number is N.", &["dddddddd", "dddddddddd", "0ddddddd"]),
    ("The card ending in N was declined.", &["dddd"]),
    ("Your code is N.", &["dddddd", "0ddddd"]),
    ("Your PIN is N.", &["dddd"]),
    ("Tracking number N.", &["Dddddddddddd"]),
    ("Is it N?", &["4ddd dddd dddd dddd", "4ddd-dddd-dddd-dddd"]),
    ("The last four digits are N.", &["dddd"]),
    ("My SSN is N.", &["ddd-dd-dddd"]),
];

fn codes(language: &'static str) {
    let mut report = Report::new(language);
    let mut numbers = Numbers::new();
    let read = whole(Variety::of(language), |words| {
        words.take("number");
        words.digits()
    });
    for (frame, patterns) in CODES {
        for pattern in patterns {
            for _ in 0..EACH {
                let written = numbers.fill(pattern);
                let sign = frame.contains("#N");
                let frame = frame.replace("#N", "N");
                let text = if sign { format!("#{written}") } else { written.clone() };
                report.read("code", &frame, &text, &digits_of(&written), &read);
            }
        }
    }
    report.finish();
}

#[test]
fn american_telephone_numbers_and_codes() {
    telephones("en-US");
    codes("en-US");
}

#[test]
fn british_telephone_numbers_and_codes() {
    telephones("en-GB");
    codes("en-GB");
}
