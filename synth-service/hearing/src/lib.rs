//! A caller's audio in, words out. No ONNX Runtime, no AWS SDK, no axum.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Frame`], [`Line`] | 20 ms of a caller's audio, and its format |
//! | [`Event`], [`Utterance`] | reports of the ears of a call |
//! | [`Recogniser`], [`Session`], [`Heard`] | a recogniser that streams, and one call's use of it |
//! | [`Samples`] | frames as samples at 16 kHz |
//!
//! No words of callers reach the log.

mod error;
mod event;
mod line;
mod recogniser;
mod samples;

pub use error::HearingError;
pub use event::{Event, Hint, TurnEnd, Utterance};
pub use line::{FRAME, Frame, Line};
pub use recogniser::{Engine, Format, Heard, Input, Recogniser, Session, session};
pub use samples::{SAMPLE_RATE, Samples};
