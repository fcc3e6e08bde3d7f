//! The lists of voices and models that clients read before they speak.

use axum::{
    Json, Router,
    extract::{Path, State, rejection::PathRejection},
    routing::get,
};
use contract::http::{AUDIO_VOICES, MODELS, VOICES};
use serde::Serialize;
use serde_json::{Value, json};

use super::error::ApiError;
use crate::{speak::Narrator, voices::LoadedVoice};

/// The model that stands for all of the service's voices.
const MODEL: &str = "firstword";

/// The routes, for a router with any other state.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(narrator: Narrator) -> Router<S> {
    Router::new()
        .route(VOICES, get(voices))
        .route(AUDIO_VOICES, get(voices))
        .route(MODELS, get(models))
        .route(&format!("{MODELS}/{{id}}"), get(model))
        .with_state(narrator)
}

/// One entry of the list of voices: a value for `voice`.
#[derive(Serialize)]
struct VoiceEntry {
    id: String,
    name: String,
    /// BCP 47 tag.
    language: String,
    /// All speakers of the voice.
    speakers: Vec<String>,
    /// In Hz.
    sample_rate: u32,
    /// Whether it is the voice of requests without one.
    default: bool,
}

async fn voices(State(narrator): State<Narrator>) -> Json<Value> {
    let voices = narrator.voices();
    let entries: Vec<_> = voices.iter().flat_map(|voice| entries(voice, voices.default_voice())).collect();
    Json(json!({ "voices": entries }))
}

/// One entry per speaker.
fn entries(voice: &LoadedVoice, default_voice: &str) -> Vec<VoiceEntry> {
    let names = match voice.speakers.as_slice() {
        [] | [_] => vec![voice.name.clone()],
        speakers => speakers.iter().map(|speaker| format!("{}/{speaker}", voice.name)).collect(),
    };
    let entry = |(number, name): (usize, String)| VoiceEntry {
        id: name.clone(),
        name,
        language: voice.language.clone(),
        speakers: voice.speakers.clone(),
        sample_rate: voice.sample_rate,
        default: number == 0 && voice.name == default_voice,
    };
    names.into_iter().enumerate().map(entry).collect()
}

async fn models() -> Json<Value> {
    Json(json!({"object": "list", "data": [description()]}))
}

async fn model(id: Result<Path<String>, PathRejection>) -> Result<Json<Value>, ApiError> {
    let Path(id) = id?;
    if id == MODEL { Ok(Json(description())) } else { Err(ApiError::unknown_model(MODEL)) }
}

fn description() -> Value {
    json!({"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL})
}
