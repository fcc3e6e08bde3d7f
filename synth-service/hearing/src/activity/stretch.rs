//! Voice over short gaps, for interruptions: "stop it" and "아니, 잠깐만" have one in the middle.
//!
//! A pause that tells a recogniser to look at an utterance is short, and would let the count begin again. So gaps are
//! bridged here. Sound that is no voice by itself, such as a cough, is never counted: only voice that has begun, and sound
//! that may be its next word.

use std::{collections::VecDeque, time::Duration};

use crate::{ActivitySettings, FRAME};

/// Frames that are kept: 2 s.
const KEPT: usize = 100;

/// A frame's part in the caller's voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// No voice.
    Silent,
    /// A tone or an instrument.
    Tone,
    /// Voiced, but too short until now to be sure.
    Perhaps,
    /// Within a voice.
    Voice,
}

/// The last frames.
pub(super) struct Stretch {
    /// Newest last.
    frames: VecDeque<Part>,
    longest_gap: usize,
    gap_counts: usize,
    least_unbroken: usize,
    least_voiced: f32,
    /// Silent frames behind which nothing counts until the next voiced one.
    pause: usize,
}

impl Stretch {
    pub(super) fn new(settings: &ActivitySettings, pause: usize) -> Self {
        Self {
            frames: VecDeque::new(),
            longest_gap: frames(settings.longest_bridged),
            gap_counts: frames(settings.bridge_counts),
            least_unbroken: frames(settings.least_unbroken),
            least_voiced: settings.least_voiced,
            pause,
        }
    }

    pub(super) fn push(&mut self, part: Part) {
        if self.frames.len() == KEPT {
            self.frames.pop_front();
        }
        self.frames.push_back(part);
    }

    /// The last frames, this many, have turned out to belong to a voice where they are voiced.
    pub(super) fn begins(&mut self, last: usize) {
        for frame in self.frames.iter_mut().rev().take(last).filter(|frame| **frame == Part::Perhaps) {
            *frame = Part::Voice;
        }
    }

    pub(super) fn clear(&mut self) {
        self.frames.clear();
    }

    /// The longest voice that ends now and has enough voiced frames.
    pub(super) fn voiced(&self) -> Duration {
        let is_silent = |part: &&Part| matches!(part, Part::Silent | Part::Tone);
        let trailing = self.frames.iter().rev().take_while(is_silent).count();
        if trailing >= self.pause {
            return Duration::ZERO;
        }
        let (mut count, mut best) = (Count::default(), 0);
        for part in self.frames.iter().rev().skip(trailing) {
            count.span += 1;
            count.is_sure |= *part == Part::Voice;
            // A sound before a voice that did not become one is none.
            if *part == Part::Voice || (*part == Part::Perhaps && !count.is_sure) {
                count.voiced(self.gap_counts);
                let is_dense = count.voiced as f32 >= self.least_voiced * count.span as f32;
                if is_dense && count.is_sure && count.longest >= self.least_unbroken {
                    best = count.sum;
                }
            } else if count.is_parted(*part == Part::Tone, self.longest_gap) {
                break;
            }
        }
        FRAME.saturating_mul(u32::try_from(best).unwrap_or(u32::MAX))
    }
}

/// Frames back from the newest voiced one.
#[derive(Default)]
struct Count {
    span: usize,
    voiced: usize,
    /// The voiced ones and the counted parts of the gaps between them.
    sum: usize,
    gap: usize,
    /// Tones in the gap.
    tones: usize,
    unbroken: usize,
    /// The longest part without a gap.
    longest: usize,
    is_sure: bool,
}

impl Count {
    fn voiced(&mut self, gap_counts: usize) {
        self.sum += 1 + self.gap.min(gap_counts);
        self.unbroken = if self.gap == 0 { self.unbroken + 1 } else { 1 };
        self.longest = self.longest.max(self.unbroken);
        self.voiced += 1;
        (self.gap, self.tones) = (0, 0);
    }

    /// Whether the gap is too long with this frame. A vowel may look like a tone for a frame; between tones there is no
    /// word.
    fn is_parted(&mut self, is_tone: bool, longest_gap: usize) -> bool {
        self.gap += 1;
        self.tones += usize::from(is_tone);
        self.gap > longest_gap || self.tones > 1
    }
}

fn frames(time: Duration) -> usize {
    usize::try_from(time.as_millis() / FRAME.as_millis()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The count in milliseconds behind these frames: `v` for voice, `?` for perhaps, `~` for a tone, `.` for silence.
    fn voiced(frames: &str) -> u128 {
        let mut stretch = Stretch::new(&ActivitySettings::default(), 4);
        for frame in frames.chars() {
            stretch.push(match frame {
                'v' => Part::Voice,
                '?' => Part::Perhaps,
                '~' => Part::Tone,
                _ => Part::Silent,
            });
        }
        stretch.voiced().as_millis()
    }

    #[test]
    fn a_short_gap_is_bridged_and_counts_in_part() {
        assert_eq!(voiced("vvvvvvvv"), 160);
        assert_eq!(voiced("vvvvvvvv.....v"), 160 + 80 + 20);
        assert_eq!(voiced("vvvvvvvv.....?"), 160 + 80 + 20, "its next word");
        assert_eq!(voiced("vvvvvvvvv..........vvvv"), 180 + 80 + 80);
        assert_eq!(voiced("vvvvvvvv...........vvvvvv"), 120, "a longer one is not");
        assert_eq!(voiced("vvvvvvvv..."), 160);
        assert_eq!(voiced("vvvvvvvv...."), 0, "a pause");
    }

    #[test]
    fn sparse_sounds_and_those_that_are_no_voice_do_not_add_up() {
        assert_eq!(voiced("vvvvvv........vv........vv........vv"), 0, "too little is voiced");
        assert_eq!(voiced("vvvvv.....vvvvv.....vvvvv"), 0, "no part is a syllable: keys");
        assert_eq!(voiced("??????????"), 0);
        assert_eq!(voiced("????????....vvvvvv"), 120);
        assert_eq!(voiced("????????....vvvvvv..?"), 120 + 40 + 20);
    }

    #[test]
    fn a_tone_between_two_sounds_parts_them() {
        assert_eq!(voiced("vvvvvvvv..~~..vvvvvv"), 120);
        assert_eq!(voiced("vvvvvvvv..~..vvvvvv"), 160 + 80 + 120, "a vowel may look like one for a frame");
    }
}
