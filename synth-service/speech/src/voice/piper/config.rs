//! The JSON file beside a model: how text becomes numbers, and how the model is run.

use std::collections::HashMap;

use serde::Deserialize;

use crate::{SpeechError, voice::VoiceConfig};

/// Role of the file in `voice.toml`.
const ROLE: &str = "config";

/// The fields in use; names and defaults are Piper's.
#[derive(Deserialize)]
pub(super) struct PiperConfig {
    audio: Audio,
    espeak: Option<EspeakVoice>,
    #[serde(default)]
    pub(super) inference: Inference,
    #[serde(default)]
    phoneme_type: PhonemeType,
    /// Phoneme → its ids.
    pub(super) phoneme_id_map: HashMap<String, Vec<i64>>,
    /// Ids are below this.
    num_symbols: Option<i64>,
    #[serde(default)]
    speaker_id_map: HashMap<String, i64>,
    /// Vowels that, side by side, are one phoneme.
    #[serde(default)]
    pub(super) vowel_clusters: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct EspeakVoice {
    voice: String,
}

/// How free the model is, and how slow.
#[derive(Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct Inference {
    pub(super) noise_scale: f32,
    pub(super) length_scale: f32,
    #[serde(rename = "noise_w")]
    pub(super) duration_noise_scale: f32,
}

impl Default for Inference {
    fn default() -> Self {
        Self { noise_scale: 0.667, length_scale: 1.0, duration_noise_scale: 0.8 }
    }
}

/// The kinds of a model's phonemes. Piper has others, each with a dictionary of its own, that are not supported.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum PhonemeType {
    #[default]
    Espeak,
    Text,
}

/// Where phonemes come from.
pub(super) enum Source {
    /// espeak-ng, which knows the language by this name.
    Espeak(String),
    /// The text itself: each character is one.
    Text,
}

impl PiperConfig {
    /// # Errors
    /// [`SpeechError::Voice`] naming the file and its missing or unfit field.
    pub(super) fn read(voice: &VoiceConfig) -> Result<Self, SpeechError> {
        let config: Self = voice.read_json(ROLE)?;
        let path = voice.file(ROLE)?;
        config.check(voice.sample_rate).map_err(|cause| voice.error(&path, &cause))?;
        Ok(config)
    }

    fn check(&self, sample_rate: u32) -> Result<(), String> {
        if self.audio.sample_rate != sample_rate {
            return Err(format!(
                "its audio.sample_rate is {}, in voice.toml sample_rate is {sample_rate}",
                self.audio.sample_rate
            ));
        }
        let outside = |id: &&i64| !(0..self.num_symbols.unwrap_or(i64::MAX)).contains(*id);
        match self.phoneme_id_map.values().flatten().find(outside) {
            Some(id) => {
                Err(format!("its phoneme_id_map has the id {id}, which is not one of its num_symbols"))
            }
            None => Ok(()),
        }
    }

    /// # Errors
    /// As for [`Self::read`].
    pub(super) fn source(&self, voice: &VoiceConfig) -> Result<Source, SpeechError> {
        match (self.phoneme_type, &self.espeak) {
            (PhonemeType::Text, _) => Ok(Source::Text),
            (PhonemeType::Espeak, Some(espeak)) => Ok(Source::Espeak(espeak.voice.clone())),
            (PhonemeType::Espeak, None) => Err(voice.error(&voice.file(ROLE)?, "has no espeak.voice")),
        }
    }

    /// The model's number for each speaker of `voice.toml`.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub(super) fn speakers(&self, voice: &VoiceConfig) -> Result<Vec<i64>, SpeechError> {
        // A model of one speaker, or whose speakers have no names.
        if self.speaker_id_map.is_empty() {
            return Ok((0..).take(voice.speakers.len()).collect());
        }
        let path = voice.file(ROLE)?;
        let id = |name: &String| {
            self.speaker_id_map.get(name).copied().ok_or_else(|| {
                voice.error(&path, &format!("its speaker_id_map has no `{name}`, which voice.toml lists"))
            })
        };
        voice.speakers.iter().map(id).collect()
    }
}
