//! The parts of an answer as its caller hears them: each begins when the bucket has it, and the one before has ended.

use super::{Moment, Timeline};

/// One part by the playback clock, in milliseconds from the timeline's begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Played {
    /// Number of the part.
    pub part: usize,
    /// Its first sound at the earliest.
    pub begins_ms: f64,
    /// Its end.
    pub ends_ms: f64,
    /// From the time at which the part before was stored until this one was.
    pub interval_ms: Option<f64>,
    /// Silence before it, because it was stored too late. Unknown where the part before is not in the record.
    pub starved_ms: Option<f64>,
}

impl Timeline {
    /// The time at which the caller's client has the first clip. The start of a stream that was taken over was another
    /// host's.
    pub fn first_audio_ms(&self) -> Option<f64> {
        self.at(Moment::RequestReceived)?;
        // Where the start was answered before its part was stored, the client gets it from the bucket.
        self.at(Moment::FirstClipHandedOut).or(self.at_number(Moment::PartStored, 0))
    }

    /// The stored parts in order. Those that the record of a long text leaves out are missing.
    pub fn playback(&self) -> Vec<Played> {
        let mut played: Vec<Played> = Vec::new();
        let mut stored_before = 0.0;
        for part in &self.parts {
            let Some(stored) = self.at_number(Moment::PartStored, part.part) else { continue };
            let before = played.last().filter(|before| before.part + 1 == part.part);
            let begins_ms = before.map_or(stored, |before| stored.max(before.ends_ms));
            let next = Played {
                part: part.part,
                begins_ms,
                ends_ms: begins_ms + part.audio_ms,
                interval_ms: before.map(|_| stored - stored_before),
                starved_ms: before.map(|before| (stored - before.ends_ms).max(0.0)),
            };
            stored_before = stored;
            played.push(next);
        }
        played
    }
}

#[cfg(test)]
mod tests {
    use super::super::{TimedMoment, TimedPart};
    use super::*;

    #[test]
    fn a_part_begins_when_it_is_stored_and_the_one_before_has_ended() {
        let stored = [(0, 100.0), (1, 200.0), (2, 2600.0), (9, 2700.0)];
        let moment = |(part, ms)| TimedMoment { moment: Moment::PartStored, n: Some(part), ms };
        let part = |(part, _)| TimedPart { part, audio_ms: 1000.0, ..TimedPart::default() };
        let timeline = Timeline {
            moments: stored.map(moment).into(),
            parts: stored.map(part).into(),
            ..Timeline::default()
        };
        let played: Vec<_> =
            timeline.playback().iter().map(|part| (part.begins_ms, part.starved_ms)).collect();
        let expected = [(100.0, None), (1100.0, Some(0.0)), (2600.0, Some(500.0)), (2700.0, None)];
        assert_eq!(played, expected);
        assert_eq!(timeline.first_audio_ms(), None, "its start was another host's");
    }
}
