//! Bodies that are not cut into frames: one JSON value, and text as it comes.

use super::frame::{Frame, Framing, LONGEST, too_long};
use crate::error::ModelError;

/// The body is one frame.
#[derive(Default)]
pub(super) struct Whole(Vec<u8>);

impl Framing for Whole {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > LONGEST { Err(too_long()) } else { Ok(()) }
    }

    fn next(&mut self) -> Option<Frame> {
        None
    }

    fn finish(&mut self) -> Result<Option<Frame>, ModelError> {
        Ok(Some(Frame { data: std::mem::take(&mut self.0), ..Frame::default() }))
    }
}

/// The kind of a frame that is text.
pub(super) const TEXT: &str = "text";

/// The body is text, and each of its whole characters counts at once.
#[derive(Default)]
pub(super) struct Text(Vec<u8>);

impl Framing for Text {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.0.extend_from_slice(bytes);
        match std::str::from_utf8(&self.0) {
            Err(error) if error.error_len().is_some() => Err(not_utf8()),
            _ => Ok(()),
        }
    }

    fn next(&mut self) -> Option<Frame> {
        let whole = match std::str::from_utf8(&self.0) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.0.split_off(whole);
        let data = std::mem::replace(&mut self.0, rest);
        (!data.is_empty()).then(|| Frame { kind: TEXT.to_owned(), data })
    }

    fn finish(&mut self) -> Result<Option<Frame>, ModelError> {
        if self.0.is_empty() { Ok(None) } else { Err(not_utf8()) }
    }

    fn may_end_anywhere(&self) -> bool {
        true
    }
}

fn not_utf8() -> ModelError {
    ModelError::Malformed("its text is not UTF-8")
}
