//! The frames of an answer, and their meaning.

use crate::error::ModelError;

/// Longest frame, or answer in one piece. A longer one is not read.
pub(crate) const LONGEST: usize = 16 * 1024 * 1024;

/// A frame: one event of a stream, or a body that is not cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The kind of an event, where the framing has one.
    pub(crate) kind: String,
    pub(crate) data: Vec<u8>,
}

/// A way of cutting a body into frames. Bytes may be cut anywhere.
pub(crate) trait Framing: Send {
    /// Takes the next bytes of the body.
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError>;

    /// The next complete frame.
    fn next(&mut self) -> Option<Frame>;

    /// The last frame, when the body is over.
    fn finish(&mut self) -> Result<Option<Frame>, ModelError>;

    /// Whether the close of a connection is a good end, because the protocol has no mark for one.
    fn may_end_anywhere(&self) -> bool {
        false
    }
}

/// The meaning of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// The next piece of the answer; often empty.
    Text(String),
    /// The last piece; only remarks may follow.
    Last(String),
    /// Nothing follows.
    Over,
}

/// The error of a frame that is too long.
pub(crate) fn too_long() -> ModelError {
    ModelError::Malformed("a frame is longer than 16 MB")
}
