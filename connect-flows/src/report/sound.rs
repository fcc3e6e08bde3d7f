//! The sound of a channel, as the page carries it: peaks for the waveform, and mu-law for the player.
//!
//! Stretches of silence are left out. Two people seldom speak at once, so both channels together cost little more than
//! one: 8000 bytes for a second of speech, a third more as text.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;

use crate::clip::SAMPLE_RATE;

/// Peaks in a second.
pub(super) const PEAKS_PER_SECOND: usize = 100;
const PEAK_SAMPLES: usize = SAMPLE_RATE as usize / PEAKS_PER_SECOND;

/// The largest sample that mu-law turns into silence or its first step.
const SILENT: u16 = 8;
/// The shortest silence that is left out.
const SHORTEST_SILENCE: usize = SAMPLE_RATE as usize / 10;

/// A channel as the page carries it.
#[derive(Serialize)]
pub(super) struct Channel {
    /// Number of samples.
    samples: usize,
    /// The largest sample of each hundredth of a second, divided by 128; bytes in base64.
    peaks: String,
    /// The stretches with sound: the number of the first sample, and mu-law in base64.
    pieces: Vec<(usize, String)>,
}

impl Channel {
    pub(super) fn of(samples: &[i16]) -> Self {
        let peak = |bucket: &[i16]| bucket.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        let byte = |bucket| u8::try_from(peak(bucket) >> 7).unwrap_or(u8::MAX);
        let peaks: Vec<u8> = samples.chunks(PEAK_SAMPLES).map(byte).collect();
        Self { samples: samples.len(), peaks: BASE64_STANDARD.encode(peaks), pieces: pieces(samples) }
    }
}

fn pieces(samples: &[i16]) -> Vec<(usize, String)> {
    let mut pieces = Vec::new();
    let mut position = 0;
    while let Some(start) = samples[position..].iter().position(is_audible).map(|found| position + found) {
        let mut end = start + 1;
        while let Some(next) = samples[end..].iter().take(SHORTEST_SILENCE).position(is_audible) {
            end += next + 1;
        }
        let mu_law: Vec<u8> = samples[start..end].iter().copied().map(linear_to_mu_law).collect();
        pieces.push((start, BASE64_STANDARD.encode(mu_law)));
        position = end;
    }
    pieces
}

fn is_audible(sample: &i16) -> bool {
    sample.unsigned_abs() > SILENT
}

/// The byte of mu-law (G.711) for a 16-bit sample.
fn linear_to_mu_law(sample: i16) -> u8 {
    const BIAS: u16 = 0x84;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = sample.unsigned_abs().min(32635) + BIAS;
    // The bias sets bit 7 at least, so that there are eight segments.
    let segment = magnitude.ilog2() - 7;
    let step = (magnitude >> (segment + 3)) & 0x0F;
    let bits = (segment << 4) | u32::from(step);
    !(sign | u8::try_from(bits).unwrap_or(0x7F))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clip::mu_law_to_linear;

    #[test]
    fn every_byte_of_mu_law_comes_back() {
        for byte in 0..=u8::MAX {
            let sample = mu_law_to_linear(byte);
            assert_eq!(mu_law_to_linear(linear_to_mu_law(sample)), sample, "byte {byte}");
        }
        assert_eq!(linear_to_mu_law(i16::MIN), 0);
    }

    #[test]
    fn silence_costs_nothing_and_a_short_one_is_kept() {
        let loud = [9000; 4];
        let short = [0; SHORTEST_SILENCE - 1];
        let long = [0; SHORTEST_SILENCE];
        let samples = [&long[..], &loud, &short, &loud, &long, &loud, &long].concat();
        let channel = Channel::of(&samples);
        let starts: Vec<_> = channel.pieces.iter().map(|(start, _)| *start).collect();
        let second = long.len() + loud.len() + short.len() + loud.len() + long.len();
        assert_eq!(starts, [long.len(), second]);
        let first = BASE64_STANDARD.decode(&channel.pieces[0].1).unwrap();
        assert_eq!(first.len(), 2 * loud.len() + short.len());
        assert_eq!(channel.samples, samples.len());
    }

    #[test]
    fn a_peak_is_the_largest_sample_of_its_hundredth_of_a_second() {
        let mut samples = vec![0; 2 * PEAK_SAMPLES + 1];
        samples[3] = i16::MIN;
        samples[PEAK_SAMPLES + 1] = 1280;
        let peaks = BASE64_STANDARD.decode(Channel::of(&samples).peaks).unwrap();
        assert_eq!(peaks, [255, 10, 0]);
    }
}
