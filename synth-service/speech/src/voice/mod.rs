//! Voices: a folder with a `voice.toml`, and the small trait that every family implements.
//!
//! A family turns one sentence into a waveform at the model's own rate. It never trims, resamples or
//! encodes: that is `telephone`'s work and the same for all.

mod config;
mod english;
mod hibari;

use std::{path::Path, sync::Arc};

pub use config::VoiceConfig;

use crate::{Runtime, SpeechError};

/// A loaded voice, owned by one worker.
pub trait Voice: Send {
    /// Samples per second of the waveforms it gives.
    fn sample_rate(&self) -> u32;

    /// Speaks one sentence. `speed` is 0.5 (slow) to 2.0 (fast).
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] where the voice knows no sound for any of it,
    /// [`SpeechError::Synthesis`] where the model fails.
    fn speak(&mut self, sentence: &str, speed: f32) -> Result<Utterance, SpeechError>;
}

/// One spoken sentence.
#[derive(Clone, Debug, Default)]
pub struct Utterance {
    /// Mono samples, -1.0 to 1.0.
    pub waveform: Vec<f32>,
    /// Text to phonemes, in milliseconds.
    pub phonemes_ms: f64,
    /// The neural network, in milliseconds.
    pub model_ms: f64,
    /// Its output to a waveform, in milliseconds.
    pub vocoder_ms: f64,
}

/// What the workers of one voice share: its dictionary, and how to load a model for one of them.
pub struct VoiceLoader {
    config: VoiceConfig,
    runtime: Runtime,
    phonemes: Arc<english::EnglishPhonemes>,
}

impl VoiceLoader {
    /// Reads `voice.toml` in `folder`, verifies every file's SHA-256 and loads the dictionary.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] naming the file that is missing, damaged or of the wrong form.
    pub fn open(folder: &Path, runtime: &Runtime) -> Result<Self, SpeechError> {
        let config = VoiceConfig::read(folder)?;
        config.verify_files()?;
        let phonemes = Arc::new(english::EnglishPhonemes::load(&config, runtime)?);
        Ok(Self { config, runtime: runtime.clone(), phonemes })
    }

    /// What `voice.toml` says.
    pub fn config(&self) -> &VoiceConfig {
        &self.config
    }

    /// A voice with a session of its own, for one worker.
    pub fn load(&self) -> Result<Box<dyn Voice>, SpeechError> {
        match self.config.family {
            config::Family::Hibari => {
                Ok(Box::new(hibari::Hibari::load(&self.config, &self.runtime, self.phonemes.clone())?))
            }
        }
    }
}
