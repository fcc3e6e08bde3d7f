//! Turns of a talk: the caller says something, a model answers, and the answer is spoken while it is being written.
//!
//! | module | owns |
//! | --- | --- |
//! | `answering` | a model's answer as the sentences of a script |
//! | `memory` | the talk in the bucket, with each answer as far as it was heard |

mod answering;
mod memory;

use std::{sync::Arc, time::Duration};

use chat::{Prompt, TalkLimits, system_prompt};
use contract::{
    ContactId, StreamId,
    http::{ChatRequest, StartResponse},
};
use otlp::spans;
use stream_store::ObjectStore;
use tracing::{Instrument, field::display};

pub(crate) use self::memory::Memory;
use self::{answering::Answering, memory::Remembered};
use crate::{
    moments::Moments,
    order::{Order, OrderRequest, Refusal},
    phrases::Book,
    script::Writer,
    streams::{Start, StreamError, Streams},
    voices::{Chosen, Voices},
};

/// Bounds of the turns.
#[derive(Clone, Copy, Debug)]
pub struct TurnLimits {
    /// Time without a certain sentence after which the caller hears an acknowledgement; zero for none.
    pub acknowledge_after: Duration,
    /// Longest text of a caller, in characters.
    pub max_text_chars: usize,
    /// Longest instructions to the model, in characters.
    pub max_system_chars: usize,
    /// Bounds of a talk that is remembered.
    pub talk: TalkLimits,
    /// Whether texts may be logged.
    pub log_text: bool,
}

/// The turns of one host. Cheap to clone.
#[derive(Clone)]
pub struct Turns {
    streams: Streams,
    voices: Arc<Voices>,
    memory: Memory,
    model: chat::Writer,
    limits: TurnLimits,
}

impl Turns {
    /// The turns of a host, whose streams speak the answers of `model`.
    pub fn new(
        streams: Streams,
        voices: Arc<Voices>,
        store: ObjectStore,
        model: chat::Writer,
        limits: TurnLimits,
    ) -> Self {
        let memory = Memory::new(store, limits.talk);
        Self { streams, voices, memory, model, limits }
    }

    /// Answers a caller. Waits until the first part is stored or the request's wait is over, as
    /// [`Streams::start`] does. `trace` is the `traceparent` of the client, which the model gets where this host exports
    /// no traces.
    ///
    /// # Errors
    /// [`StreamError`] for a request that can't be met, or an answer that ended before its first part.
    pub async fn start(
        &self,
        request: ChatRequest,
        (moments, trace): (Moments, Option<String>),
        client_waits: Option<Duration>,
    ) -> Result<StartResponse, StreamError> {
        self.check(&request)?;
        let remembered = match &request.contact_id {
            Some(contact) => Some(self.memory.read(contact, heard_until(&request)).await?),
            None => None,
        };
        let start = Start {
            moments: moments.clone(),
            contact_id: request.contact_id.clone(),
            tenant: request.tenant.clone(),
            wait_ms: request.wait_ms,
            may_wait: request.may_wait,
        };
        let voice = OrderRequest {
            text: "",
            pronunciations: false,
            voice: request.voice.as_deref(),
            tenant: request.tenant.as_ref(),
            speed: request.speed,
        };
        let (order, writer) = Order::growing(voice, &self.voices)?;
        let voice = order.voice.clone();
        let phrases = self.streams.phrases().of(request.tenant.as_ref()).await;
        let begun = |stream: &StreamId| {
            self.answer((&request, trace), (stream, moments), (remembered, phrases), &voice, writer);
        };
        self.streams.start_order(start, client_waits, || Ok(order), begun).await
    }

    /// Remembers how much of an answer was heard, when the caller has interrupted it.
    pub fn interrupted(&self, stream: StreamId) {
        let memory = self.memory.clone();
        tokio::spawn(async move { memory.interrupted(&stream).await }.in_current_span());
    }

    /// The caller's words that a stream answers; `None` where they are not remembered.
    ///
    /// # Errors
    /// [`StreamError::Store`] when the bucket fails.
    pub async fn said(&self, contact: &ContactId, stream: &StreamId) -> Result<Option<String>, StreamError> {
        self.memory.said(contact, stream).await
    }

    fn check(&self, request: &ChatRequest) -> Result<(), Refusal> {
        let TurnLimits { max_text_chars, max_system_chars, .. } = self.limits;
        let characters = request.text.chars().count();
        if request.text.trim().is_empty() {
            return Err(Refusal::NothingToSay);
        }
        if characters > max_text_chars {
            return Err(Refusal::TextTooLong { characters, limit: max_text_chars });
        }
        let characters = request.system.as_ref().map_or(0, |system| system.chars().count());
        if characters > max_system_chars {
            return Err(Refusal::SystemTooLong { characters, limit: max_system_chars });
        }
        Ok(())
    }

    /// Has the model answer. The answer ends with its stream: a cancel, a newer turn or a hang-up closes the request to
    /// the model.
    fn answer(
        &self,
        (request, trace): (&ChatRequest, Option<String>),
        (stream, moments): (&StreamId, Moments),
        (remembered, phrases): (Option<Remembered>, Book),
        voice: &Chosen,
        writer: Writer,
    ) {
        if self.limits.log_text {
            tracing::info!(%stream, text = ?request.text, "the caller said");
        }
        let language = request.language.as_deref().unwrap_or(&voice.voice.language).to_owned();
        let (turns, memory) = match remembered {
            Some(mut remembered) => {
                let turns = remembered.begin(stream, &request.text);
                (turns, Some((self.memory.clone(), remembered)))
            }
            None => (Vec::new(), None),
        };
        let contact = request.contact_id.as_ref().map(display);
        let span = tracing::error_span!("model", %stream, contact);
        let prompt = Prompt {
            traceparent: spans::traceparent(&span).or(trace),
            contact: request.contact_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            turn: stream.to_string(),
            system: request.system.clone().unwrap_or_else(|| system_prompt(Some(&language))),
            turns,
            text: request.text.clone(),
        };
        let acknowledge = request.acknowledge.unwrap_or(true);
        let answering = Answering {
            stream: stream.clone(),
            meters: self.streams.meters().clone(),
            phrases,
            moments,
            language,
            first_part: voice.voice.engine.first_part(),
            acknowledge_after: if acknowledge { self.limits.acknowledge_after } else { Duration::ZERO },
            log_text: self.limits.log_text,
        };
        tokio::spawn(answering.run(self.model.write(prompt), writer).instrument(span));
        if let Some((memory, remembered)) = memory {
            tokio::spawn(async move { memory.store(remembered).await }.in_current_span());
        }
    }
}

/// The answer before, and the number of its parts that the flow has played, if the flow names them.
fn heard_until(request: &ChatRequest) -> Option<(StreamId, usize)> {
    request.stream_id.clone().zip(request.next_index)
}
