//! Refusals and faults of recognisers as errors. Texts of servers may quote keys and callers, so none is repeated, save
//! for short codes.

use tokio_tungstenite::tungstenite::{Error, error::CapacityError};

use crate::HearingError;

/// A message that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not the protocol.
    Protocol(&'static str),
    /// The recogniser reports an error, with its code or none.
    Reported(String),
}

impl Fault {
    pub(super) fn error(self, recogniser: &'static str) -> HearingError {
        match self {
            Self::Protocol(reason) => HearingError::Protocol { recogniser, reason: reason.into() },
            Self::Reported(code) => {
                HearingError::Ended { recogniser, reason: format!("it reported an error{code}") }
            }
        }
    }
}

/// A server's error code, such as `H0001` or `NET-0001`, in brackets; empty for anything else.
pub(super) fn code(text: &str) -> String {
    let is_code = (2..=40).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
        && text.bytes().filter(u8::is_ascii_digit).count() <= 4;
    if is_code { format!(" ({text})") } else { String::new() }
}

/// A status other than the wanted one.
pub(super) fn refusal(recogniser: &'static str, status: u16, code: &str) -> HearingError {
    let reason = match status {
        401 | 403 => return HearingError::Unauthorised { recogniser },
        429 => return HearingError::NoChannel { recogniser },
        400 | 404 | 422 => format!("it refuses the request, status {status}{code}: check its settings"),
        402 => "its account has no credit left: top it up".into(),
        300..400 => format!("it redirects, status {status}: set the final base URL"),
        _ => format!("it is out of service, status {status}{code}"),
    };
    HearingError::Unreachable { recogniser, reason }
}

/// A request without an answer.
pub(super) fn unreachable(recogniser: &'static str, error: &reqwest::Error) -> HearingError {
    HearingError::Unreachable { recogniser, reason: outgoing::cause(error) }
}

/// A fault of a WebSocket.
pub(super) fn broken(recogniser: &'static str, error: &Error) -> HearingError {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => {
            HearingError::Protocol { recogniser, reason: "a message is too long".into() }
        }
        Error::Protocol(_) | Error::Utf8(_) | Error::Capacity(_) | Error::AttackAttempt => {
            HearingError::Protocol { recogniser, reason: "it is no WebSocket, or broke".into() }
        }
        Error::Io(error) => HearingError::Ended { recogniser, reason: error.kind().to_string() },
        _ => HearingError::Ended { recogniser, reason: "it closed the connection".into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_are_repeated() {
        for known in ["H0001", "A0002", "E500", "NET-0001", "INVALID_AUTH", "DATA-0000"] {
            assert_eq!(code(known), format!(" ({known})"));
        }
        for other in ["", "A", "sk-secret", "4f1c2a", "Hello", "A SENTENCE", "K12345678", "네"] {
            assert_eq!(code(other), "");
        }
    }
}
