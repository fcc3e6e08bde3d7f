//! All ways through a flow, without running it: function replies, keys, hours and queues are unknown, and every branch
//! that they can take is walked.
//!
//! Facts about compared values prune ways that no call can take: after `$.External.Status` equals "play", a later
//! comparison of it with "done" fails, until an invocation brings another reply. A state of the search is an action with
//! the facts that matter later.
//!
//! | module | responsibility |
//! | --- | --- |
//! | `facts` | comparisons that held or failed, and a value that fits all of them |
//! | `values` | names of values, and the values that an action sets |
//! | `live` | the facts that can matter after an action |
//! | `outcome` | the ways in which an action can end |
//! | `cost` | silence that an action makes, and sound |
//! | `walk` | the search |
//! | `judge` | verdicts, out of the states that were found |
//! | `reproduce` | a scenario that goes a way |

mod cost;
mod facts;
mod judge;
mod live;
mod outcome;
mod reproduce;
mod values;
mod walk;

use std::{fmt, time::Duration};

pub use reproduce::scenario;

use crate::model::{Action, Flow};

/// The limits of an exploration.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest silence that a caller should hear.
    pub silence: Duration,
    /// The most states that are visited.
    pub states: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { silence: Duration::from_secs(8), states: 20_000 }
    }
}

/// The outcome of an exploration.
#[derive(Clone, Debug)]
pub struct Explored {
    /// The ways that end badly, the shortest one for each place and kind.
    pub findings: Vec<Finding>,
    /// The states that were visited.
    pub states: usize,
    /// Whether the bound of states was reached, so that some ways were not walked.
    pub bounded: bool,
}

/// A way through the flow that ends badly.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The trouble at its end.
    pub verdict: Verdict,
    /// The actions from the first one on, each with the branch that it takes.
    pub way: Vec<Step>,
}

/// The trouble at the end of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// From this action on, no end of the flow can be reached: only the caller's hang-up ends the call.
    NoWayOut {
        /// Identifier of the action.
        action: String,
    },
    /// A branch leads nowhere.
    Nowhere {
        /// Identifier of the action.
        action: String,
        /// The branch: `next`, an error's type, or an operand.
        branch: String,
        /// The missing action that it names; empty where it names none.
        to: String,
    },
    /// An error that the action can have, without a branch for it.
    Unhandled {
        /// Identifier of the action.
        action: String,
        /// The type of the error.
        error: String,
    },
    /// The caller may hear nothing for longer than the limit.
    Silence {
        /// Identifier of the action at which the limit is passed.
        action: String,
        /// The silence up to the end of that action on this way, at most.
        silence: Duration,
        /// The longest silence that a caller should hear.
        limit: Duration,
    },
}

/// One action of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Identifier of the action.
    pub action: String,
    /// Its branch.
    pub branch: Branch,
}

/// A branch of an action.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Branch {
    /// Success.
    Next,
    /// The condition at this index.
    Condition(usize),
    /// The error of this type.
    Error(String),
    /// The flow ends.
    End,
}

/// Walks all ways through a flow. `kind` is the flow's type, if it is known: flows for callers on hold and in queues
/// are left from outside.
pub fn explore(flow: &Flow, kind: Option<&str>, limits: &Limits) -> Explored {
    let walked = walk::walk(flow, limits);
    let findings = judge::judge(flow, kind, limits, &walked);
    Explored { findings, states: walked.states.len(), bounded: walked.bounded }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWayOut { action } => {
                write!(f, "no way out: after {action:?}, no branch leads to an end of the flow")
            }
            Self::Nowhere { action, branch, to } if to.is_empty() => {
                write!(f, "nowhere: {action:?} has nothing connected to {branch:?}")
            }
            Self::Nowhere { action, branch, to } => {
                write!(f, "nowhere: {action:?} leads to {to:?} after {branch:?}, and there is no such action")
            }
            Self::Unhandled { action, error } => {
                write!(f, "unhandled: {action:?} can fail with {error}, and has no branch for it")
            }
            Self::Silence { action, silence, .. } => {
                let seconds = silence.as_secs_f64();
                write!(f, "silence: {seconds} s without a sound are possible when {action:?} ends")
            }
        }
    }
}

impl Finding {
    /// The way on one line: each action with its branch.
    pub fn route(&self, flow: &Flow) -> String {
        self.way.iter().map(|step| step.label(flow)).collect::<Vec<_>>().join(" → ")
    }
}

impl Step {
    /// The action, with its branch where that is not plain success.
    pub fn label(&self, flow: &Flow) -> String {
        let Some(action) = flow.action(&self.action) else { return self.action.clone() };
        let name = match &action.name {
            Some(name) => name.clone(),
            // A UUID alone says nothing.
            None if self.action.len() >= 32 => format!("{} {:.8}", action.kind, self.action),
            None => self.action.clone(),
        };
        if self.branch == Branch::Next { name } else { format!("{name} ({})", self.branch.label(action)) }
    }
}

impl Branch {
    /// The branch as the flow writes it: an operand, or the type of an error.
    fn label(&self, action: &Action) -> String {
        match self {
            Self::Condition(index) => {
                let branch = action.transitions.conditions.get(*index);
                let operands = branch.map(|branch| branch.condition.operands.as_slice()).unwrap_or_default();
                operands.iter().map(|operand| operand.text.as_str()).collect::<Vec<_>>().join(" | ")
            }
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Next => f.write_str("next"),
            Self::Condition(index) => write!(f, "condition {}", index + 1),
            Self::Error(error) => f.write_str(error),
            Self::End => f.write_str("end"),
        }
    }
}
