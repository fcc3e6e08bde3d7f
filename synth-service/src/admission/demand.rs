//! A text as far as its cost matters.

use std::{collections::VecDeque, num::NonZero, time::Duration};

use speech::Device;
use tokio::time::Instant;

use crate::voices::LoadedVoice;

/// Share of the workers' time that is promised to newcomers. The rest is for what sentences cost beside their
/// synthesis, for those that are longer than they look, and for streams whose host has gone.
pub(super) const PROMISED: f64 = 0.5;

/// A first sentence is promised within this time, or within twice of what it takes where nothing else is spoken.
const FIRST_AUDIO: Duration = Duration::from_secs(1);

/// A text that is to be spoken.
#[derive(Clone, Debug)]
pub struct Demand {
    /// Name of the voice. Texts that wait for one voice don't hold up those of another.
    pub voice: String,
    /// Voices on one device share its time.
    pub device: Device,
    /// Seconds of work that the device does each second.
    pub workers: f64,
    /// Seconds of work for a second of audio.
    pub cost: f64,
    /// Expected length of each sentence, in seconds of audio.
    pub sentences: VecDeque<f64>,
}

impl Demand {
    /// Of sentences that last as long as `seconds` says, spoken by this voice.
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

    /// When the first sentence is to be ready if nothing else is spoken meanwhile.
    pub(super) fn first_audio(&self) -> Duration {
        let work = self.sentences.front().map_or(0.0, |seconds| seconds * self.cost);
        FIRST_AUDIO.max(duration(2.0 * work / (self.workers * PROMISED)))
    }

    /// Each sentence's work, with the moment at which it is due, when the first one is due at `first`.
    pub(super) fn due(&self, first: Instant) -> impl Iterator<Item = (Instant, f64)> {
        self.sentences.iter().scan(first, |due, length| {
            let this = *due;
            *due += duration(*length);
            Some((this, length * self.cost))
        })
    }
}

fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}
