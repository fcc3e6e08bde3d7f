//! A live call: the caller is heard while speaking, answered within a second, and can interrupt. No ONNX Runtime, no AWS
//! SDK, no axum, no HTTP.
//!
//! | module | responsibility |
//! | --- | --- |
//! | [`Caller`], [`FromCaller`], [`ToCaller`] | a caller's line: audio both ways, marks, keys |
//! | [`Answerer`], [`Answer`], [`Step`] | an answer as clips in order, while it is being written |
//!
//! No words of callers or answers reach the log at the default level.

mod answer;
mod line;

pub use answer::{Answer, Answerer, Clip, Progress, Question, Saying, Step, Voice, answer};
pub use line::{Caller, FromCaller, News, ToCaller, output_frame_bytes};
