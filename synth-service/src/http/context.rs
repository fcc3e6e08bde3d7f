//! A request's context: its client's timeout, and the ids by which client and service log it.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    middleware::Next,
    response::Response,
};
use contract::{
    ContactId, StreamId,
    http::{REQUEST_ID_HEADER, TIMEOUT_HEADER, TRACEPARENT_HEADER},
};
use otlp::spans;
use tokio::time::{Instant, timeout};
use tracing::{
    Instrument, Span,
    field::{Empty, display},
};

use super::error::ApiError;

/// Time within which every answer begins; the slowest is a start whose part 0 never comes. The body of a speech
/// response may take longer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest id in the log, and longest path in a span, in characters.
const LONGEST_ID: usize = 128;

/// The client's timeout for the answer, from its header.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientWaits(pub(super) Option<Duration>);

impl<S: Sync> axum::extract::FromRequestParts<S> for ClientWaits {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(client_waits(&parts.headers))
    }
}

fn client_waits(headers: &HeaderMap) -> ClientWaits {
    let milliseconds = headers.get(TIMEOUT_HEADER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    ClientWaits(milliseconds.map(Duration::from_millis))
}

/// The time at which the head of the request was received.
#[derive(Clone, Copy, Debug)]
pub(super) struct Received(pub(super) Instant);

impl<S: Sync> axum::extract::FromRequestParts<S> for Received {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or_else(|| Self(Instant::now())))
    }
}

/// The W3C trace context that the client sent, if any: the trace goes on with it where this host exports none.
#[derive(Clone, Debug)]
pub(super) struct Trace(pub(super) Option<String>);

impl<S: Sync> axum::extract::FromRequestParts<S> for Trace {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(id(&parts.headers, TRACEPARENT_HEADER)))
    }
}

/// Adds the contact and the stream of the current request to its log lines.
pub(super) fn concerns(contact: Option<&ContactId>, stream: Option<&StreamId>) {
    let span = Span::current();
    if let Some(contact) = contact {
        span.record("contact", display(contact));
    }
    if let Some(stream) = stream {
        span.record("stream", display(stream));
    }
}

/// Bounds the time to an answer, and adds the request's ids to every log line about it.
pub(super) async fn enter(mut request: Request, next: Next) -> Result<Response, ApiError> {
    request.extensions_mut().insert(Received(Instant::now()));
    let headers = request.headers();
    let ClientWaits(waits) = client_waits(headers);
    let longest = waits.map_or(REQUEST_TIMEOUT, |waits| waits.min(REQUEST_TIMEOUT));
    let span = span(&request);
    let answer = timeout(longest, next.run(request).instrument(span.clone())).await;
    let answer = answer.map_err(|_| ApiError::timed_out());
    let status = answer.as_ref().map_or(StatusCode::SERVICE_UNAVAILABLE, Response::status);
    spans::attribute(&span, "http.response.status_code", i64::from(status.as_u16()));
    answer
}

/// The span of a request. It has the level of errors, so that log lines of every level include it. A health check or a
/// scrape, which has no ids, gets none.
fn span(request: &Request) -> Span {
    let headers = request.headers();
    let (id, trace) = (id(headers, REQUEST_ID_HEADER), id(headers, TRACEPARENT_HEADER));
    if id.is_none() && trace.is_none() && request.method() == Method::GET {
        return Span::none();
    }
    let span = tracing::error_span!("request", id, trace, contact = Empty, stream = Empty);
    if let Some(trace) = &trace {
        spans::continue_trace(&span, trace);
    }
    spans::attribute(&span, "http.request.method", request.method().to_string());
    let path = request.uri().path();
    spans::attribute(&span, "url.path", path.get(..LONGEST_ID).unwrap_or(path).to_owned());
    span
}

/// An id from a header, sanitised for the log.
fn id(headers: &HeaderMap, name: &str) -> Option<String> {
    let id = headers.get(name)?.to_str().ok()?;
    let is_plain = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| id.to_owned())
}
