//! A request to speak, validated before any work is done. Streams and listeners share it.

use std::time::Duration;

use contract::{
    TenantId,
    stream::{Ending, Manifest},
};
use text::{SPEEDS, Sentence, SsmlError};

use crate::{
    admission::Demand,
    script::{Script, Writer},
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

/// Expected length of a text that is still being written, in seconds of audio.
const USUAL_ANSWER: f64 = 20.0;

/// Expected length of its sentences, in seconds of audio, and of the rest of a text that is longer than usual.
const USUAL_SENTENCE: f64 = 4.0;

/// A longer time than any sentence takes.
const LONGEST: Duration = Duration::from_secs(60 * 60);

impl OrderRequest<'_> {
    /// The voice and the speed.
    ///
    /// # Errors
    /// [`Refusal::UnknownVoice`] or [`Refusal::BadSpeed`].
    pub fn voice(&self, voices: &Voices) -> Result<(Chosen, f32), Refusal> {
        let voice = voices.find(self.voice, self.tenant)?;
        let speed = self.speed.unwrap_or(1.0);
        if SPEEDS.contains(&speed) { Ok((voice, speed)) } else { Err(Refusal::BadSpeed) }
    }
}

/// A text that can be spoken, and the voice that speaks it. Cheap to clone.
#[derive(Clone)]
pub struct Order {
    /// The voice, its speaker and its lexicons.
    pub voice: Chosen,
    /// Factor on the speaking rate, within [`SPEEDS`].
    pub speed: f32,
    /// The text's sentences, as the voice speaks them. At least one, or more to come.
    pub script: Script,
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
    #[error("the instructions in `system` have {characters} characters, the limit is {limit}: shorten them")]
    SystemTooLong { characters: usize, limit: usize },
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
        let (voice, speed) = request.voice(voices)?;
        let sentences = voice.sentences(request.text, request.pronunciations)?;
        if sentences.is_empty() {
            return Err(Refusal::NothingToSay);
        }
        Ok(Self { voice, speed, script: Script::whole(sentences, Ending::Finished) })
    }

    /// Validates a request whose text is still to be written; its `text` is not used. Returns the writer of the text.
    ///
    /// # Errors
    /// [`Refusal`] for a request that can't be met.
    pub fn growing(request: OrderRequest<'_>, voices: &Voices) -> Result<(Self, Writer), Refusal> {
        let (voice, speed) = request.voice(voices)?;
        let (script, writer) = Script::growing();
        Ok((Self { voice, speed, script }, writer))
    }

    /// The order of a stream that another host started, from its manifest and all that is certain of its text.
    ///
    /// # Errors
    /// [`UnknownVoice`] where this host lacks the stream's voice.
    pub fn of_stream(manifest: &Manifest, script: Script, voices: &Voices) -> Result<Self, UnknownVoice> {
        let voice = voices.find(Some(&manifest.voice), manifest.tenant.as_ref())?;
        Ok(Self { voice, speed: manifest.speed, script })
    }

    /// The work for the sentences from number `first` on. The rest of a text that is still being written is estimated.
    pub fn demand(&self, first: usize) -> Demand {
        Demand::new(&self.voice.voice, self.seconds(first))
    }

    /// Expected length of each sentence from number `first` on, in seconds of audio.
    pub fn seconds(&self, first: usize) -> Vec<f64> {
        let sentences = self.script.from(0);
        let lengths = sentences.iter().map(|sentence| self.length(sentence).as_secs_f64());
        let mut seconds: Vec<f64> = lengths.collect();
        if self.script.ending().is_none() {
            let missing = (USUAL_ANSWER - seconds.iter().sum::<f64>()).max(USUAL_SENTENCE);
            seconds.extend(std::iter::repeat_n(USUAL_SENTENCE, (missing / USUAL_SENTENCE).ceil() as usize));
        }
        seconds.drain(..first.min(seconds.len()));
        seconds
    }

    /// Expected length of a sentence's clip.
    pub fn length(&self, sentence: &Sentence) -> Duration {
        let text: String = sentence.spans.iter().map(|span| span.text.as_str()).collect();
        let seconds = text::estimated_seconds(&self.voice.voice.language, &text) / self.speed;
        Duration::try_from_secs_f32(seconds).unwrap_or(LONGEST)
    }
}
