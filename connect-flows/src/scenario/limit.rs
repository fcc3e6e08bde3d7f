//! Limits for the figures of a call: `dead_air_ms = "< 1500"`.

use std::fmt;

use super::fields::Fields;
use crate::{runner::Call, timeline::EventKind};

/// A figure with its limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// The figure.
    pub figure: Figure,
    /// The comparison that must hold.
    pub comparison: Comparison,
    /// The number on its right side.
    pub bound: f64,
}

/// A figure of a call. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "docs/flow-tests.md explains each key")]
pub enum Figure {
    DeadAir,
    Silence,
    TimeToFirstAudio,
    WorstGap,
    WorstAnswer,
    Duration,
    Parts,
    Invocations,
}

/// The figures with their keys.
const FIGURES: [(&str, Figure); 8] = [
    ("dead_air_ms", Figure::DeadAir),
    ("silence_ms", Figure::Silence),
    ("ttfa_ms", Figure::TimeToFirstAudio),
    ("gap_ms", Figure::WorstGap),
    ("answer_ms", Figure::WorstAnswer),
    ("duration_ms", Figure::Duration),
    ("parts", Figure::Parts),
    ("invocations", Figure::Invocations),
];

/// A comparison of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
}

/// The comparisons with their signs; the longer sign first.
const SIGNS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

impl Limit {
    /// Whether a number keeps to the limit.
    pub fn holds(&self, number: f64) -> bool {
        match self.comparison {
            Comparison::Less => number < self.bound,
            Comparison::AtMost => number <= self.bound,
            Comparison::Greater => number > self.bound,
            Comparison::AtLeast => number >= self.bound,
            Comparison::Equal => (number - self.bound).abs() < f64::EPSILON,
        }
    }
}

impl Figure {
    /// The figure of a call; `None` where the call has none, such as the time to first audio of a silent call.
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    pub fn of(self, call: &Call) -> Option<f64> {
        let summary = call.timeline.summary();
        let worst = |times: &[f64]| times.iter().copied().reduce(f64::max);
        match self {
            Self::Silence => Some(silence(call)),
            Self::DeadAir => Some(summary.dead_air_ms),
            Self::TimeToFirstAudio => summary.ttfa_ms,
            Self::WorstGap => Some(worst(&summary.gaps_ms).unwrap_or_default()),
            Self::WorstAnswer => worst(&summary.answered_after_ms),
            Self::Duration => call.timeline.events().last().map(|event| event.t_ms),
            Self::Parts => Some(summary.parts as f64),
            Self::Invocations => Some(summary.round_trips as f64),
        }
    }
}

/// The longest silence of a call, its start and end included.
fn silence(call: &Call) -> f64 {
    let silences = call.timeline.events().iter().filter_map(|event| match event.kind {
        EventKind::SilenceEnd { ms } => Some(ms),
        _ => None,
    });
    silences.fold(0.0, f64::max)
}

/// The limits of a table.
pub(super) fn all(fields: &Fields<'_>) -> Vec<Limit> {
    FIGURES.iter().filter_map(|(key, figure)| one(fields, key, *figure)).collect()
}

fn one(fields: &Fields<'_>, key: &str, figure: Figure) -> Option<Limit> {
    let text = fields.scalar(key)?;
    let text = text.trim();
    let sign = SIGNS.iter().find_map(|(sign, comparison)| Some((*comparison, text.strip_prefix(sign)?)));
    let (comparison, digits) = sign.unwrap_or((Comparison::Equal, text));
    let bound = digits.trim().parse::<f64>().ok().filter(|bound| bound.is_finite());
    if bound.is_none() {
        let text = format!("{key:?} must be a limit such as \"< 1500\", not {text:?}");
        fields.faults.add(fields.place(key), text);
    }
    Some(Limit { figure, comparison, bound: bound? })
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = FIGURES.iter().find(|(_, figure)| figure == self).map(|(key, _)| *key);
        f.write_str(key.unwrap_or_default())
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = SIGNS.iter().find(|(_, comparison)| *comparison == self.comparison).map(|(sign, _)| *sign);
        write!(f, "{} {} {}", self.figure, sign.unwrap_or_default(), self.bound)
    }
}
