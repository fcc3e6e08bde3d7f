//! The ways in which a recogniser fails.

use std::time::Duration;

/// The reason why a recogniser can't be used, or is gone. Each message is one line that names the remedy; none repeats
/// a key or a caller's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum HearingError {
    #[error("{recogniser} refused the key: check its settings")]
    Unauthorised { recogniser: &'static str },
    #[error("{recogniser} has no channel free: buy more, or lower the number of live calls")]
    NoChannel { recogniser: &'static str },
    #[error("{recogniser} can't be reached: {reason}")]
    Unreachable { recogniser: &'static str, reason: String },
    #[error("{recogniser} ended the session: {reason}")]
    Ended { recogniser: &'static str, reason: String },
    #[error("{recogniser} sent something that is not its protocol: {reason}")]
    Protocol { recogniser: &'static str, reason: String },
    #[error("{recogniser} gave no result within {after:?}")]
    TooSlow { recogniser: &'static str, after: Duration },
    #[error(
        "{recogniser} says nothing to {after:?} of a caller's audio: it was noise, or the recogniser is broken"
    )]
    Mute { recogniser: &'static str, after: Duration },
    #[error("{recogniser} does not know the language {language:?}: choose another recogniser")]
    UnknownLanguage { recogniser: &'static str, language: String },
    #[error("{0}")]
    Model(String),
}
