//! Mu-law codes without a header, from the WAV files of telephone clips.

use bytes::Bytes;
use speech::{Clip, SpeechError};

use super::{Encoder, failed};

/// `RIFF`, size, `WAVE`.
const RIFF_HEADER: usize = 12;

pub(super) struct Mulaw;

impl Encoder for Mulaw {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        data(&clip.audio).ok_or_else(|| failed("mu-law", "the clip is not a WAV file"))
    }
}

/// The content of a WAV file's `data` chunk.
fn data(file: &Bytes) -> Option<Bytes> {
    let mut at = RIFF_HEADER;
    loop {
        let (id, size) = (file.get(at..at + 4)?, file.get(at + 4..at + 8)?);
        let size = u32::from_le_bytes(size.try_into().ok()?) as usize;
        let content = at + 8..at + 8 + size;
        if id == b"data" {
            return (content.end <= file.len()).then(|| file.slice(content));
        }
        // Chunks are aligned to two bytes.
        at = content.end + size % 2;
    }
}
