//! A caller's line, whatever its protocol: a telephone behind Twilio, or a browser.

use std::fmt;

use bytes::Bytes;
use contract::{ContactId, timeline::Timeline};
use hearing::{Frame, Line};
use tokio::sync::mpsc;

use crate::answer::Voice;

/// Bytes of 20 ms of speech for a line: mu-law at 8000 Hz for the telephone, else signed 16 bit at 24,000 Hz.
pub fn output_frame_bytes(line: Line) -> usize {
    match line {
        Line::Telephone => 160,
        Line::Wide => 960,
    }
}

/// A caller on the line.
pub struct Caller {
    /// Random id of the call, for the log and the memory of the talk.
    pub id: String,
    /// The contact of Amazon Connect that was transferred here, if any: the talk is remembered for it.
    pub contact: Option<ContactId>,
    /// The format of the audio both ways.
    pub line: Line,
    /// The language of caller and voice.
    pub voice: Voice,
    /// Audio and news from the caller. It ends when the caller is gone. The door drops frames that do not fit, and counts
    /// them: nothing waits for a call that is behind.
    pub from: mpsc::Receiver<FromCaller>,
    /// Audio and news for the caller. It is closed when the caller is gone. The door reads it at once and never makes
    /// the call wait for the caller's socket longer than its bound.
    pub to: mpsc::Sender<ToCaller>,
}

/// Something that comes from the caller. `Debug` shows neither keys, which may be a PIN, nor sound.
#[derive(Clone, PartialEq, Eq)]
pub enum FromCaller {
    /// The next 20 ms.
    Frame(Frame),
    /// A key of the telephone: `0` to `9`, `*`, `#`, `A` to `D`.
    Key(char),
    /// Everything before this mark has been played, or was cleared.
    Mark(u64),
}

/// Something that goes to the caller. `Debug` shows neither words nor sound.
#[derive(Clone)]
pub enum ToCaller {
    /// 20 ms of speech, [`output_frame_bytes`] long.
    Audio(Bytes),
    /// To be sent back when everything before it has been played.
    Mark(u64),
    /// All that is not played yet is dropped. Its marks come back at once.
    Clear,
    /// For a line that can show it; a telephone's door drops it.
    News(News),
}

/// The state of the talk, for a caller who can read. `Debug` shows no words.
#[derive(Clone, PartialEq)]
pub enum News {
    /// The words of a turn so far.
    Hearing {
        /// Number of the turn, from 0.
        turn: usize,
        /// The words.
        text: String,
    },
    /// The final words of a turn.
    Heard {
        /// Number of the turn.
        turn: usize,
        /// The words.
        text: String,
    },
    /// A sentence of the answer begins to be sent.
    Saying {
        /// Number of the turn that it answers; `None` for one that answers none.
        turn: Option<usize>,
        /// The sentence.
        text: String,
    },
    /// The caller has interrupted an answer.
    Interrupted {
        /// Number of the turn that it answered.
        turn: Option<usize>,
        /// The words of it that were heard.
        heard: String,
    },
    /// Moments of a turn: whenever there is a new one, and when its pipeline is complete.
    Moments {
        /// Number of the turn.
        turn: usize,
        /// All moments so far.
        timeline: Timeline,
        /// Whether more may come.
        is_complete: bool,
    },
}

impl fmt::Debug for FromCaller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(frame) => write!(formatter, "Frame({})", frame.number),
            Self::Key(_) => formatter.write_str("Key"),
            Self::Mark(mark) => write!(formatter, "Mark({mark})"),
        }
    }
}

impl fmt::Debug for ToCaller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audio(audio) => write!(formatter, "Audio({} bytes)", audio.len()),
            Self::Mark(mark) => write!(formatter, "Mark({mark})"),
            Self::Clear => formatter.write_str("Clear"),
            Self::News(news) => write!(formatter, "News({news:?})"),
        }
    }
}

impl fmt::Debug for News {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, turn, text) = match self {
            Self::Hearing { turn, text } => ("Hearing", Some(*turn), text),
            Self::Heard { turn, text } => ("Heard", Some(*turn), text),
            Self::Saying { turn, text } => ("Saying", *turn, text),
            Self::Interrupted { turn, heard } => ("Interrupted", *turn, heard),
            Self::Moments { turn, is_complete, .. } => {
                return write!(formatter, "Moments {{ turn: {turn}, is_complete: {is_complete} }}");
            }
        };
        write!(formatter, "{name} {{ turn: {turn:?}, {} bytes of text }}", text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::Keyed, speculation::Action};

    #[test]
    fn debug_shows_no_words_and_no_keys() {
        const SECRET: &str = "7351";
        let text = || SECRET.to_owned();
        let now = tokio::time::Instant::now();
        let shown = [
            format!("{:?}", FromCaller::Key('7')),
            format!("{:?}", ToCaller::News(News::Hearing { turn: 1, text: text() })),
            format!("{:?}", News::Heard { turn: 1, text: text() }),
            format!("{:?}", News::Saying { turn: None, text: text() }),
            format!("{:?}", News::Interrupted { turn: None, heard: text() }),
            format!("{:?}", Keyed { text: text(), began: now, ended: now }),
            format!("{:?}", Action::Start(text())),
        ];
        for shown in shown {
            assert!(!shown.contains('7') && !shown.is_empty(), "{shown}");
        }
        let saying = News::Saying { turn: Some(2), text: text() };
        assert_eq!(format!("{saying:?}"), "Saying { turn: Some(2), 4 bytes of text }");
    }
}
