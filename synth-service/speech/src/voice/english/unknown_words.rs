//! A small neural network that reads words which the dictionary lacks: letters in, phonemes out. Some voices bring one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use misaki_rs::{Fallback, fallback::FallbackError};
use ort::{session::Session, value::TensorRef};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{super::VoiceConfig, UNKNOWN};
use crate::{Device, Runtime, SpeechError, runtime::Model};

/// Role of the network's file in `voice.toml`.
const MODEL: &str = "unknown_words";

/// The network's alphabets, as its JSON file gives them.
#[derive(Deserialize)]
struct Alphabets {
    /// Characters that the network reads; the id of the first one is 1.
    #[serde(rename = "in")]
    letters: Vec<char>,
    /// Phonemes that the network gives; the id of the first one is 1, and 0 is "nothing".
    #[serde(rename = "out")]
    phonemes: Vec<char>,
    /// Longest word, in characters.
    maxlen: usize,
}

/// The loaded network. Cheap to clone.
#[derive(Clone)]
pub(super) struct UnknownWords(Arc<Network>);

struct Network {
    letters: HashMap<char, i64>,
    phonemes: Vec<char>,
    longest: usize,
    /// Shared by all clones: unknown words are rare and take about a millisecond each.
    session: Mutex<Session>,
}

impl UnknownWords {
    /// Loads the network; `None` where the voice has none.
    pub(super) fn load(config: &VoiceConfig, runtime: &Runtime) -> Result<Option<Self>, SpeechError> {
        if !config.has_file(MODEL) {
            return Ok(None);
        }
        let alphabets: Alphabets = config.read_json("unknown_words_alphabet")?;
        let model = config.file(MODEL)?;
        let session = runtime
            .session(Model::File(&model), Device::Cpu, 1)
            .map_err(|cause| config.error(&model, &cause))?;
        Ok(Some(Self(Arc::new(Network {
            letters: alphabets.letters.into_iter().zip(1..).collect(),
            phonemes: alphabets.phonemes,
            longest: alphabets.maxlen,
            session: Mutex::new(session),
        }))))
    }

    /// The phonemes of a word; `None` when the word is too long or has characters that the network can't read.
    pub(super) fn read(&self, word: &str) -> Option<String> {
        let Network { letters, longest, .. } = &*self.0;
        let is_letter = |character: &char| character.is_alphabetic();
        let id = |letter: char| letters.get(&letter).or_else(|| letters.get(&without_marks(letter))).copied();
        let ids = word.chars().filter(is_letter).map(id);
        let ids: Vec<i64> = ids.collect::<Option<_>>()?;
        let fits = (1..=*longest).contains(&ids.len()) && !word.chars().any(char::is_numeric);
        // After a failure the word has no reading, but the rest of the sentence still does.
        let phonemes = fits.then(|| self.0.run(&ids).ok()).flatten()?;
        phonemes.chars().any(char::is_alphabetic).then_some(phonemes)
    }
}

impl Network {
    fn run(&self, ids: &[i64]) -> ort::Result<String> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![TensorRef::from_array_view(([1, ids.len()], ids))?])?;
        let (_, steps) = outputs[0].try_extract_tensor::<i64>()?;
        Ok(collapse(steps).filter_map(|id| self.phonemes.get(id - 1)).collect())
    }
}

fn without_marks(letter: char) -> char {
    std::iter::once(letter).nfd().next().unwrap_or(letter)
}

/// Decodes the steps of connectionist temporal classification: repeats count once, 0 separates.
fn collapse(steps: &[i64]) -> impl Iterator<Item = usize> + '_ {
    let previous = std::iter::once(&0).chain(steps);
    steps
        .iter()
        .zip(previous)
        .filter(|(step, previous)| step != previous && **step > 0)
        .map(|(step, _)| *step as usize)
}

impl Fallback for UnknownWords {
    /// Never returns an error: misaki would log the word, which a caller may have said.
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        Ok(self.read(word).unwrap_or_else(|| UNKNOWN.to_string()))
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
