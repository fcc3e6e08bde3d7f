//! Test cases in Amazon Connect's own testing language, read and run as they are.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `read`, `action`, `fault` | a test case out of JSON: its content alone, or an answer or a request of the API around it |
//! | `likeness` | whether a message is the one that an observation waits for |
//! | `run`, `observe` | the call, played until all reactions are in it; the observations that it meets |
//! | `replies`, `stand_in` | overrides of functions, and of hours, bots and queues |
//! | `export`, `write` | a scenario in the testing language |
//! | `request` | the body of `CreateTestCase` |
//! | `value` | values of references at a moment, and assertions about them |
//!
//! The testing language is documented in the API reference of Amazon Connect. Its pages name the versions 2025-06-21
//! and 2019-10-30 for the same language; both are read. Documented and observed forms differ in places, such as the
//! place of `MatchingCriteria`; each form that occurs is read.

mod action;
mod export;
mod fault;
mod likeness;
mod observe;
mod read;
mod replies;
mod request;
mod run;
mod stand_in;
mod value;
mod write;

use std::time::Duration;

use serde_json::Value;

pub use export::{Exported, export};
pub use fault::Unreadable;
pub use likeness::{Likeness, is_alike};
pub use read::{is_test_case, read};
pub use request::request;
pub use run::run;

use crate::json::Span;

/// The version of the testing language that the API reference names.
pub const VERSION: &str = "2025-06-21";

/// The version that is written. Later editions of the same pages have it, and instances take it.
pub const EXPORTED_VERSION: &str = "2019-10-30";

/// Longest duration of a test in Amazon Connect.
pub const TIME_LIMIT: Duration = Duration::from_secs(5 * 60);

/// A test case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestCase {
    /// The name, where an answer or a request of the API gives it.
    pub name: Option<String>,
    /// The entry point, where it is given.
    pub entry: Entry,
    /// Contact attributes at the start of the call.
    pub attributes: Vec<(String, String)>,
    /// The text of the content in the testing language, without anything around it.
    pub content: String,
    /// The observations, in the order of the file.
    pub observations: Vec<Observation>,
}

/// The place where a test's call begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Id or ARN of the flow.
    pub flow: Option<String>,
    /// The caller's number.
    pub caller: Option<String>,
    /// The called number.
    pub called: Option<String>,
}

/// One interaction: an event that must happen, and the reaction to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The identifier, unique in the test case.
    pub identifier: String,
    /// The event.
    pub event: Event,
    /// The actions in their order.
    pub actions: Vec<Action>,
    /// How often the event is observed; `None`: any number of times, none included.
    pub times: Option<u32>,
    /// The observations that become active after this one.
    pub next: Vec<String>,
    /// The bytes of the observation in its text.
    pub span: Span,
}

/// An event that a test observes.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The test begins.
    Initiated,
    /// The test has ended.
    Completed,
    /// The caller hears a message.
    Message(Message),
    /// A flow action begins.
    ActionStarted {
        /// Type of the action in the flow language.
        kind: String,
        /// Parameters that it must have.
        parameters: Value,
    },
}

/// A message as a test expects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The way in which the flow gives the message.
    pub sound: Sound,
    /// How like the message must be.
    pub likeness: Likeness,
}

/// The ways to give a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sound {
    /// A text.
    Text(String),
    /// SSML.
    Ssml(String),
    /// Id or ARN of a prompt.
    Prompt(String),
    /// URL of a clip.
    Media(String),
}

/// A reaction to an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The identifier.
    pub identifier: String,
    /// The reaction itself.
    pub kind: ActionKind,
}

/// The kinds of reactions.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionKind {
    /// The caller presses keys.
    Press(String),
    /// The caller speaks.
    Say(String),
    /// The caller hangs up.
    HangUp,
    /// An attribute must have a value.
    Assert(Assertion),
    /// A resource behaves differently, once.
    Override(Override),
    /// The test ends.
    EndTest,
    /// Values are shown in the report: label and reference.
    Log(Vec<(String, String)>),
}

/// An attribute and its expected value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// A reference such as `$.Queue.Name`.
    pub namespace: String,
    /// The comparison, such as `Equals`.
    pub operator: String,
    /// The expected value.
    pub operand: String,
}

/// A resource that behaves differently at its next use, and then as always.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// Type of the flow action that uses the resource.
    pub kind: String,
    /// ARN or id of the resource.
    pub resource: String,
    /// The different behaviour.
    pub strategy: Strategy,
}

/// The ways in which a resource behaves differently.
#[derive(Clone, Debug, PartialEq)]
pub enum Strategy {
    /// Another resource takes its place.
    Substitute(String),
    /// It answers with this.
    Reply {
        /// Time until the answer.
        delay: Duration,
        /// The answer.
        value: Value,
    },
    /// It fails with this type of error.
    Error {
        /// Time until the error.
        delay: Duration,
        /// The type, such as `NoMatchingError`.
        error: String,
    },
}
