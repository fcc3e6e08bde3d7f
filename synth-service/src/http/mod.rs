//! The HTTP side: routes, and before them the [`door`].
//!
//! `POST /synthesize_stream`, `POST /synthesize_stream_cancel`, `POST /resume_stream`, `GET /streams/{id}`, `GET /healthz`,
//! `GET /readyz`, and those of [`speech_api`].

mod audio;
mod auth;
pub mod door;
mod encode;
mod error;
mod knocks;
mod speech_api;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State, rejection::PathRejection},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contract::{
    StreamId,
    http::{
        CancelRequest, CancelResponse, HEALTHZ, READYZ, RESUME_STREAM, ResumeRequest, ResumeResponse,
        STREAMS, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL, StartRequest, StartResponse, StreamStatus,
    },
};
use tower_http::catch_panic::CatchPanicLayer;

use self::{auth::Guard, door::Tokens, error::ApiError};
use crate::{speak::Narrator, streams::Streams};

/// No answer begins later: the slowest is a start that waits for its part 0 in vain. Speech may go on for
/// longer once it has begun.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// All routes. A token is asked for everywhere but at the health checks.
pub fn router(streams: Streams, narrator: Narrator, tokens: Tokens, max_body_bytes: usize) -> Router {
    let protected = Router::new()
        .route(SYNTHESIZE_STREAM, post(start))
        .route(SYNTHESIZE_STREAM_CANCEL, post(cancel))
        .route(RESUME_STREAM, post(resume))
        .route(&format!("{STREAMS}/{{id}}"), get(status))
        .merge(speech_api::routes(narrator))
        .layer(middleware::from_fn_with_state(Guard::new(tokens), auth::let_pass));
    Router::new()
        .merge(protected)
        .route(HEALTHZ, get(|| async { "ok\n" }))
        .route(READYZ, get(ready))
        .fallback(async || ApiError::no_such_route())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .layer(middleware::from_fn(bounded_in_time))
        .layer(CatchPanicLayer::custom(|_| ApiError::panicked().into_response()))
        .with_state(streams)
}

async fn bounded_in_time(request: Request, next: Next) -> Result<Response, ApiError> {
    tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await.map_err(|_| ApiError::timed_out())
}

async fn start(
    State(streams): State<Streams>,
    ApiJson(request): ApiJson<StartRequest>,
) -> Result<Json<StartResponse>, ApiError> {
    Ok(Json(streams.start(request).await?))
}

async fn cancel(
    State(streams): State<Streams>,
    ApiJson(request): ApiJson<CancelRequest>,
) -> Result<Json<CancelResponse>, ApiError> {
    Ok(Json(streams.cancel(request).await?))
}

async fn resume(
    State(streams): State<Streams>,
    ApiJson(request): ApiJson<ResumeRequest>,
) -> Result<Json<ResumeResponse>, ApiError> {
    Ok(Json(streams.resume(request.stream_id).await?))
}

async fn status(
    State(streams): State<Streams>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<StreamStatus>, ApiError> {
    let Path(id) = id?;
    let id: StreamId = id.try_into()?;
    Ok(Json(streams.status(&id).await?))
}

async fn ready(State(streams): State<Streams>) -> Result<&'static str, ApiError> {
    streams.ready().await?;
    Ok("ready\n")
}

/// `Json`, with rejections in the one shape of our errors.
struct ApiJson<T>(T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> axum::extract::FromRequest<S> for ApiJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Json(value) = Json::from_request(request, state)
            .await
            .map_err(|error| ApiError::from(error).into_response())?;
        Ok(Self(value))
    }
}
