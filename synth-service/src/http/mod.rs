//! The HTTP side: the routes, and the [`door`] in front of them.
//!
//! | module | owns |
//! | --- | --- |
//! | [`door`] | connections, TLS, tokens |
//! | `auth`, `rejection_log` | the check of tokens, the log of rejected requests |
//! | `context` | a request's deadline, and its ids in the log |
//! | `streams_api` | the routes of streams, health checks |
//! | `cors` | the web pages that may use the service |
//! | `speech_api`, `speed`, `audio`, `encode` | OpenAI's `POST /v1/audio/speech`, its speeds and formats |
//! | `live` | the doors of live calls |
//! | `phrases_api` | clips made ahead |
//! | `metrics_api` | the metrics |
//! | `page` | the page for operators |
//! | `catalogue` | the lists of voices and models |
//! | `error`, `json` | errors as answers, JSON as requests |

mod audio;
mod auth;
mod catalogue;
mod context;
mod cors;
pub mod door;
mod encode;
mod error;
mod json;
mod live;
mod metrics_api;
mod page;
mod phrases_api;
mod rejection_log;
mod speech_api;
mod speed;
mod streams_api;

use axum::{Router, extract::DefaultBodyLimit, middleware, response::IntoResponse};
use tower::Layer;
use tower_http::{catch_panic::CatchPanicLayer, normalize_path::NormalizePathLayer};

use self::{auth::Guard, door::Tokens, error::ApiError, streams_api::HostStreams};
pub use self::{
    cors::{Cors, InvalidOrigin},
    live::{AccessError, LineLimits, LiveDoors, TwilioAccess},
};
use crate::{speak::Narrator, streams::Streams, telemetry::HostState, turns::Turns};

/// The parts of a host that have routes.
pub struct Offer {
    /// `None` where the host serves listeners only.
    pub streams: Option<Streams>,
    /// `None` without a language model.
    pub turns: Option<Turns>,
    /// The texts for listeners.
    pub narrator: Narrator,
    /// `None` without live calls.
    pub live: Option<LiveDoors>,
}

/// All routes. All but the health checks, the files of the pages, Twilio's requests and preflights require a token: a
/// call in the browser shows it on its socket.
pub fn router(offer: Offer, state: &HostState, tokens: Tokens, cors: Cors, max_body_bytes: usize) -> Router {
    let Offer { streams, turns, narrator, live } = offer;
    let guard = Guard::new(tokens.clone());
    let files = page::files(tokens.are_required(), live.is_some());
    let passes = live.as_ref().map_or_else(Router::new, LiveDoors::routes);
    let live = live.map_or_else(Router::new, |doors| {
        let talk = page::talk(tokens.are_required());
        doors.twilio_routes().merge(doors.browser_routes(guard.clone())).merge(talk)
    });
    let protected = streams_api::routes()
        .merge(phrases_api::routes())
        .merge(metrics_api::routes(state.clone()))
        .merge(speech_api::routes(narrator.clone()))
        .merge(page::data(state.clone(), narrator.clone(), turns.clone()))
        .merge(catalogue::routes(narrator))
        .merge(passes)
        // Only a client with a token gets a span: it is exported.
        .layer(middleware::from_fn(context::enter))
        .layer(middleware::from_fn_with_state(guard, auth::require_token));
    let routes = Router::new()
        .merge(protected)
        .merge(streams_api::health_checks(state.clone()))
        .merge(files)
        .merge(live)
        .fallback(async || ApiError::no_such_route())
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .layer(CatchPanicLayer::custom(|_| ApiError::panicked().into_response()))
        .layer(middleware::from_fn_with_state(state.meters().clone(), metrics_api::count_errors))
        .with_state(HostStreams { streams, turns });
    // A path may end with a slash. A layer of the router itself would come too late: it runs once a route is found.
    let routes = NormalizePathLayer::trim_trailing_slash().layer(routes);
    cors.over(Router::new().fallback_service(routes))
}

/// The metrics alone, without a token, for an address of their own.
pub fn metrics_router(state: HostState) -> Router {
    metrics_api::routes(state)
}
