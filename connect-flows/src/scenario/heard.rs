//! The sounds that the caller heard, with their words.

use std::fmt;

use super::{
    Played, Words,
    sounds::{ClipSound, sound},
};
use crate::timeline::{EventKind, Prompt};

/// A sound that the caller heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Milliseconds from the start of the call to the start of the sound.
    pub t_ms: f64,
    /// Its words, where they are known.
    pub words: Option<String>,
    /// Its URL without the query, for clips.
    pub url: Option<String>,
}

impl Heard {
    /// Whether these words, or this part of a URL, are in the sound.
    pub fn has(&self, words: &Words) -> bool {
        self.words.iter().chain(&self.url).any(|text| words.are_in(text))
    }
}

impl fmt::Display for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>9.3} s  ", self.t_ms / 1000.0)?;
        match (&self.words, &self.url) {
            (Some(words), Some(url)) => write!(f, "{words:?} ({url})"),
            (Some(words), None) => write!(f, "{words:?}"),
            (None, url) => f.write_str(url.as_deref().unwrap_or_default()),
        }
    }
}

/// The sounds of a call, in their order.
pub fn heard(played: &Played) -> Vec<Heard> {
    let words_of = |url: &str| match sound(&played.clips, url) {
        Some(ClipSound::Words(words)) => Some(words.clone()),
        _ => None,
    };
    let clip = |t_ms, url: &str| Heard { t_ms, words: words_of(url), url: Some(url.to_owned()) };
    let events = played.call.timeline.events().iter();
    let sounds = events.filter_map(|event| match &event.kind {
        EventKind::ClipStart { url, .. } => Some(clip(event.t_ms, url)),
        EventKind::PromptStart { prompt: Prompt::Url(url) } => Some(clip(event.t_ms, url)),
        EventKind::PromptStart { prompt: Prompt::Text(words) | Prompt::Id(words) } => {
            Some(Heard { t_ms: event.t_ms, words: Some(words.clone()), url: None })
        }
        _ => None,
    });
    sounds.collect()
}
