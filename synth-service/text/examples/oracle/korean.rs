//! Korean words, without differences of style.

use crate::english;

/// The words of a reading, with each zero in one of its two readings, and one spelling of six.
pub(crate) fn words(reading: &str) -> Vec<String> {
    english::words(&reading.replace('영', "공").replace('륙', "육"))
}

/// Numerals, the longer ones first. Tens, hundreds and larger ones multiply the numeral before them.
const NUMERALS: [(&str, u64); 51] = [
    ("하나", 1),
    ("다섯", 5),
    ("여섯", 6),
    ("일곱", 7),
    ("여덟", 8),
    ("아홉", 9),
    ("스물", 20),
    ("스무", 20),
    ("서른", 30),
    ("마흔", 40),
    ("예순", 60),
    ("일흔", 70),
    ("여든", 80),
    ("아흔", 90),
    ("한", 1),
    ("둘", 2),
    ("두", 2),
    ("셋", 3),
    ("세", 3),
    ("석", 3),
    ("넷", 4),
    ("네", 4),
    ("넉", 4),
    ("열", 10),
    ("쉰", 50),
    ("공", 0),
    ("일", 1),
    ("이", 2),
    ("삼", 3),
    ("사", 4),
    ("오", 5),
    ("육", 6),
    ("칠", 7),
    ("팔", 8),
    ("구", 9),
    ("십", 10),
    ("백", 100),
    ("천", 1_000),
    ("만", 10_000),
    ("억", 100_000_000),
    ("조", 1_000_000_000_000),
    ("0", 0),
    ("1", 1),
    ("2", 2),
    ("3", 3),
    ("4", 4),
    ("5", 5),
    ("6", 6),
    ("7", 7),
    ("8", 8),
    ("9", 9),
];

/// The digits that words say, those of one number behind those of the one before.
pub(crate) fn digits(words: &[String]) -> String {
    let text = words.concat();
    let mut rest = text.as_str();
    let mut digits = String::new();
    let mut number = Number::default();
    while let Some(first) = rest.chars().next() {
        let found = NUMERALS.iter().find(|(name, _)| rest.starts_with(name));
        match found {
            Some((_, value)) if number.takes(*value) => number.take(*value),
            Some((_, value)) => {
                digits.push_str(&number.said());
                number = Number::default();
                number.take(*value);
            }
            None => {
                digits.push_str(&number.said());
                number = Number::default();
            }
        }
        rest = &rest[found.map_or(first.len_utf8(), |(name, _)| name.len())..];
    }
    digits + &number.said()
}

/// A number that is being said.
#[derive(Default)]
struct Number {
    is_begun: bool,
    /// Whole ten thousands, hundred millions and so on.
    large: u64,
    /// Whole tens, hundreds and thousands of the rest.
    small: u64,
    /// The digit that was said last, and belongs to a numeral behind it.
    digit: Option<u64>,
}

impl Number {
    fn takes(&self, value: u64) -> bool {
        match value {
            0 => !self.is_begun,
            1..10 => self.digit.is_none() && self.small % 10 == 0,
            10..10_000 => {
                let times = self.digit.unwrap_or(1);
                self.small % (value * 10) == 0 && (value % 10 == 0 && (10..100).contains(&value) || times > 0)
            }
            _ => self.large % (value * 10_000) == 0,
        }
    }

    fn take(&mut self, value: u64) {
        self.is_begun = true;
        match value {
            0..10 => self.digit = Some(value),
            10 | 100 | 1_000 => self.small += self.digit.take().unwrap_or(1) * value,
            11..10_000 => self.small += value,
            _ => {
                let times = (self.small + self.digit.take().unwrap_or(0)).max(1);
                self.large += times.saturating_mul(value);
                self.small = 0;
            }
        }
    }

    fn said(&self) -> String {
        let value = self.large + self.small + self.digit.unwrap_or(0);
        if self.is_begun { value.to_string() } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_digits() {
        for (text, expected) in [
            ("만 이천오백 원", "12500"),
            ("이천이십오 년 유월 삼십일 일", "2025311"),
            ("공일공, 일이삼사", "0101234"),
            ("스물한 개와 세 권", "213"),
            ("일억 삼천만", "130000000"),
            ("영 점 오", "05"),
        ] {
            assert_eq!(digits(&words(text)), expected, "{text}");
        }
    }
}
