//! Replaces the voice with which Connect speaks a flow's texts, and that of the caller.
//!
//! One of our voices is used, in this process and not in the service, so that a flow's apology can be heard even when
//! the service has failed. The voice is loaded at its first use, or before.

use std::{path::PathBuf, sync::Arc, time::Instant};

use async_trait::async_trait;
use connect_flows::{clip::Clip, runner::PromptVoice};
use speech::{Engine, Job, Runtime, RuntimeConfig, SpeechError, telephone, voice::VoiceLoader};
use tokio::sync::OnceCell;

/// The language of the texts in a flow.
const LANGUAGE: &str = "en-US";

/// Pitch of the caller, as a factor on the voice's own: another person, to the ear.
const CALLER_PITCH: f32 = 0.84;

/// Samples up to this one are a pause, not a word.
const QUIET: u16 = 200;

/// The engine of all calls of this process, in which ONNX Runtime can be opened once.
static ENGINE: OnceCell<Arc<Engine>> = OnceCell::const_new();

/// One of our voices in the role of Connect's own voice, or of the caller's.
pub struct LocalPromptVoice {
    assets: PathBuf,
    /// Factor on the voice's own pitch.
    pitch: f32,
}

impl LocalPromptVoice {
    /// `assets` is the folder that `cargo xtask fetch` fills.
    pub fn new(assets: PathBuf) -> Self {
        Self { assets, pitch: 1.0 }
    }

    /// The caller's voice: the same one, lower, at the same pace.
    pub fn of_caller(assets: PathBuf) -> Self {
        Self { assets, pitch: CALLER_PITCH }
    }

    /// Loads the voice, so that the first text is not late.
    ///
    /// # Errors
    /// The reason in one line.
    pub async fn load(&self) -> Result<(), SpeechError> {
        self.engine().await.map(|_| ())
    }

    async fn engine(&self) -> Result<Arc<Engine>, SpeechError> {
        let load = || async {
            let assets = self.assets.clone();
            let loaded = tokio::task::spawn_blocking(move || {
                let onnxruntime = assets.join("onnxruntime/libonnxruntime.so");
                let runtime = Runtime::open(RuntimeConfig { onnxruntime, ..RuntimeConfig::default() })?;
                let loader = VoiceLoader::open(&assets.join("voices/hibari"), &runtime)?;
                Engine::of(&loader, 1, 1)
            });
            loaded.await.map_err(|_| SpeechError::Stopped)?.map(Arc::new)
        };
        ENGINE.get_or_try_init(load).await.cloned()
    }
}

#[async_trait]
impl PromptVoice for LocalPromptVoice {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        let mut samples = Vec::new();
        for sentence in text::sentences(LANGUAGE, text).map_err(|error| error.to_string())? {
            let engine = self.engine().await.map_err(|error| error.to_string())?;
            let mut job = Job::new(sentence, Instant::now());
            // Lowering stretches the sound.
            job.delivery.speed = 1.0 / self.pitch;
            let answer = engine.submit(job).map_err(|error| error.to_string())?;
            let spoken = answer.await.map_err(|_| SpeechError::Stopped.to_string())?;
            let spoken = spoken.map_err(|error| error.to_string())?;
            let clip =
                Clip::parse(&telephone::write_wav(&spoken.audio)).map_err(|error| error.to_string())?;
            samples.extend_from_slice(clip.samples());
        }
        Ok(if self.pitch < 1.0 { lowered(words(&samples), self.pitch) } else { samples })
    }
}

/// The sound without the pause at its end: the caller's turn is over with the last word.
fn words(samples: &[i16]) -> &[i16] {
    let end = samples.iter().rposition(|sample| sample.unsigned_abs() > QUIET);
    &samples[..end.map_or(0, |end| end + 1)]
}

/// The sound played slower by this factor, which lowers it.
fn lowered(samples: &[i16], pitch: f32) -> Vec<i16> {
    let pitch = f64::from(pitch);
    let length = (samples.len() as f64 / pitch).round() as usize;
    let at = |index: usize| samples.get(index).copied().map_or(0.0, f64::from);
    let sample = |index: usize| {
        let place = index as f64 * pitch;
        let (before, share) = (place as usize, place.fract());
        (at(before) * (1.0 - share) + at(before + 1) * share) as i16
    };
    (0..length).map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pause_after_the_last_word_is_left_out() {
        assert_eq!(words(&[0, 5000, 0, -300, 20, 0]), [0, 5000, 0, -300]);
        assert!(words(&[0, 20]).is_empty());
    }

    #[test]
    fn a_lowered_sound_is_longer_and_has_fewer_waves_in_a_second() {
        let wave = |index: usize| ((index as f64 * 0.3).sin() * 10_000.0) as i16;
        let sound: Vec<i16> = (0..8000).map(wave).collect();
        let low = lowered(&sound, 0.8);
        assert_eq!(low.len(), 10_000);
        let waves = |sound: &[i16]| sound.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
        assert_eq!(waves(&low), waves(&sound));
        assert!(low.iter().zip(low.iter().skip(1)).all(|(one, next)| one.abs_diff(*next) < 3000));
    }
}
