//! The end of a stream: one type, from its cause to the sentinel and the answer to a client.

use std::fmt;

use contract::stream::{Ending, Outcome, Sentinel};
use speech::SpeechError;
use stream_store::StoreError;

/// The end of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct End {
    /// The cause, which decides on the outcome.
    pub cause: EndCause,
    /// The reason as one line for operators; `none` for a complete stream.
    pub reason: String,
}

/// The causes of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndCause {
    /// Every speakable sentence has a part.
    Complete,
    /// Every speakable sentence has a part, but the writer of the text failed before its end.
    CutShort,
    /// A client cancelled the stream.
    Cancelled,
    /// A newer stream owns the contact.
    Preempted,
    /// The client that started the stream timed out before it learned the stream's id.
    Unheard,
    /// The host stops, and no other host can continue the stream.
    Stopping,
    /// No sentence can be spoken.
    Unpronounceable,
    /// The stream's wait for admission timed out, or the engine's queue is full.
    Overloaded,
    /// The speech engine failed.
    Speech,
    /// The bucket failed for too long.
    Store,
    /// The bucket refuses this host until an operator changes a permission or a setting.
    NoAccess,
}

impl EndCause {
    /// The cause as one word in documents and logs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Complete => "none",
            Self::CutShort => "cut short",
            Self::Cancelled => "cancelled",
            Self::Preempted => "preempted",
            Self::Unheard => "unheard",
            Self::Stopping => "stopping",
            Self::Unpronounceable | Self::Overloaded | Self::Speech | Self::Store | Self::NoAccess => {
                "failed"
            }
        }
    }

    /// The cause as the value of a metric's label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::CutShort => "cut_short",
            other => other.word(),
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Complete | Self::CutShort => Outcome::Complete,
            Self::Cancelled | Self::Preempted | Self::Unheard | Self::Stopping => Outcome::Cancelled,
            Self::Unpronounceable | Self::Overloaded | Self::Speech | Self::Store | Self::NoAccess => {
                Outcome::Failed
            }
        }
    }
}

impl End {
    /// The end of a stream whose every sentence was spoken.
    pub fn complete() -> Self {
        EndCause::Complete.into()
    }

    /// The end after a bug in the service.
    pub fn fault() -> Self {
        Self { cause: EndCause::Speech, reason: "a fault in the service".into() }
    }

    /// The end as cancelled, for the cause with this word.
    pub fn cancelled(word: &str) -> Self {
        let causes = [EndCause::Preempted, EndCause::Unheard, EndCause::Stopping];
        let cause = causes.into_iter().find(|cause| cause.word() == word).unwrap_or(EndCause::Cancelled);
        Self { cause, reason: word.to_owned() }
    }

    /// The outcome, for the sentinel.
    pub fn outcome(&self) -> Outcome {
        self.cause.outcome()
    }
}

impl From<EndCause> for End {
    fn from(cause: EndCause) -> Self {
        Self { cause, reason: cause.word().into() }
    }
}

impl From<&Ending> for End {
    fn from(ending: &Ending) -> Self {
        match ending {
            Ending::Finished => Self::complete(),
            Ending::CutShort(reason) => Self { cause: EndCause::CutShort, reason: reason.clone() },
        }
    }
}

impl From<&Sentinel> for End {
    /// Converts an end that another host has decided on.
    fn from(sentinel: &Sentinel) -> Self {
        match sentinel.outcome {
            Outcome::Complete if sentinel.reason == EndCause::Complete.word() => Self::complete(),
            Outcome::Complete => Self { cause: EndCause::CutShort, reason: sentinel.reason.clone() },
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
        let cause = if error.needs_an_operator() { EndCause::NoAccess } else { EndCause::Store };
        Self { cause, reason: error.to_string() }
    }
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}
