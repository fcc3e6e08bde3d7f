//! Requires a token on every request, and rejects those that came over capacity.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::header::AUTHORIZATION,
    middleware::Next,
    response::Response,
};

use super::{
    door::{Caller, Tokens},
    error::ApiError,
    rejection_log::RejectionLog,
};

/// The tokens, and the log of rejections. Cheap to clone.
#[derive(Clone)]
pub(super) struct Guard {
    tokens: Tokens,
    rejections: Arc<RejectionLog>,
}

impl Guard {
    pub(super) fn new(tokens: Tokens) -> Self {
        let rejections = RejectionLog::new("a request without a valid token was turned away");
        Self { tokens, rejections: Arc::new(rejections) }
    }

    /// Whether a client that shows this token may pass. A rejection is logged.
    pub(super) fn accept(&self, token: Option<&str>, caller: Option<&Caller>, path: &str) -> bool {
        let is_good = self.tokens.accept(token);
        if !is_good {
            self.rejections.rejected(caller.map(|caller| caller.address), path);
        }
        is_good
    }
}

pub(super) async fn require_token(
    State(guard): State<Guard>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let caller = request.extensions().get::<Caller>().copied();
    if !guard.accept(bearer(&request), caller.as_ref(), request.uri().path()) {
        return Err(ApiError::unauthorised());
    }
    if caller.is_some_and(|caller| caller.over_capacity) {
        return Err(ApiError::too_many_connections());
    }
    Ok(next.run(request).await)
}

/// The token that a request carries.
fn bearer(request: &Request) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
