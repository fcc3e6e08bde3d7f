//! The languages that a voice of this family may speak.

use super::super::{VoiceConfig, english::EnglishPhonemes, korean};
use crate::{Runtime, SpeechError, Words};

/// Text to phonemes, in the voice's language.
pub(super) enum Phonemes {
    English(Box<EnglishPhonemes>),
    Korean,
}

impl Phonemes {
    /// # Errors
    /// [`SpeechError::Voice`] when the language is neither English nor Korean, or a file of it can't be loaded.
    pub(super) fn load(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        if korean::is_korean(&config.language) {
            return Ok(Self::Korean);
        }
        EnglishPhonemes::load(config, runtime).map(Box::new).map(Self::English)
    }

    /// # Errors
    /// [`SpeechError::Unpronounceable`] when nothing in the words has a reading.
    pub(super) fn of(&self, words: &[Words]) -> Result<String, SpeechError> {
        match self {
            Self::English(english) => english.phonemes(words),
            Self::Korean => korean::phonemes(words),
        }
    }
}
