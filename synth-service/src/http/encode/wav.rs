//! WAV of 16-bit samples, at the rate of the first clip.

use bytes::{Bytes, BytesMut};
use speech::{Clip, SpeechError};

use super::{Encoder, samples::Samples};

/// The value of an unknown length. Players then read until the stream ends.
const UNKNOWN: u32 = u32::MAX;

/// Bytes between the file's size field and the samples.
const BEFORE_SAMPLES: u32 = 36;

const FORMAT_PCM: u16 = 1;

pub(super) struct Wav {
    /// Sent before the first clip.
    header: BytesMut,
    samples: Samples,
}

impl Wav {
    pub(super) fn new(first: &Clip, is_all: bool) -> Self {
        let length = u32::try_from(first.audio.len()).ok().filter(|_| is_all);
        Self { header: header(first.sample_rate, length), samples: Samples::at(first.sample_rate) }
    }
}

impl Encoder for Wav {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        let mut file = std::mem::take(&mut self.header);
        file.extend_from_slice(&self.samples.bytes_of(clip)?);
        Ok(file.freeze())
    }
}

/// The file's header; `length` is the size of the samples in bytes.
fn header(sample_rate: u32, length: Option<u32>) -> BytesMut {
    let data_size = length.unwrap_or(UNKNOWN);
    let mut header = BytesMut::new();
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&data_size.saturating_add(BEFORE_SAMPLES).to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16u32.to_le_bytes());
    header.extend_from_slice(&FORMAT_PCM.to_le_bytes());
    header.extend_from_slice(&1u16.to_le_bytes()); // channels
    header.extend_from_slice(&sample_rate.to_le_bytes());
    header.extend_from_slice(&(sample_rate * 2).to_le_bytes()); // bytes per second
    header.extend_from_slice(&2u16.to_le_bytes()); // bytes per frame
    header.extend_from_slice(&16u16.to_le_bytes()); // bits per sample
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data_size.to_le_bytes());
    header
}
