//! The world around a call: everything beside the flow, the caller and the functions that decides about its course.
//!
//! Things are found by a reference as a flow writes it: an ARN, an id, or a name. Keys are any of these, see
//! [`find`](super::find). The key `*` stands for everything else.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde_json::Value;

use super::{Flows, Lex};

/// The world around a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    /// The flows and modules that the flow can reach.
    pub flows: Flows,
    /// The bots' understanding of the caller's words.
    pub lex: Lex,
    /// Hours of operation. Hours that are not named are open.
    pub hours: BTreeMap<String, Hours>,
    /// The queues. A queue that is not named has room and no wait.
    pub queues: BTreeMap<String, Queue>,
    /// Values of metrics, for example `NumberOfAgentsStaffed`. A metric that is not named is 0.
    pub metrics: BTreeMap<String, String>,
    /// The sound of prompts by PromptId. A prompt that is not named has its name spoken.
    pub prompts: BTreeMap<String, PromptSound>,
    /// The branch of an action, by its identifier, its name or its type. It is taken instead of performing the action.
    pub branches: BTreeMap<String, Branch>,
    /// Values of references by their root, for example `Customer` or `SegmentAttributes`.
    pub values: BTreeMap<String, Value>,
    /// The flow that runs when the contact ends, unless a hook names another one.
    pub disconnect_flow: Option<String>,
}

/// Hours of operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Open at any time.
    Open,
    /// Closed at any time.
    Closed,
    /// Open in these hours, such as `Mon-Fri 09:00-17:00; Sat 10:00-12:00`. They are those of the wall clock of the run,
    /// in UTC unless an offset such as `+01:00` stands at the end.
    Schedule(String),
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    /// Whether it takes no further contact: the branch `QueueAtCapacity`.
    pub full: bool,
    /// The time until an agent takes the contact. Meanwhile the customer-queue flow runs. `None`: no agent is part of the
    /// run, and the call ends with the transfer.
    pub wait: Option<Duration>,
}

/// The sound of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptSound {
    /// A WAV file as Connect plays it.
    File(PathBuf),
    /// Words that are spoken in its place.
    Words(String),
}

/// A branch of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Branch {
    /// The next action after success.
    Next,
    /// The branch of this type of error.
    Error(String),
    /// The branch of the condition with this operand.
    Condition(String),
}
