//! The reasons why a text is not spoken to its end. Each message is one line that names the remedy.

use speech::SpeechError;

use crate::{admission::Full, order::Refusal};

#[derive(Clone, Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum SpeakError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("{limit} texts are being spoken already: try again in a second")]
    TooMany { limit: usize },
    #[error(transparent)]
    Full(#[from] Full),
    #[error("the service is stopping: ask another host")]
    Stopping,
    #[error(transparent)]
    Speech(#[from] SpeechError),
    #[error("the listener did not take a clip in time")]
    TooSlow,
    #[error("the listener has disconnected")]
    Gone,
}
