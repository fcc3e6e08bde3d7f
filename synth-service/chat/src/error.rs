//! The reason why a model gave no answer, or only a part of one. Each message is one line that names the remedy.
//!
//! No message repeats a key, an address, or a word of a caller or a model: servers quote all of these in their errors.
//! Only a server's error code is repeated, if it looks like one.

use std::{fmt, time::Duration};

use thiserror::Error;

/// The pause before a retry, where a server with too much to do asks for none.
const RETRY_PAUSE: Duration = Duration::from_millis(100);

/// The reason why a model gave no answer, or only a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[allow(missing_docs, reason = "each message says it")]
pub enum ModelError {
    #[error("the model's key can't be read ({0}): make it a file with the key alone, or set its variable")]
    NoKey(&'static str),
    #[error("the model refuses the key (status {status}{code}): set one that is valid for this model")]
    Unauthorized { status: u16, code: Code },
    #[error("the model is over its rate limit (status {status}{code}): raise the limit at its provider")]
    RateLimited { status: u16, code: Code, retry_after: Option<Duration> },
    #[error("the model is out of service (status {status}{code}): look at its server's log or status page")]
    Unavailable { status: u16, code: Code, retry_after: Option<Duration> },
    #[error("the model refuses the request (status {status}{code}): check the base URL and the model's name")]
    Refused { status: u16, code: Code },
    #[error("the model's address redirects (status {status}), which is not followed: set the final address")]
    Redirected { status: u16 },
    #[error("the model can't be reached ({0}): check its base URL, and that its server runs")]
    Unreachable(String),
    #[error("the model's connection broke in mid-answer: look at its server's log")]
    Broken,
    #[error("the model reported an error instead of an answer{code}: look at its server's log")]
    Reported { code: Code },
    #[error("the model's answer can't be read ({0}): check that the kind of model fits its server")]
    Malformed(&'static str),
    #[error("the model wrote nothing that can be spoken: check its name and the system prompt")]
    Empty,
    #[error("the model wrote nothing within {} ms: take a faster one, or raise that limit", .0.as_millis())]
    NoFirstToken(Duration),
    #[error("the model paused for {} ms in mid-answer: take a faster one, or raise that limit", .0.as_millis())]
    Stalled(Duration),
    #[error("the answer took longer than {} ms: ask for shorter answers, or raise that limit", .0.as_millis())]
    TookTooLong(Duration),
}

impl From<outgoing::NoKey> for ModelError {
    fn from(no_key: outgoing::NoKey) -> Self {
        Self::NoKey(no_key.0)
    }
}

impl ModelError {
    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable(_)
            | Self::Broken
            | Self::Reported { .. }
            | Self::Malformed(_)
            | Self::Empty => true,
            Self::NoKey(_)
            | Self::Unauthorized { .. }
            | Self::Refused { .. }
            | Self::Redirected { .. }
            | Self::NoFirstToken(_)
            | Self::Stalled(_)
            | Self::TookTooLong(_) => false,
        }
    }

    /// The pause before a retry: as long as the server asks for, else a short one for a server with too much to do.
    pub(crate) fn retry_after(&self) -> Duration {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Unavailable { retry_after, .. } => {
                retry_after.unwrap_or(RETRY_PAUSE)
            }
            _ => Duration::ZERO,
        }
    }
}

/// A server's error code, such as `model_not_found`; empty when the server sent none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code(String);

impl Code {
    /// Longer ones are prose.
    const LONGEST: usize = 48;

    /// Keeps a text that is an identifier. Anything else may quote the caller, and becomes no code.
    pub(crate) fn new(text: &str) -> Self {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let is_code = text.len() <= Self::LONGEST && text.bytes().all(fits);
        Self(if is_code { text.to_owned() } else { String::new() })
    }

    /// The code itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    /// With a comma before it, to follow something else.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, ", {}", self.0) }
    }
}
