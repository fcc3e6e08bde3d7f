//! Faults of a flow's shape, and flows that can't be read at all.

use super::Flow;
use crate::json::{Span, SyntaxError};

/// The error for a text that is not a flow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum FlowError {
    #[error(transparent)]
    Json(#[from] SyntaxError),
    #[error("not a flow in the flow language: {reason}")]
    Shape { reason: String, span: Span },
}

impl FlowError {
    /// The bytes of the place.
    pub fn span(&self) -> &Span {
        match self {
            Self::Json(error) => &error.span,
            Self::Shape { span, .. } => span,
        }
    }
}

/// A part of a flow that is missing or of the wrong kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Identifier of the action; `None` outside the actions, and for an action without one.
    pub action: Option<String>,
    /// The fault in one line.
    pub text: String,
    /// The bytes of the place.
    pub span: Span,
}

/// A flow as far as it could be read, with the faults of its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The flow. A faulty part is absent, or empty where it must not be absent.
    pub flow: Flow,
    /// The faults, in the order of the file.
    pub faults: Vec<Fault>,
}
