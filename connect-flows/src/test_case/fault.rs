//! The fault of a test case, with its place.

use crate::json::{Node, Span};

/// A fault of a test case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Unreadable {
    /// The bytes of the place in the file.
    pub span: Span,
    /// One sentence that says what to do.
    pub text: String,
}

/// A fault at a place.
pub(super) fn fault<T>(node: &Node, text: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable { span: node.span.clone(), text: text.into() })
}

/// A string that must be there.
pub(super) fn text(node: &Node, key: &str) -> Result<String, Unreadable> {
    match node.get(key).and_then(Node::scalar) {
        Some(text) => Ok(text.to_owned()),
        None => fault(node, format!("{key:?} is missing here: give it as a string")),
    }
}
