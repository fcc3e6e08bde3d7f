//! The reasons why a request to Connect failed. Each message is one line that names the remedy.

use signed_requests::SignError;

/// Longest text of AWS that is passed on, in characters.
const LONGEST_TEXT: usize = 200;

/// A request that failed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A permission is missing, or the credentials are invalid.
    #[error(
        "Amazon Connect refuses {action} ({text}): grant connect:{action} on the instance to this program's role"
    )]
    Denied {
        /// The name of the operation.
        action: &'static str,
        /// Code and message of the answer.
        text: String,
    },
    /// The instance has as many prompts as its quota allows.
    #[error("the instance takes no more prompts: delete some, or have its quota raised")]
    Full,
    /// There is a prompt of this name.
    #[error("the instance has a prompt of this name")]
    Duplicate,
    /// The instance or the prompt does not exist.
    #[error(
        "Amazon Connect does not know the instance or the prompt of {action} ({text}): check the instance's ARN"
    )]
    NotFound {
        /// The name of the operation.
        action: &'static str,
        /// Code and message of the answer.
        text: String,
    },
    /// Connect does not take this request, and would not take it again.
    #[error("Amazon Connect does not take {action}: {text}")]
    Refused {
        /// The name of the operation.
        action: &'static str,
        /// Code and message of the answer.
        text: String,
    },
    /// A failure that may be temporary.
    #[error("Amazon Connect did not answer {action}: {text}")]
    Trouble {
        /// The name of the operation.
        action: &'static str,
        /// The cause.
        text: String,
    },
    /// The request could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The client can't be built.
    #[error("the client of Amazon Connect can't be made: {0}")]
    Client(String),
}

impl ConnectError {
    /// The error of an answer with this status and code.
    pub(crate) fn of_answer(action: &'static str, status: u16, code: &str, message: &str) -> Self {
        let text: String = format!("{code} {message}").chars().take(LONGEST_TEXT).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match (status, code) {
            (_, "DuplicateResourceException") => Self::Duplicate,
            (_, "LimitExceededException" | "ServiceQuotaExceededException") => Self::Full,
            (401 | 403, _) => Self::Denied { action, text },
            (404, _) => Self::NotFound { action, text },
            (429 | 500.., _) => Self::Trouble { action, text: format!("{status} {text}") },
            (400, "ThrottlingException" | "RequestTimeoutException") => Self::Trouble { action, text },
            _ => Self::Refused { action, text: format!("{status} {text}") },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_errors_are_told_apart_and_none_has_two_lines() {
        let of = |status, code| ConnectError::of_answer("CreatePrompt", status, code, "two\nlines");
        for (status, code, is_right) in [
            (
                409,
                "DuplicateResourceException",
                (|error| matches!(error, ConnectError::Duplicate)) as fn(&_) -> bool,
            ),
            (429, "LimitExceededException", |error| matches!(error, ConnectError::Full)),
            (429, "ThrottlingException", |error| matches!(error, ConnectError::Trouble { .. })),
            (500, "InternalServiceException", |error| matches!(error, ConnectError::Trouble { .. })),
            (400, "InvalidParameterException", |error| matches!(error, ConnectError::Refused { .. })),
            (404, "ResourceNotFoundException", |error| matches!(error, ConnectError::NotFound { .. })),
            (403, "AccessDeniedException", |error| matches!(error, ConnectError::Denied { .. })),
            (302, "", |error| matches!(error, ConnectError::Refused { .. })),
        ] {
            let error = of(status, code);
            assert!(is_right(&error) && !error.to_string().contains('\n'), "{status} {code}: {error:?}");
        }
    }
}
