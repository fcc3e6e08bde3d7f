//! A request to speak, validated before any work is done. Streams and listeners share it.

use std::sync::Arc;

use contract::{TenantId, stream::Manifest};
use text::{SPEEDS, Sentence, SsmlError};

use crate::{
    admission::Demand,
    voices::{Chosen, UnknownVoice, Voices},
};

/// A request to speak, not validated yet.
#[derive(Clone, Copy, Debug)]
pub struct OrderRequest<'a> {
    /// Plain text or SSML.
    pub text: &'a str,
    /// Whether `[word](/ipa/)` in a plain text gives the pronunciation of a word.
    pub pronunciations: bool,
    /// `voice`, `voice/speaker` or a speaker; the default voice when absent.
    pub voice: Option<&'a str>,
    /// The tenant whose lexicon is used besides the voice's own.
    pub tenant: Option<&'a TenantId>,
    /// Factor on the speaking rate; 1.0 when absent.
    pub speed: Option<f32>,
}

/// A text that can be spoken, and the voice that speaks it. Has at least one sentence. Cheap to clone.
#[derive(Clone)]
pub struct Order {
    /// The voice, its speaker and its lexicons.
    pub voice: Chosen,
    /// Factor on the speaking rate, within [`SPEEDS`].
    pub speed: f32,
    /// The text's sentences, as the voice speaks them.
    pub sentences: Arc<[Sentence]>,
    /// Expected length of each sentence, in seconds of audio.
    seconds: Arc<[f64]>,
}

/// The reason why a text can't be spoken as requested. Each message is one line that names the remedy.
#[derive(Clone, Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
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
    /// Validates a request and splits its text into sentences. `max_text_chars` is the longest text allowed.
    ///
    /// # Errors
    /// [`Refusal`] for a request that can't be met.
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
        let sentences = voice.sentences(request.text, request.pronunciations)?;
        if sentences.is_empty() {
            return Err(Refusal::NothingToSay);
        }
        Ok(Self::of(voice, speed, sentences.into()))
    }

    /// The order of a stream that another host started, from its manifest.
    ///
    /// # Errors
    /// [`UnknownVoice`] where this host lacks the stream's voice.
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

    /// The work for the sentences from number `first` on.
    pub fn demand(&self, first: usize) -> Demand {
        let rest = self.seconds.get(first..).unwrap_or_default();
        Demand::new(&self.voice.voice, rest.iter().copied())
    }
}
