//! The one place that maps errors to replies.

use contract::{
    event::{MalformedEvent, ParameterError},
    http::code,
    reply::{Reply, Status},
};

use stream_store::StoreError;

use crate::service::ServiceError;

/// Why a function has nothing better to answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Event(#[from] MalformedEvent),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream can't be what the flow takes it for.
    #[error("{0}")]
    Stream(String),
    #[error("there was no time left to answer: give the function and the Invoke Lambda block more of it")]
    TooLate,
}

impl Failure {
    /// For the function's own log, which must not repeat what a caller was to hear: a refusal may.
    pub fn for_log(&self) -> String {
        match self {
            Self::Service(error) => error.for_log(),
            other => other.to_string(),
        }
    }

    /// The reply that tells the flow.
    pub fn into_reply(self) -> Reply {
        match &self {
            // A newer stream of the same contact took over: for this flow run nothing is wrong.
            Self::Service(ServiceError::Refused { code, message, .. }) if code == code::CANCELLED => {
                Reply::new(Status::Cancelled, None, 0).because(message)
            }
            // Nothing is spoken to this contact, which is all that a cancel is for.
            Self::Service(ServiceError::Refused { status: 404, code, message })
                if code == "unknown_contact" =>
            {
                Reply::new(Status::Done, None, 0).because(message)
            }
            _ => Reply::error(&self.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_an_error_with_its_reason_and_what_harms_nobody_is_none() {
        let missing = Failure::from(ParameterError::Missing { name: "Text" }).into_reply().to_map();
        assert_eq!(missing["Status"], "error");
        assert!(missing["Reason"].contains("Text"));
        let preempted =
            ServiceError::Refused { status: 409, code: "cancelled".into(), message: "preempted".into() };
        assert_eq!(Failure::from(preempted).into_reply().to_map()["Status"], "cancelled");
        let refused =
            |code: &str| ServiceError::Refused { status: 404, code: code.into(), message: "none".into() };
        let status = |code| Failure::from(refused(code)).into_reply().to_map()["Status"].clone();
        assert_eq!((status("unknown_contact"), status("unknown_stream")), ("done".into(), "error".into()));
    }
}
