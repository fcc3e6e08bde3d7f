//! What can be watched of a stream while it is made.

use std::fmt;

use contract::{
    ContactId, StreamId,
    http::{PartTiming, State, StreamStatus},
    stream::{Manifest, Outcome, Sentinel},
};
use speech::SpeechError;

use super::{maker::Maker, registry::CancelReason};
use crate::store::StoreError;

/// How a stream ends, decided once.
#[derive(Clone, Debug)]
pub enum Ending {
    Complete,
    Cancelled(CancelReason),
    /// No sentence could be spoken.
    Speech(SpeechError),
    /// A part or the manifest could not be stored.
    Store(StoreError),
    /// Another host has ended it so.
    Decided(Sentinel),
    /// Another host goes on with it.
    TakenOver,
}

impl Ending {
    pub(super) fn is_cancelled(&self) -> bool {
        self.outcome() == Outcome::Cancelled
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Complete => Outcome::Complete,
            Self::Cancelled(_) => Outcome::Cancelled,
            Self::Speech(_) | Self::Store(_) => Outcome::Failed,
            Self::Decided(end) => end.outcome,
            // Of this host's part in it; nobody reads it from here.
            Self::TakenOver => Outcome::Cancelled,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => formatter.write_str("none"),
            Self::Cancelled(reason) => reason.fmt(formatter),
            Self::Decided(end) => formatter.write_str(&end.reason),
            Self::TakenOver => formatter.write_str("another host goes on"),
            Self::Speech(error) => error.fmt(formatter),
            Self::Store(error) => error.fmt(formatter),
        }
    }
}

/// A stream as far as it has come.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    stream_id: StreamId,
    contact_id: Option<ContactId>,
    sentences: usize,
    created_at_ms: u64,
    /// Whether the manifest is stored and the contact claimed: the other hosts can find the stream.
    pub(super) open: bool,
    pub(super) parts: usize,
    /// One per part that this host has stored.
    pub(super) timings: Vec<PartTiming>,
    pub(super) skipped: usize,
    /// Why the last one was skipped.
    pub(super) fault: Option<SpeechError>,
    /// Set when nothing more will be made; the sentinel follows.
    pub(super) ending: Option<Ending>,
    /// Set when the sentinel is stored, or given up.
    pub(super) ended_at_ms: Option<u64>,
}

impl Progress {
    pub(super) fn new(manifest: &Manifest, maker: &Maker) -> Self {
        Self {
            stream_id: manifest.stream_id.clone(),
            contact_id: manifest.contact_id.clone(),
            sentences: manifest.sentences.len(),
            created_at_ms: manifest.created_at_ms,
            open: manifest.life.term > 0,
            parts: maker.parts(),
            timings: Vec::new(),
            skipped: maker.skipped(),
            fault: None,
            ending: None,
            ended_at_ms: None,
        }
    }

    /// Whether no part can follow part `number`.
    pub(super) fn is_last(&self, number: usize) -> bool {
        self.parts == number + 1 && self.parts + self.skipped == self.sentences
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.ended_at_ms.is_some()
    }

    pub(super) fn status(&self) -> StreamStatus {
        StreamStatus {
            stream_id: self.stream_id.clone(),
            contact_id: self.contact_id.clone(),
            state: self.ending.as_ref().map_or(State::Running, |ending| ending.outcome().into()),
            reason: self.ending.as_ref().map(ToString::to_string),
            sentences: self.sentences,
            parts: self.parts,
            skipped: self.skipped,
            created_at_ms: self.created_at_ms,
            ended_at_ms: self.ended_at_ms,
            timings: self.timings.clone(),
        }
    }
}
