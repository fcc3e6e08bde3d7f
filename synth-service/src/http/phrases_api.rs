//! The clips of phrases: made before a caller needs them, and counted.

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::IntoResponse,
    routing::{get, post},
};
use contract::http::{METRICS, WARM_PHRASES, WarmRequest, WarmResponse};

use super::{error::ApiError, json::ApiJson, streams_api::HostStreams};

/// The routes.
pub(super) fn routes() -> Router<HostStreams> {
    Router::new().route(WARM_PHRASES, post(warm)).route(METRICS, get(metrics))
}

async fn warm(
    State(streams): State<HostStreams>,
    ApiJson(request): ApiJson<WarmRequest>,
) -> Result<Json<WarmResponse>, ApiError> {
    Ok(Json(streams.get()?.warm_phrases(&request).await?))
}

/// Prometheus' text format.
async fn metrics(State(streams): State<HostStreams>) -> impl IntoResponse {
    let text = streams.streams.map(|streams| streams.phrases().metrics()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
