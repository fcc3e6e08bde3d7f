//! The WAV files that Connect plays from S3: mu-law, 8000 Hz, mono. Every other file is refused with the reason, which
//! Connect's log would not give, and with a command that converts the file.

mod advice;
mod bytes;
mod encoding;
mod error;
mod kind;
mod wave;

use self::wave::Wave;
pub use self::{
    encoding::{Encoding, SAMPLE_RATE},
    error::ClipError,
    kind::Kind,
};

/// Size limit: a clip must have fewer bytes than this.
pub const MAX_BYTES: usize = 50_000_000;

/// Length limit: a clip must have fewer samples than this, which is five minutes.
pub const MAX_SAMPLES: usize = 5 * 60 * SAMPLE_RATE as usize;

/// The loudest sample that still counts as silence: about 50 dB below full scale.
pub const SILENCE_LEVEL: u16 = 100;

/// The length of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Number of its samples.
    pub length: usize,
    /// Index of the first audible sample; `None` when all are silence.
    pub audible: Option<usize>,
}

/// The samples of one clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    samples: Vec<i16>,
}

impl Clip {
    /// Reads a WAV file as Connect would.
    ///
    /// # Errors
    /// [`ClipError`] for every file for which Connect would take the error branch.
    pub fn parse(bytes: &[u8]) -> Result<Self, ClipError> {
        let data = Self::data(bytes)?;
        Ok(Self { samples: data.iter().copied().map(mu_law_to_linear).collect() })
    }

    /// Reads a WAV file as [`Self::parse`] does, without decoding it.
    ///
    /// # Errors
    /// Those of [`Self::parse`].
    pub fn measure(bytes: &[u8]) -> Result<Measured, ClipError> {
        let data = Self::data(bytes)?;
        let is_audible = |byte: &u8| mu_law_to_linear(*byte).unsigned_abs() > SILENCE_LEVEL;
        Ok(Measured { length: data.len(), audible: data.iter().position(is_audible) })
    }

    /// The clip's bytes of mu-law.
    fn data(bytes: &[u8]) -> Result<&[u8], ClipError> {
        if bytes.len() >= MAX_BYTES {
            return Err(ClipError::TooLarge(bytes.len()));
        }
        let data = Wave::read(bytes)?.mu_law()?;
        match data.len() {
            0 => Err(ClipError::Empty),
            MAX_SAMPLES.. => Err(ClipError::TooLong(data.len() / SAMPLE_RATE as usize)),
            _ => Ok(data),
        }
    }

    /// The clip's 16-bit samples at [`SAMPLE_RATE`].
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }
}

/// Index of the first sample above [`SILENCE_LEVEL`]; `None` when all samples are silence.
pub fn first_audible(samples: &[i16]) -> Option<usize> {
    samples.iter().position(|sample| sample.unsigned_abs() > SILENCE_LEVEL)
}

