//! The errors of a request to the service, and their remedies.

use contract::http::code;

/// The error of a request to the service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum ServiceError {
    #[error("synth-service can't be reached: {0}")]
    Unreachable(&'static str),
    /// The answer is one of the service's errors.
    #[error("synth-service refused ({status} {code}): {message}")]
    Refused { status: u16, code: String, message: String },
    #[error(
        "synth-service answered {status} with a body that is not from the service: is FIRSTWORD_SERVICE_URL right?"
    )]
    Foreign { status: u16 },
}

/// The reason when no request was sent.
pub(super) const NO_TIME: &str = "there was no time left";

/// The remedy for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    None,
    /// Retry with another host, or with this host a moment later: it is full, stopping or dead.
    AnyHost,
    /// Retry with another host, never with this one: hosts have different voices and versions.
    OtherHost {
        /// Whether to retry the same address, since a load balancer may have other hosts behind it.
        any_address: bool,
    },
}

impl ServiceError {
    /// The remedy. Starts may be repeated: one whose answer was lost is preempted by the next one for the same contact.
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable(_) => Remedy::AnyHost,
            Self::Refused { status: 429 | 503, .. } => Remedy::AnyHost,
            // The answer of a load balancer.
            Self::Foreign { status: 502..=504 } => Remedy::AnyHost,
            Self::Refused { code, .. } => match code.as_str() {
                code::NOT_MINE | code::NO_MODEL | code::UNKNOWN_VOICE => {
                    Remedy::OtherHost { any_address: true }
                }
                code::UNKNOWN_STREAM => Remedy::OtherHost { any_address: false },
                _ => Remedy::None,
            },
            Self::Foreign { .. } => Remedy::None,
        }
    }

    /// Whether no host answered.
    pub(super) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// The message for the function's log, without the service's message, which may quote the caller's text.
    pub fn for_log(&self) -> String {
        match self {
            Self::Refused { status, code, .. } => format!("synth-service refused ({status} {code})"),
            other => other.to_string(),
        }
    }
}

/// Replaces the library's message, which would put the URL into the flow log.
impl From<&reqwest::Error> for ServiceError {
    fn from(error: &reqwest::Error) -> Self {
        Self::Unreachable(if error.is_connect() {
            "no connection"
        } else if error.is_timeout() {
            "no answer in time"
        } else {
            "the connection broke"
        })
    }
}

impl From<reqwest::Error> for ServiceError {
    fn from(error: reqwest::Error) -> Self {
        Self::from(&error)
    }
}
