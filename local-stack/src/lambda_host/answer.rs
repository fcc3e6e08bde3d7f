//! The result of an invocation, in AWS's format: payload, error types and messages, log lines.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::body::MAX_PAYLOAD;

/// The result of one invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The handler returned a value.
    Success,
    /// The handler returned an error or panicked, or its response was too large; the process lives.
    HandlerError,
    /// The process ended during the invocation.
    Exited,
    /// The process was killed at the function's time limit.
    TimedOut,
    /// The process ended, failed or hung before it asked for its first invocation.
    InitFailed,
    /// The host was stopped during the invocation.
    Stopped,
}

/// One finished invocation.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The function's plain name.
    pub function: String,
    /// The id of the request, which the function and the client see too.
    pub request_id: String,
    /// Time from passing the event to the process until its answer, in milliseconds; the init is not included.
    pub duration_ms: f64,
    /// Duration of the init, from the spawn to the process's first request for work, in milliseconds; only for cold
    /// starts.
    pub init_ms: Option<f64>,
    /// The result of the invocation.
    pub outcome: Outcome,
}

/// The result of an invocation, before it is translated to AWS's format.
#[derive(Debug)]
pub(super) enum Ending {
    Response(Bytes),
    /// The error document from the runtime in the process.
    HandlerError(Bytes),
    /// The response was over the size limit and has been dropped.
    ResponseTooLarge,
    Exited(std::io::Result<ExitStatus>),
    TimedOut,
    Init(InitFailure),
    Stopped,
}

/// The reason why a process never asked for its first invocation.
#[derive(Debug)]
pub(super) enum InitFailure {
    /// The process reported the failure itself, with this error document.
    Reported(Bytes),
    Exited(std::io::Result<ExitStatus>),
    TimedOut(Duration),
    /// The process could not be started.
    Spawn(std::io::Error),
    Stopped,
}

impl Ending {
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Response(_) => Outcome::Success,
            Self::HandlerError(_) | Self::ResponseTooLarge => Outcome::HandlerError,
            Self::Exited(_) => Outcome::Exited,
            Self::TimedOut => Outcome::TimedOut,
            Self::Init(InitFailure::Stopped) | Self::Stopped => Outcome::Stopped,
            Self::Init(_) => Outcome::InitFailed,
        }
    }

    /// The body of the response to the client.
    pub(super) fn payload(self, request_id: &str, timeout: Duration) -> Bytes {
        match self {
            Self::Response(body) | Self::HandlerError(body) => body,
            Self::ResponseTooLarge => document(
                "Function.ResponseSizeTooLarge",
                &format!(
                    "Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes)."
                ),
            ),
            Self::Exited(status) => exited(request_id, &status),
            Self::TimedOut => timed_out(request_id, timeout),
            Self::Init(failure) => failure.payload(request_id),
            Self::Stopped => document("Runtime.Stopped", &about(request_id, "the host was stopped")),
        }
    }
}

impl InitFailure {
    pub(super) fn payload(self, request_id: &str) -> Bytes {
        match self {
            Self::Reported(body) => body,
            Self::Exited(status) => exited(request_id, &status),
            Self::TimedOut(limit) => timed_out(request_id, limit),
            Self::Spawn(error) => {
                document("Runtime.InvalidEntrypoint", &about(request_id, &error.to_string()))
            }
            Self::Stopped => document("Runtime.Stopped", &about(request_id, "the host was stopped")),
        }
    }

    /// The message of the error document for the log, or the whole document if it has no message.
    pub(super) fn message(self) -> String {
        let payload = self.payload("none");
        let document: serde_json::Value = serde_json::from_slice(&payload).unwrap_or_default();
        let message = document["errorMessage"].as_str().map(str::to_owned);
        message.unwrap_or_else(|| String::from_utf8_lossy(&payload).into_owned())
    }
}

fn document(kind: &str, message: &str) -> Bytes {
    json!({ "errorType": kind, "errorMessage": message }).to_string().into()
}

fn about(request_id: &str, message: &str) -> String {
    format!("RequestId: {request_id} Error: {message}")
}

fn timed_out(request_id: &str, limit: Duration) -> Bytes {
    let message = format!("Task timed out after {:.2} seconds", limit.as_secs_f64());
    document("Sandbox.Timedout", &about(request_id, &message))
}

fn exited(request_id: &str, status: &std::io::Result<ExitStatus>) -> Bytes {
    document("Runtime.ExitError", &about(request_id, &exit_reason(status)))
}

fn exit_reason(status: &std::io::Result<ExitStatus>) -> String {
    let status = match status {
        Ok(status) => status,
        Err(error) => return format!("Runtime was lost: {error}"),
    };
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, Some(signal)) => format!("Runtime exited with error: signal: {}", signal_name(signal)),
        (None, None) => format!("Runtime exited with error: {status}"),
    }
}

fn signal_name(signal: i32) -> String {
    match signal {
        6 => "aborted".to_owned(),
        9 => "killed".to_owned(),
        11 => "segmentation fault".to_owned(),
        15 => "terminated".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_process_is_told_as_aws_tells_it() {
        for (raw, told) in [
            (0, "Runtime exited without providing a reason"),
            (101 << 8, "Runtime exited with error: exit status 101"),
            (9, "Runtime exited with error: signal: killed"),
            (11, "Runtime exited with error: signal: segmentation fault"),
        ] {
            assert_eq!(exit_reason(&Ok(ExitStatus::from_raw(raw))), told);
        }
    }

    #[test]
    fn time_limits_have_two_decimals() {
        let payload = Ending::TimedOut.payload("id", Duration::from_millis(1500));
        let expected = r#"{"errorMessage":"RequestId: id Error: Task timed out after 1.50 seconds","errorType":"Sandbox.Timedout"}"#;
        let (payload, expected): (serde_json::Value, serde_json::Value) =
            (serde_json::from_slice(&payload).unwrap(), serde_json::from_str(expected).unwrap());
        assert_eq!(payload, expected);
    }
}
