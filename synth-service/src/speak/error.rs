//! Why a text is not, or not wholly, spoken. Each text is one line that says what to do.

use speech::SpeechError;

use crate::{admission::Full, order::Refusal};

#[derive(Clone, Debug, thiserror::Error)]
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
    #[error("the listener did not take what was spoken in time")]
    TooSlow,
    #[error("the listener has gone")]
    Gone,
}
