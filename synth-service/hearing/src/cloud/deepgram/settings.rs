//! Settings of Deepgram, and the options of a session that follow from them.

use std::time::Duration;

use outgoing::Key;

use super::super::settings::{Patience, known_language};
use crate::{Format, Line};

/// Settings of Deepgram.
#[derive(Clone, Debug)]
pub struct DeepgramSettings {
    /// The key, from Deepgram's console.
    pub key: Key,
    /// Where the API is. A proxy or a stand-in may stand there.
    pub base_url: String,
    /// The model.
    pub model: String,
    /// The language, such as `multi`. The caller's by default.
    pub language: Option<String>,
    /// Punctuation. The end of a turn is found sooner with it.
    pub punctuation: bool,
    /// Numbers, dates and the like in digits.
    pub smart_format: bool,
    /// Masks swear words.
    pub profanity_filter: bool,
    /// Words to prefer.
    pub keyterms: Vec<String>,
    /// Silence after which an utterance is final.
    pub endpointing: Duration,
    /// Gap behind the last word after which the caller counts as finished. At least 1 s, by Deepgram's documentation.
    pub utterance_end: Duration,
    /// The plan's channels, less those that others use.
    pub channels: usize,
    /// How long Deepgram is waited for.
    pub patience: Patience,
}

impl DeepgramSettings {
    /// Settings with this key and the usual values.
    pub fn new(key: Key) -> Self {
        Self {
            key,
            base_url: "https://api.deepgram.com".into(),
            model: "nova-3".into(),
            language: None,
            punctuation: true,
            smart_format: false,
            profanity_filter: false,
            keyterms: Vec::new(),
            endpointing: Duration::from_millis(300),
            utterance_end: Duration::from_millis(1_000),
            channels: 50,
            // It hangs up after 10 s without audio, and sends results for silence too.
            patience: Patience {
                keep_alive: Duration::from_secs(4),
                mute_audio: Duration::from_secs(5),
                ..Patience::default()
            },
        }
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.key.header("Token ").is_err() {
            Err("the key can't be read: set it, or make it a file with the key alone")
        } else if self.utterance_end < Duration::from_secs(1) {
            Err("the end of an utterance takes 1 s at least")
        } else {
            Ok(())
        }
    }

    /// The options of a session in its URL; none where the language is none.
    pub(super) fn options(&self, format: &Format) -> Option<Vec<(&'static str, String)>> {
        known_language(&format.language)?;
        let encoding = match format.line {
            Line::Telephone => "mulaw",
            Line::Wide => "linear16",
        };
        let mut options = vec![
            ("model", self.model.clone()),
            ("language", self.language.clone().unwrap_or_else(|| format.language.clone())),
            ("encoding", encoding.into()),
            ("sample_rate", format.line.sample_rate().to_string()),
            ("channels", "1".into()),
            ("interim_results", "true".into()),
            ("vad_events", "true".into()),
            ("endpointing", self.endpointing.as_millis().to_string()),
            ("utterance_end_ms", self.utterance_end.as_millis().to_string()),
            ("punctuate", self.punctuation.to_string()),
            ("smart_format", self.smart_format.to_string()),
            ("profanity_filter", self.profanity_filter.to_string()),
        ];
        options.extend(self.keyterms.iter().map(|term| ("keyterm", term.clone())));
        Some(options)
    }
}
