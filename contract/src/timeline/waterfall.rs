//! A timeline as lines for people: each segment with its own time and the running total.

use std::fmt;

use super::{Moment, Segment, Timeline};

/// A timeline as a table.
pub struct Waterfall<'a>(&'a Timeline);

impl Timeline {
    /// The timeline as lines for people.
    pub fn waterfall(&self) -> Waterfall<'_> {
        Waterfall(self)
    }
}

impl fmt::Display for Waterfall<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(timeline) = self;
        write!(formatter, "{:<24}{:>10}{:>10}", "segment", "ms", "total")?;
        let mut row =
            |name: &str, ms: f64, total: f64| write!(formatter, "\n{name:<24}{ms:>10.1}{total:>10.1}");
        for Segment { stage, ms, until_ms } in timeline.first_clip() {
            row(stage.name(), ms, until_ms)?;
        }
        for part in timeline.parts.iter().map(|part| part.part).filter(|part| *part > 0) {
            for Segment { stage, ms, until_ms } in timeline.part(part) {
                row(&format!("part {part}: {}", stage.name()), ms, until_ms)?;
            }
        }
        for (name, moment) in [("cancelled", Moment::Cancelled), ("sentinel", Moment::Sentinel)] {
            if let Some(at) = timeline.at(moment) {
                row(name, at - before(timeline, at), at)?;
            }
        }
        match timeline.omitted {
            0 => Ok(()),
            omitted => write!(formatter, "\n{omitted} sentences in the middle are left out"),
        }
    }
}

/// The time of the last moment before `ms`.
fn before(timeline: &Timeline, ms: f64) -> f64 {
    timeline.moments.iter().rfind(|timed| timed.ms < ms).map_or(0.0, |timed| timed.ms)
}
