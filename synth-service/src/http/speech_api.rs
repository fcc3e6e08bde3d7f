//! The service as an ordinary TTS server: OpenAI's `POST /v1/audio/speech`, and the lists of voices and models that its
//! clients read first. None of it uses S3.
//!
//! Differences from OpenAI: `response_format` is `wav` when absent, and can be `wav`, `pcm`, `mulaw` (8000 Hz, for
//! telephone lines), `flac` or `opus`; `speed` is from 0.5 to 2.0; OpenAI's own voice names select the default voice;
//! `model` and unknown fields are ignored. A text of several sentences is sent while it is made, so its file has no
//! length: the sizes in a WAV are then 0xFFFFFFFF.

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use contract::{
    TenantId,
    http::{AUDIO_VOICES, MODELS, SPEECH, VOICES},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{audio::Audio, encode::Format, error::ApiError, json::ApiJson};
use crate::{
    order::OrderRequest,
    speak::{Narrator, SpeakError},
    voices::{LoadedVoice, Voices},
};

/// OpenAI's own voices. Agents have these names built in, so they are accepted.
const STOCK_VOICES: [&str; 13] = [
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer",
    "verse",
];

/// The model that stands for all of the service's voices.
const MODEL: &str = "firstword";

/// The response's id, which a client can quote to the operator.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The routes, for a router with any other state.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(narrator: Narrator) -> Router<S> {
    Router::new()
        .route(SPEECH, post(speak))
        .route(VOICES, get(voices))
        .route(AUDIO_VOICES, get(voices))
        .route(MODELS, get(models))
        .with_state(narrator)
}

/// The fields of `POST /v1/audio/speech` that the service uses.
#[derive(Deserialize)]
struct SpeechRequest {
    input: String,
    #[serde(default)]
    voice: Option<VoiceName>,
    /// An extension of OpenAI's API: the tenant whose lexicon is used.
    #[serde(default)]
    tenant: Option<TenantId>,
    #[serde(default)]
    speed: Option<f32>,
    #[serde(default)]
    response_format: Option<String>,
    #[serde(default)]
    stream_format: Option<StreamFormat>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a voice's name, or an object with its `id`")]
enum VoiceName {
    Name(String),
    Object { id: String },
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StreamFormat {
    #[default]
    Audio,
    Sse,
}

impl VoiceName {
    fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Object { id: name } => name,
        }
    }
}

async fn speak(
    State(narrator): State<Narrator>,
    ApiJson(request): ApiJson<SpeechRequest>,
) -> Result<Response, ApiError> {
    let format = match request.response_format.as_deref() {
        Some(name) => name.parse()?,
        None => Format::default(),
    };
    let voice = request.voice.as_ref().map(VoiceName::name);
    let voice = voice.filter(|name| !is_stock(name, narrator.voices()));
    let order =
        OrderRequest { text: &request.input, voice, tenant: request.tenant.as_ref(), speed: request.speed };
    let mut narration = narrator.start(order, format.band())?;
    let id = HeaderValue::from_str(&narration.id);
    let first = narration.next().await?.ok_or(SpeakError::Gone)?;
    let audio = Audio::new(first, narration, format).await?;
    let (content_type, body) = match request.stream_format.unwrap_or_default() {
        StreamFormat::Audio => (format.content_type(), audio.into_body()),
        StreamFormat::Sse => ("text/event-stream", audio.into_events()),
    };
    let mut response = ([(header::CONTENT_TYPE, content_type)], body).into_response();
    response.headers_mut().extend(id.ok().map(|id| (REQUEST_ID, id)));
    Ok(response)
}

/// Whether a name is one of OpenAI's and not a voice of this host.
fn is_stock(name: &str, voices: &Voices) -> bool {
    STOCK_VOICES.contains(&name.trim()) && voices.find(Some(name), None).is_err()
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
    let model = json!({"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL});
    Json(json!({"object": "list", "data": [model]}))
}
