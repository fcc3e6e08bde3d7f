//! The host that makes a stream, and the stream's end: `life.json`, the one document of a stream that changes.
//!
//! Hosts share nothing but the bucket, so a question that must be answered once is answered by a conditional write of
//! this document: which host goes on with a stream whose host has gone, and the content of its sentinel. Each change is
//! made of a [`Life`] that was read, and counts only without a write in between. The document is there from the
//! first change on; until then [`Manifest::first_life`](crate::stream::Manifest::first_life) holds.

use serde::{Deserialize, Serialize};

use crate::{HostId, stream::Sentinel};

/// The content of `life.json`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Life {
    /// The host that makes the stream; none when its host has handed it over and any other may go on.
    pub maker: Option<HostId>,
    /// How often another host took over. A maker that finds another number than its own makes nothing any more.
    pub term: u32,
    /// Why the stream is to end as cancelled. A host that takes it over does that and no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<String>,
    /// The sentinel, written or to be written: from here on nothing else can come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Sentinel>,
}

impl Life {
    /// A new stream.
    pub fn begun_by(maker: HostId) -> Self {
        Self { maker: Some(maker), term: 0, cancelled: None, end: None }
    }

    /// Whether the host that made it in this term still does.
    pub fn is_held_by(&self, host: &HostId, term: u32) -> bool {
        self.maker.as_ref() == Some(host) && self.term == term && self.end.is_none()
    }

    /// With another maker, which goes on where the parts end, or only ends it where it is cancelled. `None` once the
    /// end is decided.
    #[must_use]
    pub fn taken_over_by(&self, host: HostId, cancelled: Option<&str>) -> Option<Self> {
        self.end.is_none().then(|| Self {
            maker: Some(host),
            term: self.term + 1,
            cancelled: self.cancelled.clone().or(cancelled.map(str::to_owned)),
            end: None,
        })
    }

    /// Without a maker: its host stops.
    #[must_use]
    pub fn handed_over(&self) -> Self {
        Self { maker: None, ..self.clone() }
    }

    /// With its end decided.
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
