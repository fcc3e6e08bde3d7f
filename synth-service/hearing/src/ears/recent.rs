//! The last frames: those before a voice that was only recognised as one some frames later.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{FRAME, Frame, turn::Moment};

/// Frames beyond those before the voice: the time in which a begin or an end is found.
const FOUND_WITHIN: usize = 32;

/// The last frames of a call.
pub(super) struct Recent {
    frames: VecDeque<(Frame, Instant)>,
    before_voice: Duration,
    capacity: usize,
    /// No frame that begins before this is sent: earlier ones are part of an utterance already.
    unsent: Duration,
}

impl Recent {
    pub(super) fn new(before_voice: Duration) -> Self {
        let before = usize::try_from(before_voice.as_millis() / FRAME.as_millis()).unwrap_or(0);
        Self {
            frames: VecDeque::new(),
            before_voice,
            capacity: before + FOUND_WITHIN,
            unsent: Duration::ZERO,
        }
    }

    pub(super) fn push(&mut self, frame: Frame, received: Instant) {
        if self.frames.len() == self.capacity {
            self.frames.pop_front();
        }
        self.frames.push_back((frame, received));
    }

    /// The frame that begins here, or the newest one.
    pub(super) fn begins(&self, at: Duration) -> Moment {
        Moment { at, received: self.received(|frame| frame.begins() == at) }
    }

    /// The frame that ends here, or the newest one.
    pub(super) fn ends(&self, at: Duration) -> Moment {
        Moment { at, received: self.received(|frame| frame.ends() == at) }
    }

    fn received(&self, is_it: impl Fn(&Frame) -> bool) -> Instant {
        let found = self.frames.iter().rev().find(|(frame, _)| is_it(frame)).or(self.frames.back());
        found.map_or_else(Instant::now, |(_, received)| *received)
    }

    /// Skips the frames that lie further before a voice than the recogniser needs.
    pub(super) fn voice_begins(&mut self, at: Duration) {
        self.unsent = self.unsent.max(at.saturating_sub(self.before_voice));
    }

    /// The frames of the utterance that were not taken yet.
    pub(super) fn take_unsent(&mut self) -> Vec<Frame> {
        let unsent = self.unsent;
        let frames = self.frames.iter().map(|(frame, _)| frame).filter(|frame| frame.begins() >= unsent);
        let frames: Vec<Frame> = frames.cloned().collect();
        self.unsent = frames.last().map_or(unsent, Frame::ends);
        frames
    }
}
