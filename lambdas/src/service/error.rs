//! Why a host gave no answer that can be used, and whether another one may.

use contract::http::code;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    #[error("synth-service can't be reached: {0}")]
    Unreachable(&'static str),
    /// It answered with an error of ours.
    #[error("synth-service refused ({status} {code}): {message}")]
    Refused { status: u16, code: String, message: String },
    #[error(
        "synth-service answered {status} with a body that is none of its own: is FIRSTWORD_SERVICE_URL right?"
    )]
    Foreign { status: u16 },
}

/// No request was made.
pub(super) const NO_TIME: &str = "there was no time left";

/// The remedy for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remedy {
    None,
    /// This host is full, stops or is dead: another one, or the same a moment later.
    AnyHost,
    /// This host can't, whenever it is asked: hosts serve different voices, and are of different versions.
    OtherHost {
        /// Whether the same address is worth another try, since a load balancer may have other hosts behind it.
        any_address: bool,
    },
}

impl ServiceError {
    /// A start whose answer was lost with its host is overtaken by the next one for the same contact.
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable(_) => Remedy::AnyHost,
            Self::Refused { status: 429 | 503, .. } => Remedy::AnyHost,
            // A load balancer's words.
            Self::Foreign { status: 502..=504 } => Remedy::AnyHost,
            Self::Refused { code, .. } => match code.as_str() {
                code::NOT_MINE | code::UNKNOWN_VOICE => Remedy::OtherHost { any_address: true },
                code::UNKNOWN_STREAM => Remedy::OtherHost { any_address: false },
                _ => Remedy::None,
            },
            Self::Foreign { .. } => Remedy::None,
        }
    }

    /// Whether nobody was there, or has gone.
    pub(super) fn is_no_host(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }

    /// For the function's own log, which must not repeat what a caller was to hear: a refusal may.
    pub fn for_log(&self) -> String {
        match self {
            Self::Refused { status, code, .. } => format!("synth-service refused ({status} {code})"),
            other => other.to_string(),
        }
    }
}

/// In our own words: the library's would put the URL into the flow log.
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
