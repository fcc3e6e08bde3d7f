//! The end of a call: its reason, and the first error before it.

use std::fmt;

use super::names::id;

/// The way in which a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEnd {
    /// The reason why the call ended.
    pub reason: EndReason,
    /// The first action that failed, or whose function replied `Status=error`.
    pub first_error: Option<CallError>,
}

impl CallEnd {
    /// The failure in one line; `None` for a call without failures.
    pub fn error(&self) -> Option<String> {
        let first = self.first_error.as_ref().map(ToString::to_string);
        first.or_else(|| self.reason.is_failure().then(|| self.reason.to_string()))
    }
}

/// An action that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Identifier of the action.
    pub action: String,
    /// The reason in one line, without secrets.
    pub reason: String,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "action {:?}: {}", self.action, self.reason)
    }
}

/// The reason why a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each message says it")]
pub enum EndReason {
    /// The flow disconnected the caller.
    Disconnected,
    /// The flow ended without disconnecting the caller.
    FlowEnded,
    /// A module that was run by itself returned.
    Returned { result: String },
    /// The caller hung up.
    HungUp,
    /// The flow transferred the caller to a queue.
    Transferred { queue: String },
    /// The call reached its time limit.
    TimeLimit { seconds: u64 },
    /// The flow reached its limit of actions.
    ActionLimit { actions: usize },
    /// The flow names no next action after this one.
    NothingFollows { action: String },
    /// The flow has no action with this identifier.
    NoSuchAction { action: String, flow: String },
}

impl EndReason {
    /// Whether a flow that is in order can't end so.
    pub fn is_failure(&self) -> bool {
        match self {
            Self::Disconnected
            | Self::FlowEnded
            | Self::Returned { .. }
            | Self::HungUp
            | Self::Transferred { .. } => false,
            Self::TimeLimit { .. }
            | Self::ActionLimit { .. }
            | Self::NothingFollows { .. }
            | Self::NoSuchAction { .. } => true,
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected => f.write_str("disconnected"),
            Self::FlowEnded => f.write_str("flow ended"),
            Self::Returned { result } if result.is_empty() => f.write_str("the module returned"),
            Self::Returned { result } => write!(f, "the module returned {result}"),
            Self::HungUp => f.write_str("the caller hung up"),
            Self::Transferred { queue } => write!(f, "transferred to the queue {}", id(queue)),
            Self::TimeLimit { seconds } => write!(f, "the call reached its limit of {seconds} s"),
            Self::ActionLimit { actions } => write!(f, "the flow reached its limit of {actions} actions"),
            Self::NothingFollows { action } => write!(f, "nothing follows action {action:?}"),
            Self::NoSuchAction { action, flow } => {
                write!(
                    f,
                    "there is no action {action:?} in the flow {flow}: connect the branch that leads to it"
                )
            }
        }
    }
}
