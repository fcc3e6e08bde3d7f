//! The level of the line's noise: the quietest moment of the last seconds.
//!
//! Speech has gaps between syllables that are far quieter than its vowels; steady noise has none. So the level rises to
//! that of a noise within seconds, and stays below speech.

use std::collections::VecDeque;

/// Frames of 20 ms in a block.
const BLOCK: usize = 25;

/// Blocks that are remembered: 2 s.
const BLOCKS: usize = 4;

/// The level before anything was heard, in decibels of full scale. Telephone lines are about as quiet.
const QUIET: f32 = -65.0;

/// A frame's level goes up by at most this much, so that a single click in silence counts little.
const STEP: f32 = 3.0;

/// The level of a line's noise.
pub(super) struct Noise {
    /// The quietest smoothed frame of each block, newest last.
    blocks: VecDeque<f32>,
    frames: usize,
    quietest: f32,
    level: f32,
    smooth: f32,
}

impl Default for Noise {
    fn default() -> Self {
        let blocks = VecDeque::from([QUIET; BLOCKS]);
        Self { blocks, frames: 0, quietest: f32::MAX, level: QUIET, smooth: QUIET }
    }
}

impl Noise {
    /// Takes a frame's level in decibels; the noise's level before it.
    pub(super) fn take(&mut self, loud: f32) -> f32 {
        let level = self.level;
        // Single quiet frames of a noise lie below its level: the mean of a few is compared.
        self.smooth += 0.3 * (loud - self.smooth);
        self.quietest = self.quietest.min(self.smooth.max(loud));
        self.frames += 1;
        if self.frames == BLOCK {
            self.blocks.push_back(self.quietest);
            self.blocks.pop_front();
            (self.frames, self.quietest) = (0, f32::MAX);
        }
        let lowest = self.blocks.iter().copied().fold(self.quietest, f32::min);
        self.level = lowest.min(self.level + STEP).max(2.0 * QUIET);
        level
    }
}
