//! A caller's line, whatever its protocol: a telephone behind Twilio, or a browser.

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

/// Something that comes from the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromCaller {
    /// The next 20 ms.
    Frame(Frame),
    /// A key of the telephone: `0` to `9`, `*`, `#`, `A` to `D`.
    Key(char),
    /// Everything before this mark has been played, or was cleared.
    Mark(u64),
}

/// Something that goes to the caller.
#[derive(Clone, Debug)]
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

/// The state of the talk, for a caller who can read.
#[derive(Clone, Debug, PartialEq)]
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
