//! Numerals that are part of a name of a street or a quarter: 종로삼가, 역삼일동. Other parts of an address are
//! quantities.

use std::sync::LazyLock;

use super::{
    hangul::tail,
    numerals::sino,
    rule::{Rule, Text, apply, compile},
};

/// Words before a number and 동 that don't name a quarter.
const NO_QUARTER: [&str; 16] = [
    "총",
    "약",
    "제",
    "지하",
    "아파트",
    "단지",
    "빌라",
    "주공",
    "자이",
    "타운",
    "동",
    "차",
    "호",
    "각",
    "전체",
    "빌",
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"([가-힣](?:로|대로|동|문)) ?(\d{1,2})가", |found| {
            Some(format!("{}{}가", found.group(1), sino(found.group(2))))
        }),
        (r"([가-힣]{1,4})(\d)동", |found| {
            let is_name = !NO_QUARTER.iter().any(|word| found.group(1).ends_with(word));
            is_name.then(|| format!("{}{}동", found.group(1), sino(found.group(2))))
        }),
        (r"\b[Bb](\d{1,2})(?:[Ff]| ?층)", |found| Some(format!("지하 {} 층", sino(found.group(1))))),
        (r"(\d{1,3})[Ff]", |found| {
            let is_word = found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            let is_seat = ["좌석", "석", "열"].iter().any(|word| tail(found.before(), 4).contains(word));
            (found.stands_alone() && !is_word && !is_seat).then(|| format!("{} 층", sino(found.group(1))))
        }),
    ])
});

/// The text with such names in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
}
