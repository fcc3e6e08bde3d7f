//! Audio that a recogniser gets faster than it was spoken, as a collected utterance is.

use std::time::Duration;

use tokio::time::Instant;

/// The time in which a recogniser works off this much audio: faster than it was spoken, but not at once.
pub(crate) fn time_for(audio: Duration) -> Duration {
    audio / 4
}

/// The audio that a recogniser has got and is taken to be still at work on. Audio that comes as it is spoken makes none.
#[derive(Default)]
pub(crate) struct Backlog {
    done: Option<Instant>,
}

impl Backlog {
    pub(crate) fn add(&mut self, audio: Duration) {
        let now = Instant::now();
        self.done = Some(self.done.map_or(now, |done| done.max(now)) + time_for(audio));
    }

    /// The time until it is worked off.
    pub(crate) fn left(&self) -> Duration {
        self.done.map_or(Duration::ZERO, |done| done.saturating_duration_since(Instant::now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FRAME;

    #[tokio::test(start_paused = true)]
    async fn only_audio_that_comes_faster_than_it_was_spoken_is_a_backlog() {
        let mut backlog = Backlog::default();
        for _ in 0..500 {
            backlog.add(FRAME);
            tokio::time::advance(FRAME).await;
        }
        assert_eq!(backlog.left(), Duration::ZERO);
        for _ in 0..1_000 {
            backlog.add(FRAME);
        }
        assert_eq!(backlog.left(), Duration::from_secs(5));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(backlog.left(), Duration::from_secs(3));
    }
}
