//! The reasons for which Connect does not play a file.

use super::{encoding::Encoding, kind::Kind};

/// The reason why Connect does not play a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum ClipError {
    #[error("it is {0}, no WAV file")]
    NotWave(Kind),
    #[error("the file has {actual} bytes, its RIFF header says {stated}")]
    RiffSize { stated: u64, actual: u64 },
    #[error("chunk {name:?} runs beyond the end of the file")]
    Truncated { name: String },
    #[error("no {name} chunk")]
    Missing { name: &'static str },
    #[error("more than one {name} chunk")]
    Repeated { name: &'static str },
    #[error("the fmt chunk has {0} bytes instead of 16 or 18")]
    FormatSize(usize),
    #[error("it is {0}; Connect plays mu-law, 8000 Hz, mono")]
    Encoding(Encoding),
    #[error("the fmt chunk is wrong: {field} is {actual} instead of {expected}")]
    Format { field: &'static str, actual: u32, expected: u32 },
    #[error("the fact chunk says {stated} samples, there are {actual}")]
    Fact { stated: u32, actual: usize },
    #[error("no audio in it")]
    Empty,
    #[error("{0} bytes: a clip must be under 50 MB")]
    TooLarge(usize),
    #[error("{0} s of audio: a clip must be under 5 minutes")]
    TooLong(usize),
}
