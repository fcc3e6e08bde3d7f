//! The clips of phrases, made before a caller needs them.

use axum::{Json, Router, extract::State, routing::post};
use contract::http::{WARM_PHRASES, WarmRequest, WarmResponse};

use super::{error::ApiError, json::ApiJson, streams_api::HostStreams};

/// The routes.
pub(super) fn routes() -> Router<HostStreams> {
    Router::new().route(WARM_PHRASES, post(warm))
}

async fn warm(
    State(streams): State<HostStreams>,
    ApiJson(request): ApiJson<WarmRequest>,
) -> Result<Json<WarmResponse>, ApiError> {
    Ok(Json(streams.get()?.warm_phrases(&request).await?))
}
