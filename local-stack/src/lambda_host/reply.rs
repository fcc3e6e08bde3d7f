//! The answers of the Invoke API: an invocation's result, or the reason for its refusal, as HTTP.
//!
//! It owns statuses, headers and error bodies, and makes no decisions.

use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;

use super::answer::Outcome;
use super::host::Throttled;
use super::pool::Done;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The reason why an invocation was refused before it began.
pub(super) enum Refusal {
    NotFound(String),
    TooLarge(usize),
    NotJson(String),
    Throttled,
    BadType(String),
    Broken,
    Lost,
}

impl From<Throttled> for Refusal {
    fn from(_: Throttled) -> Self {
        Self::Throttled
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        if self.report.outcome == Outcome::Stopped {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", "the host was stopped");
        }
        let mut response = Response::new(Body::from(self.payload));
        let headers = response.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
        if self.report.outcome != Outcome::Success {
            headers.insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
        }
        if !self.tail.is_empty()
            && let Ok(tail) = HeaderValue::try_from(STANDARD.encode(self.tail))
        {
            headers.insert("x-amz-log-result", tail);
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound(named) => refused(
                StatusCode::NOT_FOUND,
                "ResourceNotFoundException",
                &format!("Function not found: {named}"),
            ),
            Self::TooLarge(limit) => refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "RequestTooLargeException",
                &format!("Request must be smaller than {limit} bytes for the InvokeFunction operation"),
            ),
            Self::NotJson(reason) => refused(
                StatusCode::BAD_REQUEST,
                "InvalidRequestContentException",
                &format!("Could not parse request body into json: {reason}"),
            ),
            Self::Throttled => {
                refused(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", "Rate Exceeded.")
            }
            Self::BadType(given) => refused(
                StatusCode::BAD_REQUEST,
                "InvalidParameterValueException",
                &format!("Unknown invocation type: {given}"),
            ),
            Self::Broken => {
                refused(StatusCode::BAD_REQUEST, "InvalidRequestContentException", "The body ended early")
            }
            Self::Lost => refused(
                StatusCode::INTERNAL_SERVER_ERROR,
                "ServiceException",
                "the invocation was lost inside the host",
            ),
        }
    }
}

fn refused(status: StatusCode, kind: &'static str, message: &str) -> Response {
    let side = if status.is_server_error() { "Service" } else { "User" };
    let mut document = json!({ "Type": side, "Message": message });
    if status == StatusCode::TOO_MANY_REQUESTS {
        document["Reason"] = "ReservedFunctionConcurrentInvocationLimitExceeded".into();
    }
    (status, [(ERROR_TYPE, kind)], Json(document)).into_response()
}
