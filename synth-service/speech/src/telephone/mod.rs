//! The sound of a telephone line: mu-law at 8000 Hz, in WAV files as Amazon Connect accepts them.

mod mulaw;
mod peaks;
mod wav;

pub use mulaw::encode as encode_mulaw;
pub use peaks::{PEAK_EVERY, peaks};
pub use wav::{duration_of_file, payload, write as write_wav};

/// Samples per second on the telephone line.
pub const SAMPLE_RATE: u32 = 8000;

/// Silence as a WAV file.
pub fn silence(milliseconds: u32) -> Vec<u8> {
    let samples = (SAMPLE_RATE / 1000 * milliseconds) as usize;
    write_wav(&encode_mulaw(&vec![0.0; samples + samples % 2]))
}
