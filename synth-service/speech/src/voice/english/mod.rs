//! English text to phonemes in the alphabet that `misaki` defined and its voices share.
//!
//! Dictionary and rules come from `misaki-rs`. Words that the dictionary lacks are read by a small neural network where
//! the voice brings one, and otherwise spelled. A word of which nothing has a reading is left out, and the log says so.

mod ipa;
mod recent;
mod spelling;
mod unknown_words;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use misaki_rs::{Fallback, G2P, Language, MToken};

use self::{recent::Recent, unknown_words::UnknownWords};
use super::VoiceConfig;
use crate::{Runtime, SpeechError, Words};

/// misaki's mark for a word without a reading. No voice has a sound for it.
const UNKNOWN: char = '❓';

/// English text to phonemes. Shared by all workers of a voice: the dictionary takes half a second and 100 MB to load.
pub(crate) struct EnglishPhonemes {
    g2p: G2P,
    unknown_words: Option<UnknownWords>,
    recent: Mutex<Recent>,
}

impl EnglishPhonemes {
    /// Loads the dictionary for the voice's language: British for a British one, else American.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] when the language is not English, or the network for unknown words can't be loaded.
    pub(crate) fn load(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        let language = dictionary(&config.language).ok_or_else(|| SpeechError::Voice {
            voice: config.name.clone(),
            cause: format!(
                "its language is `{}`, which its family doesn't speak: set en-US or en-GB in voice.toml",
                config.language
            ),
        })?;
        Ok(Self::new(language, UnknownWords::load(config, runtime)?))
    }

    fn new(language: Language, unknown_words: Option<UnknownWords>) -> Self {
        let fallback = unknown_words.clone().map(|words| Box::new(words) as Box<dyn Fallback>);
        Self { g2p: G2P::with_fallback(language, fallback), unknown_words, recent: Mutex::default() }
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
                Words::Ipa(ipa) => Ok(ipa::from_ipa(ipa, self.g2p.lexicon.lang)),
            })
            .collect();
        let phonemes = closed_up(&pieces?.join(" "));
        if !phonemes.chars().any(char::is_alphabetic) {
            return Err(SpeechError::Unpronounceable);
        }
        Ok(phonemes)
    }

    fn read(&self, text: &str) -> Result<String, SpeechError> {
        if let Some(phonemes) = self.recent.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Ok(phonemes);
        }
        let (_, words) = self
            .g2p
            .g2p(&spelling::plain(text))
            .map_err(|_| SpeechError::Synthesis("the dictionary failed".into()))?;
        let phonemes: String = words.iter().map(|word| self.word(word) + &word.whitespace).collect();
        let phonemes = phonemes.split_whitespace().collect::<Vec<_>>().join(" ");
        self.recent.lock().unwrap_or_else(PoisonError::into_inner).keep(text, &phonemes);
        Ok(phonemes)
    }

    /// misaki's reading of a word, or another reading where misaki's would lose the word or a part of it.
    fn word(&self, word: &MToken) -> String {
        let reading = word.phonemes.as_deref().unwrap_or_default();
        let is_mark = !word.text.chars().any(char::is_alphanumeric);
        if is_mark || !reading.contains(UNKNOWN) && reading.chars().any(char::is_alphabetic) {
            return reading.replace(UNKNOWN, "");
        }
        let by_network = self.unknown_words.as_ref().and_then(|network| network.read(&word.text));
        let phonemes = by_network.unwrap_or_else(|| self.spell(&word.text));
        if phonemes.is_empty() {
            tracing::warn!(letters = word.text.chars().count(), "a word without a reading was left out");
        }
        phonemes
    }

    /// The names of the letters, one by one.
    fn spell(&self, word: &str) -> String {
        let name = |name: &String| Some(self.g2p.lexicon.get_word(name, "NNP", None, None)?.0);
        spelling::names(word).iter().filter_map(name).collect::<Vec<_>>().join(" ")
    }
}

/// The dictionary for a language, a BCP 47 tag; `None` where it is not English.
fn dictionary(language: &str) -> Option<Language> {
    let language = language.replace('_', "-").to_ascii_lowercase();
    match language.split('-').next() {
        _ if language == "en-gb" || language.starts_with("en-gb-") => Some(Language::EnglishGB),
        Some("en") => Some(Language::EnglishUS),
        _ => None,
    }
}

/// The network's ids of these phonemes, for each piece. Phonemes that the network lacks are left out, and the log says
/// how many; pieces of which nothing remains are left out too.
///
/// # Errors
/// [`SpeechError::Unpronounceable`] when no piece remains.
pub(crate) fn ids(vocabulary: &HashMap<char, i64>, pieces: &[&str]) -> Result<Vec<Vec<i64>>, SpeechError> {
    let is_unknown = |phoneme: &char| !phoneme.is_whitespace() && !vocabulary.contains_key(phoneme);
    let unknown = pieces.iter().flat_map(|piece| piece.chars()).filter(is_unknown).count();
    if unknown > 0 {
        tracing::warn!(unknown, "phonemes that this voice does not have were left out");
    }
    let ids = |piece: &&str| piece.chars().filter_map(|phoneme| vocabulary.get(&phoneme).copied()).collect();
    let ids: Vec<Vec<_>> = pieces.iter().map(ids).filter(|ids: &Vec<_>| !ids.is_empty()).collect();
    if ids.is_empty() { Err(SpeechError::Unpronounceable) } else { Ok(ids) }
}

/// Removes the spaces before marks that arise where two pieces meet.
fn closed_up(phonemes: &str) -> String {
    [" ,", " .", " ;", " :", " !", " ?"]
        .iter()
        .fold(phonemes.to_owned(), |phonemes, spaced| phonemes.replace(spaced, spaced.trim_start()))
}

#[cfg(test)]
mod tests;
