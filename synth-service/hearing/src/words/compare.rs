//! Texts beside each other, and their length in words.

use unicode_normalization::UnicodeNormalization;

use super::{english, korean, token::tokens};
use crate::language::primary;

type Table = &'static [&'static str];

/// Sounds of listening in any language.
const HUMS: &[&str] = &["mm", "mmm", "mhm", "mmhm", "hm", "hmm", "uhhuh", "ah", "aha", "oh"];

/// Whether two texts have the same words: case, marks, spaces and forms of letters (NFKC) aside. Digits and spelled
/// numbers are not the same: a recogniser that still wavers between them has not settled.
pub fn same_words(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// Whether a text only says "I'm listening": "mhm", "yeah", "네". Such words don't interrupt the service.
pub fn is_backchannel(language: &str, text: &str) -> bool {
    let known = of_language(language, english::BACKCHANNELS, korean::BACKCHANNELS);
    let is_known = |word: &String| {
        let word: String = letters(word).collect();
        known.iter().any(|known| is_repeated(&word, known)) || HUMS.contains(&word.as_str())
    };
    let words = words(text);
    !words.is_empty() && words.iter().all(is_known)
}

/// Whether a text begins with words with which a caller asks for the word, such as "wait" or "저기요".
pub fn wants_the_word(language: &str, text: &str) -> bool {
    let known = of_language(language, english::ATTENTION, korean::ATTENTION);
    let words = words(text);
    let begins = |known: &&str| known.split(' ').eq(words.iter().take(known.split(' ').count()));
    known.iter().any(begins)
}

/// The table of a language; empty for one without tables.
fn of_language(language: &str, english: Table, korean: Table) -> Table {
    match primary(language).as_str() {
        "en" => english,
        "ko" => korean,
        _ => &[],
    }
}

fn words(text: &str) -> Vec<String> {
    tokens(text).into_iter().map(|token| token.word).collect()
}

/// The number of words; Korean by eojeol. Where words have no spaces between them two characters count as one.
pub fn count(language: &str, text: &str) -> usize {
    match primary(language).as_str() {
        "ja" | "zh" | "yue" | "th" | "lo" | "km" | "my" => letters(text).count().div_ceil(2),
        _ => tokens(text).len(),
    }
}

/// Two texts as one, with a space unless the script has none.
pub(crate) fn join(one: &str, other: &str) -> String {
    let (one, other) = (one.trim(), other.trim());
    let unspaced = |char: Option<char>| {
        char.is_some_and(|char| matches!(char, '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff01}'..='\u{ff60}'))
    };
    let space = if one.is_empty() || other.is_empty() { "" } else { " " };
    let together = unspaced(one.chars().next_back()) && unspaced(other.chars().next());
    format!("{one}{}{other}", if together { "" } else { space })
}

/// The letters and digits of a text in small letters.
fn letters(text: &str) -> impl Iterator<Item = char> {
    // Capitals are folded before and after: some letters have a compatible form only as a capital.
    text.nfkc().flat_map(char::to_lowercase).nfkc().filter(|char| char.is_alphanumeric())
}

/// Whether a word is this one, once or several times: "네네네".
fn is_repeated(word: &str, known: &str) -> bool {
    let rest = word.trim_start_matches(known);
    rest.is_empty() && !word.is_empty()
}
