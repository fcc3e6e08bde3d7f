//! A call's frames as samples at 16 kHz, the rate of voice activity and of the local recognisers.

use crate::{Frame, Line};

/// Samples per second of the result.
pub const SAMPLE_RATE: u32 = 16_000;

/// Samples at 8 kHz on each side of a new one. The filter delays the sound by as many: 1 ms.
const SIDE: usize = 8;

/// The frames of one call as samples, from frame to frame without a seam.
#[derive(Clone)]
pub struct Samples {
    line: Line,
    /// The last samples at 8 kHz.
    before: [f32; 2 * SIDE - 1],
    taps: [f32; 2 * SIDE],
}

impl Samples {
    /// For frames of this format.
    pub fn new(line: Line) -> Self {
        Self { line, before: [0.0; 2 * SIDE - 1], taps: taps() }
    }

    /// The frame's 320 samples, from -1 to 1.
    pub fn take(&mut self, frame: &Frame) -> Vec<f32> {
        match self.line {
            Line::Telephone => self.twice(frame.audio.iter().map(|&byte| mu_law(byte))),
            Line::Wide => linear(&frame.audio).collect(),
        }
    }

    /// Twice as many samples: each sample, and one in the middle behind it by a half-band filter.
    fn twice(&mut self, samples: impl Iterator<Item = f32>) -> Vec<f32> {
        let mut all = self.before.to_vec();
        all.extend(samples);
        let middle = |near: &[f32]| near.iter().zip(&self.taps).map(|(sample, tap)| sample * tap).sum();
        let doubled = all.windows(2 * SIDE).flat_map(|near| [near[SIDE - 1], middle(near)]).collect();
        let kept = all.len() - self.before.len();
        self.before.copy_from_slice(&all[kept..]);
        doubled
    }
}

/// Weights of the samples around the middle between two: sinc under a Hann window, with the sum 1.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn taps() -> [f32; 2 * SIDE] {
    use std::f32::consts::PI;
    let raw: [f32; 2 * SIDE] = std::array::from_fn(|tap| {
        let distance = tap as f32 - SIDE as f32 + 0.5;
        let window = 0.5 + 0.5 * (PI * distance / (SIDE as f32 + 0.5)).cos();
        (PI * distance).sin() / (PI * distance) * window
    });
    let sum: f32 = raw.iter().sum();
    raw.map(|tap| tap / sum)
}

/// The mean squares of the two halves of a frame, of 1.0.
pub(crate) fn powers(frame: &Frame) -> [f32; 2] {
    let samples: Vec<f32> = match frame.line {
        Line::Telephone => frame.audio.iter().copied().map(mu_law).collect(),
        Line::Wide => linear(&frame.audio).collect(),
    };
    let (first, second) = samples.split_at(samples.len() / 2);
    [first, second]
        .map(|half| half.iter().map(|sample| sample * sample).sum::<f32>() / half.len().max(1) as f32)
}

/// Samples of 16 bit, from -1 to 1.
fn linear(audio: &[u8]) -> impl Iterator<Item = f32> {
    audio.as_chunks::<2>().0.iter().map(|&sample| f32::from(i16::from_le_bytes(sample)) / 32_768.0)
}

/// The sample of a byte of mu-law (ITU-T G.711), from -1 to 1.
fn mu_law(byte: u8) -> f32 {
    let byte = !byte;
    let magnitude = ((i16::from(byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4);
    let value = magnitude - 0x84;
    f32::from(if byte & 0x80 == 0 { value } else { -value }) / 32_768.0
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn telephone(number: u64, audio: Vec<u8>) -> Frame {
        Frame { line: Line::Telephone, number, audio: Bytes::from(audio) }
    }

    /// The nearest byte of mu-law.
    fn coded(sample: f32) -> u8 {
        let off = |byte: &u8| ((mu_law(*byte) - sample).abs() * 1e6) as u32;
        (0..=255).min_by_key(off).unwrap()
    }

    #[test]
    fn mu_law_has_its_documented_values() {
        let values = [0xff, 0x7f, 0x80, 0x00, 0xf0].map(|byte| (mu_law(byte) * 32_768.0) as i32);
        assert_eq!(values, [0, 0, 32_124, -32_124, 120]);
    }

    #[test]
    fn a_tone_stays_a_tone_across_frames() {
        let tone = |at: f32, rate: f32| 0.5 * (std::f32::consts::TAU * 1000.0 * at / rate).sin();
        let mut samples = Samples::new(Line::Telephone);
        let mut made = Vec::new();
        for number in 0..5_u16 {
            let audio = (0..160).map(|index| coded(tone(f32::from(number * 160 + index), 8_000.0))).collect();
            let taken = samples.take(&telephone(u64::from(number), audio));
            assert_eq!(taken.len(), 320);
            made.extend(taken);
        }
        let delay = 2 * SIDE;
        let worst = (delay + 32..made.len())
            .map(|index| (made[index] - tone((index - delay) as f32, 16_000.0)).abs())
            .fold(0.0, f32::max);
        assert!(worst < 0.02, "{worst}");
    }

    #[test]
    fn wide_frames_stay_as_they_are() {
        let audio: Vec<u8> = (0..320_i16).flat_map(|sample| (sample * 100).to_le_bytes()).collect();
        let frame = Frame { line: Line::Wide, number: 0, audio: audio.into() };
        let taken = Samples::new(Line::Wide).take(&frame);
        assert_eq!(taken.len(), 320);
        assert!((taken[319] - 31_900.0 / 32_768.0).abs() < 1e-6);
    }
}
