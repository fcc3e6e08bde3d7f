//! The events of a call with their times, and the figures that follow from them.
//!
//! Times are milliseconds from the start of the call, to a tenth. Silence is any time in which the caller neither speaks
//! nor hears a part or an audible prompt: during invocations and downloads, and during clips of silence.

mod kind;
mod recorder;
mod summary;

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

pub use kind::{EventKind, HIDDEN_KEY, Prompt};
pub use recorder::Recorder;
pub use summary::Summary;

/// One event of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Milliseconds from the start of the call.
    pub t_ms: f64,
    /// The kind of the event, with its data.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The events of a call in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    events: Vec<Event>,
    first_audible_ms: Option<f64>,
    /// For each turn of the caller, the time from its end to the first audible sample of an answer.
    answered_after_ms: Vec<f64>,
}

impl Timeline {
    /// The events in the order of their times.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The figures of the call.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.events, self.first_audible_ms, self.answered_after_ms.clone())
    }

    /// The summary and the events, in one list.
    pub fn to_json(&self) -> Value {
        let mut summary = json!(self.summary());
        summary["t_ms"] = json!(0);
        summary["event"] = json!("summary");
        std::iter::once(summary).chain(self.events.iter().map(|event| json!(event))).collect()
    }
}

/// Milliseconds, rounded to a tenth.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    tenths(time.as_secs_f64() * 1000.0)
}

fn tenths(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}
