//! Amazon's binary event stream: lengths, headers, payload, and checksums. See "Event stream encoding" in the guide of
//! Amazon Transcribe.

use super::frame::{Frame, Framing, LONGEST, too_long};
use crate::error::ModelError;

/// Lengths of the message and of its headers, and their checksum.
const PRELUDE: usize = 12;

/// Checksum of the whole message.
const CHECKSUM: usize = 4;

/// The type of a header's value that is text.
const STRING: u8 = 7;

#[derive(Default)]
pub(super) struct EventStream {
    buffer: Vec<u8>,
    complete: std::collections::VecDeque<Frame>,
}

impl Framing for EventStream {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        self.buffer.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(length) = message_length(&self.buffer[start..])? {
            let Some(message) = self.buffer.get(start..start + length) else { break };
            self.complete.push_back(frame(message).ok_or_else(damaged)?);
            start += length;
        }
        self.buffer.drain(..start);
        Ok(())
    }

    fn next(&mut self) -> Option<Frame> {
        self.complete.pop_front()
    }

    fn finish(&mut self) -> Result<Option<Frame>, ModelError> {
        if self.buffer.is_empty() { Ok(None) } else { Err(ModelError::Broken) }
    }
}

/// The length of the message that begins here, once it can be read.
fn message_length(bytes: &[u8]) -> Result<Option<usize>, ModelError> {
    let Some(prelude) = bytes.get(..PRELUDE) else { return Ok(None) };
    let (lengths, checksum) = prelude.split_at(PRELUDE - 4);
    if number(checksum) != Some(crc32fast::hash(lengths)) {
        return Err(damaged());
    }
    let length = number(lengths).map_or(0, |length| length as usize);
    match length {
        _ if length > LONGEST => Err(too_long()),
        _ if length < PRELUDE + CHECKSUM => Err(damaged()),
        _ => Ok(Some(length)),
    }
}

/// The frame of a whole message, unless it is damaged.
fn frame(message: &[u8]) -> Option<Frame> {
    let (content, checksum) = message.split_at(message.len() - CHECKSUM);
    if number(checksum)? != crc32fast::hash(content) {
        return None;
    }
    let headers = number(&content[4..])? as usize;
    let (headers, data) = content[PRELUDE..].split_at_checked(headers)?;
    Some(Frame { kind: kind(headers)?, data: data.to_vec() })
}

/// The event's or exception's type, of the headers. Only headers with text are known, since no others are sent.
fn kind(mut headers: &[u8]) -> Option<String> {
    let mut kind = String::new();
    while let Some((&length, rest)) = headers.split_first() {
        let (name, rest) = rest.split_at_checked(length.into())?;
        let (&STRING, rest) = rest.split_first()? else { return None };
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (value, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        if matches!(name, b":event-type" | b":exception-type") {
            kind = String::from_utf8_lossy(value).into_owned();
        } else if name == b":error-code" {
            // An error that is not modelled has a code instead.
            kind = "UnknownException".into();
        }
        headers = rest;
    }
    Some(kind)
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes))
}

fn damaged() -> ModelError {
    ModelError::Malformed("an event is damaged")
}
