//! Signs that are left when all numbers are words.

use std::sync::LazyLock;

use super::{
    hangul::{ends_in_consonant, fitting_particle, is_syllable, word_ends_before},
    numerals::{native, sino},
    quantity::{from, is_until},
    rule::{Found, Rule, Text, apply, compile},
};

/// Signs that have one reading wherever they stand.
const NAMES: [(&str, &str); 18] = [
    ("&", "앤드"),
    ("%", "퍼센트"),
    ("‰", "퍼밀"),
    ("@", "골뱅이"),
    ("#", "샵"),
    ("*", "별표"),
    ("+", "플러스"),
    ("±", "플러스마이너스"),
    ("×", "곱하기"),
    ("÷", "나누기"),
    ("₩", "원"),
    ("$", "달러"),
    ("€", "유로"),
    ("£", "파운드"),
    ("¥", "엔"),
    ("₹", "루피"),
    ("°", "도"),
    ("§", "조항"),
];

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    compile(&[
        (r"_+ *| {2,}", |_| Some(" ".to_owned())),
        (r" {2,}", |_| Some(" ".to_owned())),
        // Its name says it already: 별표(*).
        (r"(우물 ?정자?|샵|별표|별|골뱅이|퍼센트|앤드) ?\((?:#|\*|@|%|&)\)", |found| {
            Some(found.group(1).to_owned())
        }),
        // <표 1>
        (r"<([가-힣A-Za-z][^<>]*)>", |found| Some(found.group(1).to_owned())),
        (r"\*표", |_| Some("별표".to_owned())),
        (r" ?=+ ?", |found| {
            let before = found.before().trim_end();
            // "엑셀에서 =SUM(" begins a formula.
            let begins = found.group(0) == " =" && found.before().ends_with("에서");
            let name = match before.ends_with(is_syllable) && !begins {
                true if ends_in_consonant(before) => "은 ",
                true => "는 ",
                false => " 이퀄 ",
            };
            Some(name.to_owned())
        }),
        // The writer of "*을" may have read it differently.
        (r"([&%‰@#*+±×÷₩$€£¥₹°§])((?:으로|[을를은는이가과와로])?)", |found| {
            let name = NAMES.iter().find(|(sign, _)| *sign == found.group(1)).map(|(_, name)| name)?;
            if found.after().starts_with(is_syllable) {
                let is_noun = found.group(2).is_empty() && !word_ends_before(found.after());
                return Some(format!("{name}{}{}", if is_noun { " " } else { "" }, found.group(2)));
            }
            let particle = fitting_particle(name, found.group(2)).map_or("", |(particle, _)| particle);
            Some(format!("{name}{particle}"))
        }),
        // The + and - buttons.
        (r"(^|[ ,(/'])[-−] ?(버튼|키|단추|기호|표시)", |found| {
            Some(format!("{}마이너스 {}", found.group(1), found.group(2)))
        }),
        (r" ?[→⇒]+ ?", |found| {
            let is_between = !found.before().is_empty() && !found.after().is_empty();
            Some(if is_between { ", " } else { "" }.to_owned())
        }),
        (r"[★☆]{2,10}", |found| {
            let given = found.group(0).chars().filter(|star| *star == '★').count();
            let all = found.group(0).chars().count();
            // There is no native zero.
            let count = |stars: usize| native(stars as u8).unwrap_or_else(|| sino("0")) + " 개";
            Some(match given == all {
                true => format!("별 {}", count(all)),
                false => format!("별 {} 중 {}", count(all), count(given)),
            })
        }),
        (r"[★☆•]+", |_| Some(String::new())),
        (r" ?~+ ?", tilde),
        (r" ?/[/ ]*", slash),
        (r"유에스비-", |_| Some("유에스비 ".to_owned())),
        (r"(?: [-–—]+)+ ", |_| Some(", ".to_owned())),
        (r"²", |_| Some("제곱".to_owned())),
        (r"³", |_| Some("세제곱".to_owned())),
        (r" {2,}", |_| Some(" ".to_owned())),
        (r" +([.,!?)\]])", |found| {
            // ".com" by itself would become an address with the word before it.
            let is_label =
                found.group(1) == "." && found.after().starts_with(|it: char| it.is_ascii_alphanumeric());
            (!is_label).then(|| found.group(1).to_owned())
        }),
    ])
});

/// The text with such signs in words.
pub(super) fn read(text: &mut Text) {
    apply(&RULES, text);
    let trimmed = text.trim_matches(' ');
    if trimmed.len() < text.len() {
        let trimmed = trimmed.to_owned();
        text.set(trimmed);
    }
}

const CURRENCIES: [&str; 6] = ["원", "달러", "엔", "유로", "위안", "파운드"];

/// Between two Korean words one or the other; between anything else it is named.
fn slash(found: &Found<'_>) -> Option<String> {
    let is_word = |it: Option<char>| it.is_some_and(is_syllable);
    let (previous, next) = (found.before().chars().next_back(), found.after().chars().next());
    let is_between = previous.is_some_and(|it| !it.is_whitespace()) && next.is_some();
    // 원/달러 환율
    let has_rate = CURRENCIES.iter().any(|name| found.before().ends_with(name))
        && CURRENCIES.iter().any(|name| found.after().starts_with(name));
    if has_rate {
        return Some(" ".to_owned());
    }
    match is_word(previous) && is_word(next) {
        true => Some(", ".to_owned()),
        false => is_between.then(|| " 슬래시 ".to_owned()),
    }
}

/// Between two words a range; after a time its beginning, before a time its end; else only a drawn-out tone.
fn tilde(found: &Found<'_>) -> Option<String> {
    let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphanumeric() || it == ')' || it == '(');
    let (previous, next) = (found.before().chars().next_back(), found.after().chars().next());
    let is_between = is_word(previous) && is_word(next);
    let is_drawn = found.group(0).ends_with(' ') && !found.group(0).starts_with(' ');
    Some(match is_between {
        true if is_drawn && ends_in_time(found.before()) => "부터 ".to_owned(),
        true if is_drawn => " ".to_owned(),
        true => format!("{} ", from(is_until(found.after()))),
        false if ends_in_time(found.before()) => "부터".to_owned(),
        false => if found.group(0).ends_with(' ') { " " } else { "" }.to_owned(),
    })
}

fn ends_in_time(before: &str) -> bool {
    ["일", "월", "년", "시", "분", "요일", "원"].iter().any(|word| before.trim_end().ends_with(word))
}
