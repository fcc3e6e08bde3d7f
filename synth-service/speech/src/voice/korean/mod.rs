//! Korean text to phonemes in the alphabet that `misaki` defined and its voices share.
//!
//! Hangul shows how a word is built, not how it sounds: [`rules`] turns written syllables into spoken ones after the
//! standard pronunciation, [`alphabet`] turns those into phonemes. Numbers, dates and Latin words arrive spelled out
//! in Hangul.

mod alphabet;
mod rules;
mod syllable;

use unicode_normalization::UnicodeNormalization;

use self::syllable::Syllable;
use crate::{SpeechError, Words};

/// Marks that the voices know and that shape the melody.
const MARKS: &str = ",;:—….!?";

/// Affricates as IPA writes them and as the alphabet does.
const AFFRICATES: [(&str, &str); 4] = [("t͡ɕ", "ʨ"), ("d͡ʑ", "ʥ"), ("tɕ", "ʨ"), ("dʑ", "ʥ")];

/// Whether a BCP 47 tag means Korean.
pub(crate) fn is_korean(language: &str) -> bool {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    first.eq_ignore_ascii_case("ko")
}

/// The phonemes of the words, punctuation included.
///
/// # Errors
/// [`SpeechError::Unpronounceable`] when no part of them is Hangul or IPA.
pub(crate) fn phonemes(words: &[Words]) -> Result<String, SpeechError> {
    let pieces = words.iter().map(|words| match words {
        Words::Written(text) => read(text),
        Words::Ipa(ipa) => AFFRICATES.iter().fold(ipa.clone(), |ipa, (from, to)| ipa.replace(from, to)),
    });
    let phonemes = closed_up(&pieces.collect::<Vec<_>>().join(" "));
    if phonemes.chars().any(char::is_alphabetic) { Ok(phonemes) } else { Err(SpeechError::Unpronounceable) }
}

/// The phonemes of Hangul, with its marks. Everything else is left out, and the log says how much.
fn read(text: &str) -> String {
    let mut phonemes = String::new();
    let mut word = Vec::new();
    let mut unread = 0;
    for character in text.nfc() {
        if let Some(syllable) = Syllable::of(character) {
            word.push(syllable);
            continue;
        }
        phonemes += &spoken(&mut word);
        match character {
            mark if MARKS.contains(mark) => phonemes.push(mark),
            other => {
                unread += usize::from(other.is_alphanumeric());
                phonemes.push(' ');
            }
        }
    }
    phonemes += &spoken(&mut word);
    if unread > 0 {
        tracing::warn!(unread, "characters that are not Hangul were left out");
    }
    phonemes
}

/// The phonemes of one word, which is then empty.
fn spoken(word: &mut Vec<Syllable>) -> String {
    rules::pronounce(word);
    let phonemes = alphabet::phonemes(word);
    word.clear();
    phonemes
}

/// One space between words, none before a mark.
fn closed_up(phonemes: &str) -> String {
    let spaced = phonemes.split_whitespace().collect::<Vec<_>>().join(" ");
    MARKS.chars().fold(spaced, |phonemes, mark| phonemes.replace(&format!(" {mark}"), &mark.to_string()))
}

#[cfg(test)]
mod tests;
