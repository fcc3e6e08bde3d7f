//! What a telephone line carries: mu-law at 8000 Hz, in WAV files as Amazon Connect accepts them.

mod mulaw;
mod wav;

pub use mulaw::encode as encode_mulaw;
pub use wav::{payload, write as write_wav};

/// Samples per second on the telephone line.
pub const SAMPLE_RATE: u32 = 8000;

/// A complete WAV file of samples between -1.0 and 1.0 at [`SAMPLE_RATE`].
pub fn clip(samples: &[f32]) -> Vec<u8> {
    write_wav(&encode_mulaw(samples))
}

/// A clip of silence as a WAV file.
pub fn silence(milliseconds: u32) -> Vec<u8> {
    let samples = (SAMPLE_RATE / 1000 * milliseconds) as usize;
    clip(&vec![0.0; samples + samples % 2])
}
