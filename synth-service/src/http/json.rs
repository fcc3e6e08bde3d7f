//! `Json`, with rejections in the shape of all other errors.

use axum::{
    Json,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use super::error::ApiError;

pub(super) struct ApiJson<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Json(value) = Json::from_request(request, state)
            .await
            .map_err(|error| ApiError::from(error).into_response())?;
        Ok(Self(value))
    }
}
