//! A narration as the body of a response: encoded clip by clip, plain or as server-sent events.

use axum::body::Body;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use futures::{
    Stream, StreamExt, TryStreamExt,
    future::ready,
    stream::{iter, once, try_unfold},
};
use serde::Serialize;
use speech::{Clip, SpeechError};

use super::encode::{Encoder, Format};
use crate::speak::{Narration, SpeakError};

/// Bytes of audio per event: a multiple of three, so that only the last event has padding, and few enough for clients
/// that read line by line.
const EVENT_AUDIO: usize = 24 * 1024;

/// The encoded audio of one text: a whole file if it has only one clip, else a stream.
pub(super) enum Audio {
    Whole(Bytes),
    Coming(Coming),
}

/// The clips made so far and the narration that makes the rest.
pub(super) struct Coming {
    first: Clip,
    narration: Narration,
    encoder: Box<dyn Encoder>,
}

/// The events, with OpenAI's names.
#[derive(Serialize)]
#[serde(tag = "type")]
enum Event {
    /// The next audio, in base64.
    #[serde(rename = "speech.audio.delta")]
    Delta { audio: String },
    #[serde(rename = "speech.audio.done")]
    Done { usage: Usage },
}

/// Clients expect this field; the service does not count tokens.
#[derive(Default, Serialize)]
struct Usage {
    input_tokens: u64,
    output_tokens: u64,
    total_tokens: u64,
}

impl Event {
    fn to_bytes(&self) -> Result<Bytes, SpeakError> {
        let json = serde_json::to_string(self).map_err(|error| SpeechError::Synthesis(error.to_string()))?;
        Ok(format!("data: {json}\n\n").into())
    }
}

impl Audio {
    /// # Errors
    /// [`SpeakError::Speech`] when the format can't hold such clips.
    pub(super) async fn new(first: Clip, narration: Narration, format: Format) -> Result<Self, SpeakError> {
        let is_all = narration.sentences == 1;
        let mut encoder = format.encoder(&first, is_all)?;
        if !is_all {
            return Ok(Self::Coming(Coming { first, narration, encoder }));
        }
        let whole = computed(move || {
            let (start, end) = (encoder.encode(&first)?, encoder.finish()?);
            Ok(if end.is_empty() { start } else { [start, end].concat().into() })
        });
        Ok(Self::Whole(whole.await?))
    }

    pub(super) fn into_body(self) -> Body {
        match self {
            Self::Whole(audio) => audio.into(),
            Self::Coming(coming) => Body::from_stream(coming.into_stream()),
        }
    }

    /// As server-sent events.
    pub(super) fn into_events(self) -> Body {
        let audio = match self {
            Self::Whole(audio) => once(ready(Ok(audio))).boxed(),
            Self::Coming(coming) => coming.into_stream().boxed(),
        };
        let deltas = audio.map_ok(|audio| iter(deltas(&audio))).try_flatten();
        let done = once(ready(Event::Done { usage: Usage::default() }.to_bytes()));
        Body::from_stream(deltas.chain(done))
    }
}

impl Coming {
    /// Ends with an error when the narration does, so that a client sees a broken response, not a short one.
    fn into_stream(self) -> impl Stream<Item = Result<Bytes, SpeakError>> + Send {
        let Self { first, narration, encoder } = self;
        let state = (Some(first), narration, Some(encoder));
        try_unfold(state, |(made, mut narration, encoder)| async move {
            let Some(mut encoder) = encoder else { return Ok(None) };
            let clip = match made {
                Some(clip) => Some(clip),
                None => narration.next().await?,
            };
            let (audio, encoder) = computed(move || match clip {
                Some(clip) => Ok((encoder.encode(&clip)?, Some(encoder))),
                None => Ok((encoder.finish()?, None)),
            })
            .await?;
            Ok(Some((audio, (None, narration, encoder))))
        })
    }
}

/// Runs `work` off the threads that serve connections.
async fn computed<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SpeechError> + Send + 'static,
) -> Result<T, SpeakError> {
    let fault = |_| Err(SpeechError::Synthesis("a fault in an encoder".into()));
    Ok(tokio::task::spawn_blocking(work).await.unwrap_or_else(fault)?)
}

fn deltas(audio: &Bytes) -> Vec<Result<Bytes, SpeakError>> {
    let delta = |audio: &[u8]| Event::Delta { audio: BASE64.encode(audio) }.to_bytes();
    audio.chunks(EVENT_AUDIO).map(delta).collect()
}
