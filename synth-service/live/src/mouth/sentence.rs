//! A sentence that is being spoken.

use bytes::Bytes;
use chat::Spoken;
use hearing::FRAME;
use tokio::time::Instant;

/// The mark behind a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Not sent, or cleared.
    Unsent,
    /// Sent with this number; everything before it should have been played at this time.
    Sent(u64, Instant),
    /// Back from the line: the sentence was played.
    Played,
}

/// A sentence as frames. Positions count the frames of the whole speech.
pub(super) struct Sentence {
    pub(super) text: String,
    /// Whether the service says it of its own accord: it is no part of the answer.
    pub(super) is_aside: bool,
    /// Whole frames; empty once it was played.
    pub(super) audio: Bytes,
    /// Position of its first frame.
    pub(super) first: usize,
    /// Its number of frames.
    pub(super) frames: usize,
    pub(super) mark: Mark,
    /// Whether its begin was told to a caller who reads.
    pub(super) is_announced: bool,
}

impl Sentence {
    /// Position behind its last frame.
    pub(super) fn end(&self) -> usize {
        self.first + self.frames
    }

    pub(super) fn spoken(&self) -> Spoken {
        let text = if self.is_aside { String::new() } else { self.text.clone() };
        Spoken { text, duration: duration(self.frames) }
    }

    /// The begin of the word that is being spoken at a position of it, estimated by the characters before.
    pub(super) fn word_begin(&self, position: usize) -> usize {
        let within = position.saturating_sub(self.first);
        let text = self.text.trim();
        let characters = text.chars().count();
        let spoken = characters * within / self.frames.max(1);
        let before = text.chars().take(spoken);
        let last_space = before.enumerate().filter(|(_, character)| character.is_whitespace()).last();
        let begin = last_space.map_or(0, |(index, _)| index + 1);
        self.first + self.frames * begin / characters.max(1)
    }
}

/// The length of a number of frames.
pub(super) fn duration(frames: usize) -> std::time::Duration {
    FRAME.saturating_mul(u32::try_from(frames).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_begins_behind_the_last_space() {
        let sentence = Sentence {
            text: "one two six ".into(),
            is_aside: false,
            audio: Bytes::new(),
            first: 100,
            frames: 110,
            mark: Mark::Unsent,
            is_announced: false,
        };
        let begins = [100, 129, 145, 180, 209].map(|position| sentence.word_begin(position));
        assert_eq!(begins, [100, 100, 140, 180, 180]);
    }
}
