//! Text in, telephone audio out. No network, no AWS, no HTTP.
//!
//! The way of one sentence:
//!
//! | step | module |
//! | --- | --- |
//! | strip what can't be spoken, split into sentences, join ultra-short ones | [`text`] |
//! | wait for a worker, earliest playback deadline first | [`engine`] |
//! | phonemes, neural network, waveform at the model's own rate | [`voice`] |
//! | trim, resample to 8 kHz, mu-law, WAV as Amazon Connect accepts it | [`telephone`] |

pub mod engine;
mod error;
mod runtime;
pub mod telephone;
pub mod text;
pub mod voice;

pub use engine::{Clip, ClipTiming, Engine, EngineConfig, Job};
pub use error::SpeechError;
pub use runtime::Runtime;
pub use voice::{Utterance, Voice, VoiceConfig};
