//! A request to speak, checked before anything is made of it. The same for streams and for listeners.

use contract::TenantId;
use text::{SPEEDS, Sentence, SsmlError};

use crate::voices::{Chosen, UnknownVoice, Voices};

/// What a request asks for, as it came.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// Plain text or SSML.
    pub text: &'a str,
    /// The default voice when absent.
    pub voice: Option<&'a str>,
    /// Whose lexicon is used besides the voice's own.
    pub tenant: Option<&'a TenantId>,
    /// 1.0 when absent.
    pub speed: Option<f32>,
}

/// What will be spoken: never without a sentence.
pub struct Order<'a> {
    pub voice: Chosen<'a>,
    pub tenant: Option<TenantId>,
    pub speed: f32,
    pub sentences: Vec<Sentence>,
}

/// Why a text can't be spoken as asked for. Each text is one line that says what to do.
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

impl<'a> Order<'a> {
    /// # Errors
    /// [`Refusal`] for a wish that can't be met; `max_text_chars` is the longest text allowed.
    pub fn new(wish: Wish<'_>, voices: &'a Voices, max_text_chars: usize) -> Result<Self, Refusal> {
        let characters = wish.text.chars().count();
        if characters > max_text_chars {
            return Err(Refusal::TextTooLong { characters, limit: max_text_chars });
        }
        let voice = voices.find(wish.voice, wish.tenant)?;
        let speed = wish.speed.unwrap_or(1.0);
        if !SPEEDS.contains(&speed) {
            return Err(Refusal::BadSpeed);
        }
        let sentences = voice.sentences(wish.text)?;
        if sentences.is_empty() {
            return Err(Refusal::NothingToSay);
        }
        Ok(Self { voice, tenant: wish.tenant.cloned(), speed, sentences })
    }
}
