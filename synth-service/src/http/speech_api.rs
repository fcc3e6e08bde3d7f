//! The service as an ordinary TTS server: OpenAI's `POST /v1/audio/speech`. It does not use S3.
//!
//! Differences from OpenAI: `response_format` can be `mulaw` (8000 Hz, for telephone lines) but not `aac`; speeds are
//! held to those of the voice, and the header `x-speed-used` states the result; OpenAI's own voice names select the
//! default voice; `model` and unknown fields are ignored. A text of several sentences is sent while it is made, so its
//! file has no length: the sizes in a WAV are then 0xFFFFFFFF. Only FLAC, whose readers need the length, is sent at the
//! end.

use axum::{
    Router,
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
    routing::post,
};
use contract::{TenantId, http::SPEECH};
use serde::Deserialize;

use super::{audio::Audio, encode::Format, error::ApiError, json::ApiJson, speed};
use crate::{
    order::OrderRequest,
    speak::{Narrator, SpeakError},
    voices::Voices,
};

/// OpenAI's own voices. Agents have these names built in, so they are accepted.
const STOCK_VOICES: [&str; 13] = [
    "alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer",
    "verse",
];

/// The response's id, which a client can quote to the operator.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The speed that the request was held to.
const SPEED_USED: HeaderName = HeaderName::from_static("x-speed-used");

/// Headers of a response besides those that HTTP defines.
pub(super) const RESPONSE_HEADERS: [HeaderName; 2] = [REQUEST_ID, SPEED_USED];

/// The route, for a router with any other state.
pub(super) fn routes<S: Clone + Send + Sync + 'static>(narrator: Narrator) -> Router<S> {
    Router::new().route(SPEECH, post(speak)).with_state(narrator)
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
    /// An extension: whether `[word](/ipa/)` in the text gives a pronunciation. Else it is a link.
    #[serde(default)]
    pronunciations: bool,
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
    let speed = speed::used(request.speed)?;
    let order = OrderRequest {
        text: &request.input,
        pronunciations: request.pronunciations,
        voice,
        tenant: request.tenant.as_ref(),
        speed: Some(speed),
    };
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
    let speed = HeaderValue::from_str(&speed.to_string());
    response.headers_mut().extend(speed.ok().map(|speed| (SPEED_USED, speed)));
    Ok(response)
}

/// Whether a name is one of OpenAI's and not a voice of this host.
fn is_stock(name: &str, voices: &Voices) -> bool {
    STOCK_VOICES.contains(&name.trim()) && voices.find(Some(name), None).is_err()
}
