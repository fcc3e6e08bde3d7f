//! `POST /live/passes`: a pass for a contact that a flow of Amazon Connect is about to transfer.

use axum::{Json, extract::State};
use contract::live::{PassRequest, PassResponse};

use crate::{
    http::{error::ApiError, json::ApiJson},
    order::Refusal,
    streams::StreamError,
    transfers::Passes,
};

/// Longest instructions to the model, in characters.
const LONGEST_SYSTEM: usize = 8000;

pub(super) async fn issue(
    State(passes): State<Passes>,
    ApiJson(request): ApiJson<PassRequest>,
) -> Result<Json<PassResponse>, ApiError> {
    let characters = request.system.as_ref().map_or(0, |system| system.chars().count());
    if characters > LONGEST_SYSTEM {
        return Err(Refusal::SystemTooLong { characters, limit: LONGEST_SYSTEM }.into());
    }
    Ok(Json(passes.issue(request).await.map_err(StreamError::Store)?))
}
