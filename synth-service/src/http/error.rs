//! The one place that maps errors to HTTP answers.

use std::{error::Error, iter::successors};

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    InvalidId,
    document::DocumentError,
    http::{ErrorBody, ErrorDetail, code},
};
use speech::SpeechError;
use stream_store::{StoreError, StoreFault};
use tower_http::timeout::TimeoutError;

use super::{encode::UnknownFormat, speed::SpeedOutOfRange};
use crate::{
    admission::Full,
    live::NoPlace,
    order::Refusal,
    speak::SpeakError,
    streams::{
        StreamError,
        end::{End, EndCause},
    },
    telemetry::NotReady,
};

/// An error, as sent to the client.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// In seconds, for errors that allow a retry.
    retry_after: u64,
}

/// The code of the error in an answer, for the metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorCode(pub(super) &'static str);

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retry_after: 1 }
    }

    pub(super) fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "send the header `Authorization: Bearer TOKEN`")
    }

    pub(super) fn too_many_connections() -> Self {
        let message = "all connections of the service are taken: try again in a second, or another host";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too_many_connections", message)
    }

    pub(super) fn no_such_route() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is no such path")
    }

    /// `known` is the only model.
    pub(super) fn unknown_model(known: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_model", format!("the only model is `{known}`"))
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "this path takes another method")
    }

    pub(super) fn timed_out() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "timed_out", "the service took too long: try again")
    }

    pub(super) fn panicked() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "a fault in the service; its log says where")
    }

    /// The operators' page is open too often.
    pub(super) fn too_many_pages() -> Self {
        let message = "too many pages watch this host: close one";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_pages", message)
    }

    /// A request for a live call that is not signed by Twilio.
    pub(super) fn forged() -> Self {
        let message =
            "the request is not signed with the auth token: check --twilio-auth-token and --public-url";
        Self::new(StatusCode::FORBIDDEN, "forged", message)
    }

    /// A form did not come in time, or is longer than this many bytes.
    pub(super) fn unread_form(error: &axum::Error, limit: usize) -> Self {
        if is_caused_by::<TimeoutError>(error) {
            return Self::body_too_slow();
        }
        let message = format!("a form may have {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
    }

    fn body_too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", "the body did not come in time")
    }

    /// A page of another host opens a socket.
    pub(super) fn foreign_page() -> Self {
        let message = "only this service's own page may call; a proxy must pass the header `Host` on";
        Self::new(StatusCode::FORBIDDEN, "foreign_page", message)
    }

    pub(super) fn no_upgrade() -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, "no_upgrade", "this path takes WebSockets (version 13) only")
    }

    /// Many callers' sockets have not begun their streams.
    pub(super) fn too_many_sockets() -> Self {
        let message = "too many sockets wait for their stream to start: try again in a few seconds";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_sockets", message)
    }

    pub(super) fn no_such_clip() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown_clip", "the stream has no such clip yet")
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = refused(&refusal);
        Self::new(status, code, refusal.to_string())
    }
}

impl From<NotReady> for ApiError {
    fn from(error: NotReady) -> Self {
        match error {
            NotReady::Gpu(error) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "gpu_gone", error.to_string()),
            NotReady::Streams(error) => error.into(),
        }
    }
}

