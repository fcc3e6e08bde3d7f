//! A caller's audio in, words out. No ONNX Runtime, no AWS SDK, no axum.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Frame`], [`Line`] | 20 ms of a caller's audio, and its format |
//! | [`Ears`] | the ears of one call: frames in, reports out |
//! | [`Event`], [`Utterance`] | reports of the ears of a call |
//! | [`Recogniser`], [`Session`], [`Heard`] | a recogniser that streams, and one call's use of it |
//! | [`cloud`] | recognisers of others: RTZR and Deepgram |
//! | [`FallBack`] | a recogniser with another one behind it |
//! | [`words`] | whether texts say the same, whether more is to come |
//! | [`local`] | recognisers of our own |
//! | [`mu_law`] | the codes of a telephone line |
//! | [`Samples`] | frames as samples at 16 kHz |
//!
//! No words of callers reach the log.

mod activity;
mod backlog;
pub mod cloud;
mod ears;
mod error;
mod event;
mod fall_back;
mod kept;
mod language;
mod line;
#[cfg(feature = "local")]
pub mod local;
pub mod mu_law;
mod recogniser;
mod samples;
mod settings;
#[cfg(test)]
mod sounds;
mod turn;
pub mod words;

pub use ears::{Ears, FrameCounts};
pub use error::HearingError;
pub use event::{Event, Hint, TurnEnd, Utterance};
pub use fall_back::FallBack;
pub use line::{FRAME, Frame, Line};
pub use recogniser::{Engine, Format, Heard, Input, Recogniser, Session, session};
pub use samples::{SAMPLE_RATE, Samples};
pub use settings::{ActivitySettings, EarSettings, TurnSettings};
pub use words::Completeness;
