//! The HTTP side: the routes, and the [`door`] in front of them.
//!
//! | module | owns |
//! | --- | --- |
//! | [`door`] | connections, TLS, tokens |
//! | `auth`, `rejection_log` | the check of tokens, the log of rejected requests |
//! | `context` | a request's deadline, and its ids in the log |
//! | `streams_api` | the routes of streams, health checks |
//! | `speech_api`, `audio`, `encode` | OpenAI's `POST /v1/audio/speech`, its formats and lists of voices |
//! | `error`, `json` | errors as answers, JSON as requests |

mod audio;
mod auth;
mod context;
pub mod door;
mod encode;
mod error;
mod json;
mod rejection_log;
mod speech_api;
mod streams_api;

use axum::{Router, extract::DefaultBodyLimit, middleware, response::IntoResponse};
use tower_http::catch_panic::CatchPanicLayer;

use self::{auth::Guard, door::Tokens, error::ApiError, streams_api::HostStreams};
use crate::{speak::Narrator, streams::Streams};

/// All routes. All but the health checks require a token. Without `streams` the host serves listeners only.
pub fn router(streams: Option<Streams>, narrator: Narrator, tokens: Tokens, max_body_bytes: usize) -> Router {
    let protected = streams_api::routes()
        .merge(speech_api::routes(narrator))
        .layer(middleware::from_fn_with_state(Guard::new(tokens), auth::require_token));
    Router::new()
        .merge(protected)
        .merge(streams_api::health_checks())
        .fallback(async || ApiError::no_such_route())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .layer(middleware::from_fn(context::enter))
        .layer(CatchPanicLayer::custom(|_| ApiError::panicked().into_response()))
        .with_state(HostStreams(streams))
}
