//! FLAC, at the rate of the first clip, as one piece at the end.
//!
//! The header states the number of samples. Zero means unknown, but libsndfile takes that for 2^63: programs that read
//! the whole file at once then fail. They fail at the end of a file that is shorter than stated, too. So the header
//! waits until the number is known, and the frames wait behind it.

use bytes::Bytes;
use flacenc::{
    bitsink::ByteSink,
    component::{BitRepr, Stream, StreamInfo},
    config,
    error::{Verified, Verify},
    source::{Fill, FrameBuf},
};
use speech::{Clip, SpeechError};

use super::{Encoder, failed, samples::Samples};

/// Samples of every frame but the last.
const BLOCK: usize = 4096;

const BITS: usize = 16;

pub(super) struct Flac {
    config: Verified<config::Encoder>,
    info: StreamInfo,
    samples: Samples,
    /// Samples of the frame that is not full yet.
    pending: Vec<i32>,
    /// Samples in the frames.
    encoded: usize,
    /// The frames.
    output: ByteSink,
}

impl Flac {
    pub(super) fn new(first: &Clip) -> Result<Self, SpeechError> {
        let mut info = StreamInfo::new(first.sample_rate as usize, 1, BITS).map_err(wrong)?;
        info.set_block_sizes(BLOCK, BLOCK).map_err(wrong)?;
        // Zero means unknown.
        info.set_frame_sizes(0, 0).map_err(wrong)?;
        Ok(Self {
            config: config::Encoder::default().into_verified().map_err(|(_, error)| wrong(error))?,
            info,
            samples: Samples::at(first.sample_rate),
            pending: Vec::new(),
            encoded: 0,
            output: ByteSink::new(),
        })
    }

    fn frame(&mut self, samples: &[i32]) -> Result<(), SpeechError> {
        let mut block = FrameBuf::with_size(1, BLOCK).map_err(wrong)?;
        block.fill_interleaved(samples).map_err(wrong)?;
        let number = self.encoded / BLOCK;
        let frame = flacenc::encode_fixed_size_frame(&self.config, &block, number, &self.info);
        frame.map_err(wrong)?.write(&mut self.output).map_err(wrong)?;
        self.encoded += samples.len();
        Ok(())
    }

    fn header(&mut self) -> Result<ByteSink, SpeechError> {
        self.info.set_total_samples(self.encoded);
        let mut header = ByteSink::new();
        Stream::with_stream_info(self.info.clone()).write(&mut header).map_err(wrong)?;
        Ok(header)
    }
}

impl Encoder for Flac {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        let mut pending = std::mem::take(&mut self.pending);
        pending.extend(self.samples.of(clip)?.into_iter().map(i32::from));
        let blocks = pending.chunks_exact(BLOCK);
        self.pending = blocks.remainder().to_vec();
        for block in blocks {
            self.frame(block)?;
        }
        Ok(Bytes::new())
    }

    fn finish(&mut self) -> Result<Bytes, SpeechError> {
        let rest = std::mem::take(&mut self.pending);
        if !rest.is_empty() {
            self.frame(&rest)?;
        }
        let header = self.header()?;
        Ok([header.as_slice(), self.output.as_slice()].concat().into())
    }
}

fn wrong(error: impl std::fmt::Display) -> SpeechError {
    failed("FLAC", error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use speech::ClipTiming;

    use super::*;

    #[test]
    fn a_last_frame_of_any_length_comes_back_as_it_was() -> Result<(), SpeechError> {
        for length in (1..80).chain([BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17]) {
            let samples: Vec<_> =
                (0..length).map(|index| ((index as f32 * 0.3).sin() * 3e4) as i16).collect();
            let clip = Clip {
                audio: samples.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
                sample_rate: 22_050,
                duration: Duration::ZERO,
                timing: ClipTiming::default(),
            };
            let mut encoder = Flac::new(&clip)?;
            let file = [encoder.encode(&clip)?, encoder.encode(&clip)?, encoder.finish()?].concat();
            let mut reader = claxon::FlacReader::new(file.as_slice()).expect("a FLAC file");
            let decoded: Vec<_> = reader.samples().map(|sample| sample.expect("whole") as i16).collect();
            assert_eq!(decoded, [samples.clone(), samples].concat(), "{length}");
        }
        Ok(())
    }
}
