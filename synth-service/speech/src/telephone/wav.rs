//! The WAV header that Amazon Connect accepts: mu-law (format tag 7), 8000 Hz, mono, 8 bit.

use std::time::Duration;

use super::SAMPLE_RATE;

/// Length of the header in bytes: RIFF header 12, `fmt ` 8 + 18, `fact` 8 + 4, `data` 8.
pub(crate) const HEADER_LENGTH: usize = 58;

const FORMAT_MULAW: u16 = 7;

/// A complete file with these `codes`: one byte per sample, an even number of them.
pub fn write(codes: &[u8]) -> Vec<u8> {
    let length = codes.len() as u32;
    let mut file = Vec::with_capacity(HEADER_LENGTH + codes.len());
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(length + HEADER_LENGTH as u32 - 8).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&18u32.to_le_bytes());
    file.extend_from_slice(&FORMAT_MULAW.to_le_bytes());
    file.extend_from_slice(&1u16.to_le_bytes()); // channels
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    file.extend_from_slice(&SAMPLE_RATE.to_le_bytes()); // bytes per second
    file.extend_from_slice(&1u16.to_le_bytes()); // bytes per frame
    file.extend_from_slice(&8u16.to_le_bytes()); // bits per sample
    file.extend_from_slice(&0u16.to_le_bytes()); // no extension
    file.extend_from_slice(b"fact");
    file.extend_from_slice(&4u32.to_le_bytes());
    file.extend_from_slice(&length.to_le_bytes()); // samples
    file.extend_from_slice(b"data");
    file.extend_from_slice(&length.to_le_bytes());
    file.extend_from_slice(codes);
    file
}

/// Length of the sound in a file of so many bytes that [`fn@write`] made.
pub fn duration_of_file(bytes: usize) -> Duration {
    Duration::from_secs_f64(bytes.saturating_sub(HEADER_LENGTH) as f64 / f64::from(SAMPLE_RATE))
}

/// The codes inside a file that [`fn@write`] made.
pub fn payload(file: &[u8]) -> &[u8] {
    file.get(HEADER_LENGTH..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_the_header_are_those_of_the_file() {
        let file = write(&[0xff; 10]);
        let size_at =
            |at: usize| u32::from_le_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]) as usize;
        assert_eq!(file.len(), HEADER_LENGTH + 10);
        assert_eq!(size_at(4), file.len() - 8);
        assert_eq!(size_at(46), 10, "samples in fact");
        assert_eq!(size_at(54), 10, "bytes in data");
        assert_eq!(&file[50..54], b"data");
    }
}
