//! A request's context: its client's timeout, and the ids by which client and service log it.

use std::time::Duration;

use axum::{
    extract::Request,
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::Response,
};
use contract::http::{REQUEST_ID_HEADER, TIMEOUT_HEADER, TRACEPARENT_HEADER};
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::error::ApiError;

/// Time within which every answer begins; the slowest is a start whose part 0 never comes. The body of a speech
/// response may take longer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest id in the log, in characters.
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

/// Bounds the time to an answer, and adds the request's ids to every log line about it.
pub(super) async fn enter(mut request: Request, next: Next) -> Result<Response, ApiError> {
    request.extensions_mut().insert(Received(Instant::now()));
    let headers = request.headers();
    let ClientWaits(waits) = client_waits(headers);
    let (id, trace) = (id(headers, REQUEST_ID_HEADER), id(headers, TRACEPARENT_HEADER));
    let span = match (id, trace) {
        (None, None) => tracing::Span::none(),
        (id, trace) => tracing::info_span!("request", id, trace),
    };
    let longest = waits.map_or(REQUEST_TIMEOUT, |waits| waits.min(REQUEST_TIMEOUT));
    timeout(longest, next.run(request).instrument(span)).await.map_err(|_| ApiError::timed_out())
}

/// An id from a header, sanitised for the log.
fn id(headers: &HeaderMap, name: &str) -> Option<String> {
    let id = headers.get(name)?.to_str().ok()?;
    let is_plain = !id.is_empty() && id.len() <= LONGEST_ID && id.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then(|| id.to_owned())
}
