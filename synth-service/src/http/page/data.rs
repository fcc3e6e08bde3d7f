//! The data of the page. Every answer is for one operator now, and is kept by no cache.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contract::{StreamId, TenantId};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::events::Feed;
use crate::{
    clock,
    http::{error::ApiError, json::ApiJson, streams_api::uncounted},
    order::OrderRequest,
    speak::Narrator,
    streams::{Detail, Shapes, StreamError, Streams},
    telemetry::HostState,
    turns::Turns,
};

/// Pages that may watch a host at the same time.
const MOST_PAGES: usize = 8;

#[derive(Clone)]
struct Watched {
    host: HostState,
    narrator: Narrator,
    /// `None` without a language model.
    turns: Option<Turns>,
    places: Arc<Semaphore>,
}

impl Watched {
    fn streams(&self) -> Result<&Streams, StreamError> {
        self.host.streams().ok_or(StreamError::NoBucket)
    }
}

/// The routes, for a router with any other state.
pub(in crate::http) fn data<S: Clone + Send + Sync + 'static>(
    host: HostState,
    narrator: Narrator,
    turns: Option<Turns>,
) -> Router<S> {
    let watched = Watched { host, narrator, turns, places: Arc::new(Semaphore::new(MOST_PAGES)) };
    Router::new()
        .route("/page/events", get(events))
        .route("/page/words", post(words))
        .route("/page/streams/{id}", get(stream))
        .route("/page/streams/{id}/said", get(said))
        .route("/page/streams/{id}/shapes/{first}", get(shapes))
        .route("/page/streams/{id}/clips/{part}", get(clip))
        .layer(map_response(uncounted))
        .layer(map_response(uncached))
        .with_state(watched)
}

async fn uncached(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The host and its streams as server-sent events, until the host stops.
async fn events(State(watched): State<Watched>) -> Result<Response, ApiError> {
    let place = watched.places.try_acquire_owned().map_err(|_| ApiError::too_many_pages())?;
    let feed = Feed::new(watched.host, watched.narrator, watched.turns.is_some(), place);
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((kind, Body::from_stream(feed.into_stream())).into_response())
}

/// A text that is tried.
#[derive(Deserialize)]
struct TriedText {
    text: String,
    #[serde(default)]
    voice: Option<String>,
    #[serde(default)]
    tenant: Option<TenantId>,
}

/// A sentence as it is written and as it will be said.
#[derive(Serialize)]
struct Said {
    text: String,
    words: String,
}

#[derive(Serialize)]
struct Words {
    voice: String,
    sentences: Vec<Said>,
}

async fn words(
    State(watched): State<Watched>,
    ApiJson(tried): ApiJson<TriedText>,
) -> Result<Json<Words>, ApiError> {
    // The tables of a language are built when it is first read, and tenants' lexicons are files.
    let read = tokio::task::spawn_blocking(move || {
        watched.narrator.read(OrderRequest {
            text: &tried.text,
            pronunciations: false,
            voice: tried.voice.as_deref(),
            tenant: tried.tenant.as_ref(),
            speed: None,
        })
    });
    let (voice, read) = read.await.map_err(|_| ApiError::panicked())??;
    let sentences = read.into_iter().map(|(text, words)| Said { text, words }).collect();
    Ok(Json(Words { voice, sentences }))
}

/// A stream by this host's clock.
#[derive(Serialize)]
struct Call {
    #[serde(flatten)]
    detail: Detail,
    /// In milliseconds since the Unix epoch: a browser's clock may be another.
    now_ms: u64,
}

async fn stream(
    State(watched): State<Watched>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Call>, ApiError> {
    let Path(id) = id?;
    let id: StreamId = id.try_into()?;
    let detail = watched.streams()?.detail(&id).await?;
    Ok(Json(Call { detail, now_ms: clock::now_ms() }))
}

/// The caller's words that a stream answers; `None` before they are stored, and for a text.
#[derive(Serialize)]
struct Question {
    said: Option<String>,
}

async fn said(
    State(watched): State<Watched>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Question>, ApiError> {
    let Path(id) = id?;
    let id: StreamId = id.try_into()?;
    let contact = watched.streams()?.open_contact(&id).await?;
    let said = match (&watched.turns, contact) {
        (Some(turns), Some(contact)) => turns.said(&contact, &id).await?,
        _ => None,
    };
    Ok(Json(Question { said }))
}

async fn shapes(
    State(watched): State<Watched>,
    place: Result<Path<(String, usize)>, PathRejection>,
) -> Result<Json<Shapes>, ApiError> {
    let Path((id, first)) = place?;
    let id: StreamId = id.try_into()?;
    Ok(Json(watched.streams()?.shapes(&id, first).await?))
}

async fn clip(
    State(watched): State<Watched>,
    place: Result<Path<(String, usize)>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path((id, part)) = place?;
    let id: StreamId = id.try_into()?;
    let clip = watched.streams()?.clip(&id, part).await?.ok_or_else(ApiError::no_such_clip)?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], clip).into_response())
}
