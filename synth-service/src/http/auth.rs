//! The bearer token.

use axum::{
    extract::{Request, State},
    http::header::AUTHORIZATION,
    middleware::Next,
    response::Response,
};
use subtle::ConstantTimeEq;

use super::error::ApiError;

/// The token that requests must carry; none when the setting is empty.
#[derive(Clone)]
pub struct Token(Option<String>);

impl Token {
    pub fn new(token: &str) -> Self {
        let token = token.trim();
        Self((!token.is_empty()).then(|| token.to_owned()))
    }

    /// Compares in a time that does not depend on where the two differ.
    fn accepts(&self, request: &Request) -> bool {
        let Some(expected) = &self.0 else { return true };
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let given = header
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        given.is_some_and(|(_, token)| bool::from(token.trim().as_bytes().ct_eq(expected.as_bytes())))
    }
}

pub(super) async fn require_token(
    State(token): State<Token>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if token.accepts(&request) { Ok(next.run(request).await) } else { Err(ApiError::unauthorised()) }
}
