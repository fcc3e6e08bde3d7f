//! The ears of a call as it uses them.

use std::time::Duration;

use hearing::{Event, Frame, Hint};

/// Ears. Tests script theirs.
pub(crate) trait Listening: Send {
    /// Takes the next frame.
    fn hear(&mut self, frame: Frame);

    /// The next report. Safe to cancel.
    fn next(&mut self) -> impl Future<Output = Event> + Send;

    /// The expected kind of the next turn.
    fn hint(&mut self, hint: Hint);

    /// Voice without a pause until now; zero in silence.
    fn voiced(&self) -> Duration;
}
