//! The audio of a stream as frames of 20 ms, numbered by its time stamps. Order is not mended: audio that is late is
//! dropped, and a gap leaves its numbers out.

use bytes::{Bytes, BytesMut};
use hearing::{Frame, Line};

use crate::http::live::count::{Counts, Unused};

/// Bytes of a millisecond.
const PER_MS: u64 = 8;

/// Bytes of a frame.
const FRAME: u64 = 160;

/// Mu-law's silence.
const SILENCE: u8 = 0xff;

/// Cuts audio into frames.
pub(super) struct Frames {
    counts: Counts,
    /// Audio that fills no frame yet.
    pending: BytesMut,
    /// Number of the next frame.
    next: u64,
}

impl Default for Frames {
    fn default() -> Self {
        Self { counts: Counts::new(FRAME), pending: BytesMut::new(), next: 0 }
    }
}

impl Frames {
    /// The frames that are complete with this audio, which begins at this time in milliseconds; right behind the audio
    /// before where that is not said.
    ///
    /// # Errors
    /// [`Unused`]: none of it is taken.
    pub(super) fn push(&mut self, at_ms: Option<u64>, audio: &[u8]) -> Result<Vec<Frame>, Unused> {
        let expected = self.next * FRAME + self.pending.len() as u64;
        let at = match at_ms.map(|at_ms| at_ms.checked_mul(PER_MS).ok_or(Unused::Malformed)) {
            Some(at) => self.counts.place(at?, expected)?,
            None => expected,
        };
        // Time stamps are rounded, and jitter: less than a frame is no gap.
        let mut frames = Vec::new();
        if at >= expected + FRAME {
            frames.extend(self.fill());
            self.next = self.next.max(at / FRAME);
        }
        self.pending.extend_from_slice(audio);
        while self.pending.len() as u64 >= FRAME {
            let audio = self.pending.split_to(FRAME as usize).freeze();
            frames.push(self.frame(audio));
        }
        Ok(frames)
    }

    /// The frame that was begun before a gap, filled up with silence.
    fn fill(&mut self) -> Option<Frame> {
        if self.pending.is_empty() {
            return None;
        }
        self.pending.resize(FRAME as usize, SILENCE);
        let audio = self.pending.split().freeze();
        Some(self.frame(audio))
    }

    fn frame(&mut self, audio: Bytes) -> Frame {
        self.next += 1;
        Frame { line: Line::Telephone, number: self.next - 1, audio }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers and first bytes of the frames.
    fn push(frames: &mut Frames, at_ms: Option<u64>, audio: &[u8]) -> Result<Vec<(u64, u8)>, Unused> {
        let frames = frames.push(at_ms, audio)?;
        assert!(frames.iter().all(|frame| frame.audio.len() == frame.line.frame_bytes()));
        Ok(frames.iter().map(|frame| (frame.number, frame.audio[0])).collect())
    }

    #[test]
    fn whole_frames_pass_with_the_numbers_of_their_time_stamps() {
        let mut frames = Frames::default();
        for (at, number) in [(5, 0), (24, 1), (43, 2), (65, 3)] {
            assert_eq!(push(&mut frames, Some(at), &[7; 160]), Ok(vec![(number, 7)]), "{at}");
        }
        assert_eq!(push(&mut frames, None, &[8; 160]), Ok(vec![(4, 8)]));
    }

    #[test]
    fn audio_of_any_length_becomes_frames_of_one() {
        let mut frames = Frames::default();
        assert_eq!(push(&mut frames, Some(0), &[1; 33]), Ok(vec![]));
        assert_eq!(push(&mut frames, Some(4), &[2; 128]), Ok(vec![(0, 1)]));
        assert_eq!(push(&mut frames, Some(20), &[3; 320]), Ok(vec![(1, 2), (2, 3)]));
        assert_eq!(push(&mut frames, Some(60), &[]), Ok(vec![]));
    }

    #[test]
    fn late_and_doubled_audio_is_dropped_and_a_gap_keeps_its_numbers() {
        let mut frames = Frames::default();
        for at in [0, 20, 40] {
            push(&mut frames, Some(at), &[1; 160]).expect("in order");
        }
        assert_eq!(push(&mut frames, Some(40), &[1; 160]), Err(Unused::Late), "doubled");
        assert_eq!(push(&mut frames, Some(20), &[1; 160]), Err(Unused::Late), "out of order");
        assert_eq!(push(&mut frames, Some(100), &[2; 100]), Ok(vec![]));
        assert_eq!(push(&mut frames, Some(80), &[1; 160]), Err(Unused::Late), "behind the gap");
        assert_eq!(push(&mut frames, Some(160), &[3; 160]), Ok(vec![(5, 2), (8, 3)]));
    }

    #[test]
    fn a_time_stamp_far_away_is_no_time_stamp() {
        let mut frames = Frames::default();
        assert_eq!(push(&mut frames, Some(0), &[1; 160]), Ok(vec![(0, 1)]));
        for at in [30_021, u64::MAX, u64::MAX / PER_MS] {
            assert_eq!(push(&mut frames, Some(at), &[1; 160]), Err(Unused::Malformed), "{at}");
        }
        assert_eq!(push(&mut frames, Some(20), &[1; 160]), Ok(vec![(1, 1)]));
    }

    #[test]
    fn a_stream_may_count_from_any_time_and_begin_anew() {
        let mut frames = Frames::default();
        let epoch_ms = 1_800_000_000_000;
        assert_eq!(push(&mut frames, None, &[1; 160]), Ok(vec![(0, 1)]));
        assert_eq!(push(&mut frames, Some(epoch_ms), &[2; 160]), Ok(vec![(1, 2)]));
        assert_eq!(push(&mut frames, Some(epoch_ms + 60), &[3; 160]), Ok(vec![(4, 3)]), "a gap");
        let anew: Vec<_> = (0..40).map(|frame| push(&mut frames, Some(20 * frame), &[4; 160])).collect();
        let (unused, used): (Vec<_>, Vec<_>) = anew.into_iter().partition(Result::is_err);
        assert_eq!((unused.len(), &used[0], &used[14]), (25, &Ok(vec![(5, 4)]), &Ok(vec![(19, 4)])));
    }
}
