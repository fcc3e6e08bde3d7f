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

#[cfg(test)]
mod tests {
    use crate::timeline::{Moment, TimedMoment, TimedPart, Timeline};

    #[test]
    fn each_segment_has_its_own_time_and_the_running_total() {
        let at = |moment, n, ms| TimedMoment { moment, n, ms };
        let moments = vec![
            at(Moment::RequestReceived, None, 0.0),
            at(Moment::SentenceCertain, Some(0), 0.2),
            at(Moment::SentenceCertain, Some(1), 0.2),
            at(Moment::TtsStart, Some(0), 1.0),
            at(Moment::TtsComplete, Some(0), 31.0),
            at(Moment::PartStored, Some(0), 33.0),
            at(Moment::FirstClipHandedOut, None, 33.5),
            at(Moment::TtsStart, Some(1), 40.0),
            at(Moment::TtsComplete, Some(1), 90.0),
            at(Moment::PartStored, Some(1), 92.0),
            at(Moment::Sentinel, None, 95.0),
        ];
        let parts = [0, 1].map(|part| TimedPart { part, sentence: part, ..TimedPart::default() });
        let timeline = Timeline { moments, parts: parts.into(), ..Timeline::default() };
        let text = timeline.waterfall().to_string();
        let rows: Vec<Vec<_>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        let expected = [
            "segment ms total",
            "sentence 0.2 0.2",
            "queue 0.8 1.0",
            "speech 30.0 31.0",
            "store 2.0 33.0",
            "reply 0.5 33.5",
            "part 1: queue 39.8 40.0",
            "part 1: speech 50.0 90.0",
            "part 1: store 2.0 92.0",
            "sentinel 3.0 95.0",
        ];
        assert_eq!(rows.iter().map(|row| row.join(" ")).collect::<Vec<_>>(), expected);
    }
}
