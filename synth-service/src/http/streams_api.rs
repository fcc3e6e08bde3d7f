//! The routes of streams, and the health checks.

use axum::{
    Json, Router,
    extract::{Path, State, rejection::PathRejection},
    middleware::map_response,
    response::Response,
    routing::{get, post},
};
use contract::{
    StreamId,
    http::{
        CHAT_STREAM, CancelRequest, CancelResponse, ChatRequest, HEALTHZ, READYZ, RESUME_STREAM,
        ResumeRequest, ResumeResponse, STREAMS, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL, StartRequest,
        StartResponse, StreamStatus,
    },
};

use super::{
    context::{ClientWaits, Received, Trace, concerns},
    error::{ApiError, ErrorCode},
    json::ApiJson,
};
use crate::{
    moments::Moments,
    streams::{StreamError, Streams},
    telemetry::HostState,
    turns::Turns,
};

/// The streams of this host.
#[derive(Clone)]
pub(super) struct HostStreams {
    /// `None` without a bucket.
    pub(super) streams: Option<Streams>,
    /// `None` without a language model.
    pub(super) turns: Option<Turns>,
}

impl HostStreams {
    pub(super) fn get(&self) -> Result<&Streams, StreamError> {
        self.streams.as_ref().ok_or(StreamError::NoBucket)
    }
}

/// The routes that require a token.
pub(super) fn routes() -> Router<HostStreams> {
    Router::new()
        .route(SYNTHESIZE_STREAM, post(start))
        .route(CHAT_STREAM, post(chat))
        .route(SYNTHESIZE_STREAM_CANCEL, post(cancel))
        .route(RESUME_STREAM, post(resume))
        .route(&format!("{STREAMS}/{{id}}"), get(status))
}

/// The routes that don't.
pub(super) fn health_checks(host: HostState) -> Router<HostStreams> {
    Router::new()
        .route(HEALTHZ, get(|| async { "ok\n" }))
        .route(READYZ, get(ready))
        .layer(map_response(uncounted))
        .with_state(host)
}

/// Keeps an answer out of the metrics: a host that is not ready refuses no caller by saying so.
pub(super) async fn uncounted(mut response: Response) -> Response {
    response.extensions_mut().remove::<ErrorCode>();
    response
}

async fn start(
    State(streams): State<HostStreams>,
    ClientWaits(client_waits): ClientWaits,
    Received(at): Received,
    ApiJson(request): ApiJson<StartRequest>,
) -> Result<Json<StartResponse>, ApiError> {
    concerns(request.contact_id.as_ref(), None);
    Ok(Json(streams.get()?.start(request, Moments::received(at), client_waits).await?))
}

async fn chat(
    State(streams): State<HostStreams>,
    ClientWaits(client_waits): ClientWaits,
    Received(at): Received,
    Trace(trace): Trace,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<Json<StartResponse>, ApiError> {
    concerns(request.contact_id.as_ref(), None);
    streams.get()?;
    let turns = streams.turns.as_ref().ok_or(StreamError::NoModel)?;
    Ok(Json(turns.start(request, (Moments::received(at), trace), client_waits).await?))
}

async fn cancel(
    State(streams): State<HostStreams>,
    ApiJson(request): ApiJson<CancelRequest>,
) -> Result<Json<CancelResponse>, ApiError> {
    concerns(request.contact_id.as_ref(), request.stream_id.as_ref());
    let cancelled = streams.get()?.cancel(request).await?;
    if let Some(turns) = &streams.turns {
        turns.interrupted(cancelled.stream_id.clone());
    }
    Ok(Json(cancelled))
}

async fn resume(
    State(streams): State<HostStreams>,
    ApiJson(request): ApiJson<ResumeRequest>,
) -> Result<Json<ResumeResponse>, ApiError> {
    concerns(None, Some(&request.stream_id));
    Ok(Json(streams.get()?.resume(request.stream_id).await?))
}

async fn status(
    State(streams): State<HostStreams>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<StreamStatus>, ApiError> {
    let Path(id) = id?;
    let id: StreamId = id.try_into()?;
    concerns(None, Some(&id));
    Ok(Json(streams.get()?.status(&id).await?))
}

async fn ready(State(host): State<HostState>) -> Result<&'static str, ApiError> {
    host.check_ready()?;
    Ok("ready\n")
}
