//! The state of a running stream, for clients that wait: a view of its protocol.

use std::sync::Arc;

use contract::{
    ContactId, Life, StreamId,
    http::{State, StreamStatus},
    stream::Manifest,
};

use super::{end::End, protocol::Protocol};

/// A snapshot of a stream.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    stream_id: StreamId,
    contact_id: Option<ContactId>,
    /// Sentences that are certain.
    sentences: usize,
    is_growing: bool,
    created_at_ms: u64,
    /// Whether the manifest is stored and the contact claimed, so that the other hosts can find the stream.
    pub(super) is_open: bool,
    pub(super) parts: usize,
    /// ARN of the prompt of part 0, if it has one.
    pub(super) first_prompt: Option<Arc<str>>,
    pub(super) skipped: usize,
    /// Set when no more parts follow; the sentinel comes next.
    pub(super) end: Option<End>,
    /// The stream's life, once another host owns it or this one has released it.
    pub(super) elsewhere: Option<Life>,
    /// Time at which this host finished its work on the stream.
    pub(super) ended_at_ms: Option<u64>,
}

impl Progress {
    pub(super) fn new(manifest: &Manifest, protocol: &Protocol) -> Self {
        let mut progress = Self {
            stream_id: manifest.stream_id.clone(),
            contact_id: manifest.contact_id.clone(),
            sentences: 0,
            is_growing: false,
            created_at_ms: manifest.created_at_ms,
            is_open: false,
            parts: 0,
            first_prompt: None,
            skipped: 0,
            end: None,
            elsewhere: None,
            ended_at_ms: None,
        };
        progress.follow(protocol);
        progress
    }

    /// Copies the protocol's present state.
    pub(super) fn follow(&mut self, protocol: &Protocol) {
        self.is_open = protocol.is_open();
        self.sentences = protocol.sentences();
        self.is_growing = protocol.is_growing();
        self.parts = protocol.parts();
        self.skipped = protocol.skipped();
        self.end = protocol.end().cloned();
        self.elsewhere = protocol.elsewhere().cloned();
    }

    /// Whether part `number` is certainly the last.
    pub(super) fn is_last(&self, number: usize) -> bool {
        !self.is_growing && self.parts == number + 1 && self.parts + self.skipped == self.sentences
    }

    /// Whether this host has finished its work on the stream.
    pub(super) fn is_over(&self) -> bool {
        self.ended_at_ms.is_some()
    }

    pub(super) fn status(&self) -> StreamStatus {
        StreamStatus {
            stream_id: self.stream_id.clone(),
            contact_id: self.contact_id.clone(),
            state: self.end.as_ref().map_or(State::Running, |end| end.outcome().into()),
            reason: self.end.as_ref().map(ToString::to_string),
            sentences: self.sentences,
            parts: self.parts,
            skipped: self.skipped,
            created_at_ms: self.created_at_ms,
            ended_at_ms: self.ended_at_ms,
            timeline: None,
        }
    }
}
