//! Voices: a folder with a `voice.toml`, and the small trait that every family implements.
//!
//! A family turns one sentence into a waveform at the model's own rate. It never trims, resamples or
//! encodes: that is `telephone`'s work and the same for all.

mod config;
mod english;
mod hibari;
mod kokoro;
mod piper;
mod signature;

use std::path::Path;

use self::config::Family;
pub use self::config::VoiceConfig;

use crate::{Line, Runtime, SpeechError};

/// A loaded voice, owned by one worker.
pub trait Voice: Send {
    /// Lines that it can speak in one run of its model.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Runs the model once for every shape that it will meet, where the first run of a shape is slow.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] where the model fails.
    fn warm_up(&mut self) -> Result<(), SpeechError> {
        Ok(())
    }

    /// Speaks each line; answers are in the order of `lines`, and one that fails fails alone.
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] where the voice knows no sound for any of a line,
    /// [`SpeechError::Synthesis`] where the model fails.
    fn speak(&mut self, lines: &[&Line]) -> Vec<Result<Utterance, SpeechError>>;
}

/// One spoken line.
#[derive(Clone, Debug, Default)]
pub struct Utterance {
    /// Samples per second.
    pub sample_rate: u32,
    /// Mono samples, -1.0 to 1.0.
    pub waveform: Vec<f32>,
    /// Text to phonemes, in milliseconds.
    pub phonemes_ms: f64,
    /// The neural network, in milliseconds.
    pub model_ms: f64,
    /// Its output to a waveform, in milliseconds.
    pub vocoder_ms: f64,
}

/// What the workers of one voice share: its dictionary, its tables, and how to load a model for one of them.
pub struct VoiceLoader {
    config: VoiceConfig,
    family: Box<dyn LoadedFamily>,
}

/// One family's part of a [`VoiceLoader`].
trait LoadedFamily: Send + Sync {
    /// A voice with a session of its own.
    fn load(&self) -> Result<Box<dyn Voice>, SpeechError>;
}

impl VoiceLoader {
    /// Reads `voice.toml` in `folder`, verifies every file's SHA-256 and loads the dictionary.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] naming the file that is missing, damaged or of the wrong form.
    pub fn open(folder: &Path, runtime: &Runtime) -> Result<Self, SpeechError> {
        let config = VoiceConfig::read(folder)?;
        config.verify_files()?;
        let family: Box<dyn LoadedFamily> = match config.family {
            Family::Hibari => Box::new(hibari::Loader::open(&config, runtime)?),
            Family::Piper => Box::new(piper::Loader::open(&config, runtime)?),
            Family::Kokoro => Box::new(kokoro::Loader::open(&config, runtime)?),
        };
        Ok(Self { config, family })
    }

    /// What `voice.toml` says.
    pub fn config(&self) -> &VoiceConfig {
        &self.config
    }

    /// A voice with a session of its own, for one worker.
    pub fn load(&self) -> Result<Box<dyn Voice>, SpeechError> {
        self.family.load()
    }
}
