//! Amounts as they are written: "12,500", "3.14", "1만 2천", "3억5천만".

use super::numerals;

const BIGGEST_PLAIN: usize = 20;

/// Words that begin like a power of ten.
const NO_SCALES: [&str; 34] = [
    "조각",
    "조건",
    "조항",
    "조례",
    "조회",
    "조정",
    "조기",
    "조직",
    "조금",
    "조끼",
    "경기",
    "경우",
    "경로",
    "경험",
    "경찰",
    "경력",
    "경주",
    "경북",
    "경남",
    "경고",
    "경쟁",
    "백신",
    "백화",
    "백업",
    "천장",
    "천안",
    "만기",
    "만료",
    "만족",
    "만점",
    "만남",
    "만큼",
    "천사",
    "백만장자",
];

/// A number at the start of a text.
pub(super) struct Amount<'t> {
    pub(super) written: &'t str,
    pub(super) spoken: String,
    /// The digits of a whole number that is written in nothing but digits.
    pub(super) digits: Option<&'t str>,
    /// The power of ten after a single number: "만" of "3만"; empty otherwise.
    pub(super) scale: &'t str,
}

impl Amount<'_> {
    /// The value, where a native numeral can say it.
    pub(super) fn count(&self) -> Option<u8> {
        self.digits?.parse().ok()
    }

    /// Written like a code: "007".
    pub(super) fn has_leading_zero(&self) -> bool {
        self.digits.is_some_and(|digits| digits.len() > 1 && digits.starts_with('0'))
    }
}

struct Plain<'t> {
    whole: String,
    fraction: &'t str,
    length: usize,
}

/// The longest amount that `text` begins with. Without `scales` 만, 억 and the like are not part of it.
pub(super) fn parse(text: &str, scales: bool) -> Option<Amount<'_>> {
    let plain = plain(text)?;
    let scale = if scales { scale(&text[plain.length..]) } else { "" };
    let length = plain.length + scale.len();
    if plain.fraction.is_empty() && !scale.is_empty() && plain.whole.len() <= BIGGEST_PLAIN {
        return scaled(text);
    }
    let spoken = if plain.fraction.is_empty() {
        numerals::sino(&plain.whole)
    } else {
        numerals::decimal(&plain.whole, plain.fraction)
    };
    let is_digits = scale.is_empty() && plain.length == plain.whole.len();
    Some(Amount {
        written: &text[..length],
        spoken: format!("{spoken}{scale}"),
        digits: is_digits.then(|| &text[..plain.length]),
        scale,
    })
}

/// Parts with falling powers of ten, with or without spaces between them.
fn scaled(text: &str) -> Option<Amount<'_>> {
    let (mut total, mut section) = (0_u128, 0_u128);
    let (mut last_big, mut last_small) = (u128::MAX, u128::MAX);
    let (mut length, mut parts, mut last_scale) = (0, 0, "");
    loop {
        let space = usize::from(parts > 0 && text[length..].starts_with(' '));
        let rest = &text[length + space..];
        let Some(part) = plain(rest).filter(|part| part.fraction.is_empty()) else { break };
        let Ok(value) = part.whole.parse::<u128>() else { break };
        let written = scale(&rest[part.length..]);
        let (small, big) = values(written);
        // "1만 2천" and "1만 2000" are one number; "1만 3명" is not.
        let belongs = space == 0 || !written.is_empty() || part.whole.len() >= 3;
        if parts > 0 && (last_scale.is_empty() || !belongs || small >= last_small || big >= last_big) {
            break;
        }
        section = section.saturating_add(value.saturating_mul(small));
        last_small = small;
        if big > 1 {
            total = total.saturating_add(section.saturating_mul(big));
            (section, last_big, last_small) = (0, big, u128::MAX);
        }
        (parts, last_scale) = (parts + 1, written);
        length += space + part.length + written.len();
    }
    let spoken = numerals::sino(&total.saturating_add(section).to_string());
    let scale = if parts == 1 { last_scale } else { "" };
    (parts > 0).then(|| Amount { written: &text[..length], spoken, digits: None, scale })
}

/// "12,500.5": digits, groups of three after commas, a fraction that is not part of a version.
fn plain(text: &str) -> Option<Plain<'_>> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    if length == 0 {
        return None;
    }
    let mut whole = text[..length].to_owned();
    let has_groups = length <= 3;
    while has_groups && text[length..].starts_with(',') && digits(length + 1) == 3 {
        whole.push_str(&text[length + 1..length + 4]);
        length += 4;
    }
    let behind = text[length..].strip_prefix('.').map_or(0, |_| digits(length + 1));
    let mut fraction = "";
    if behind > 0 {
        let end = length + 1 + behind;
        let goes_on = text[end..].starts_with('.') && digits(end + 1) > 0;
        if !goes_on {
            fraction = &text[length + 1..end];
            length = end;
        }
    }
    Some(Plain { whole, fraction, length })
}

/// Whether digits, a currency or a counter go on with ten to the sixteenth.
fn is_counted(after: &str) -> bool {
    const COUNTED: [&str; 11] = ["원", "달러", "유로", "엔", "위안", "개", "명", "배", "여", "번", "단위"];
    let next = after.trim_start();
    next.starts_with(|it: char| it.is_ascii_digit()) || COUNTED.iter().any(|word| next.starts_with(word))
}

/// The power of ten that `rest` begins with: at most one of 십, 백, 천 and one of 만, 억, 조, 경.
pub(super) fn scale(rest: &str) -> &str {
    if !rest.starts_with(['십', '백', '천', '만', '억', '조', '경'])
        || NO_SCALES.iter().any(|word| rest.starts_with(word))
    {
        return "";
    }
    // 2:35경: about that time.
    if rest.strip_prefix('경').is_some_and(|after| !is_counted(after)) {
        return "";
    }
    let small = rest.chars().next().filter(|it| matches!(it, '십' | '백' | '천')).map_or(0, char::len_utf8);
    let behind = &rest[small..];
    let is_word = NO_SCALES.iter().any(|word| behind.starts_with(word));
    let big = behind.chars().next().filter(|it| !is_word && matches!(it, '만' | '억' | '조' | '경'));
    &rest[..small + big.map_or(0, char::len_utf8)]
}

/// The factor of a written power of ten: within four digits, and beyond.
fn values(scale: &str) -> (u128, u128) {
    scale.chars().fold((1, 1), |(small, big), unit| match unit {
        '십' => (10, big),
        '백' => (100, big),
        '천' => (1_000, big),
        '만' => (small, 10_u128.pow(4)),
        '억' => (small, 10_u128.pow(8)),
        '조' => (small, 10_u128.pow(12)),
        _ => (small, 10_u128.pow(16)),
    })
}
