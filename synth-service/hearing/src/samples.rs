//! A call's frames as samples at 16 kHz, the rate of voice activity and of the local recognisers.

use crate::{Frame, Line, mu_law};

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
            Line::Telephone => self.twice(as_received(frame)),
            Line::Wide => as_received(frame),
        }
    }

    /// Twice as many samples: each sample, and one in the middle behind it by a half-band filter.
    fn twice(&mut self, samples: Vec<f32>) -> Vec<f32> {
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
    let samples = as_received(frame);
    let (first, second) = samples.split_at(samples.len() / 2);
    [first, second]
        .map(|half| half.iter().map(|sample| sample * sample).sum::<f32>() / half.len().max(1) as f32)
}

/// The frame's samples at the line's own rate, from -1 to 1.
fn as_received(frame: &Frame) -> Vec<f32> {
    let part = |sample: i16| f32::from(sample) / 32_768.0;
    match frame.line {
        Line::Telephone => frame.audio.iter().map(|&code| part(mu_law::decode(code))).collect(),
        Line::Wide => {
            let (samples, _) = frame.audio.as_chunks::<2>();
            samples.iter().map(|&sample| part(i16::from_le_bytes(sample))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn telephone(number: u64, audio: Vec<u8>) -> Frame {
        Frame { line: Line::Telephone, number, audio: Bytes::from(audio) }
    }

    #[test]
    fn a_tone_stays_a_tone_across_frames() {
        let tone = |at: f32, rate: f32| 0.5 * (std::f32::consts::TAU * 1000.0 * at / rate).sin();
        let mut samples = Samples::new(Line::Telephone);
        let mut made = Vec::new();
        for number in 0..5_u16 {
            let coded =
                |index| mu_law::encode((tone(f32::from(number * 160 + index), 8_000.0) * 32_768.0) as i16);
            let audio = (0..160).map(coded).collect();
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
