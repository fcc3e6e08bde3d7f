//! How a stream ends: one type, from the moment at which something ends it to its sentinel and the answer to a client.

use std::fmt;

use contract::stream::{Outcome, Sentinel};
use speech::SpeechError;
use stream_store::StoreError;

/// Why nothing more of a stream is made, or will be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct End {
    pub cause: EndCause,
    /// One line for people; `none` when there is nothing to say.
    pub reason: String,
}

/// The causes of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndCause {
    /// Every sentence that can be spoken has a part.
    Complete,
    /// Somebody asked for it.
    Cancelled,
    /// A newer stream has the contact.
    Preempted,
    /// The client that started it stopped waiting before it learned the stream's id.
    Unheard,
    /// The host stops, and no other host could go on with it.
    Stopping,
    /// No sentence can be spoken.
    Unpronounceable,
    /// Its turn came too late, or the queue is full.
    Overloaded,
    /// The speech engine failed.
    Speech,
    /// The bucket took no more of it.
    Store,
}

impl EndCause {
    /// The cause's word, where it is one of those that cancel a stream.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "none",
            Self::Cancelled => "cancelled",
            Self::Preempted => "preempted",
            Self::Unheard => "unheard",
            Self::Stopping => "stopping",
            Self::Unpronounceable | Self::Overloaded | Self::Speech | Self::Store => "failed",
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Complete => Outcome::Complete,
            Self::Cancelled | Self::Preempted | Self::Unheard | Self::Stopping => Outcome::Cancelled,
            Self::Unpronounceable | Self::Overloaded | Self::Speech | Self::Store => Outcome::Failed,
        }
    }
}

impl End {
    /// Every sentence was spoken.
    pub fn complete() -> Self {
        EndCause::Complete.into()
    }

    /// A fault of our own.
    pub fn fault() -> Self {
        Self { cause: EndCause::Speech, reason: "a fault in the service".into() }
    }

    /// Of a stream that is to end as cancelled for the reason with this word.
    pub fn cancelled(word: &str) -> Self {
        let causes = [EndCause::Preempted, EndCause::Unheard, EndCause::Stopping];
        let cause = causes.into_iter().find(|cause| cause.word() == word).unwrap_or(EndCause::Cancelled);
        Self { cause, reason: word.to_owned() }
    }

    /// What the sentinel says of it.
    pub fn outcome(&self) -> Outcome {
        self.cause.outcome()
    }
}

impl From<EndCause> for End {
    fn from(cause: EndCause) -> Self {
        Self { cause, reason: cause.word().into() }
    }
}

impl From<&Sentinel> for End {
    /// As another host has decided.
    fn from(sentinel: &Sentinel) -> Self {
        match sentinel.outcome {
            Outcome::Complete => Self::complete(),
            Outcome::Cancelled => Self::cancelled(&sentinel.reason),
            Outcome::Failed => Self { cause: EndCause::Speech, reason: sentinel.reason.clone() },
        }
    }
}

impl From<&SpeechError> for End {
    fn from(error: &SpeechError) -> Self {
        let cause = match error {
            SpeechError::Unpronounceable => EndCause::Unpronounceable,
            SpeechError::Overloaded => EndCause::Overloaded,
            SpeechError::Stopped => EndCause::Stopping,
            _ => EndCause::Speech,
        };
        Self { cause, reason: error.to_string() }
    }
}

impl From<StoreError> for End {
    fn from(error: StoreError) -> Self {
        Self { cause: EndCause::Store, reason: error.to_string() }
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}
