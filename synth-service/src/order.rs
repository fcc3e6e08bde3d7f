//! A request to speak, checked before anything is made of it. The same for streams and for listeners.

use std::sync::Arc;

use contract::{TenantId, stream::Manifest};
use text::{SPEEDS, Sentence, SsmlError};

use crate::{
    admission::Demand,
    voices::{Chosen, UnknownVoice, Voices},
};

/// A request to speak, as it came.
#[derive(Clone, Copy, Debug)]
pub struct OrderRequest<'a> {
    /// Plain text or SSML.
    pub text: &'a str,
    /// The default voice when absent.
    pub voice: Option<&'a str>,
    /// Whose lexicon is used besides the voice's own.
    pub tenant: Option<&'a TenantId>,
    /// 1.0 when absent.
    pub speed: Option<f32>,
}

/// A text that can be spoken, and the voice that speaks it: never without a sentence. Cheap to clone.
#[derive(Clone)]
pub struct Order {
    pub voice: Chosen,
    pub speed: f32,
    pub sentences: Arc<[Sentence]>,
    /// Expected length of each sentence, in seconds of audio.
    seconds: Arc<[f64]>,
}

/// Why a text can't be spoken as asked for. Each message is one line that says what to do.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the text has nothing to say: give it at least one word")]
    NothingToSay,
    #[error("the text has {characters} characters, the limit is {limit}: split it")]
    TextTooLong { characters: usize, limit: usize },
    #[error(transparent)]
    UnknownVoice(#[from] UnknownVoice),
    #[error(transparent)]
    Ssml(#[from] SsmlError),
    #[error("speed must be from {:?} to {:?}", SPEEDS.start(), SPEEDS.end())]
    BadSpeed,
}

impl Order {
    /// # Errors
    /// [`Refusal`] for a request that can't be met; `max_text_chars` is the longest text allowed.
    pub fn new(request: OrderRequest<'_>, voices: &Voices, max_text_chars: usize) -> Result<Self, Refusal> {
        let characters = request.text.chars().count();
        if characters > max_text_chars {
            return Err(Refusal::TextTooLong { characters, limit: max_text_chars });
        }
        let voice = voices.find(request.voice, request.tenant)?;
        let speed = request.speed.unwrap_or(1.0);
        if !SPEEDS.contains(&speed) {
            return Err(Refusal::BadSpeed);
        }
        let sentences = voice.sentences(request.text)?;
        if sentences.is_empty() {
            return Err(Refusal::NothingToSay);
        }
        Ok(Self::of(voice, speed, sentences.into()))
    }

    /// Of a stream that another host began.
    ///
    /// # Errors
    /// [`UnknownVoice`] where this host lacks its voice.
    pub fn of_manifest(manifest: &Manifest, voices: &Voices) -> Result<Self, UnknownVoice> {
        let voice = voices.find(Some(&manifest.voice), manifest.tenant.as_ref())?;
        Ok(Self::of(voice, manifest.speed, manifest.sentences.as_slice().into()))
    }

    fn of(voice: Chosen, speed: f32, sentences: Arc<[Sentence]>) -> Self {
        let seconds = sentences.iter().map(|sentence| {
            let text: String = sentence.spans.iter().map(|span| span.text.as_str()).collect();
            f64::from(text::estimated_seconds(&voice.voice.language, &text) / speed)
        });
        let seconds = seconds.collect();
        Self { voice, speed, sentences, seconds }
    }

    /// The cost of the sentences from number `first` on.
    pub fn demand(&self, first: usize) -> Demand {
        let rest = self.seconds.get(first..).unwrap_or_default();
        Demand::new(&self.voice.voice, rest.iter().copied())
    }
}
