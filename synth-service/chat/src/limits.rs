//! The bounds of one answer.

use std::time::Duration;

/// The bounds of one answer. Only time in which the model is waited for counts: a reader that pauses between two
/// events, because it is far ahead of its caller, costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Until the first word, a retry included. A fall-back model has the same time again.
    pub first_token: Duration,
    /// Between two pieces.
    pub between_tokens: Duration,
    /// For the whole answer, over all tries.
    pub total: Duration,
    /// Of the answer; it ends behind the last word that fits.
    pub characters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_token: Duration::from_secs(6),
            between_tokens: Duration::from_secs(5),
            total: Duration::from_secs(60),
            characters: 4_000,
        }
    }
}
