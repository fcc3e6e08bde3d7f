//! MP3 at a constant bit rate, so that players know the position in a stream.

use bytes::Bytes;
use rusty_mp3::{Error, Mp3Encoder, Mp3EncoderConfig};
use speech::{Clip, SpeechError};

use super::{Encoder, failed, samples::Samples};

const SAMPLE_RATE: u32 = 24_000;

/// Speech of up to 12 kHz sounds like the original.
const KILOBITS_PER_SECOND: u32 = 96;

pub(super) struct Mp3 {
    samples: Samples,
    encoder: Mp3Encoder,
    /// Whether the first clip is the whole file.
    is_all: bool,
    /// Whether the first frame was taken. It holds no sound but the length, by which a decoder drops the silence that
    /// encoding adds at both ends.
    has_begun: bool,
}

impl Mp3 {
    pub(super) fn new(is_all: bool) -> Self {
        let config = Mp3EncoderConfig { bitrate_kbps: KILOBITS_PER_SECOND, vbr_quality: None };
        Self { samples: Samples::at(SAMPLE_RATE), encoder: Mp3Encoder::new(config), is_all, has_begun: false }
    }

    /// The frames that are complete.
    fn take_frames(&mut self) -> Result<Bytes, SpeechError> {
        let mut frames = Vec::new();
        loop {
            match self.encoder.next_packet() {
                Ok(frame) => {
                    let is_sound = std::mem::replace(&mut self.has_begun, true);
                    // The length of a stream is not known, and zero would be taken for one.
                    if is_sound || self.is_all {
                        frames.extend(frame);
                    }
                }
                Err(Error::Again | Error::Eof) => return Ok(frames.into()),
                Err(error) => return Err(failed("MP3", error)),
            }
        }
    }
}

impl Encoder for Mp3 {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        let samples = self.samples.of(clip)?;
        self.encoder.push_pcm_s16(&samples, 1, SAMPLE_RATE).map_err(|error| failed("MP3", error))?;
        // Until the end, the frame that states the length is not complete.
        if self.is_all { Ok(Bytes::new()) } else { self.take_frames() }
    }

    fn finish(&mut self) -> Result<Bytes, SpeechError> {
        self.encoder.finish();
        self.take_frames()
    }
}
