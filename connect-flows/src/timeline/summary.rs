//! The figures of a call, taken from its events.

use serde::Serialize;

use super::{Event, EventKind, tenths};

/// The figures of a call. Times are in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Time to first audio: from the first invocation to the first audible sample of a part; `None` when no part was
    /// heard.
    pub ttfa_ms: Option<f64>,
    /// Number of parts that were played.
    pub parts: usize,
    /// Gaps: the time between the end of each part and the start of the next, unless the caller spoke between them.
    pub gaps_ms: Vec<f64>,
    /// Number of invocations; all attempts of one action count as one.
    pub round_trips: usize,
    /// Total silence from the start of the call to the end of its last part.
    pub dead_air_ms: f64,
    /// Total duration of the parts.
    pub audio_ms: f64,
    /// For each turn of the caller, the time from its end to the first audible sample of the answer; absent from the JSON
    /// of a call in which the caller said nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answered_after_ms: Vec<f64>,
}

impl Summary {
    pub(super) fn of(events: &[Event], first_audible_ms: Option<f64>, answered_after_ms: Vec<f64>) -> Self {
        let mut summary = Self { answered_after_ms, ..Self::default() };
        let mut first_lambda_ms = None;
        let mut part_start_ms = 0.0;
        let mut part_end_ms = None;
        let mut silence_ms = 0.0;
        for event in events {
            match &event.kind {
                EventKind::LambdaStart { .. } => {
                    summary.round_trips += 1;
                    first_lambda_ms = first_lambda_ms.or(Some(event.t_ms));
                }
                EventKind::ClipStart { .. } => {
                    summary.parts += 1;
                    part_start_ms = event.t_ms;
                    let gap = part_end_ms.map(|end_ms| tenths(event.t_ms - end_ms));
                    summary.gaps_ms.extend(gap);
                }
                EventKind::ClipEnd { .. } => {
                    summary.audio_ms += event.t_ms - part_start_ms;
                    part_end_ms = Some(event.t_ms);
                    // Later silence counts only if another part ends after it.
                    summary.dead_air_ms = tenths(silence_ms);
                }
                EventKind::CallerEnd { .. } => part_end_ms = None,
                EventKind::SilenceEnd { ms } => silence_ms += ms,
                _ => {}
            }
        }
        summary.audio_ms = tenths(summary.audio_ms);
        summary.ttfa_ms = first_audible_ms
            .zip(first_lambda_ms)
            .map(|(audible_ms, lambda_ms)| tenths(audible_ms - lambda_ms));
        summary
    }
}
