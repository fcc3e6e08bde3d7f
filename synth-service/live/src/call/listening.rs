//! The ears of a call as it uses them.

use std::time::Duration;

use hearing::{Ears, Event, Frame, FrameCounts, Hint};

/// Ears. Tests script theirs.
pub(crate) trait Listening: Send {
    /// Takes the next frame.
    fn hear(&mut self, frame: Frame);

    /// The next report. Safe to cancel.
    fn next(&mut self) -> impl Future<Output = Event> + Send;

    /// The expected kind of the next turn.
    fn hint(&mut self, hint: Hint);

    /// Voice until now, short gaps aside; zero in a pause.
    fn voiced(&self) -> Duration;

    /// Mean square of the loudest 10 ms of the voice's turn so far, of 1.0.
    fn level(&self) -> f32;

    /// The call's frames that were not as they should be.
    fn counts(&self) -> FrameCounts;
}

impl Listening for Ears {
    fn hear(&mut self, frame: Frame) {
        self.hear(frame);
    }

    async fn next(&mut self) -> Event {
        self.next().await
    }

    fn hint(&mut self, hint: Hint) {
        self.hint(hint);
    }

    fn voiced(&self) -> Duration {
        self.voiced()
    }

    fn level(&self) -> f32 {
        self.level()
    }

    fn counts(&self) -> FrameCounts {
        self.counts()
    }
}
