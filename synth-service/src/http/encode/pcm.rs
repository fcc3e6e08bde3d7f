//! Samples without a header, at the rate that OpenAI's clients expect.

use bytes::Bytes;
use speech::{Clip, SpeechError};

use super::{Encoder, samples::Samples};

const SAMPLE_RATE: u32 = 24_000;

pub(super) struct Pcm(Samples);

impl Default for Pcm {
    fn default() -> Self {
        Self(Samples::at(SAMPLE_RATE))
    }
}

impl Encoder for Pcm {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        self.0.bytes_of(clip)
    }
}
