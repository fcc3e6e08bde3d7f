//! The errors of starts, look-ups and cancels. Each message is one line that names the remedy.

use contract::StreamId;
use stream_store::StoreError;

use super::end::End;
use crate::{admission::Full, order::Refusal, voices::UnknownVoice};

#[derive(Clone, Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum StreamError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("name a stream_id or a contact_id to cancel")]
    NothingNamed,
    #[error("there is no stream {0}")]
    UnknownStream(StreamId),
    #[error("this contact has no stream")]
    UnknownContact,
    /// Another host can continue the stream, this one can't.
    #[error("this host can't continue the stream: {0}; ask another host")]
    NotMine(UnknownVoice),
    #[error("{limit} streams run already: try again in a second")]
    TooManyStreams { limit: usize },
    #[error(transparent)]
    Full(#[from] Full),
    #[error("the service is stopping: ask another host")]
    Stopping,
    #[error("this host has no bucket and makes no streams: set FIRSTWORD_BUCKET")]
    NoBucket,
    #[error("the words and the sound of callers are off: start the service with --log-text")]
    Private,
    #[error("this host has no language model: set FIRSTWORD_CHAT_MODEL")]
    NoModel,
    /// The stream ended before it had a first part.
    #[error("{0}")]
    Ended(End),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<End> for StreamError {
    fn from(end: End) -> Self {
        Self::Ended(end)
    }
}
