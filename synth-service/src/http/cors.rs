//! Cross-origin requests (CORS): the web pages that may use the service from a browser.

use std::time::Duration;

use axum::{
    Router,
    http::{HeaderValue, Method, Uri},
};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::speech_api::RESPONSE_HEADERS;

/// Allows every page.
const ANY: &str = "*";

/// Time for which a browser may keep the answer to a preflight.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// The allowed origins. By default there are none, and no answer has a header for browsers.
#[derive(Clone, Default)]
pub struct Cors(Option<AllowOrigin>);

/// No browser sends such an origin.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` in --cors-origins is no origin: write it as browsers send it, such as https://example.com, or * for all"
)]
pub struct InvalidOrigin(String);

impl Cors {
    /// Each origin is scheme, host and, unless it is the scheme's own, port; or `*` for every page.
    ///
    /// # Errors
    /// [`InvalidOrigin`] for anything else.
    pub fn new(origins: &[String]) -> Result<Self, InvalidOrigin> {
        let origins = origins.iter().map(|origin| origin.trim()).filter(|origin| !origin.is_empty());
        let origins: Vec<_> = origins.collect();
        if origins.is_empty() {
            return Ok(Self::default());
        }
        if origins.contains(&ANY) {
            return Ok(Self(Some(AllowOrigin::any())));
        }
        let parsed: Result<Vec<_>, _> = origins.into_iter().map(origin).collect();
        Ok(Self(Some(AllowOrigin::list(parsed?))))
    }

    /// Adds the headers to all answers, and answers preflights, which carry no token.
    pub(super) fn over(self, router: Router) -> Router {
        let Some(origins) = self.0 else { return router };
        let layer = CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::GET, Method::POST])
            // Clients add headers of their own. A page needs a token all the same.
            .allow_headers(AllowHeaders::mirror_request())
            .expose_headers(RESPONSE_HEADERS)
            .max_age(MAX_AGE);
        router.layer(layer)
    }
}

fn origin(text: &str) -> Result<HeaderValue, InvalidOrigin> {
    let invalid = || InvalidOrigin(text.to_owned());
    let origin = text.to_ascii_lowercase();
    let uri: Uri = origin.parse().map_err(|_| invalid())?;
    let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(invalid)?;
    if origin != format!("{scheme}://{authority}") || authority.as_str().contains('@') {
        return Err(invalid());
    }
    HeaderValue::from_str(&origin).map_err(|_| invalid())
}
