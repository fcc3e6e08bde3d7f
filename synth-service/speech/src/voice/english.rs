//! English text to phonemes in the alphabet that `misaki` defined and its voices share.
//!
//! Dictionary and rules come from `misaki-rs`. Words that it does not know are read by a small neural
//! network that comes with the voice, letters in and phonemes out; digits in them are read one by one, and
//! where nothing in a word has a reading it is left out and the log says so.

use std::{collections::HashMap, sync::Mutex};

use misaki_rs::{Fallback, G2P, Language, fallback::FallbackError};
use ort::{session::Session, value::TensorRef};
use serde::Deserialize;

use super::VoiceConfig;
use crate::{Device, Runtime, SpeechError, Words, runtime::Model};

/// misaki's mark for a word without a reading. No voice has a sound for it.
const UNKNOWN: char = '❓';

/// The digits in misaki's alphabet, for words that hold them among letters.
const DIGITS: [&str; 10] = ["zˈɪɹO", "wˈʌn", "tˈu", "θɹˈi", "fˈɔɹ", "fˈIv", "sˈɪks", "sˈɛvən", "ˈAt", "nˈIn"];

/// Shared by all workers of a voice: the dictionary takes half a second and 100 MB to load.
pub(crate) struct EnglishPhonemes {
    g2p: G2P,
}

impl EnglishPhonemes {
    pub(crate) fn load(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        let language = if config.language == "en-GB" { Language::EnglishGB } else { Language::EnglishUS };
        let unknown_words = UnknownWords::load(config, runtime)?;
        Ok(Self { g2p: G2P::with_fallback(language, Some(Box::new(unknown_words))) })
    }

    /// The phonemes of the words, punctuation included.
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] when nothing in them has a reading.
    pub(crate) fn phonemes(&self, words: &[Words]) -> Result<String, SpeechError> {
        let pieces: Result<Vec<_>, _> = words
            .iter()
            .map(|words| match words {
                Words::Written(text) => self.read(text),
                Words::Ipa(ipa) => Ok(from_ipa(ipa)),
            })
            .collect();
        let phonemes = closed_up(&pieces?.join(" "));
        if !phonemes.chars().any(char::is_alphabetic) {
            return Err(SpeechError::Unpronounceable);
        }
        Ok(phonemes)
    }

    fn read(&self, text: &str) -> Result<String, SpeechError> {
        let (phonemes, _) =
            self.g2p.g2p(text).map_err(|_| SpeechError::Synthesis("the dictionary failed".into()))?;
        Ok(phonemes.replace(UNKNOWN, " ").split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// misaki writes diphthongs, affricates and a few English variants as single characters. Longer spellings
/// come first.
const FROM_IPA: [(&str, &str); 17] = [
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("oʊ", "O"),
    ("əʊ", "O"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("ɚ", "əɹ"),
    ("ɝ", "ɜɹ"),
    ("ɐ", "ə"),
    ("ɾ", "T"),
    ("ɫ", "l"),
    ("g", "ɡ"),
    ("r", "ɹ"),
    ("x", "k"),
    (".", ""),
];

/// Without the spaces that stand before marks where two pieces met.
fn closed_up(phonemes: &str) -> String {
    [" ,", " .", " ;", " :", " !", " ?"]
        .iter()
        .fold(phonemes.to_owned(), |phonemes, spaced| phonemes.replace(spaced, spaced.trim_start()))
}

fn from_ipa(ipa: &str) -> String {
    // Ties first: they stand inside the pairs that are looked for.
    let ipa = ipa.replace(['\u{361}', '\u{35c}', '\u{2d0}', '\u{2d1}'], "");
    FROM_IPA.iter().fold(ipa, |ipa, (from, to)| ipa.replace(from, to))
}

/// The network's alphabets, as its JSON file gives them.
#[derive(Deserialize)]
struct Alphabets {
    /// Characters it reads; the id of the first one is 1.
    #[serde(rename = "in")]
    letters: Vec<char>,
    /// Phonemes it gives; the id of the first one is 1, 0 is "nothing".
    #[serde(rename = "out")]
    phonemes: Vec<char>,
    /// Longest word, in characters.
    maxlen: usize,
}

/// Reads words that no dictionary has.
struct UnknownWords {
    letters: HashMap<char, i64>,
    phonemes: Vec<char>,
    longest: usize,
    /// Shared: such words are rare and take about a millisecond.
    session: Mutex<Session>,
}

impl UnknownWords {
    fn load(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        let alphabets: Alphabets = config.read_json("unknown_words_alphabet")?;
        let model = config.file("unknown_words")?;
        let session = runtime
            .session(Model::File(&model), Device::Cpu)
            .map_err(|cause| config.error(&model, &cause))?;
        Ok(Self {
            letters: alphabets.letters.into_iter().zip(1..).collect(),
            phonemes: alphabets.phonemes,
            longest: alphabets.maxlen,
            session: Mutex::new(session),
        })
    }

    /// Digit by digit and, between them, letters as a word.
    fn read(&self, word: &str) -> ort::Result<String> {
        let mut readings = Vec::new();
        let mut letters = String::new();
        for character in word.chars() {
            match character.to_digit(10) {
                Some(digit) => {
                    readings.push(self.read_letters(&std::mem::take(&mut letters))?);
                    readings.push(DIGITS[digit as usize].to_owned());
                }
                None => letters.push(character),
            }
        }
        readings.push(self.read_letters(&letters)?);
        readings.retain(|reading| !reading.is_empty());
        Ok(readings.join(" "))
    }

    fn read_letters(&self, letters: &str) -> ort::Result<String> {
        let ids: Vec<i64> = letters
            .chars()
            .filter_map(|letter| self.letters.get(&letter).copied())
            .take(self.longest)
            .collect();
        if ids.is_empty() {
            return Ok(String::new());
        }
        let mut session = self.session.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let outputs =
            session.run(ort::inputs![TensorRef::from_array_view(([1, ids.len()], ids.as_slice()))?])?;
        let (_, steps) = outputs[0].try_extract_tensor::<i64>()?;
        Ok(collapse(steps).filter_map(|id| self.phonemes.get(id - 1)).collect())
    }
}

/// Connectionist temporal classification: repeats count once, 0 separates.
fn collapse(steps: &[i64]) -> impl Iterator<Item = usize> + '_ {
    let previous = std::iter::once(&0).chain(steps);
    steps
        .iter()
        .zip(previous)
        .filter(|(step, previous)| step != previous && **step > 0)
        .map(|(step, _)| *step as usize)
}

impl Fallback for UnknownWords {
    /// Never an error: misaki would write the word, which a caller may have said, into the log.
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        let phonemes = self.read(word).unwrap_or_default();
        if !phonemes.is_empty() {
            return Ok(phonemes);
        }
        // Lone marks come here too and have no reading.
        if word.chars().any(char::is_alphanumeric) {
            tracing::warn!(letters = word.chars().count(), "a word without a reading was left out");
        }
        Ok(UNKNOWN.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_collapse_unless_something_stands_between() {
        assert_eq!(collapse(&[0, 3, 3, 0, 3, 5, 5, 0]).collect::<Vec<_>>(), [3, 3, 5]);
    }
}
