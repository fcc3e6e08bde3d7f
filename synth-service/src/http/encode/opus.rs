//! Opus in Ogg, for speech.

use std::collections::VecDeque;

use bytes::Bytes;
use opus_pure::{Application, MAX_PACKET_BYTES, OggOpusWriter, OpusEncoder, OpusHead};
use speech::{Clip, SpeechError};

use super::{Encoder, failed, samples::Samples};

const SAMPLE_RATE: u32 = 24_000;

/// Samples of a packet: 20 ms.
const FRAME: usize = 480;

/// Bits per second: speech of up to 12 kHz sounds like the original.
const BIT_RATE: i32 = 48_000;

/// Bytes per page: a quarter of a second. At the end of a sentence, little more than its closing pause waits for the
/// page to fill.
const PAGE: usize = 1500;

/// Ogg counts in samples of 48 kHz at every rate.
const TICKS: u64 = 48_000 / SAMPLE_RATE as u64;

pub(super) struct Opus {
    samples: Samples,
    encoder: OpusEncoder,
    /// `None` when the file is finished.
    file: Option<OggOpusWriter<Vec<u8>>>,
    /// Ticks at the start that a decoder drops.
    pre_skip: u64,
    /// Ticks of all clips so far.
    length: u64,
    /// Samples of the packet that is not full yet.
    pending: VecDeque<i16>,
}

impl Opus {
    pub(super) fn new() -> Result<Self, SpeechError> {
        let mut encoder = OpusEncoder::new(SAMPLE_RATE as i32, 1, Application::Audio).map_err(wrong)?;
        encoder.bitrate_bps = BIT_RATE;
        let head = OpusHead::for_encoder(&encoder, SAMPLE_RATE);
        let pre_skip = u64::from(head.pre_skip);
        let mut file = OggOpusWriter::new(Vec::new(), head).map_err(wrong)?;
        file.set_page_target(PAGE);
        Ok(Self {
            samples: Samples::at(SAMPLE_RATE),
            encoder,
            file: Some(file),
            pre_skip,
            length: 0,
            pending: VecDeque::new(),
        })
    }

    /// Writes one packet. For the last one, `until` is the tick at which the file ends.
    fn packet(&mut self, samples: &[i16], until: Option<u64>) -> Result<(), SpeechError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut packet = [0; MAX_PACKET_BYTES];
        let length = self.encoder.encode_s16(samples, FRAME, &mut packet).map_err(wrong)?;
        let packet = &packet[..length];
        match until {
            Some(until) => {
                let ticks = until.saturating_sub(file.granule() as u64);
                file.write_packet_with_duration(packet, ticks as u32).map_err(wrong)
            }
            None => file.write_packet(packet).map_err(wrong),
        }
    }

    fn take_output(&mut self) -> Bytes {
        self.file.as_mut().and_then(OggOpusWriter::get_mut).map(std::mem::take).unwrap_or_default().into()
    }
}

impl Encoder for Opus {
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        let samples = self.samples.of(clip)?;
        self.length += samples.len() as u64 * TICKS;
        self.pending.extend(samples);
        // The last packet is marked as such, so one frame is always kept back.
        while self.pending.len() > FRAME {
            let frame: Vec<_> = self.pending.drain(..FRAME).collect();
            self.packet(&frame, None)?;
        }
        Ok(self.take_output())
    }

    fn finish(&mut self) -> Result<Bytes, SpeechError> {
        // Silence pushes out the samples that the encoder still holds.
        let rest = self.pending.len() + (self.pre_skip.div_ceil(TICKS) as usize);
        self.pending.resize(rest.next_multiple_of(FRAME), 0);
        let end = self.pre_skip + self.length;
        while !self.pending.is_empty() {
            let frame: Vec<_> = self.pending.drain(..FRAME).collect();
            self.packet(&frame, self.pending.is_empty().then_some(end))?;
        }
        let file = self.file.take().map(OggOpusWriter::finish).transpose().map_err(wrong)?;
        Ok(file.unwrap_or_default().into())
    }
}

fn wrong(error: impl std::fmt::Display) -> SpeechError {
    failed("Opus", error)
}
