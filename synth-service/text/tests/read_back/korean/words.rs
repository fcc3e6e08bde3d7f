//! Korean numerals as values.

const DIGITS: &str = "영일이삼사오육칠팔구";
const NATIVE_UNITS: [&str; 9] = ["한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"];
const NATIVE_TENS: [&str; 9] = ["열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"];
const SCALES: [(char, u64); 4] =
    [('경', 10_000_000_000_000_000), ('조', 1_000_000_000_000), ('억', 100_000_000), ('만', 10_000)];

fn digit(character: char) -> Option<u64> {
    DIGITS.chars().position(|digit| digit == character).map(|place| place as u64)
}

/// "만 이천오백": Sino-Korean, with a space behind each power of ten thousand.
pub(super) fn sino(text: &str) -> Option<u64> {
    if text == "영" {
        return Some(0);
    }
    let mut total = 0;
    let mut limit = u64::MAX;
    for (at, group) in text.split(' ').enumerate() {
        (limit > 1).then_some(())?;
        let scaled = SCALES.iter().find_map(|(name, scale)| Some((group.strip_suffix(*name)?, *scale)));
        let (group, scale) = scaled.unwrap_or((group, 1));
        (scale < limit).then_some(())?;
        limit = scale;
        // Ten thousand is "만" at the head of a number; behind other groups it keeps its "일".
        let value =
            if group.is_empty() && scale == 10_000 && at == 0 { 1 } else { below_ten_thousand(group)? };
        (at > 0 || scale != 10_000 || group != "일").then_some(())?;
        total += value * scale;
    }
    Some(total)
}

/// "삼백오". A thousand, a hundred and ten have no "일" before them.
fn below_ten_thousand(text: &str) -> Option<u64> {
    let mut rest = text.chars().peekable();
    let mut total = 0;
    for (name, power) in [('천', 1_000), ('백', 100), ('십', 10)] {
        let mut ahead = rest.clone();
        let count = ahead.peek().copied().and_then(digit);
        if count.is_some() {
            ahead.next();
        }
        if ahead.next() == Some(name) {
            (count != Some(0) && count != Some(1)).then_some(())?;
            total += count.unwrap_or(1) * power;
            rest = ahead;
        }
    }
    if let Some(last) = rest.next() {
        total += digit(last).filter(|unit| *unit > 0)?;
    }
    (total > 0 && rest.next().is_none()).then_some(total)
}

/// One to ninety-nine before a counter: "스물한".
pub(super) fn native(text: &str) -> Option<u64> {
    match text {
        "스무" => return Some(20),
        // Before measures of old: 서 말, 넉 되.
        "서" | "석" => return Some(3),
        "너" | "넉" => return Some(4),
        _ => {}
    }
    let tens = NATIVE_TENS.iter().position(|tens| text.starts_with(tens));
    let rest = tens.map_or(text, |place| &text[NATIVE_TENS[place].len()..]);
    let tens = tens.map_or(0, |place| 10 * (place as u64 + 1));
    if rest.is_empty() {
        return (tens > 0 && tens != 20).then_some(tens);
    }
    Some(tens + 1 + NATIVE_UNITS.iter().position(|unit| *unit == rest)? as u64)
}

/// "십 점 이오" or "마이너스 오", as it would be written.
pub(super) fn number(text: &str) -> Option<String> {
    let (sign, text) = text.strip_prefix("마이너스 ").map_or(("", text), |rest| ("-", rest));
    let Some((whole, decimals)) = text.split_once(" 점 ") else {
        return Some(format!("{sign}{}", sino(text)?));
    };
    Some(format!("{sign}{}.{}", sino(whole)?, digits(decimals)?))
}

/// "공일공, 일이삼사": digits one by one, in groups.
pub(super) fn digits(text: &str) -> Option<String> {
    let digit = |character| match character {
        '공' => Some('0'),
        other => char::from_digit(digit(other)? as u32, 10),
    };
    let digits: Option<String> =
        text.chars().filter(|character| !", ".contains(*character)).map(digit).collect();
    digits.filter(|digits| !digits.is_empty())
}