impl From<StreamError> for ApiError {
    fn from(error: StreamError) -> Self {
        let (status, code) = match &error {
            StreamError::Refused(refusal) => refused(refusal),
            StreamError::NothingNamed => (StatusCode::UNPROCESSABLE_ENTITY, "nothing_named"),
            StreamError::UnknownStream(_) => (StatusCode::NOT_FOUND, code::UNKNOWN_STREAM),
            StreamError::UnknownContact => (StatusCode::NOT_FOUND, code::UNKNOWN_CONTACT),
            StreamError::NotMine(_) => (StatusCode::MISDIRECTED_REQUEST, code::NOT_MINE),
            StreamError::Private => (StatusCode::FORBIDDEN, "private"),
            StreamError::NoModel => (StatusCode::NOT_IMPLEMENTED, code::NO_MODEL),
            StreamError::NoBucket => (StatusCode::SERVICE_UNAVAILABLE, "no_bucket"),
            StreamError::TooManyStreams { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_streams"),
            StreamError::Full(full) => return full.into(),
            StreamError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            StreamError::Store(error) => stored(error),
            StreamError::Ended(end) => ended(end),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<SpeakError> for ApiError {
    fn from(error: SpeakError) -> Self {
        let (status, code) = match &error {
            SpeakError::Refused(refusal) => refused(refusal),
            SpeakError::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_narrations"),
            SpeakError::Full(full) => return full.into(),
            SpeakError::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
            SpeakError::Speech(error) => unspoken(error),
            SpeakError::TooSlow | SpeakError::Gone => (StatusCode::REQUEST_TIMEOUT, "gone"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<NoPlace> for ApiError {
    fn from(error: NoPlace) -> Self {
        let (status, code) = match error {
            NoPlace::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_calls"),
            NoPlace::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        };
        Self::new(status, code, error.to_string())
    }
}

impl From<&Full> for ApiError {
    fn from(full: &Full) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "full", full.to_string());
        Self { retry_after: full.retry_after.as_secs().max(1), ..error }
    }
}

fn refused(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::NothingToSay => (StatusCode::UNPROCESSABLE_ENTITY, "nothing_to_say"),
        Refusal::TextTooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "text_too_long"),
        Refusal::SystemTooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "system_too_long"),
        Refusal::UnknownVoice(_) => (StatusCode::UNPROCESSABLE_ENTITY, code::UNKNOWN_VOICE),
        Refusal::Ssml(_) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_ssml"),
        Refusal::BadSpeed => (StatusCode::UNPROCESSABLE_ENTITY, "bad_speed"),
    }
}

/// The answer for a text without a speakable sentence.
fn unspoken(error: &SpeechError) -> (StatusCode, &'static str) {
    match error {
        SpeechError::Unpronounceable => (StatusCode::UNPROCESSABLE_ENTITY, "unpronounceable"),
        SpeechError::Overloaded => (StatusCode::TOO_MANY_REQUESTS, "overloaded"),
        SpeechError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        _ => (StatusCode::INTERNAL_SERVER_ERROR, "synthesis_failed"),
    }
}

/// The answer for a stream that ended before its first part.
fn ended(end: &End) -> (StatusCode, &'static str) {
    match end.cause {
        EndCause::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        EndCause::Complete
        | EndCause::CutShort
        | EndCause::Cancelled
        | EndCause::Preempted
        | EndCause::Unheard => (StatusCode::CONFLICT, code::CANCELLED),
        EndCause::Store => (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable"),
        EndCause::NoAccess => (StatusCode::SERVICE_UNAVAILABLE, "bucket_access_denied"),
        EndCause::Unpronounceable => (StatusCode::UNPROCESSABLE_ENTITY, "unpronounceable"),
        EndCause::Overloaded => (StatusCode::TOO_MANY_REQUESTS, "overloaded"),
        EndCause::Speech => (StatusCode::INTERNAL_SERVER_ERROR, "synthesis_failed"),
    }
}

/// The answer for an error of the bucket, or an unusable document in it.
fn stored(error: &StoreError) -> (StatusCode, &'static str) {
    match error.fault() {
        StoreFault::Document { error: DocumentError::Damaged(_), .. } => {
            (StatusCode::INTERNAL_SERVER_ERROR, "damaged")
        }
        // A host of that version can continue the stream.
        StoreFault::Document { error: DocumentError::Newer { .. } | DocumentError::Older { .. }, .. } => {
            (StatusCode::MISDIRECTED_REQUEST, code::NOT_MINE)
        }
        StoreFault::NoBucket { .. } => (StatusCode::SERVICE_UNAVAILABLE, "no_such_bucket"),
        StoreFault::OtherRegion { .. } => (StatusCode::SERVICE_UNAVAILABLE, "bucket_in_another_region"),
        StoreFault::Denied { .. } | StoreFault::NoCredentials => {
            (StatusCode::SERVICE_UNAVAILABLE, "bucket_access_denied")
        }
        StoreFault::Contended { .. } | StoreFault::Trouble { .. } => {
            (StatusCode::SERVICE_UNAVAILABLE, "store_unavailable")
        }
    }
}

impl From<UnknownFormat> for ApiError {
    fn from(error: UnknownFormat) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_format", error.to_string())
    }
}

impl From<SpeedOutOfRange> for ApiError {
    fn from(error: SpeedOutOfRange) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_speed", error.to_string())
    }
}

impl From<InvalidId> for ApiError {
    fn from(error: InvalidId) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_id", error.to_string())
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_path", "the path is not UTF-8")
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        if is_caused_by::<TimeoutError>(&rejection) {
            return Self::body_too_slow();
        }
        let (status, code) = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
            StatusCode::UNPROCESSABLE_ENTITY => (StatusCode::UNPROCESSABLE_ENTITY, "invalid_field"),
            _ => (StatusCode::BAD_REQUEST, "invalid_json"),
        };
        Self::new(status, code, rejection.body_text())
    }
}

fn is_caused_by<E: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    successors(Some(error), |error| (*error).source()).any(|error| error.is::<E>())
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let error = ErrorDetail { code: self.code.to_owned(), message: self.message };
        let mut response = (self.status, Json(ErrorBody { error })).into_response();
        response.extensions_mut().insert(ErrorCode(self.code));
        let headers = response.headers_mut();
        match self.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(self.retry_after));
            }
            StatusCode::UNAUTHORIZED => {
                // A client without a valid token loses its connection.
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}
