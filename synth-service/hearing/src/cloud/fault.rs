//! Refusals and faults of recognisers as errors. Texts of servers may quote keys and callers, so none is repeated, save
//! for the codes of their documentation.

use serde_json::Value;
use tokio_tungstenite::tungstenite::{Error, error::CapacityError};

use crate::HearingError;

/// The error codes that RTZR and Deepgram document.
const CODES: [&str; 16] = [
    "A0001",
    "A0002",
    "E500",
    "H0001",
    "H0002",
    "ASR_PAYMENT_REQUIRED",
    "ASR_UNPROCESSABLE_ENTITY",
    "DATA-0000",
    "INSUFFICIENT_PERMISSIONS",
    "INTERNAL_SERVER_ERROR",
    "INVALID_AUTH",
    "INVALID_JSON",
    "NET-0000",
    "NET-0001",
    "PROJECT_NOT_FOUND",
    "TOO_MANY_REQUESTS",
];

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

/// The error code that a server's text has as a word, in brackets; empty without one.
pub(super) fn code(text: &str) -> String {
    let is_within = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    let mut words = text.split(|letter| !is_within(letter));
    let found = words.find_map(|word| CODES.into_iter().find(|code| *code == word));
    found.map(|code| format!(" ({code})")).unwrap_or_default()
}

/// The same of a message, at the first of these places where it has a text.
pub(super) fn code_in(message: &Value, places: &[&str]) -> String {
    let texts = places.iter().map(|place| message.pointer(place));
    texts.flatten().find_map(Value::as_str).map(code).unwrap_or_default()
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
    fn only_codes_of_the_documentation_are_repeated() {
        for known in CODES {
            assert_eq!(code(known), format!(" ({known})"));
            assert_eq!(code(&format!("PIN-1234 {known}: JWT-TOKEN")), format!(" ({known})"));
        }
        for other in ["", "A", "sk-secret", "PIN-1234", "JWT-TOKEN", "H0009", "xH0001", "NET-0001-1234", "네"]
        {
            assert_eq!(code(other), "");
        }
    }
}
