//! The kinds of events, with their data.

use serde::Serialize;

/// Stands for a key that must not be known, on the time line and in everything that is made of it.
pub const HIDDEN_KEY: char = '•';

/// The kind of an event, with its data. URLs have no query.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A function is invoked.
    LambdaStart {
        /// Name of the function, without the rest of the ARN.
        function: String,
        /// Status of the invocation: always `invoked`.
        status: String,
    },
    /// An invocation ends.
    LambdaEnd {
        /// Name of the function, without the rest of the ARN.
        function: String,
        /// `Status` of the reply, `ok` when the reply has none; `error` or `timeout` when the invocation failed.
        status: String,
        /// Duration of the invocation, in milliseconds.
        ms: f64,
        /// Number of attempts, where one was not enough.
        #[serde(skip_serializing_if = "is_one")]
        attempts: u32,
    },
    /// A part of a stream begins.
    ClipStart {
        /// URL of the part, without its query.
        url: String,
        /// Number of the part, from 0.
        part: usize,
    },
    /// A part of a stream ends.
    ClipEnd {
        /// URL of the part, without its query.
        url: String,
        /// Number of the part, from 0.
        part: usize,
    },
    /// An audible sound that is no part of a stream begins.
    PromptStart {
        /// The sound.
        #[serde(flatten)]
        prompt: Prompt,
    },
    /// A sound that is no part of a stream ends.
    PromptEnd {
        /// The sound.
        #[serde(flatten)]
        prompt: Prompt,
    },
    /// The caller begins to speak.
    CallerStart {
        /// The text as Lex understands it.
        text: String,
    },
    /// The caller has spoken.
    CallerEnd {
        /// The text as Lex understands it.
        text: String,
    },
    /// The caller presses a key.
    KeyPressed {
        /// The key; [`HIDDEN_KEY`] for one that may belong to an entry that Connect encrypts.
        key: char,
    },
    /// The flow begins to wait for the caller's words or keys.
    ListenStart {
        /// `lex` or `keys`.
        to: String,
    },
    /// The flow has the caller's words or keys, or waits no longer.
    ListenEnd {
        /// The words or keys; empty when there were none. Keys that Connect encrypts are [`HIDDEN_KEY`].
        input: String,
    },
    /// The caller ends a sound before its time.
    Interrupted {
        /// `key` or `voice`.
        by: String,
    },
    /// A flow or module begins.
    FlowStart {
        /// Its name.
        flow: String,
        /// Whether it is a module.
        module: bool,
    },
    /// A flow or module ends.
    FlowEnd {
        /// Its name.
        flow: String,
        /// Whether it is a module.
        module: bool,
        /// The branch that a module returns; empty for the usual one.
        result: String,
    },
    /// An action begins.
    ActionStart {
        /// Name of the flow.
        flow: String,
        /// The action's identifier.
        action: String,
        /// The action's name in the designer, where it has one.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// The action's type.
        #[serde(rename = "type")]
        kind: String,
    },
    /// An action ends.
    ActionEnd {
        /// Name of the flow.
        flow: String,
        /// The action's identifier.
        action: String,
        /// The branch that is taken: `next`, the operand of a condition, the type of an error, or `end`.
        branch: String,
        /// Identifier of the next action, where there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The reason of an error, or a remark, in one line.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A silence of `ms` milliseconds begins.
    SilenceStart {
        /// Duration of the silence, in milliseconds.
        ms: f64,
    },
    /// A silence of `ms` milliseconds ends.
    SilenceEnd {
        /// Duration of the silence, in milliseconds.
        ms: f64,
    },
    /// The call ends.
    CallEnd {
        /// The reason, in one line.
        reason: String,
    },
}

/// A sound that is no part of a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// URL of a clip that is no part of a stream, without its query.
    Url(String),
    /// Text that Connect's own voice speaks.
    Text(String),
    /// A prompt of the instance, by its name or id.
    Id(String),
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_one(attempts: &u32) -> bool {
    *attempts == 1
}
