//! One caller's playback of one stream: a clock that simulates the playing time of the parts. Does no network requests.

use std::time::Duration;

use tokio::time::Instant;

/// The next part is first looked for this long before the current part ends.
const AHEAD: Duration = Duration::from_millis(400);

/// Pause between two looks for a part, as in `get_next_batch`.
const STEP: Duration = Duration::from_millis(80);

/// The playback of one stream.
pub(super) struct Playback {
    /// Time of the request for the answer, at which silence begins.
    begun: Instant,
    /// Time at which the last part so far ends; `None` before the first part.
    ends: Option<Instant>,
    /// Whether a look at the end of the last part, or later, found no further part.
    is_dry: bool,
    /// Time from `begun` to the first sound.
    pub(super) first_audio: Option<Duration>,
    /// The delay of each late part.
    pub(super) gaps: Vec<Duration>,
    pub(super) parts: usize,
    pub(super) audio: Duration,
}

impl Playback {
    pub(super) fn new(begun: Instant) -> Self {
        let (gaps, audio) = (Vec::new(), Duration::ZERO);
        Self { begun, ends: None, is_dry: false, first_audio: None, gaps, parts: 0, audio }
    }

    /// Time of the next look for a part, not before `now`: every 80 ms, and exactly when the last part ends.
    pub(super) fn next_look(&self, now: Instant, has_looked: bool) -> Instant {
        let Some(ends) = self.ends else { return if has_looked { now + STEP } else { now } };
        if !has_looked {
            return now.max(ends - AHEAD.min(self.audio));
        }
        let step = now + STEP;
        if now < ends { step.min(ends) } else { step }
    }

    /// Records that a look at the time `sent` found no further part.
    pub(super) fn nothing(&mut self, sent: Instant) {
        self.is_dry |= self.ends.is_some_and(|ends| sent >= ends);
    }

    /// Plays the next part, which is available since `ready`, given its duration and its leading silence.
    pub(super) fn play(&mut self, ready: Instant, lasts: Duration, silence: Duration) {
        let from = match self.ends {
            None => {
                self.first_audio = Some(ready - self.begun + silence);
                ready
            }
            Some(ends) if self.is_dry => {
                self.gaps.push(ready.saturating_duration_since(ends));
                ready.max(ends)
            }
            // The part was there in time. The duration of the look's own request is not the stream's fault.
            Some(ends) => ends,
        };
        self.is_dry = false;
        self.ends = Some(from + lasts);
        self.parts += 1;
        self.audio += lasts;
    }

    /// Time at which the last part that was found ends.
    pub(super) fn ends(&self) -> Instant {
        self.ends.unwrap_or(self.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn milliseconds(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_part_that_is_not_there_when_the_one_before_has_been_heard_is_a_gap() {
        let begun = Instant::now();
        let mut playback = Playback::new(begun);
        assert_eq!(playback.next_look(begun, false), begun, "at once");
        playback.play(begun + milliseconds(100), SECOND, milliseconds(20));
        assert_eq!(playback.first_audio, Some(milliseconds(120)));
        let ends = begun + milliseconds(1100);

        let look = playback.next_look(begun + milliseconds(100), false);
        assert_eq!(look, ends - AHEAD);
        playback.nothing(look);
        assert_eq!(playback.next_look(ends - milliseconds(30), true), ends, "when it is needed");
        playback.play(ends + milliseconds(3), SECOND, Duration::ZERO);
        assert_eq!((playback.gaps.len(), playback.ends()), (0, ends + SECOND), "found by a look in time");

        playback.nothing(ends + SECOND);
        playback.play(ends + SECOND + milliseconds(85), SECOND, Duration::ZERO);
        assert_eq!(playback.gaps, [milliseconds(85)]);
        assert_eq!(playback.ends(), ends + 2 * SECOND + milliseconds(85), "later parts are late as well");
        assert_eq!((playback.parts, playback.audio), (3, 3 * SECOND));
    }
}
