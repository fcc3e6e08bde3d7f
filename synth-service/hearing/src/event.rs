//! Reports of the ears of a call. All times are of the call's received audio, from its first sample on.

use std::{fmt, time::Duration};

use tokio::time::Instant;

/// A report of the ears. Its `Debug` hides the words.
#[derive(Clone, PartialEq)]
pub enum Event {
    /// Voice begins: the first voiced frame of a turn, or of a further utterance of the same turn after a pause.
    VoiceBegan {
        /// Begin of the first voiced frame.
        at: Duration,
        /// When that frame was received.
        received: Instant,
    },
    /// Voice is silent for a moment that is too short for a pause: behind the last word, or between two.
    VoiceFaded,
    /// Voice has stopped, for now.
    VoicePaused {
        /// End of the last voiced frame.
        at: Duration,
        /// When that frame was received.
        received: Instant,
    },
    /// The words of the turn so far.
    Partial {
        /// All words of the turn, those of earlier utterances included.
        text: String,
    },
    /// The turn is over. The next voice begins another one. Words that a recogniser gives behind the end of their turn are
    /// one more turn of the same voice.
    TurnEnded(Utterance),
    /// The sound was no speech: a cough, music, a click. It counts for no turn, unless its words come late.
    Nothing {
        /// End of the last voiced frame.
        at: Duration,
        /// Voice in it, pauses aside.
        voiced: Duration,
        /// Whether words had been reported that no final text bears out: [`Self::Partial`].
        had_words: bool,
    },
    /// The recogniser is gone, and no other takes its place. Voice is still reported.
    Deaf(crate::HearingError),
}

/// The words of one turn. Their `Debug` hides them.
#[derive(Clone, PartialEq)]
pub struct Utterance {
    /// The words. Never empty.
    pub text: String,
    /// Begin of the first voiced frame.
    pub began: Duration,
    /// When it was received.
    pub began_received: Instant,
    /// End of the last sound, to 10 ms.
    pub ended: Duration,
    /// When that sound was received, had no frame been late or been collected.
    pub ended_received: Instant,
    /// Mean square of its loudest 10 ms, of 1.0; 0 where the turn was no sound.
    pub level: f32,
    /// When the first partial text came, if one came.
    pub first_partial: Option<Instant>,
    /// When the final text came.
    pub complete: Instant,
    /// Name of the recogniser.
    pub recogniser: &'static str,
    /// The reason why the turn ended.
    pub reason: TurnEnd,
}

/// Shows the number of letters of a caller's words in place of them.
pub(crate) struct Hidden<'a>(pub(crate) &'a str);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "<{} letters>", self.0.chars().count())
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VoiceFaded => formatter.write_str("VoiceFaded"),
            Self::VoiceBegan { at, .. } => write!(formatter, "VoiceBegan({at:?})"),
            Self::VoicePaused { at, .. } => write!(formatter, "VoicePaused({at:?})"),
            Self::Partial { text } => formatter.debug_tuple("Partial").field(&Hidden(text)).finish(),
            Self::TurnEnded(utterance) => utterance.fmt(formatter),
            Self::Nothing { at, voiced, had_words } => {
                write!(formatter, "Nothing({at:?}, voiced {voiced:?}, words {had_words})")
            }
            Self::Deaf(error) => formatter.debug_tuple("Deaf").field(error).finish(),
        }
    }
}

impl fmt::Debug for Utterance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Utterance");
        shown.field("text", &Hidden(&self.text)).field("began", &self.began).field("ended", &self.ended);
        shown.field("recogniser", &self.recogniser).field("reason", &self.reason).finish_non_exhaustive()
    }
}

/// The reason why a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnEnd {
    /// The words are a complete sentence, and a short silence followed.
    Complete,
    /// A silence of the usual length.
    Silence,
    /// The longer silence behind words that call for more, or behind digits.
    Waited,
    /// The recogniser found the end.
    Recogniser,
    /// The turn reached its greatest length.
    TooLong,
}

/// The expected kind of the next turn, for its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hint {
    /// Nothing in particular.
    #[default]
    None,
    /// A number or a code is dictated: pauses between digits do not end the turn.
    Number,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Heard;

    #[test]
    fn the_words_of_a_caller_are_not_shown() {
        let (text, now) = ("my code is 8302".to_owned(), Instant::now());
        let utterance = Utterance {
            text: text.clone(),
            began: Duration::ZERO,
            began_received: now,
            ended: Duration::from_secs(1),
            ended_received: now,
            level: 0.0,
            first_partial: None,
            complete: now,
            recogniser: "test",
            reason: TurnEnd::Complete,
        };
        let shown = [
            format!("{:?}", Event::Partial { text: text.clone() }),
            format!("{:?}", Event::TurnEnded(utterance)),
            format!("{:?}", Heard::Partial(text.clone())),
            format!("{:?}", Heard::Final { text, asked: true }),
        ];
        for shown in shown {
            assert!(shown.contains("15 letters") && !shown.contains("code"), "{shown}");
        }
    }
}
