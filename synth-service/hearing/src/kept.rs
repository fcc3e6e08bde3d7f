//! The inputs of utterances that have no final text yet, in order: some sent, the rest waiting. Another session gets
//! them again.

use std::{collections::VecDeque, time::Duration};

use crate::{FRAME, Input};

/// Frames that stay after a final text which nobody asked for: 400 ms. It comes at least so long after its words, so they
/// are silence, or already the next words.
const MAY_BE_LATER: usize = (400 / FRAME.as_millis()) as usize;

pub(crate) struct Kept {
    inputs: VecDeque<Input>,
    /// The number of those at the front that the session has.
    sent: usize,
    /// Frames among them.
    frames: usize,
    most_frames: usize,
    /// Without it an utterance is sent when it is complete.
    stream: bool,
}

impl Kept {
    /// Keeps at most `most` audio.
    pub(crate) fn new(most: Duration, stream: bool) -> Self {
        let most_frames = usize::try_from(most.as_millis() / FRAME.as_millis()).unwrap_or(usize::MAX);
        Self { inputs: VecDeque::new(), sent: 0, frames: 0, most_frames, stream }
    }

    pub(crate) fn push(&mut self, input: Input) {
        self.frames += usize::from(is_audio(&input));
        self.inputs.push_back(input);
        if self.frames > self.most_frames
            && let Some(oldest) = self.inputs.iter().position(is_audio)
        {
            self.remove(oldest);
        }
    }

    /// The next input for the session. A pause is given once: to another session it would be a moment long past.
    pub(crate) fn next(&mut self) -> Option<Input> {
        let input = self.waits().then(|| self.inputs.get(self.sent).cloned()).flatten()?;
        if matches!(input, Input::Pause { .. }) {
            self.remove(self.sent);
        } else {
            self.sent += 1;
        }
        Some(input)
    }

    /// Whether an input waits that may be sent.
    pub(crate) fn waits(&self) -> bool {
        if self.stream {
            return self.sent < self.inputs.len();
        }
        self.inputs.iter().skip(self.sent).any(|input| *input == Input::Finalise)
    }

    /// Audio that waits.
    pub(crate) fn waiting(&self) -> Duration {
        let frames = self.inputs.iter().skip(self.sent).filter(|input| is_audio(input)).count();
        FRAME.saturating_mul(u32::try_from(frames).unwrap_or(u32::MAX))
    }

    /// The number of final texts that are to come.
    pub(crate) fn finals(&self) -> usize {
        self.inputs.iter().filter(|input| **input == Input::Finalise).count()
    }

    /// A new session has nothing.
    pub(crate) fn rewind(&mut self) {
        self.sent = 0;
    }

    /// The oldest utterance has its final text.
    pub(crate) fn answered(&mut self) {
        if let Some(end) = self.inputs.iter().position(|input| *input == Input::Finalise) {
            for _ in 0..=end {
                self.remove(0);
            }
        }
    }

    /// The session has given a final text without being asked: the audio that it has of the utterance is done with.
    pub(crate) fn covered(&mut self) {
        let end = self.inputs.iter().take(self.sent).position(|input| *input == Input::Finalise);
        for _ in MAY_BE_LATER..end.unwrap_or(self.sent) {
            self.remove(0);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.inputs.clear();
        (self.sent, self.frames) = (0, 0);
    }

    fn remove(&mut self, at: usize) {
        if let Some(input) = self.inputs.remove(at) {
            self.frames -= usize::from(is_audio(&input));
            self.sent -= usize::from(at < self.sent);
        }
    }
}

fn is_audio(input: &Input) -> bool {
    matches!(input, Input::Audio(_))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Frame, Line};

    const PAUSE: Input = Input::Pause { voice_ends: Duration::ZERO };

    /// Everything that another session gets: numbers of frames, and `None` for a wish.
    fn again(kept: &mut Kept) -> Vec<Option<u64>> {
        kept.rewind();
        let number = |input| match input {
            Input::Audio(frame) => Some(frame.number),
            Input::Finalise | Input::Pause { .. } => None,
        };
        std::iter::from_fn(|| kept.next()).map(number).collect()
    }

    fn tell(kept: &mut Kept, frames: std::ops::Range<u64>, then: Input) {
        let line = Line::Telephone;
        for number in frames {
            kept.push(Input::Audio(Frame { line, number, audio: Bytes::new() }));
        }
        kept.push(then);
        while kept.next().is_some() {}
    }

    #[test]
    fn another_session_gets_frames_without_a_final_text_and_no_pause() {
        let mut kept = Kept::new(Duration::from_secs(1), true);
        tell(&mut kept, 0..2, Input::Finalise);
        tell(&mut kept, 2..4, PAUSE);
        assert_eq!(again(&mut kept), [Some(0), Some(1), None, Some(2), Some(3)]);
        kept.answered();
        assert_eq!(again(&mut kept), [Some(2), Some(3)]);
        tell(&mut kept, 4..60, PAUSE);
        assert_eq!(again(&mut kept), (10..60).map(Some).collect::<Vec<_>>(), "a second of them");
    }

    #[test]
    fn the_last_frames_before_a_final_text_that_came_by_itself_stay() {
        let mut kept = Kept::new(Duration::from_secs(1), true);
        tell(&mut kept, 0..40, PAUSE);
        kept.covered();
        assert_eq!(again(&mut kept), (20..40).map(Some).collect::<Vec<_>>());
        tell(&mut kept, 40..50, Input::Finalise);
        tell(&mut kept, 50..52, PAUSE);
        kept.covered();
        let mut expected: Vec<_> = (30..50).map(Some).collect();
        expected.extend([None, Some(50), Some(51)]);
        assert_eq!(again(&mut kept), expected, "of the utterance that it is for");
    }
}
