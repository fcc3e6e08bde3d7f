//! A caller's audio in, words out. No ONNX Runtime, no AWS SDK, no axum.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Frame`], [`Line`] | 20 ms of a caller's audio, and its format |
//! | [`Event`], [`Utterance`] | reports of the ears of a call |
//! | [`Recogniser`], [`Session`], [`Heard`] | a recogniser that streams, and one call's use of it |
//! | [`cloud`] | recognisers of others: RTZR and Deepgram |
//! | [`FallBack`] | a recogniser with another one behind it |
//!
//! No words of callers reach the log.

pub mod cloud;
mod error;
mod event;
mod fall_back;
mod line;
mod recogniser;

pub use error::HearingError;
pub use event::{Event, Hint, TurnEnd, Utterance};
pub use fall_back::FallBack;
pub use line::{FRAME, Frame, Line};
pub use recogniser::{Engine, Format, Heard, Input, Recogniser, Session, session};
