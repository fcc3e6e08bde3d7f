//! The names of Latin letters.

const NAMES: [&str; 26] = [
    "에이",
    "비",
    "씨",
    "디",
    "이",
    "에프",
    "지",
    "에이치",
    "아이",
    "제이",
    "케이",
    "엘",
    "엠",
    "엔",
    "오",
    "피",
    "큐",
    "알",
    "에스",
    "티",
    "유",
    "브이",
    "더블유",
    "엑스",
    "와이",
    "제트",
];

/// "에이" for A and a; `None` for anything but a Latin letter.
pub(super) fn name(letter: char) -> Option<&'static str> {
    let position = u32::from(letter.to_ascii_uppercase()).checked_sub(u32::from('A'))?;
    NAMES.get(usize::try_from(position).ok()?).copied()
}

/// Letter by letter, without spaces; everything but Latin letters is left out.
pub(super) fn spell(letters: &str) -> String {
    letters.chars().filter_map(name).collect()
}

/// Whether the letters, having no vowel, can't be read as one word.
pub(super) fn has_no_vowel(letters: &str) -> bool {
    !letters.contains(|it: char| "aeiouyAEIOUY".contains(it))
}
