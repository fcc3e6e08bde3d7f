//! Server-sent events: `data:` lines up to an empty line. Line ends may be LF, CRLF or CR; comments and other fields are
//! skipped.

use std::collections::VecDeque;

use super::frame::{Frame, Framing, LONGEST, too_long};
use crate::error::ModelError;

#[derive(Default)]
pub(super) struct Events {
    /// The line that is not complete.
    line: Vec<u8>,
    /// The last byte was a CR, so that an LF now ends no other line.
    after_cr: bool,
    /// The event that is not complete.
    data: Option<Vec<u8>>,
    complete: VecDeque<Frame>,
}

impl Framing for Events {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        for line in bytes.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let is_end_of_crlf = std::mem::take(&mut self.after_cr) && line == b"\n";
            match line {
                _ if is_end_of_crlf => {}
                [text @ .., end @ (b'\n' | b'\r')] => {
                    self.line.extend_from_slice(text);
                    self.end_line();
                    self.after_cr = *end == b'\r';
                }
                text => self.line.extend_from_slice(text),
            }
        }
        let length = self.line.len() + self.data.as_ref().map_or(0, Vec::len);
        if length > LONGEST { Err(too_long()) } else { Ok(()) }
    }

    fn next(&mut self) -> Option<Frame> {
        self.complete.pop_front()
    }

    fn finish(&mut self) -> Result<Option<Frame>, ModelError> {
        // Some servers leave the last empty line out.
        self.end_line();
        self.end_event();
        Ok(self.next())
    }
}

impl Events {
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
        if text.is_empty() {
            self.end_event();
        } else if let Some(value) = text.strip_prefix(b"data:") {
            let value = value.strip_prefix(b" ").unwrap_or(value);
            match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            }
        }
    }

    fn end_event(&mut self) {
        if let Some(data) = self.data.take().filter(|data| !data.is_empty()) {
            self.complete.push_back(Frame { data, ..Frame::default() });
        }
    }
}
