//! What can be watched of a stream while it is made.

use std::fmt;

use contract::{
    ContactId, StreamId,
    http::{PartTiming, State, StreamStatus},
    stream::{Manifest, Outcome, Sentinel},
};
use speech::SpeechError;

use crate::store::StoreError;

/// How a stream ends, decided once.
#[derive(Clone, Debug)]
pub enum Ending {
    Complete,
    /// With the word that the sentinel gives as reason: `cancelled`, `preempted`, `stopping`.
    Cancelled(&'static str),
    /// No sentence could be spoken.
    Speech(SpeechError),
    /// A part or the manifest could not be stored.
    Store(StoreError),
}

impl Ending {
    pub(super) fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_))
    }

    pub(super) fn outcome(&self) -> Outcome {
        match self {
            Self::Complete => Outcome::Complete,
            Self::Cancelled(_) => Outcome::Cancelled,
            Self::Speech(_) | Self::Store(_) => Outcome::Failed,
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Complete => formatter.write_str("none"),
            Self::Cancelled(reason) => formatter.write_str(reason),
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
    /// Whether the manifest is stored, and so the stream known to others.
    pub(super) announced: bool,
    /// One per stored part.
    pub(super) timings: Vec<PartTiming>,
    pub(super) skipped: usize,
    /// Set when nothing more will be made; the sentinel follows.
    pub(super) ending: Option<Ending>,
    /// Set when the sentinel is stored, or given up.
    pub(super) ended_at_ms: Option<u64>,
}

impl Progress {
    pub(super) fn new(manifest: &Manifest) -> Self {
        Self {
            stream_id: manifest.stream_id.clone(),
            contact_id: manifest.contact_id.clone(),
            sentences: manifest.sentences.len(),
            created_at_ms: manifest.created_at_ms,
            announced: false,
            timings: Vec::new(),
            skipped: 0,
            ending: None,
            ended_at_ms: None,
        }
    }

    pub(super) fn parts(&self) -> usize {
        self.timings.len()
    }

    /// Whether no part can follow part `number`.
    pub(super) fn is_last(&self, number: usize) -> bool {
        self.parts() == number + 1 && self.parts() + self.skipped == self.sentences
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.ended_at_ms.is_some()
    }

    pub(super) fn sentinel(&self, ending: &Ending, ended_at_ms: u64) -> Sentinel {
        Sentinel {
            parts: self.parts(),
            outcome: ending.outcome(),
            reason: ending.to_string(),
            skipped: self.skipped,
            ended_at_ms,
        }
    }

    pub(super) fn status(&self) -> StreamStatus {
        StreamStatus {
            stream_id: self.stream_id.clone(),
            contact_id: self.contact_id.clone(),
            state: self.ending.as_ref().map_or(State::Running, |ending| ending.outcome().into()),
            reason: self.ending.as_ref().map(ToString::to_string),
            sentences: self.sentences,
            parts: self.parts(),
            skipped: self.skipped,
            created_at_ms: self.created_at_ms,
            ended_at_ms: self.ended_at_ms,
            timings: self.timings.clone(),
        }
    }
}
