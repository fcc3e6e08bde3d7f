//! The steps of a stream, and the reports on them to its `Protocol`.

use contract::{Life, stream::Sentinel};

use super::end::End;

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Create the manifest and claim the contact, and meanwhile speak `sentence`. Then `Protocol::opened` and
    /// `Protocol::spoken`.
    Open {
        /// Number of the sentence; `None` if no sentence is certain yet.
        sentence: Option<usize>,
    },
    /// Speak `sentence`, and meanwhile check that this host still owns the stream (`Protocol::checked`) and record
    /// the sentences from `Protocol::unrecorded` on (`Protocol::recorded`). Then `Protocol::spoken`.
    Speak {
        /// Number of the sentence.
        sentence: usize,
    },
    /// Wait until the text has grown: `Protocol::grown`. Meanwhile check that this host still owns the stream:
    /// `Protocol::checked`.
    Await {
        /// Number of the sentence that is not certain yet.
        sentence: usize,
    },
    /// Create `part`, which holds `sentence`: `Protocol::stored`.
    Store {
        /// Number of the part.
        part: usize,
        /// Number of the sentence.
        sentence: usize,
    },
    /// Check that this host still owns the stream: `Protocol::checked`.
    Look,
    /// Create `part`, a moment of silence that follows `sentence`: `Protocol::stored`.
    Tombstone {
        /// Number of the part.
        part: usize,
        /// Number of the last sentence with a part.
        sentence: Option<usize>,
    },
    /// Replace the life by one with this `end`, unless it has changed: `Protocol::decided`.
    Decide {
        /// The sentinel to come.
        end: Sentinel,
    },
    /// Create the sentinel from `end`: `Protocol::sealed`.
    Seal {
        /// The sentinel.
        end: Sentinel,
    },
    /// Stop: the stream has its sentinel, or another host owns it.
    Over,
}

/// The result of a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    /// The sentence has a clip.
    Clip,
    /// The sentence can't be spoken; the stream continues without it. If no sentence can be spoken, the stream ends
    /// this way.
    Skipped(End),
}

/// The standing of this host's stream, from a check of the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// This host owns the stream, and the stream owns the contact.
    Held,
    /// A newer stream owns the contact.
    Preempted,
    /// Another host owns the stream, or its end is decided. Holds the stream's present life.
    Lost(Life),
}
