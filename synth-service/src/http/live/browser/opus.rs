//! Frames as they travel between browser and service: Opus, or samples.
//!
//! A second of audio costs 10 ms of a core to encode and 1.5 ms to decode.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use hearing::Line;
use opus_pure::{Application, MAX_PACKET_BYTES, OpusDecoder, OpusEncoder};

use super::protocol::Codec;

/// Samples of 20 ms from the browser, at 16,000 Hz.
const IN: usize = 320;

/// Samples of 20 ms to the browser, at 24,000 Hz.
const OUT: usize = 480;

/// Bits per second to the browser: three eighths of mu-law's.
const BIT_RATE: i32 = 24_000;

/// Opens the packets from a browser.
pub(super) enum Opener {
    Opus(Box<OpusDecoder>),
    Pcm,
}

/// Packs the frames for a browser.
pub(super) enum Packer {
    Opus(Box<OpusEncoder>),
    Pcm,
}

/// Opus can't be started, or a frame can't be encoded. The call can't go on in Opus.
#[derive(Debug)]
pub(super) struct NoOpus(String);

impl fmt::Display for NoOpus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Opus has failed ({}): call with the codec pcm", self.0)
    }
}

impl Opener {
    pub(super) fn new(codec: Codec) -> Result<Self, NoOpus> {
        match codec {
            Codec::Opus => {
                let decoder = OpusDecoder::new(Line::Wide.sample_rate() as i32, 1).map_err(failed)?;
                Ok(Self::Opus(Box::new(decoder)))
            }
            Codec::Pcm => Ok(Self::Pcm),
        }
    }

    /// A frame of [`Line::Wide`]; `None` for a payload that is not exactly 20 ms of audio.
    pub(super) fn open(&mut self, payload: Bytes) -> Option<Bytes> {
        match self {
            // A decoder takes nothing for a lost packet.
            Self::Opus(_) if payload.is_empty() => None,
            Self::Opus(decoder) => {
                let mut samples = [0; IN];
                let length = decoder.decode_s16(&payload, IN, &mut samples).ok()?;
                (length == IN).then(|| bytes(&samples))
            }
            Self::Pcm => (payload.len() == Line::Wide.frame_bytes()).then_some(payload),
        }
    }
}

impl Packer {
    pub(super) fn new(codec: Codec) -> Result<Self, NoOpus> {
        match codec {
            Codec::Opus => {
                let rate = (OUT * 50) as i32;
                let mut encoder = OpusEncoder::new(rate, 1, Application::Voip).map_err(failed)?;
                encoder.bitrate_bps = BIT_RATE;
                Ok(Self::Opus(Box::new(encoder)))
            }
            Codec::Pcm => Ok(Self::Pcm),
        }
    }

    /// The payload of a frame, which is [`live::output_frame_bytes`] long.
    pub(super) fn pack(&mut self, frame: Bytes) -> Result<Bytes, NoOpus> {
        match self {
            Self::Opus(encoder) => {
                let mut samples = [0; OUT];
                for (sample, pair) in samples.iter_mut().zip(frame.as_chunks().0) {
                    *sample = i16::from_le_bytes(*pair);
                }
                let mut packet = [0; MAX_PACKET_BYTES];
                let length = encoder.encode_s16(&samples, OUT, &mut packet).map_err(failed)?;
                Ok(Bytes::copy_from_slice(packet.get(..length).unwrap_or_default()))
            }
            Self::Pcm => Ok(frame),
        }
    }
}

fn bytes(samples: &[i16]) -> Bytes {
    let mut bytes = BytesMut::with_capacity(2 * samples.len());
    for sample in samples {
        bytes.put_i16_le(*sample);
    }
    bytes.freeze()
}

fn failed(error: impl fmt::Display) -> NoOpus {
    NoOpus(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use hearing::mu_law;
    use live::output_frame_bytes;

    use super::*;

    /// "My number is five five five, one two three four.", as mu-law.
    const SPEECH: &[u8] = include_bytes!("../../../../hearing/tests/sounds/number.ulaw");

    /// Bytes of mu-law in 20 ms.
    const CODES: usize = 160;

    /// Bytes before each packet: generation and number.
    const HEAD: usize = 8;

    /// The speech at 24 kHz, in frames of 20 ms: lines from each sample to the next one.
    fn speech() -> Vec<Bytes> {
        let samples: Vec<i32> = SPEECH.iter().map(|code| i32::from(mu_law::decode(*code))).collect();
        let between =
            |pair: &[i32]| [0, 1, 2].map(|third| (pair[0] + (pair[1] - pair[0]) * third / 3) as i16);
        let wide: Vec<i16> = samples.windows(2).flat_map(between).collect();
        wide.chunks_exact(OUT).map(bytes).collect()
    }

    /// A tone at a rate, in frames of 20 ms.
    fn tone(rate: usize, hertz: f64, frames: usize) -> Vec<Bytes> {
        let sample = |index: usize| ((TAU * hertz * index as f64 / rate as f64).sin() * 8000.0) as i16;
        let samples: Vec<_> = (0..rate / 50 * frames).map(sample).collect();
        samples.chunks_exact(rate / 50).map(bytes).collect()
    }

    #[test]
    fn speech_as_opus_is_less_than_half_of_mu_law() {
        let mut packer = Packer::new(Codec::Opus).expect("an encoder");
        let frames = speech();
        assert_eq!(frames[0].len(), output_frame_bytes(Line::Wide));
        let mu_law = frames.len() * CODES;
        let packet = |frame| HEAD + packer.pack(frame).expect("a packet").len();
        let packed: usize = frames.into_iter().map(packet).sum();
        assert!(packed * 2 <= mu_law, "{packed} bytes, {mu_law} of mu-law");
    }

    #[test]
    fn a_packet_of_a_browser_is_a_frame_for_the_ears() {
        let mut encoder = OpusEncoder::new(16_000, 1, Application::Voip).expect("an encoder");
        encoder.bitrate_bps = 24_000;
        let mut opener = Opener::new(Codec::Opus).expect("a decoder");
        let mut loudest = 0;
        for frame in tone(16_000, 440.0, 50) {
            let samples: Vec<_> = frame.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
            let mut packet = [0; MAX_PACKET_BYTES];
            let length = encoder.encode_s16(&samples, IN, &mut packet).expect("a packet");
            let opened = opener.open(Bytes::copy_from_slice(&packet[..length])).expect("a frame");
            assert_eq!(opened.len(), Line::Wide.frame_bytes());
            let peak = opened.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair).unsigned_abs()).max();
            loudest = loudest.max(peak.unwrap_or_default());
        }
        assert!((6000..10_000).contains(&loudest), "{loudest}");
    }

    #[test]
    fn anything_else_is_no_frame() {
        let mut opus = Opener::new(Codec::Opus).expect("a decoder");
        // Nothing, a packet of 60 ms, one that is cut off, and noise.
        for bad in [&[][..], &[0x18; 40], &[0x4b, 0x03], &[0xff; 1275]] {
            assert_eq!(opus.open(Bytes::copy_from_slice(bad)), None, "{bad:?}");
        }
        let mut pcm = Opener::new(Codec::Pcm).expect("no decoder is needed");
        for length in [0, 639, 641, 1280] {
            assert_eq!(pcm.open(Bytes::from(vec![0; length])), None, "{length}");
        }
        assert!(pcm.open(Bytes::from(vec![0; 640])).is_some());
    }
}
