//! Korean words, without differences of style.

use crate::english;

/// The words of a reading, with each zero in one of its two readings, and one spelling of six.
pub(crate) fn words(reading: &str) -> Vec<String> {
    english::words(&reading.replace('영', "공").replace('륙', "육"))
}

/// Values and their numerals. Tens, hundreds and larger ones multiply the numeral before them.
const NUMERALS: [(u64, &str); 24] = [
    (0, "공"),
    (1, "일 하나 한"),
    (2, "이 둘 두"),
    (3, "삼 셋 세 석"),
    (4, "사 넷 네 넉"),
    (5, "오 다섯"),
    (6, "육 여섯"),
    (7, "칠 일곱"),
    (8, "팔 여덟"),
    (9, "구 아홉"),
    (10, "십 열"),
    (20, "스물 스무"),
    (30, "서른"),
    (40, "마흔"),
    (50, "쉰"),
    (60, "예순"),
    (70, "일흔"),
    (80, "여든"),
    (90, "아흔"),
    (100, "백"),
    (1_000, "천"),
    (10_000, "만"),
    (100_000_000, "억"),
    (1_000_000_000_000, "조"),
];

/// The numeral with which a text begins, and its value.
fn numeral(text: &str) -> Option<(&str, u64)> {
    let names = NUMERALS.iter().flat_map(|(value, names)| names.split(' ').map(|name| (name, *value)));
    names.filter(|(name, _)| text.starts_with(name)).max_by_key(|(name, _)| name.len())
}

/// The digits that words say, those of one number behind those of the one before.
pub(crate) fn digits(words: &[String]) -> String {
    let text = words.concat();
    let mut rest = text.as_str();
    let mut digits = String::new();
    let mut begun = Number::default();
    while let Some(first) = rest.chars().next() {
        let found = numeral(rest);
        if !found.is_some_and(|(_, value)| begun.takes(value)) {
            digits.push_str(&std::mem::take(&mut begun).digits());
        }
        if let Some((name, value)) = found {
            begun.take(value);
            rest = &rest[name.len()..];
        } else {
            digits.extend(Some(first).filter(char::is_ascii_digit));
            rest = &rest[first.len_utf8()..];
        }
    }
    digits + &begun.digits()
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
    /// Whether a numeral with this value goes on with the number.
    fn takes(&self, value: u64) -> bool {
        match value {
            0 => !self.is_begun,
            1..10 => self.digit.is_none() && self.small.is_multiple_of(10),
            10 | 100 | 1_000 => self.small.is_multiple_of(value * 10),
            11..100 => self.digit.is_none() && self.small.is_multiple_of(100),
            _ => self.large.is_multiple_of(value * 10_000),
        }
    }

    fn take(&mut self, value: u64) {
        self.is_begun = true;
        match value {
            0..10 => self.digit = Some(value),
            10 | 100 | 1_000 => self.small += self.digit.take().unwrap_or(1) * value,
            11..100 => self.small += value,
            _ => {
                let times = (self.small + self.digit.take().unwrap_or(0)).max(1);
                self.large += times.saturating_mul(value);
                self.small = 0;
            }
        }
    }

    fn digits(&self) -> String {
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
