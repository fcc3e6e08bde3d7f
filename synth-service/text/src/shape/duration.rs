//! Estimates the time in which words are spoken.

use super::words::is_hangul;

/// Syllables per second.
const LATIN_PACE: f32 = 4.5;
const HANGUL_PACE: f32 = 6.5;
const IDEOGRAPH_PACE: f32 = 5.0;

/// Syllables of the digits from zero to nine when each is said alone.
const DIGITS: [f32; 10] = [2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 1.0, 1.0];

/// Most digits that are read as one number; longer runs are read digit by digit.
const LONGEST_NUMBER: usize = 6;

/// Most letters of a word; longer runs are spelled.
const LONGEST_WORD: usize = 25;

/// The estimated time in which `text` is spoken at normal speed, in seconds, including the pauses at its marks.
///
/// Counts syllables, which is right to about a quarter for a sentence of prose; a text full of
/// abbreviations, codes or amounts can be off by half. `language` is a BCP 47 tag.
///
/// ```
/// let short = text::estimated_seconds("en-US", "Thank you.");
/// assert!(short > 0.2 && short < text::estimated_seconds("en-US", "Thank you very much."));
/// ```
pub fn estimated_seconds(language: &str, text: &str) -> f32 {
    text.split_whitespace().map(|word| word_seconds(language, word)).sum()
}

/// The estimate for the text between two spaces.
pub(super) fn word_seconds(language: &str, word: &str) -> f32 {
    let is_korean = language.get(..2).is_some_and(|primary| primary.eq_ignore_ascii_case("ko"));
    let digit_pace = if is_korean { HANGUL_PACE } else { LATIN_PACE };
    let mut seconds = 0.0;
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let kind = kind(first);
        let end = rest.find(|character| self::kind(character) != kind).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        let is_last = behind.chars().all(|character| self::kind(character) == Kind::Sign);
        seconds += match kind {
            Kind::Digit => digits(run) / digit_pace,
            Kind::Hangul => count(run) / HANGUL_PACE,
            Kind::Ideograph => count(run) / IDEOGRAPH_PACE,
            Kind::Letter => letters(run) / LATIN_PACE,
            Kind::Sign => run.chars().map(|sign| sign_seconds(sign, is_last)).sum(),
        };
        rest = behind;
    }
    seconds
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Digit,
    Hangul,
    Ideograph,
    Letter,
    Sign,
}

fn kind(character: char) -> Kind {
    match character {
        _ if character.is_ascii_digit() => Kind::Digit,
        _ if is_hangul(character) => Kind::Hangul,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => Kind::Ideograph,
        _ if character.is_alphabetic() => Kind::Letter,
        _ => Kind::Sign,
    }
}

fn count(text: &str) -> f32 {
    text.chars().map(|_| 1.0).sum()
}

/// Syllables of a run of digits, read either digit by digit or as a number.
fn digits(run: &str) -> f32 {
    if run.len() > LONGEST_NUMBER || (run.len() > 1 && run.starts_with('0')) {
        return run.bytes().map(|digit| DIGITS.get(usize::from(digit - b'0')).copied().unwrap_or(1.0)).sum();
    }
    match run.len() {
        1 => run.bytes().map(|digit| DIGITS.get(usize::from(digit - b'0')).copied().unwrap_or(1.0)).sum(),
        2 => 2.4,
        3 if run.ends_with("00") => 3.0,
        3 => 5.4,
        4 if run.ends_with("00") => 4.0,
        4 => 5.5,
        5 => 8.0,
        _ => 10.0,
    }
}

/// Syllables of a run of letters: groups of vowels, less a silent e; in a spelled word each letter counts as one.
fn letters(run: &str) -> f32 {
    let is_vowel = |letter: char| "aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœаеёиоуыэюя".contains(letter);
    let lower = run.to_lowercase();
    let mut groups = 0.0;
    let mut was_vowel = false;
    for letter in lower.chars() {
        let vowel = is_vowel(letter);
        groups += if vowel && !was_vowel { 1.0 } else { 0.0 };
        was_vowel = vowel;
    }
    let length = run.chars().count();
    let is_initials = length > 1 && length <= 4 && run.chars().all(char::is_uppercase);
    // Some languages have very long words, but with a vowel every few letters.
    let is_no_word = length > LONGEST_WORD && (length > 2 * LONGEST_WORD || groups * 6.0 < count(run));
    let is_spelled = is_initials || is_no_word;
    if is_spelled {
        return count(run);
    }
    let is_silent =
        lower.ends_with('e') && !lower.ends_with("le") || lower.ends_with("ed") && !lower.ends_with("ted");
    let syllables: f32 = if is_silent && groups > 1.0 { groups - 1.0 } else { groups };
    // The letters belong to a script whose vowels are not listed here.
    if groups == 0.0 && !run.is_ascii() { count(run) / 2.0 } else { syllables.max(1.0) }
}

/// Seconds of a sign: a pause at the end of a word, a spoken word elsewhere.
fn sign_seconds(sign: char, is_last: bool) -> f32 {
    match sign {
        '.' | '!' | '?' | '。' | '！' | '？' | '…' if is_last => 0.25,
        ',' | ';' | ':' | '，' | '、' | '；' | '：' if is_last => 0.15,
        '–' | '—' => 0.2,
        '$' | '€' | '£' | '¥' | '₩' | '%' | '@' | '&' | '+' | '=' | '×' | '÷' | '°' | '#' => 0.35,
        '.' | '/' | '*' | '~' | '_' | '\\' => 0.25,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_near_a_speakers_time() {
        for (language, text, least, most) in [
            ("en-US", "Yes.", 0.3, 0.7),
            ("en-US", "Thank you for calling.", 1.1, 2.0),
            ("en-US", "Your order has shipped and should arrive by Friday.", 2.4, 4.0),
            ("en-US", "Call 555-0134 now.", 2.0, 3.5),
            ("en-US", "It costs $49.99.", 1.5, 3.2),
            ("ko-KR", "네.", 0.2, 0.6),
            ("ko-KR", "안녕하세요, 무엇을 도와드릴까요?", 2.0, 3.2),
            ("ja", "ありがとうございます。", 1.5, 3.0),
            ("en-US", &"a".repeat(200), 35.0, 50.0),
            ("de-DE", "Donaudampfschifffahrtsgesellschaft", 1.5, 4.0),
            ("ru", "Спасибо за звонок.", 0.9, 2.2),
        ] {
            let seconds = estimated_seconds(language, text);
            assert!((least..=most).contains(&seconds), "{text:?}: {seconds}");
        }
    }
}
