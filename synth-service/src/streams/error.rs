//! Why a stream could not be started, found or cancelled. Each text is one line that says what to do.

use contract::StreamId;

use super::progress::Ending;
use crate::{admission::Full, speak::Refusal, store::StoreError};

#[derive(Clone, Debug, thiserror::Error)]
pub enum StreamError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("name a stream_id or a contact_id to cancel")]
    NothingNamed,
    #[error("there is no stream {0}")]
    UnknownStream(StreamId),
    #[error("this contact has no stream")]
    UnknownContact,
    #[error("{limit} streams run already: try again in a second")]
    TooManyStreams { limit: usize },
    #[error(transparent)]
    Full(#[from] Full),
    #[error("the service is stopping: ask another host")]
    Stopping,
    /// The stream ended before it had a first part.
    #[error("{0}")]
    Ended(Ending),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Ending> for StreamError {
    fn from(ending: Ending) -> Self {
        Self::Ended(ending)
    }
}
