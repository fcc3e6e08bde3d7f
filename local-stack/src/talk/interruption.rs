//! An answer over which the caller spoke: whether it stopped, how soon, and whether it went on.

use std::ops::Range;

use serde::Serialize;

use super::level::ms;

/// Times are in milliseconds from the caller's first voiced sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Interruption {
    /// To the last audible sample of the answer; `None` where it went on over the caller's voice.
    pub silent_after_ms: Option<f64>,
    /// To the order to empty the buffer; `None` where none came.
    pub cleared_after_ms: Option<f64>,
    /// To the sample from which the answer went on, behind a sound that was no turn.
    pub resumed_after_ms: Option<f64>,
}

/// A voice that began over an answer, in samples of the call.
pub(super) struct Over<'a> {
    /// The voice.
    pub(super) voice: Range<usize>,
    /// The begin of the caller's next item.
    pub(super) next: usize,
    /// Whether the voice was a turn.
    pub(super) is_turn: bool,
    /// All sounds that were heard.
    pub(super) sounds: &'a [Range<usize>],
    /// The moments at which the buffer was emptied.
    pub(super) clears: &'a [usize],
}

impl Over<'_> {
    pub(super) fn interruption(&self) -> Interruption {
        let cleared = self.cleared();
        let after = |at: usize| ms(at) - ms(self.voice.start);
        let resumes =
            |sound: &&Range<usize>| cleared.is_some_and(|at| (at..self.next).contains(&sound.start));
        let resumed = self.sounds.iter().find(resumes).filter(|_| !self.is_turn);
        Interruption {
            silent_after_ms: self.silent(cleared).map(|at| after(at).max(0.0)),
            cleared_after_ms: cleared.map(after),
            resumed_after_ms: resumed.map(|sound| after(sound.start)),
        }
    }

    fn cleared(&self) -> Option<usize> {
        self.clears.iter().copied().find(|at| (self.voice.start..self.next).contains(at))
    }

    /// The end of the answer's sound; `None` where it went on.
    fn silent(&self, cleared: Option<usize>) -> Option<usize> {
        // Behind a cough the answer may go on. Sound that follows an emptied buffer while a turn is being spoken is the
        // old answer.
        let until = match cleared {
            Some(at) if !self.is_turn => at,
            _ => self.voice.end,
        };
        let last = self.sounds.iter().rfind(|sound| sound.start < until)?;
        (last.end <= until || cleared.is_some_and(|at| last.end <= at)).then_some(last.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(is_turn: bool, sounds: &[Range<usize>], clears: &[usize]) -> [Option<f64>; 3] {
        let over = Over { voice: 8000..16_000, next: 80_000, is_turn, sounds, clears };
        let Interruption { silent_after_ms, cleared_after_ms, resumed_after_ms } = over.interruption();
        [silent_after_ms, cleared_after_ms, resumed_after_ms]
    }

    #[test]
    fn a_turn_ends_the_answer() {
        let answer = 24_000..40_000;
        assert_eq!(over(true, &[800..10_400, answer.clone()], &[10_400]), [Some(300.0), Some(300.0), None]);
        // Old audio behind the order counts.
        let leak = 10_800..11_200;
        assert_eq!(
            over(true, &[800..10_400, leak, answer.clone()], &[10_400]),
            [Some(400.0), Some(300.0), None]
        );
        assert_eq!(over(true, &[800..18_000, answer.clone()], &[]), [None, None, None]);
        assert_eq!(over(true, &[800..9600, answer], &[]), [Some(200.0), None, None]);
    }

    #[test]
    fn a_short_word_may_end_before_the_answer_does() {
        let sound = 800..10_400;
        let over =
            Over { voice: 8000..9600, next: 80_000, is_turn: true, sounds: &[sound], clears: &[10_400] };
        assert_eq!(over.interruption().silent_after_ms, Some(300.0));
    }

    #[test]
    fn behind_a_cough_the_answer_goes_on() {
        let (going_on, cut) = (800..40_000, 800..10_400);
        assert_eq!(
            over(false, &[800..10_400, 26_400..40_000], &[10_400]),
            [Some(300.0), Some(300.0), Some(2300.0)]
        );
        assert_eq!(over(false, &[going_on], &[]), [None, None, None]);
        assert_eq!(over(false, &[cut], &[10_400]), [Some(300.0), Some(300.0), None]);
    }
}
