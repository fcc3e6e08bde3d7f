//! The host that makes a stream, and the stream's end: `life.json`, the one document of a stream that changes.
//!
//! Hosts share nothing but the bucket, so decisions that must be made only once are made by a conditional write of this
//! document: which host resumes a stream whose host is gone, and the content of its sentinel. Each change starts from
//! the [`Life`] that was read, and fails if another write came in between. The document exists from the first change
//! on; until then [`Manifest::first_life`](crate::stream::Manifest::first_life) holds.

use serde::{Deserialize, Serialize};

use crate::{HostId, stream::Sentinel};

/// The content of `life.json`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Life {
    /// The host that makes the stream; `None` after its host has handed it over, so that any other host may resume it.
    pub maker: Option<HostId>,
    /// Number of takeovers. A maker that reads a term other than its own makes no more parts.
    pub term: u32,
    /// The reason for a cancellation. A host that takes the stream over only ends it as cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<String>,
    /// The content of the sentinel, which may not be written yet. No further part can follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Sentinel>,
}

impl Life {
    /// The life of a new stream.
    pub fn begun_by(maker: HostId) -> Self {
        Self { maker: Some(maker), term: 0, cancelled: None, end: None }
    }

    /// Whether this host still makes the stream in this term.
    pub fn is_held_by(&self, host: &HostId, term: u32) -> bool {
        self.maker.as_ref() == Some(host) && self.term == term && self.end.is_none()
    }

    /// The life with another maker, which continues after the last part, or only ends the stream if it is cancelled.
    /// `None` once the end is decided.
    #[must_use]
    pub fn taken_over_by(&self, host: HostId, cancelled: Option<&str>) -> Option<Self> {
        self.end.is_none().then(|| Self {
            maker: Some(host),
            term: self.term + 1,
            cancelled: self.cancelled.clone().or(cancelled.map(str::to_owned)),
            end: None,
        })
    }

    /// The life without a maker, for a host that stops.
    #[must_use]
    pub fn handed_over(&self) -> Self {
        Self { maker: None, ..self.clone() }
    }

    /// The life with the stream's end decided.
    #[must_use]
    pub fn ended(&self, end: Sentinel) -> Self {
        Self { end: Some(end), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Outcome;

    #[test]
    fn what_ended_is_taken_over_by_nobody_and_a_cancel_outlives_its_maker() -> Result<(), crate::InvalidId> {
        let (one, other): (HostId, HostId) = ("one".parse()?, "other".parse()?);
        let life = Life::begun_by(one.clone());
        assert!(life.is_held_by(&one, 0));
        let cancelled = life.taken_over_by(other.clone(), Some("cancelled")).expect("goes on");
        assert!(cancelled.is_held_by(&other, 1) && !cancelled.is_held_by(&one, 0));
        let again = cancelled.handed_over().taken_over_by(one.clone(), Some("preempted")).expect("goes on");
        assert_eq!((again.cancelled.as_deref(), again.term), (Some("cancelled"), 2));
        let end = Sentinel {
            parts: 1,
            outcome: Outcome::Complete,
            reason: "none".into(),
            skipped: 0,
            ended_at_ms: 0,
        };
        let ended = life.ended(end);
        assert!(!ended.is_held_by(&one, 0));
        assert_eq!(ended.taken_over_by(other, None), None);
        Ok(())
    }
}
