//! The events of a call with their times, and the figures that follow from them.
//!
//! Times are milliseconds from the start of the call, to a tenth. Silence is every stretch in which the
//! caller hears neither a part nor an audible prompt: functions at work, clips on their way, and played
//! clips of silence alike.

mod recorder;
mod summary;

use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

pub use recorder::Recorder;
pub use summary::Summary;

/// One moment of a call.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Milliseconds from the start of the call.
    pub t_ms: f64,
    /// The event itself.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The event. URLs come without their query.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A function is invoked; `status` is `invoked`.
    LambdaStart {
        /// Its name, without the rest of the ARN.
        function: String,
        /// Always `invoked`.
        status: String,
    },
    /// `status` is the reply's `Status`, `ok` when it has none, `error` or `timeout` when the invocation
    /// failed; `ms` is how long it took.
    LambdaEnd {
        /// Its name, without the rest of the ARN.
        function: String,
        /// `Status` of the reply, or `ok`, `error` or `timeout`.
        status: String,
        /// Milliseconds that the invocation took.
        ms: f64,
    },
    /// A part of a stream begins.
    ClipStart {
        /// Without its query.
        url: String,
        /// Its number, from 0.
        part: usize,
    },
    /// The last sample of a part of an answer.
    ClipEnd {
        /// Without its query.
        url: String,
        /// Its number, from 0.
        part: usize,
    },
    /// Any other sound that can be heard begins.
    PromptStart {
        /// The sound.
        #[serde(flatten)]
        prompt: Prompt,
    },
    /// The last sample of another sound.
    PromptEnd {
        /// The sound.
        #[serde(flatten)]
        prompt: Prompt,
    },
    /// The caller hears nothing for `ms` milliseconds from here on.
    SilenceStart {
        /// Milliseconds of silence.
        ms: f64,
    },
    /// The caller has heard nothing for `ms` milliseconds.
    SilenceEnd {
        /// Milliseconds of silence.
        ms: f64,
    },
    /// The call is over.
    CallEnd {
        /// One line.
        reason: String,
    },
}

/// A sound that is no part of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// A clip that is no part of an answer; without its query.
    Url(String),
    /// Words in Connect's own voice.
    Text(String),
}

/// The events of a call in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    events: Vec<Event>,
    first_audible_ms: Option<f64>,
}

impl Timeline {
    /// In the order of their times.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The call in figures.
    pub fn summary(&self) -> Summary {
        Summary::of(&self.events, self.first_audible_ms)
    }

    /// The summary, then the events, as one list.
    pub fn to_json(&self) -> Value {
        let mut summary = json!(self.summary());
        summary["t_ms"] = json!(0);
        summary["event"] = json!("summary");
        std::iter::once(summary).chain(self.events.iter().map(|event| json!(event))).collect()
    }
}

/// Milliseconds to a tenth.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    tenths(time.as_secs_f64() * 1000.0)
}

fn tenths(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}
