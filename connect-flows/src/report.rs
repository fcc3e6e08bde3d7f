//! The report of a call, `call.html`: one file that opens in any browser, without a network.
//!
//! It has the sound of both channels with a player, lanes of spans below it, the longest dead air, the flow's picture,
//! and the flow log.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `convert` | a finished call as a report |
//! | `events` | the timeline's events as spans |
//! | `spans` | rows for spans that overlap; steps that take no time joined to one |
//! | `silence` | the silence that is dead air, and its cause |
//! | `sound` | peaks for the waveform, and the sound as text |
//! | `picture` | the flow's picture with the way of the call |
//! | `page` | the file: escaping, and the policy that forbids every request |
//!
//! Texts of flows, functions and callers reach the page as JSON, which the page's script puts into the document as text,
//! never as markup. URLs are shown without their queries.

mod convert;
mod events;
mod page;
mod picture;
mod silence;
mod sound;
mod spans;

use serde::Serialize;

/// A call as the page shows it. Times are milliseconds from the start of the call.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Report {
    /// Name of the flow or of the scenario.
    pub title: String,
    /// The way in which the call ended, in one line.
    pub end: String,
    /// The first failure, in one line.
    pub failure: Option<String>,
    /// Duration of the call, in milliseconds.
    pub duration_ms: f64,
    /// The figures at the top.
    pub figures: Figures,
    /// The lanes below the waveform, from top to bottom.
    pub lanes: Vec<Lane>,
    /// The dead air, longest first.
    pub gaps: Vec<Gap>,
    /// The flow log.
    pub log: Vec<LogLine>,
    /// The sound that the caller heard: samples at 8000 Hz from the start of the call.
    #[serde(skip)]
    pub heard: Vec<i16>,
    /// The caller's own sound, in the same form; empty when it is not known.
    #[serde(skip)]
    pub said: Vec<i16>,
    /// The flow's picture, an SVG element. A click on an element of it with the attribute `data-action` selects that
    /// action's first span.
    #[serde(skip)]
    pub picture: Option<String>,
}

impl Report {
    /// The page, complete.
    pub fn to_html(&self) -> String {
        page::page(self)
    }
}

/// The figures at the top of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Figures {
    /// From the first invocation to the first audible sample of a part, in milliseconds; `None` when none was heard.
    pub first_audio_ms: Option<f64>,
    /// Start of the first sound of any kind, from the start of the call, in milliseconds.
    pub first_sound_ms: Option<f64>,
    /// All dead air together, in milliseconds.
    pub dead_air_ms: f64,
    /// The answers to the caller, in the order of time.
    pub answers: Vec<Answer>,
    /// Number of invocations.
    pub invocations: usize,
}

/// An answer to the caller.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// End of the caller's turn.
    pub at_ms: f64,
    /// Time from there to the answer's first audible sample, in milliseconds; to its start, where it is a prompt.
    pub ms: f64,
    /// The words of the caller.
    pub text: String,
}

/// A row of the page, with spans on the call's time line.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Lane {
    /// Name at the left.
    pub name: String,
    /// The spans in the order of their starts.
    pub spans: Vec<Span>,
}

impl Lane {
    /// A lane of these spans. Spans that overlap come to stand in different rows.
    pub fn new(name: impl Into<String>, mut spans: Vec<Span>) -> Self {
        spans.sort_by(|one, other| one.start_ms.total_cmp(&other.start_ms).then(one.kind.cmp(&other.kind)));
        spans::into_rows(&mut spans);
        Self { name: name.into(), spans }
    }
}

/// Something that lasted for a time, or a mark of no length.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Span {
    /// Start, in milliseconds from the start of the call.
    pub start_ms: f64,
    /// End, in milliseconds from the start of the call.
    pub end_ms: f64,
    /// Short text on the span.
    pub label: String,
    /// Kind, which gives the colour.
    pub kind: Kind,
    /// Whether it failed.
    pub failed: bool,
    /// Identifier of the flow's action, if the span is one.
    pub action: Option<String>,
    /// Names and values for the panel.
    pub facts: Vec<(String, String)>,
    /// Row in the lane, from 0. [`Lane::new`] sets it.
    pub row: usize,
}

/// The kind of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An action of the flow.
    #[default]
    Action,
    /// A flow or a module.
    Flow,
    /// An invocation of a function.
    Invocation,
    /// A part of a stream.
    Part,
    /// Another sound.
    Prompt,
    /// The flow listens to the caller.
    Listening,
    /// The caller speaks.
    Speech,
    /// The caller presses a key.
    Key,
    /// The caller interrupts a sound.
    Interruption,
    /// Dead air: the caller hears nothing, and the flow does not listen.
    Silence,
    /// A part is made.
    Synthesis,
    /// A part is stored.
    Upload,
}

/// Dead air with its cause.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Start, in milliseconds from the start of the call.
    pub start_ms: f64,
    /// Length, in milliseconds.
    pub ms: f64,
    /// The invocation or action that took most of it.
    pub cause: String,
}

/// A line of the flow log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LogLine {
    /// Time in the call, in milliseconds, where it is known.
    pub at_ms: Option<f64>,
    /// Name of the flow.
    pub flow: String,
    /// The action's type, under the older name that the flow log uses.
    pub kind: String,
    /// The result in one line.
    pub result: String,
    /// The whole line as JSON.
    pub json: String,
}
