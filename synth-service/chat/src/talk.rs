//! The memory of a talk: turns of a caller and of the answers, as far as they were heard. Pure data; the service keeps
//! it in the bucket.

mod heard;

use std::{collections::VecDeque, fmt, time::Duration};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::heard::{Spoken, heard};

/// Version of the document that [`Talk::to_json`] writes.
const VERSION: u32 = 1;

/// A caller's words and the answer to them, as far as it was heard. `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Names the turn: the id of the stream that answers it.
    pub id: String,
    /// The caller's words.
    pub caller: String,
    /// The answer as far as it was heard; empty while that is not known.
    #[serde(default)]
    pub answer: String,
}

impl fmt::Debug for Turn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Turn({:?}, {} + {} bytes)", self.id, self.caller.len(), self.answer.len())
    }
}

/// The bounds of a talk that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TalkLimits {
    /// Largest number of turns; the oldest ones are forgotten.
    pub turns: usize,
    /// Largest number of characters, of callers and answers together.
    pub characters: usize,
    /// Time without a new turn after which the whole talk is forgotten.
    pub age: Duration,
}

impl Default for TalkLimits {
    fn default() -> Self {
        Self { turns: 20, characters: 8_000, age: Duration::from_secs(24 * 60 * 60) }
    }
}

/// The turns of a talk, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    turns: VecDeque<Turn>,
}

/// The talk as it is stored.
#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    turns: VecDeque<Turn>,
}

/// Only the version, which is read before the rest.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// The reason why a stored talk can't be read; an empty one takes its place. Words of the talk are not repeated.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum TalkError {
    #[error("the talk is damaged, line {line} column {column}: it starts anew")]
    Damaged { line: usize, column: usize },
    #[error("the talk has version {0}, this program reads {VERSION}: it starts anew; update this host")]
    OtherVersion(u32),
}

impl From<serde_json::Error> for TalkError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged { line: error.line(), column: error.column() }
    }
}

impl Talk {
    /// Reads a stored talk. Unknown fields are ignored.
    ///
    /// # Errors
    /// [`TalkError`] when it is damaged or of another version: take `Talk::default()` then.
    pub fn from_json(document: &[u8]) -> Result<Self, TalkError> {
        let Versioned { version } = serde_json::from_slice(document)?;
        if version != VERSION {
            return Err(TalkError::OtherVersion(version));
        }
        let Document { turns, .. } = serde_json::from_slice(document)?;
        Ok(Self { turns })
    }

    /// The talk as a document to store.
    pub fn to_json(&self) -> Vec<u8> {
        let document = Document { version: VERSION, turns: self.turns.clone() };
        // Strings and numbers only: there is nothing that could fail.
        serde_json::to_vec(&document).unwrap_or_default()
    }

    /// The turns, oldest first.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.turns.iter()
    }

    /// The turn that began last.
    pub fn latest(&self) -> Option<&Turn> {
        self.turns.back()
    }

    /// Begins a turn, and returns the turns before it, for the prompt. The answer of the turn before stays as it was
    /// remembered until now, and can't be changed any more: a newer turn has overtaken it. To begin the latest turn
    /// again changes nothing, so that a write whose fate is not known can be repeated.
    pub fn begin(&mut self, id: &str, caller: &str, limits: &TalkLimits) -> Vec<Turn> {
        if self.latest().is_none_or(|turn| turn.id != id) {
            let turn = Turn { id: id.to_owned(), caller: caller.trim().to_owned(), answer: String::new() };
            self.turns.push_back(turn);
            self.bound(limits);
        }
        self.turns.iter().take(self.turns.len() - 1).cloned().collect()
    }

    /// Remembers how much of a turn's answer was heard, in place of earlier news. Returns whether the turn is the
    /// latest one: the answer of an overtaken turn is not remembered.
    pub fn remember(&mut self, id: &str, answer: &str, limits: &TalkLimits) -> bool {
        let Some(turn) = self.turns.back_mut().filter(|turn| turn.id == id) else { return false };
        turn.answer = answer.trim().to_owned();
        self.bound(limits);
        true
    }

    /// Forgets the oldest turns, and cuts the last one where it is too long by itself.
    fn bound(&mut self, limits: &TalkLimits) {
        let length = |turn: &Turn| turn.caller.chars().count() + turn.answer.chars().count();
        let mut characters: usize = self.turns.iter().map(length).sum();
        while self.turns.len() > 1 && (self.turns.len() > limits.turns || characters > limits.characters) {
            characters -= self.turns.pop_front().as_ref().map_or(0, length);
        }
        if let Some(turn) = self.turns.back_mut().filter(|_| characters > limits.characters) {
            // Half for each, and the answer may use the caller's rest.
            cut(&mut turn.caller, limits.characters.div_ceil(2));
            cut(&mut turn.answer, limits.characters.saturating_sub(turn.caller.chars().count()));
        }
    }
}

/// Cuts a text to its first characters.
fn cut(text: &mut String, characters: usize) {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
    }
}
