//! The metrics of this host, and the count of refused requests.

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use contract::{http::METRICS, metrics::REFUSALS};

use super::error::Refused;
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
pub(super) async fn count_refusals(State(meters): State<Meters>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(Refused(code)) = response.extensions().get() {
        meters.count(&REFUSALS, &[code], 1);
    }
    response
}
