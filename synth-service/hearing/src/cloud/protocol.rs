//! The differences between the protocols of recognisers.

use std::time::Duration;

use bytes::Bytes;

use super::fault::Fault;
use crate::Line;

/// A message of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    Text(&'static str),
    Audio(Bytes),
}

/// The messages of a recogniser.
#[derive(Clone, Copy)]
pub(super) struct Protocol {
    /// The recogniser's name.
    pub(super) name: &'static str,
    /// Asks for the final text.
    pub(super) finalise: &'static str,
    /// Ends the session.
    pub(super) farewell: &'static str,
    /// A sign of life while there is no audio.
    pub(super) keep_alive: fn(Line) -> Note,
    /// The meaning of a message.
    pub(super) read: fn(&str) -> Result<Said, Fault>,
}

/// The meaning of a recogniser's message.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// The words behind the last settled ones. They may change.
    Interim(Words),
    /// Words that no longer change.
    Settled {
        words: Words,
        /// Whether the utterance ends with them.
        ends: bool,
        answers: Answers,
    },
    /// The caller has finished.
    SpeechEnded,
    /// Nothing that matters.
    Nothing,
}

/// Whether settled words are the answer to a wish for the final text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    No,
    /// The recogniser does not tell: if they reach to the end of the wish's audio.
    IfNear,
    Yes,
}

/// Words, and their place in the audio that was sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Words {
    pub(super) text: String,
    /// Their begin, where the recogniser tells it.
    pub(super) begin: Option<Duration>,
    /// Their end.
    pub(super) end: Option<Duration>,
}

impl Words {
    /// Words with a begin and a length in seconds.
    pub(super) fn new(text: &str, begin: Option<f64>, length: Option<f64>) -> Self {
        let begin = begin.and_then(|begin| Duration::try_from_secs_f64(begin).ok());
        let length = length.and_then(|length| Duration::try_from_secs_f64(length).ok());
        let end = begin.zip(length).and_then(|(begin, length)| begin.checked_add(length));
        Self { text: text.trim().to_owned(), begin, end }
    }
}
