//! The order of a call's frames: gaps become silence, frames that came before are dropped.

use std::time::Duration;

use bytes::Bytes;

use crate::{FRAME, Frame, Line};

/// Frames of a call that were not as they should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameCounts {
    /// Doubled, or older than one before them: dropped.
    pub old: u64,
    /// Missing; silence stands for them.
    pub missing: u64,
    /// Of another format or length: dropped.
    pub odd: u64,
}

/// Puts frames in order.
pub(super) struct Intake {
    line: Line,
    /// The number of the next frame; `None` before the first one.
    next: Option<u64>,
    longest_gap: u64,
    pub(super) counts: FrameCounts,
}

impl Intake {
    pub(super) fn new(line: Line, longest_gap: Duration) -> Self {
        let frames = longest_gap.as_millis() / FRAME.as_millis();
        let longest_gap = u64::try_from(frames).unwrap_or(u64::MAX);
        Self { line, next: None, longest_gap, counts: FrameCounts::default() }
    }

    /// The frame, behind silence for those that are missing before it. The silence is bounded: the audio's clock jumps
    /// over the rest of the gap.
    pub(super) fn take(&mut self, frame: Frame) -> Vec<Frame> {
        if frame.line != self.line || frame.audio.len() != self.line.frame_bytes() {
            self.counts.odd += 1;
            return Vec::new();
        }
        let expected = self.next.unwrap_or(frame.number);
        let Some(missing) = frame.number.checked_sub(expected) else {
            self.counts.old += 1;
            return Vec::new();
        };
        self.counts.missing += missing;
        self.next = Some(frame.number.saturating_add(1));
        let filled = expected..expected + missing.min(self.longest_gap);
        filled.map(|number| self.silence(number)).chain([frame]).collect()
    }

    fn silence(&self, number: u64) -> Frame {
        let audio = match self.line {
            Line::Telephone => Bytes::from_static(&[0xff; 160]),
            Line::Wide => Bytes::from_static(&[0; 640]),
        };
        Frame { line: self.line, number, audio }
    }
}
