//! The cost of a second of audio.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use super::studio::Studio;
use crate::{SpeechError, voice::VoiceLoader};

/// Weights of a run that cost more than expected, and of one that cost less. Promises are based on this number and must
/// be kept, so it rises quickly and falls slowly.
const DEARER: f64 = 0.2;
const CHEAPER: f64 = 0.05;

/// Seconds that one worker takes for a second of audio, smoothed over its runs. Includes everything that slows a worker
/// down, such as other workers and other programs.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
struct State {
    cost: f64,
    runs: u32,
}

impl Pace {
    pub(super) fn add(&self, work: Duration, audio: Duration) {
        if audio.is_zero() {
            return;
        }
        let cost = work.as_secs_f64() / audio.as_secs_f64();
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let usual = if cost > state.cost { DEARER } else { CHEAPER };
        // The first few runs have equal weight.
        let weight = usual.max(1.0 / (f64::from(state.runs) + 1.0));
        state.cost += weight * (cost - state.cost);
        state.runs = state.runs.saturating_add(1);
    }

    /// The smoothed cost; 0 before the first run.
    pub(super) fn cost(&self) -> f64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).cost
    }
}

/// Seconds that a voice's network takes for a second of audio in a session of its own on one core, or on the voice's
/// GPU. `None` when it was not measured: the voice can't speak its language's warm-up sentence.
///
/// # Errors
/// The error of loading the voice or of speaking.
pub fn model_pace(loader: &VoiceLoader) -> Result<Option<f64>, SpeechError> {
    let mut voice = loader.load(1)?;
    Studio::new(&loader.config().language).model_pace(&mut *voice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_with_an_average_rises_quickly_and_falls_slowly() {
        let pace = Pace::default();
        let add = |work_ms| {
            pace.add(Duration::from_millis(work_ms), Duration::from_secs(1));
            pace.cost()
        };
        assert!((add(100) - 0.1).abs() < 1e-9);
        assert!((add(300) - 0.2).abs() < 1e-9);
        for _ in 0..100 {
            add(200);
        }
        assert!((add(300) - 0.22).abs() < 1e-3);
        assert!((add(120) - 0.215).abs() < 1e-3);
        pace.add(Duration::from_secs(9), Duration::ZERO);
        assert!(pace.cost() < 0.22, "a run without audio says nothing");
    }
}