/// Decodes one byte of G.711 mu-law to a 16-bit sample.
pub fn mu_law_to_linear(byte: u8) -> i16 {
    // The code's bits are inverted. The standard's bias of 33 is for 14-bit samples; scaled by 4, it is for 16-bit
    // ones.
    const BIAS: i16 = 33 << 2;
    let byte = !byte;
    let mantissa = i16::from(byte & 0x0F);
    let exponent = (byte >> 4) & 0x07;
    let magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS;
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len()).unwrap();
        let mut chunk = [name.as_slice(), &size.to_le_bytes(), body].concat();
        if body.len() % 2 == 1 {
            chunk.push(0);
        }
        chunk
    }

    pub(super) fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
        chunk(b"RIFF", &[b"WAVE".to_vec(), chunks.concat()].concat())
    }

    pub(super) fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
        let block = channels * bits / 8;
        [
            &tag.to_le_bytes()[..],
            &channels.to_le_bytes(),
            &rate.to_le_bytes(),
            &(rate * u32::from(block)).to_le_bytes(),
            &block.to_le_bytes(),
            &bits.to_le_bytes(),
        ]
        .concat()
    }

    fn mu_law() -> Vec<u8> {
        chunk(b"fmt ", &format(7, 1, 8000, 8))
    }

    #[test]
    fn mu_law_values_are_those_of_the_standard() {
        let known = [
            (0xFF, 0),
            (0x7F, 0),
            (0xFE, 8),
            (0x7E, -8),
            (0xF0, 120),
            (0xEF, 132),
            (0xE0, 372),
            (0xCF, 924),
            (0x8F, 16764),
            (0x80, 32124),
            (0x00, -32124),
        ];
        for (byte, sample) in known {
            assert_eq!(mu_law_to_linear(byte), sample, "{byte:#04x}");
        }
    }

    #[test]
    fn mu_law_is_symmetric_and_rises_without_a_break() {
        for byte in 0..0x7F_u8 {
            assert_eq!(mu_law_to_linear(byte), -mu_law_to_linear(byte | 0x80));
            assert!(mu_law_to_linear(byte) < mu_law_to_linear(byte + 1));
        }
    }

    #[test]
    fn both_sizes_of_the_format_chunk_and_further_chunks_are_accepted() {
        let long = chunk(b"fmt ", &[format(7, 1, 8000, 8), vec![0, 0]].concat());
        let data = chunk(b"data", &[0xFF, 0x80, 0x00]);
        let files = [
            riff(&[mu_law(), data.clone()]),
            riff(&[long, chunk(b"fact", &3_u32.to_le_bytes()), data.clone()]),
            riff(&[mu_law(), chunk(b"LIST", b"odd"), data]),
        ];
        for file in files {
            assert_eq!(Clip::parse(&file).unwrap().samples(), [0, 32124, -32124]);
        }
    }

    #[test]
    fn each_other_file_is_refused_with_its_reason() {
        let data = |length: usize| chunk(b"data", &vec![0xFF; length]);
        let with = |body: Vec<u8>| riff(&[chunk(b"fmt ", &body), data(4)]);
        let good = riff(&[mu_law(), data(4)]);
        let mut wrong_data_size = good.clone();
        wrong_data_size[40] = 5;
        let cases: [(Vec<u8>, &str); 18] = [
            (b"ID3 something else".to_vec(), "it is an MP3 file, no WAV file"),
            (Vec::new(), "it is an empty file, no WAV file"),
            ([good.clone(), vec![0]].concat(), "the file has 49 bytes, its RIFF header says 48"),
            (good[..47].to_vec(), "the file has 47 bytes, its RIFF header says 48"),
            (wrong_data_size, "chunk \"data\" runs beyond the end of the file"),
            (riff(&[mu_law()]), "no data chunk"),
            (riff(&[data(4)]), "no fmt chunk"),
            (riff(&[mu_law(), mu_law(), data(4)]), "more than one fmt chunk"),
            (
                with([format(7, 1, 8000, 8), vec![0; 24]].concat()),
                "the fmt chunk has 40 bytes instead of 16 or 18",
            ),
            (
                with(format(1, 1, 8000, 16)),
                "it is 16 bit PCM, 8000 Hz, mono; Connect plays mu-law, 8000 Hz, mono",
            ),
            (with(format(6, 1, 8000, 8)), "it is A-law, 8000 Hz, mono; Connect plays mu-law, 8000 Hz, mono"),
            (
                with(format(7, 1, 16000, 8)),
                "it is mu-law, 16000 Hz, mono; Connect plays mu-law, 8000 Hz, mono",
            ),
            (
                with(format(7, 2, 8000, 8)),
                "it is mu-law, 8000 Hz, stereo; Connect plays mu-law, 8000 Hz, mono",
            ),
            (with(format(7, 1, 8000, 16)), "the fmt chunk is wrong: the byte rate is 16000 instead of 8000"),
            (
                riff(&[mu_law(), chunk(b"fact", &9_u32.to_le_bytes()), data(4)]),
                "the fact chunk says 9 samples, there are 4",
            ),
            (riff(&[mu_law(), data(0)]), "no audio in it"),
            (riff(&[mu_law(), data(MAX_SAMPLES)]), "300 s of audio: a clip must be under 5 minutes"),
            (vec![0; MAX_BYTES], "50000000 bytes: a clip must be under 50 MB"),
        ];
        for (file, reason) in cases {
            assert_eq!(Clip::parse(&file).unwrap_err().to_string(), reason);
        }
    }

    #[test]
    fn the_first_audible_sample_is_above_the_silence_level() {
        assert_eq!(first_audible(&[0, 100, -100]), None);
        assert_eq!(first_audible(&[0, 100, -101, 500]), Some(2));
        assert_eq!(first_audible(&[i16::MIN]), Some(0));
    }
}
