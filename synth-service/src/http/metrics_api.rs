//! The metrics of this host, and the counts of requests that failed.

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use contract::{http::METRICS, metrics::REQUEST_ERRORS};

use super::error::ErrorCode;
use crate::telemetry::{HostState, Meters};

/// The route.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(state: HostState) -> Router<S> {
    Router::new().route(METRICS, get(metrics)).with_state(state)
}

/// Prometheus' text format.
async fn metrics(State(state): State<HostState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], state.read().prometheus().render())
}

/// Counts the answers that are errors.
pub(super) async fn count_errors(State(meters): State<Meters>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(ErrorCode(code)) = response.extensions().get() {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => meters.refuse(code),
            _ => meters.count(&REQUEST_ERRORS, &[code], 1),
        }
    }
    response
}
