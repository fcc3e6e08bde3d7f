//! The cost of a text.

use std::{collections::VecDeque, num::NonZero, time::Duration};

use speech::Device;
use tokio::time::Instant;

use crate::voices::LoadedVoice;

/// Share of the workers' time that newcomers may claim. The rest covers costs besides synthesis, sentences that take
/// longer than estimated, and streams whose host is gone.
pub(super) const PROMISED: f64 = 0.5;

/// A first sentence is due within this time, or within twice its synthesis time on an idle host if that is longer.
const FIRST_AUDIO: Duration = Duration::from_secs(1);

/// The work of a text, from which admission decides.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Name of the voice. Each voice has its own queue.
    pub voice: String,
    /// The voice's device. Voices on one device share its time.
    pub device: Device,
    /// Seconds of work that the device does per second.
    pub workers: f64,
    /// Seconds of work per second of audio.
    pub cost: f64,
    /// Expected length of each sentence, in seconds of audio.
    pub sentences: VecDeque<f64>,
}

impl Demand {
    /// The work of sentences of these expected lengths, in seconds of audio, spoken by this voice.
    pub fn new(voice: &LoadedVoice, seconds: impl IntoIterator<Item = f64>) -> Self {
        let device = voice.engine.device();
        let workers = voice.engine.workers();
        let workers = match device {
            Device::Cpu => workers.min(std::thread::available_parallelism().map_or(1, NonZero::get)),
            Device::Cuda(_) => workers,
        };
        Self {
            voice: voice.name.clone(),
            device,
            workers: workers as f64,
            cost: voice.engine.cost(),
            sentences: seconds.into_iter().collect(),
        }
    }

    /// Time within which the first sentence is promised.
    pub(super) fn first_audio(&self) -> Duration {
        let work = self.sentences.front().map_or(0.0, |seconds| seconds * self.cost);
        FIRST_AUDIO.max(duration(2.0 * work / (self.workers * PROMISED)))
    }

    /// Each sentence's deadline and its work in seconds, if the first sentence is due at `first`.
    pub(super) fn due(&self, first: Instant) -> impl Iterator<Item = (Instant, f64)> {
        self.sentences.iter().scan(first, |due, length| {
            let this = *due;
            *due += duration(*length);
            Some((this, length * self.cost))
        })
    }
}

/// A longer time than any text takes, so that sums of moments stay within the clock's range.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).map_or(LONGEST, |duration| duration.min(LONGEST))
}
