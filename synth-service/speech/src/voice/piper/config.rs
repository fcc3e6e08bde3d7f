//! The JSON file beside a model: how text becomes numbers, and how the model is run.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, de::Error};

use crate::{SpeechError, voice::VoiceConfig};

/// Role of the file in `voice.toml`.
const ROLE: &str = "config";

/// Python's prefix to the name of a phoneme type, in lower case.
const PYTHON_ENUM: &str = "phonemetype.";

/// The fields in use; names and defaults are Piper's. Exporters write null for some that are empty.
#[derive(Deserialize)]
pub(super) struct PiperConfig {
    audio: Audio,
    espeak: Option<EspeakVoice>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) inference: Inference,
    #[serde(default, deserialize_with = "or_default")]
    phoneme_type: PhonemeType,
    /// Phoneme → its ids.
    pub(super) phoneme_id_map: HashMap<String, Vec<i64>>,
    /// Ids are below this.
    num_symbols: Option<i64>,
    #[serde(default, deserialize_with = "or_default")]
    speaker_id_map: HashMap<String, i64>,
    /// Vowels that, side by side, are one phoneme.
    #[serde(default, deserialize_with = "or_default")]
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
#[derive(Clone, Copy, Default)]
enum PhonemeType {
    #[default]
    Espeak,
    Text,
}

impl<'de> Deserialize<'de> for PhonemeType {
    /// Some exporters write `ESPEAK` or, as Python shows an enum's member, `PhonemeType.ESPEAK`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let lower = name.to_ascii_lowercase();
        match lower.strip_prefix(PYTHON_ENUM).unwrap_or(&lower) {
            "espeak" => Ok(Self::Espeak),
            "text" => Ok(Self::Text),
            _ => Err(D::Error::unknown_variant(&name, &["espeak", "text"])),
        }
    }
}

/// The value, or the default for null.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
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

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    /// The configuration, read with a voice of one speaker.
    fn read(config: &str) -> (VoiceConfig, Result<PiperConfig, SpeechError>) {
        let folder = TempDir::new().expect("a folder");
        fs::write(folder.path().join("voice.onnx.json"), config).expect("written");
        let description = r#"
            name = "anyone"
            family = "piper"
            language = "en-US"
            sample_rate = 22050
            speakers = ["joe"]
            licence = "MIT"
            source = "a folder"
            files.config = { path = "voice.onnx.json", sha256 = "" }
        "#;
        let voice = VoiceConfig::parse(folder.path(), description).expect("a description");
        let config = PiperConfig::read(&voice);
        (voice, config)
    }

    /// A small configuration with these further fields.
    fn with(fields: &str) -> String {
        let base =
            r#""audio": {"sample_rate": 22050}, "phoneme_id_map": {"a": [1]}, "espeak": {"voice": "de"}"#;
        format!("{{{base}{fields}}}")
    }

    #[test]
    fn phoneme_types_are_read_as_exporters_write_them() {
        for (phoneme_type, is_espeak) in [
            ("\"espeak\"", true),
            ("\"ESPEAK\"", true),
            ("\"PhonemeType.ESPEAK\"", true),
            ("null", true),
            ("\"text\"", false),
            ("\"PhonemeType.TEXT\"", false),
        ] {
            let (voice, config) = read(&with(&format!(", \"phoneme_type\": {phoneme_type}")));
            let source = config.and_then(|config| config.source(&voice)).expect(phoneme_type);
            match source {
                Source::Espeak(language) => assert!(is_espeak && language == "de", "{phoneme_type}"),
                Source::Text => assert!(!is_espeak, "{phoneme_type}"),
            }
        }
        let (_, config) = read(&with(", \"phoneme_type\": \"PhonemeType.PINYIN\""));
        let error = config.err().expect("is not supported").to_string();
        assert!(
            error.contains("unknown variant `PhonemeType.PINYIN`, expected `espeak` or `text`"),
            "{error}"
        );
    }

    #[test]
    fn null_stands_for_an_absent_field() {
        let nulls = ["inference", "speaker_id_map", "vowel_clusters", "num_symbols", "phoneme_map"];
        let nulls: String = nulls.iter().map(|name| format!(", \"{name}\": null")).collect();
        let (voice, config) = read(&with(&nulls));
        let config = config.expect("is read");
        assert_eq!(config.speakers(&voice), Ok(vec![0]));
        assert!(config.vowel_clusters.is_empty());
        assert_eq!(config.inference.noise_scale.to_bits(), Inference::default().noise_scale.to_bits());
        assert!(read(&with(", \"audio\": null")).1.is_err(), "the sample rate is needed");
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert!(read(&format!("\u{feff}{}", with(""))).1.is_ok());
    }
}
