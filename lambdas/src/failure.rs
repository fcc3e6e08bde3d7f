//! The one place that maps errors to replies.

use contract::{
    StreamId,
    event::{MalformedEvent, ParameterError},
    http::code,
    reply::{LiveReply, Reply, Status},
};
use serde::Serialize;

use stream_store::StoreError;

use crate::service::ServiceError;

/// The failure of an invocation.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum Failure {
    #[error(transparent)]
    Event(#[from] MalformedEvent),
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The stream does not match the parameters.
    #[error("{0}")]
    Stream(String),
    /// The contact or the pass of a live call does not match the parameters.
    #[error("{0}")]
    Pass(String),
    #[error(
        "there was no time left to answer: raise the timeout of the function and of the Invoke Lambda block"
    )]
    TooLate,
}

impl Failure {
    /// The message for the function's log, without the service's message, which may quote the caller's text.
    pub fn for_log(&self) -> String {
        match self {
            Self::Service(error) => error.for_log(),
            other => other.to_string(),
        }
    }

    /// The kind, for the metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Event(_) => "event",
            Self::Parameter(_) => "parameter",
            Self::Service(_) => "service",
            Self::Store(_) => "store",
            Self::Stream(_) => "stream",
            Self::Pass(_) => "pass",
            Self::TooLate => "too_late",
        }
    }

    /// The reply to the flow.
    pub fn into_reply(self) -> Reply {
        match &self {
            // A newer stream of the same contact took over, which is no error of this run of the flow.
            Self::Service(ServiceError::Refused { code, message, .. }) if code == code::CANCELLED => {
                Reply::new(Status::Cancelled, None, 0).because(message)
            }
            // The contact has no stream, so a cancel has nothing left to do.
            Self::Service(ServiceError::Refused { status: 404, code, message })
                if code == "unknown_contact" =>
            {
                Reply::new(Status::Done, None, 0).because(message)
            }
            _ => Reply::error(&self.to_string()),
        }
    }
}

/// A reply to the flow, whose log line has its status and its stream.
pub trait Replied: Serialize + Send + 'static {
    /// The flow's next step.
    fn status(&self) -> Status;

    /// The stream that the reply is about.
    fn stream_id(&self) -> Option<&StreamId>;

    /// The reply to an invocation that has failed.
    fn failed(failure: Failure) -> Self;
}

impl Replied for Reply {
    fn status(&self) -> Status {
        self.status()
    }

    fn stream_id(&self) -> Option<&StreamId> {
        self.stream_id()
    }

    fn failed(failure: Failure) -> Self {
        failure.into_reply()
    }
}

impl Replied for LiveReply {
    fn status(&self) -> Status {
        self.status()
    }

    fn stream_id(&self) -> Option<&StreamId> {
        None
    }

    fn failed(failure: Failure) -> Self {
        Self::error(&failure.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_an_error_with_its_reason_but_a_harmless_one_is_not() {
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
