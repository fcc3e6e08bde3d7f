//! Text in, telephone audio out. No network, no AWS, no HTTP.
//!
//! The way of one sentence:
//!
//! | step | module |
//! | --- | --- |
//! | wait for a worker, earliest playback deadline first | [`engine`] |
//! | lexicon, numbers into words, set pauses | `script` |
//! | phonemes, neural network, waveform at the model's own rate | [`voice`] |
//! | trim, set pauses, even level, the rate of the listener's line | [`sound`] |
//! | mu-law, WAV as Amazon Connect accepts it | [`telephone`] |

mod device;
pub mod doctor;
pub mod engine;
mod error;
mod interrupt;
mod reading;
mod runtime;
mod script;
pub mod sound;
pub mod telephone;
pub mod voice;

pub use device::{
    Device, DeviceChoice,
    gpu::{DriverLibraries, Gpu, GpuMemory},
};
pub use engine::{Clip, ClipTiming, Engine, EngineConfig, Job, Ticket};
pub use error::SpeechError;
pub use interrupt::Interrupt;
pub use reading::{reading, words};
pub use runtime::{Runtime, RuntimeConfig};
pub use script::{Band, Delivery, Line, Words};
pub use voice::{Utterance, Voice, VoiceConfig};

/// A duration in the unit of [`ClipTiming`].
pub fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
