//! Digits into numerals: Sino-Korean, native, and one by one.

const DIGITS: [&str; 10] = ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구"];
const WITHIN_MYRIAD: [&str; 4] = ["", "십", "백", "천"];
const MYRIADS: [&str; 6] = ["", "만", "억", "조", "경", "해"];
const NATIVE_TENS: [&str; 10] = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"];
const NATIVE_ONES: [&str; 10] = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"];

/// How zero is read where digits are read one by one.
#[derive(Clone, Copy)]
pub(super) enum Zero {
    /// 공, as in telephone numbers and codes.
    Gong,
    /// 영, as in decimals.
    Yeong,
}

/// "11000" as "만 천", in groups of four digits. Numbers beyond 해 are read digit by digit.
pub(super) fn sino(digits: &str) -> String {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return DIGITS[0].to_owned();
    }
    if digits.len() > MYRIADS.len() * 4 {
        return one_by_one(digits, Zero::Gong);
    }
    let values: Vec<usize> =
        digits.chars().filter_map(|digit| digit.to_digit(10)).map(|it| it as usize).collect();
    let groups: Vec<String> = values
        .rchunks(4)
        .enumerate()
        .filter(|(_, group)| group.iter().any(|&digit| digit > 0))
        .map(|(position, group)| {
            let is_leading = (position + 1) * 4 >= values.len();
            // One 만 is just 만, but one 억 is 일억.
            let is_bare = position == 1 && is_leading && group == [1];
            format!("{}{}", if is_bare { String::new() } else { within_myriad(group) }, MYRIADS[position])
        })
        .collect();
    groups.into_iter().rev().collect::<Vec<_>>().join(" ")
}

/// Up to four digits, as values.
fn within_myriad(group: &[usize]) -> String {
    let mut words = String::new();
    for (place, &digit) in group.iter().enumerate() {
        let unit = WITHIN_MYRIAD[group.len() - 1 - place];
        if digit > 1 || (digit == 1 && unit.is_empty()) {
            words.push_str(DIGITS[digit]);
        }
        if digit > 0 {
            words.push_str(unit);
        }
    }
    words
}

/// The native numeral in the form that stands before a counter, for 1 to 99.
pub(super) fn native(count: u8) -> Option<String> {
    match count {
        20 => Some("스무".to_owned()),
        1..=99 => {
            let (tens, ones) = (usize::from(count / 10), usize::from(count % 10));
            Some(format!("{}{}", NATIVE_TENS[tens], NATIVE_ONES[ones]))
        }
        _ => None,
    }
}

/// The rank in an order, "첫 번째"; beyond 99 with a Sino-Korean numeral.
pub(super) fn ordinal(digits: &str) -> String {
    match digits.parse::<u8>() {
        Ok(1) => "첫 번째".to_owned(),
        count => {
            let numeral = count.ok().and_then(native).unwrap_or_else(|| sino(digits));
            format!("{numeral} 번째")
        }
    }
}

/// Each digit by itself, without spaces; everything but digits is left out.
pub(super) fn one_by_one(digits: &str, zero: Zero) -> String {
    let values = digits.chars().filter_map(|digit| digit.to_digit(10));
    values
        .map(|value| match (value, zero) {
            (0, Zero::Gong) => "공",
            (value, _) => DIGITS[value as usize],
        })
        .collect()
}

/// "3" and "14" as "삼 점 일사".
pub(super) fn decimal(whole: &str, fraction: &str) -> String {
    format!("{} 점 {}", sino(whole), one_by_one(fraction, Zero::Yeong))
}

/// The digits of English, as Korean writes them in names: "3D" is 쓰리디.
pub(super) fn english_digit(digit: char) -> Option<&'static str> {
    const ENGLISH: [&str; 10] =
        ["제로", "원", "투", "쓰리", "포", "파이브", "식스", "세븐", "에이트", "나인"];
    ENGLISH.get(digit.to_digit(10)? as usize).copied()
}
