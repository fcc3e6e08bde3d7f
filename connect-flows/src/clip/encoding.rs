//! The encoding of a WAV file's sound.

use std::fmt;

use super::bytes::{u16_at, u32_at};

/// Samples per second, on the telephone and in all audio that this crate plays.
pub const SAMPLE_RATE: u32 = 8000;

const MU_LAW: u16 = 7;
/// Format tag of an extensible header, whose real format tag is at the start of a later GUID.
const EXTENSIBLE: u16 = 0xFFFE;

/// Encoding, sample rate and channels, displayed like `16 bit PCM, 44100 Hz, stereo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    tag: u16,
    extensible: bool,
    bits: u16,
    rate: u32,
    channels: u16,
}

impl Encoding {
    /// Reads the encoding from a fmt chunk of at least 16 bytes.
    pub(super) fn read(format: &[u8]) -> Self {
        let tag = u16_at(format, 0);
        let extensible = tag == EXTENSIBLE && format.len() >= 26;
        Self {
            tag: if extensible { u16_at(format, 24) } else { tag },
            extensible,
            bits: u16_at(format, 14),
            rate: u32_at(format, 4),
            channels: u16_at(format, 2),
        }
    }

    pub(super) fn is_played(self) -> bool {
        self.tag == MU_LAW && !self.extensible && self.rate == SAMPLE_RATE && self.channels == 1
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tag, bits, rate, .. } = self;
        match *tag {
            1 => write!(f, "{bits} bit PCM")?,
            2 => f.write_str("Microsoft ADPCM")?,
            3 => write!(f, "{bits} bit floating point")?,
            6 => f.write_str("A-law")?,
            MU_LAW => f.write_str("mu-law")?,
            0x11 => f.write_str("IMA ADPCM")?,
            0x31 => f.write_str("GSM 6.10")?,
            0x50 | 0x55 => f.write_str("MPEG audio in a WAV file")?,
            other => write!(f, "an encoding that has the number {other}")?,
        }
        // For mu-law the extensible header can be the only fault of the file, so it is reported.
        if *tag == MU_LAW && self.extensible {
            f.write_str(" behind an extensible header")?;
        }
        write!(f, ", {rate} Hz, ")?;
        match self.channels {
            1 => f.write_str("mono"),
            2 => f.write_str("stereo"),
            channels => write!(f, "{channels} channels"),
        }
    }
}
