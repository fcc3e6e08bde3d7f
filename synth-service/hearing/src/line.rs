//! A caller's audio as it comes: frames of 20 ms.

use std::time::Duration;

use bytes::Bytes;

/// The length of a frame.
pub const FRAME: Duration = Duration::from_millis(20);

/// The format of a caller's audio; mono.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// Mu-law at 8000 Hz, one byte per sample.
    Telephone,
    /// Signed 16 bit at 16,000 Hz, little-endian.
    Wide,
}

impl Line {
    /// Samples per second.
    pub fn sample_rate(self) -> u32 {
        match self {
            Self::Telephone => 8_000,
            Self::Wide => 16_000,
        }
    }

    /// Bytes of a frame.
    pub fn frame_bytes(self) -> usize {
        match self {
            Self::Telephone => 160,
            Self::Wide => 640,
        }
    }
}

/// 20 ms of a caller's audio.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The format.
    pub line: Line,
    /// The number of the frame in its call. Frame `n` begins at `n` × 20 ms of the call's audio: durations of a turn
    /// are counted in received audio, which no delay on the way can stretch.
    pub number: u64,
    /// Exactly [`Line::frame_bytes`] bytes.
    pub audio: Bytes,
}

impl Frame {
    /// The frame's begin, from the call's first sample on.
    pub fn begins(&self) -> Duration {
        FRAME.saturating_mul(u32::try_from(self.number).unwrap_or(u32::MAX))
    }

    /// The frame's end.
    pub fn ends(&self) -> Duration {
        self.begins() + FRAME
    }
}
