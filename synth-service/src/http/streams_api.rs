//! The routes of streams, and the health checks.

use axum::{
    Json, Router,
    extract::{Path, State, rejection::PathRejection},
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
    context::{ClientWaits, Received},
    error::ApiError,
    json::ApiJson,
};
use crate::{
    moments::Moments,
    speak::Narrator,
    streams::{StreamError, Streams},
    turns::Turns,
};

/// The streams of this host.
#[derive(Clone)]
pub(super) struct HostStreams {
    /// `None` without a bucket.
    pub(super) streams: Option<Streams>,
    /// `None` without a language model.
    pub(super) turns: Option<Turns>,
    /// The voices of all of them.
    pub(super) narrator: Narrator,
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
pub(super) fn health_checks() -> Router<HostStreams> {
    Router::new().route(HEALTHZ, get(|| async { "ok\n" })).route(READYZ, get(ready))
}

async fn start(
    State(streams): State<HostStreams>,
    ClientWaits(client_waits): ClientWaits,
    Received(at): Received,
    ApiJson(request): ApiJson<StartRequest>,
) -> Result<Json<StartResponse>, ApiError> {
    Ok(Json(streams.get()?.start(request, Moments::received(at), client_waits).await?))
}

async fn chat(
    State(streams): State<HostStreams>,
    ClientWaits(client_waits): ClientWaits,
    Received(at): Received,
    ApiJson(request): ApiJson<ChatRequest>,
) -> Result<Json<StartResponse>, ApiError> {
    streams.get()?;
    let turns = streams.turns.as_ref().ok_or(StreamError::NoModel)?;
    Ok(Json(turns.start(request, Moments::received(at), client_waits).await?))
}

async fn cancel(
    State(streams): State<HostStreams>,
    ApiJson(request): ApiJson<CancelRequest>,
) -> Result<Json<CancelResponse>, ApiError> {
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
    Ok(Json(streams.get()?.resume(request.stream_id).await?))
}

async fn status(
    State(streams): State<HostStreams>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<StreamStatus>, ApiError> {
    let Path(id) = id?;
    let id: StreamId = id.try_into()?;
    Ok(Json(streams.get()?.status(&id).await?))
}

/// Answers from the state of the host's heartbeat and the latest reading of its GPUs, so that no client can cause
/// requests to the bucket. A host without a bucket needs no heartbeat: it serves listeners.
async fn ready(State(streams): State<HostStreams>) -> Result<&'static str, ApiError> {
    streams.narrator.voices().check_gpus()?;
    if let Some(streams) = &streams.streams {
        streams.check_ready()?;
    }
    Ok("ready\n")
}
