//! Voices: a folder with a `voice.toml`, and the small trait that every family implements.
//!
//! A family turns lines into waveforms at the model's own rate. It never trims, resamples or levels, which is
//! [`crate::sound`]'s work, nor encodes, which is [`crate::telephone`]'s; both are the same for all.
//!
//! Every family speaks at any speed that a request may ask for. The one exception are exports of Kokoro whose
//! input for the speed is a whole number: they speak at the nearest of 1 and 2, and the log says so when one is
//! loaded.

mod config;
mod convolutions;
mod english;
mod espeak;
mod hibari;
mod kokoro;
mod korean;
mod onnx;
mod piper;
mod signature;
mod tensor;

use std::path::Path;

use text::FirstPart;

use self::config::Family;
pub use self::config::{VoiceConfig, sha256};

use crate::{Device, Interrupt, Line, Runtime, SpeechError};

/// Checks that espeak-ng, in this folder or the system's, can be opened with its data.
///
/// # Errors
/// One line that lists the places that were tried.
pub(crate) fn check_espeak(folder: Option<&Path>) -> Result<(), String> {
    espeak::Phonemizer::open(folder, "en").map(drop)
}

/// A loaded voice, owned by one worker.
pub trait Voice: Send {
    /// Most lines that the voice can speak in one run of its model.
    fn batch_limit(&self) -> usize {
        1
    }

    /// Runs the model before the first caller is there, so that a model that fails is found when it is loaded; where
    /// the first run of a shape is slow, runs it once for each expected shape.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] where the model fails.
    fn warm_up(&mut self) -> Result<(), SpeechError> {
        Ok(())
    }

    /// Speaks each line. The answers are in the order of `lines`; a failed line does not affect the others. Once
    /// `interrupt` is raised, the answers are no longer wanted.
    ///
    /// # Errors
    /// [`SpeechError::Unpronounceable`] where the voice knows no sound for any part of a line,
    /// [`SpeechError::Synthesis`] where the model fails.
    fn speak(&mut self, lines: &[&Line], interrupt: &Interrupt) -> Vec<Result<Utterance, SpeechError>>;
}

/// One spoken line.
#[derive(Clone, Debug, Default)]
pub struct Utterance {
    /// Samples per second.
    pub sample_rate: u32,
    /// Mono samples, -1.0 to 1.0.
    pub waveform: Vec<f32>,
    /// Time from text to phonemes, in milliseconds.
    pub phonemes_ms: f64,
    /// Time of the neural network, in milliseconds.
    pub model_ms: f64,
    /// Time from the network's output to a waveform, in milliseconds.
    pub vocoder_ms: f64,
}

/// The part of a voice that its workers share: its dictionary, its tables, and the means to load a model for one
/// worker.
pub struct VoiceLoader {
    config: VoiceConfig,
    device: Device,
    family: Box<dyn LoadedFamily>,
}

/// One family's part of a [`VoiceLoader`].
trait LoadedFamily: Send + Sync {
    /// Loads a voice with its own session, which runs on `threads` cores.
    fn load(&self, threads: usize) -> Result<Box<dyn Voice>, SpeechError>;
}

impl VoiceLoader {
    /// Reads `voice.toml` in `folder`, verifies every file's SHA-256 and loads the dictionary.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] naming the file that is missing, damaged or of the wrong form, or the missing part of the
    /// device that `voice.toml` asks for.
    pub fn open(folder: &Path, runtime: &Runtime) -> Result<Self, SpeechError> {
        let config = VoiceConfig::read(folder)?;
        config.check_device(runtime)?;
        config.verify_files()?;
        let family: Box<dyn LoadedFamily> = match config.family {
            Family::Hibari => Box::new(hibari::Loader::open(&config, runtime)?),
            Family::Piper => Box::new(piper::Loader::open(&config, runtime)?),
            Family::Kokoro => Box::new(kokoro::Loader::open(&config, runtime)?),
        };
        Ok(Self { device: config.device(runtime), config, family })
    }

    /// The content of `voice.toml`.
    pub fn config(&self) -> &VoiceConfig {
        &self.config
    }

    /// The device on which the voice's model runs.
    pub fn device(&self) -> Device {
        self.device
    }

    /// The kind of first part that a text should have. It is the same on every machine, so that a text always has the
    /// same parts.
    ///
    /// On the CPU piper takes a tenth of a second for a second of speech, so a caller hears the difference. hibari
    /// takes a hundredth, so a short part gains nothing. kokoro takes half a second: a short part would be over before
    /// the next one is ready.
    pub fn first_part(&self) -> FirstPart {
        match (self.config.family, self.device) {
            (Family::Piper, Device::Cpu) => FirstPart::Short,
            _ => FirstPart::Usual,
        }
    }

    /// Loads a voice with its own session, for one worker. On the CPU its model runs on `threads` cores.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] naming the file that is not a model of the voice's family.
    pub fn load(&self, threads: usize) -> Result<Box<dyn Voice>, SpeechError> {
        self.family.load(threads)
    }
}
