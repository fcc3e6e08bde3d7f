//! The result of an action, and the way that the flow takes after it.

use std::sync::Arc;

use serde_json::Value;

use super::{EndReason, KnownFlow};

/// The way that the flow takes after an action.
pub(super) enum Edge {
    /// The action's `NextAction`.
    Next,
    /// The condition with this index.
    Branch(usize),
    /// The condition with this operand; `NoMatchingCondition` when there is none.
    Condition(String),
    /// The branch of this type of error.
    Error(String),
    /// Another flow, for good.
    Transfer(Arc<KnownFlow>),
    /// A module, with its input, up to its return.
    Invoke(Arc<KnownFlow>, Value),
    /// Back from a module, with its result and its data.
    Return(String, Value),
    /// The end of the call.
    End(EndReason),
}

/// The result of an action.
pub(super) struct Outcome {
    pub edge: Edge,
    /// `Results` in the flow log.
    pub results: Value,
    /// A remark for the time line, in one line.
    pub note: Option<String>,
    /// Whether the action failed: the remark is the reason.
    pub failed: bool,
}

impl Outcome {
    pub(super) fn to(edge: Edge, results: impl Into<Value>) -> Self {
        Self { edge, results: results.into(), note: None, failed: false }
    }

    pub(super) fn next(results: impl Into<Value>) -> Self {
        Self::to(Edge::Next, results)
    }

    pub(super) fn condition(operand: impl Into<String>) -> Self {
        let operand = operand.into();
        Self::to(Edge::Condition(operand.clone()), operand)
    }

    /// A branch of error that belongs to the flow's usual course, such as `InputTimeLimitExceeded`.
    pub(super) fn branch(error: impl Into<String>) -> Self {
        let error = error.into();
        Self::to(Edge::Error(error.clone()), error)
    }

    /// A failure, for the branch `NoMatchingError`.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::error("NoMatchingError", reason)
    }

    /// A failure for the branch of this type of error.
    pub(super) fn error(error: &str, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self {
            edge: Edge::Error(error.to_owned()),
            results: format!("Error: {reason}").into(),
            note: Some(reason),
            failed: true,
        }
    }

    pub(super) fn end(reason: EndReason) -> Self {
        let results = reason.to_string();
        Self::to(Edge::End(reason), results)
    }

    pub(super) fn with_note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}
