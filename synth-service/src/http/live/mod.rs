//! The doors of live calls.
//!
//! | module | owns |
//! | --- | --- |
//! | `browser` | a call in the browser |
//! | `upgrade` | from a request to a WebSocket |
//! | `socket` | a WebSocket as a caller's line, and its bounds |
//! | `count` | the place of a frame in its stream |
//! | `access` | the access of Twilio's requests, from the settings |
//! | `passes` | passes for contacts of Amazon Connect |
//! | `signature` | the proof that a request is Twilio's |
//! | `tokens` | one-time tokens for streams |
//! | `twilio_voice` | Twilio's request at the begin of a call |
//! | `twilio` | Twilio's stream |

mod access;
mod browser;
mod count;
mod passes;
mod signature;
mod socket;
mod tokens;
mod twilio;
mod twilio_voice;
mod upgrade;

use std::sync::Arc;

use axum::{
    Router,
    extract::Request,
    routing::{get, post},
};
use contract::http::{LIVE_BROWSER, LIVE_PASSES, LIVE_TWILIO, LIVE_TWILIO_VOICE};
use live::Voice;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use self::{
    access::{AccessError, TwilioAccess},
    socket::LineLimits,
};
use self::{
    signature::{HEADER, Signed, spellings},
    tokens::OneTimeTokens,
};
use super::{auth::Guard, door, error::ApiError, rejection_log::RejectionLog};
use crate::{
    live::{Calls, Place},
    telemetry::Meters,
    transfers::Passes,
};

/// The doors of live calls. Cheap to clone.
#[derive(Clone)]
pub struct LiveDoors(Arc<Shared>, Option<Passes>);

struct Shared {
    calls: Calls,
    voice: Voice,
    /// `None` where Twilio's routes are not served.
    twilio: Option<TwilioAccess>,
    limits: LineLimits,
    tokens: OneTimeTokens<Place>,
    /// Permits for sockets whose stream has not started, for each door: strangers at one leave the other free.
    unstarted: Unstarted,
    forgeries: RejectionLog,
}

struct Unstarted {
    twilio: Arc<Semaphore>,
    browser: Arc<Semaphore>,
}

impl LiveDoors {
    /// Doors to these calls. `voice` is that of a caller for whom nothing else is asked.
    pub fn new(calls: Calls, voice: Voice, twilio: Option<TwilioAccess>, limits: LineLimits) -> Self {
        let permits = || Arc::new(Semaphore::new(limits.unstarted));
        let (tokens, unstarted) =
            (OneTimeTokens::default(), Unstarted { twilio: permits(), browser: permits() });
        let forgeries = RejectionLog::new("a request that Twilio has not signed was turned away");
        Self(Arc::new(Shared { calls, voice, twilio, limits, tokens, unstarted, forgeries }), None)
    }

    /// The same doors, for contacts that Amazon Connect transfers as well.
    #[must_use]
    pub fn with_passes(self, passes: Passes) -> Self {
        Self(self.0, Some(passes))
    }

    /// The routes for functions.
    pub(super) fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        match &self.1 {
            Some(passes) => Router::new().route(LIVE_PASSES, post(passes::issue)).with_state(passes.clone()),
            None => Router::new(),
        }
    }

    /// The routes that require no bearer token: a signature and a one-time token stand in for it.
    pub(super) fn twilio_routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        if self.0.twilio.is_none() {
            return Router::new();
        }
        Router::new()
            .route(LIVE_TWILIO, get(twilio::stream))
            .route(LIVE_TWILIO_VOICE, post(twilio_voice::voice))
            .with_state(self.clone())
    }

    /// The route of pages, whose callers show the service's token on their socket.
    pub(super) fn browser_routes<S: Clone + Send + Sync + 'static>(&self, guard: Guard) -> Router<S> {
        Router::new().route(LIVE_BROWSER, get(browser::call)).with_state((self.clone(), guard))
    }

    fn calls(&self) -> &Calls {
        &self.0.calls
    }

    /// `None` without a bucket.
    fn passes(&self) -> Option<&Passes> {
        self.1.as_ref()
    }

    fn meters(&self) -> &Meters {
        self.0.calls.meters()
    }

    fn voice(&self) -> &Voice {
        &self.0.voice
    }

    fn limits(&self) -> LineLimits {
        self.0.limits
    }

    fn tokens(&self) -> &OneTimeTokens<Place> {
        &self.0.tokens
    }

    fn public_url(&self) -> Option<&str> {
        self.0.twilio.as_ref().and_then(|twilio| twilio.public_url.as_deref())
    }

    /// A permit for a socket of Twilio's whose stream has not started.
    fn unstarted_at_twilio(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let permit = self.0.unstarted.twilio.clone().try_acquire_owned();
        permit.map_err(|_| {
            tracing::warn!("a live stream was turned away: too many wait for their start");
            ApiError::too_many_sockets()
        })
    }

    /// The same for a browser's, without a line in the log: strangers could fill it.
    fn unstarted_in_browser(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let permit = self.0.unstarted.browser.clone().try_acquire_owned();
        permit.map_err(|_| ApiError::too_many_sockets())
    }

    /// Checks that Twilio has signed a request with these fields in its form.
    fn check_signature(
        &self,
        request: &Request,
        fields: &[(String, String)],
        is_socket: bool,
    ) -> Result<(), ApiError> {
        let Some(twilio) = self.0.twilio.as_ref().filter(|twilio| twilio.secrets.are_required()) else {
            return Ok(());
        };
        let signature = request.headers().get(HEADER).and_then(|signature| signature.to_str().ok());
        let base = twilio.public_url.as_deref().unwrap_or_default();
        let (path, query) = (request.uri().path(), request.uri().query());
        let signed = Signed { urls: spellings(base, path, query, is_socket), fields };
        if signature.is_some_and(|signature| signed.is_by(&twilio.secrets, signature)) {
            return Ok(());
        }
        let client = request.extensions().get::<door::Caller>();
        self.0.forgeries.rejected(client.map(|client| client.address), path);
        Err(ApiError::forged())
    }
}
