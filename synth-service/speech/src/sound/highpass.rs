//! Removes everything that is not sound: an offset of the whole waveform, and rumble below any voice.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// Cutoff in Hz. Far enough below the telephone's band (300 Hz) to leave it alone (-0.01 dB), and below the voices of
/// men (85 Hz, -0.9 dB), for listeners whose line carries them.
const CUTOFF: f64 = 60.0;

/// Applies a second-order Butterworth high-pass to `samples`. The filter starts as if all earlier input had been equal
/// to the mean of `samples`.
pub(super) fn remove_offset(samples: &mut [f32], sample_rate: u32) {
    let mean = samples.iter().map(|&sample| f64::from(sample)).sum::<f64>() / samples.len().max(1) as f64;
    let angle = TAU * CUTOFF / f64::from(sample_rate);
    let (sin, cos) = angle.sin_cos();
    let alpha = sin * FRAC_1_SQRT_2;
    let scale = 1.0 / (1.0 + alpha);
    let (ahead, back) = (0.5 * (1.0 + cos) * scale, [-2.0 * cos * scale, (1.0 - alpha) * scale]);
    let (mut inputs, mut outputs) = ([0.0f64; 2], [0.0f64; 2]);
    for sample in samples {
        let input = f64::from(*sample) - mean;
        // The term of the output before last is computed first, so that only one product depends on the last output.
        let rest = ahead * (input - 2.0 * inputs[0] + inputs[1]) - back[1] * outputs[1];
        let output = rest - back[0] * outputs[0];
        inputs = [input, inputs[0]];
        outputs = [output, outputs[0]];
        *sample = output as f32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain(rate: u32, frequency: f32) -> f32 {
        let step = std::f32::consts::TAU * frequency / rate as f32;
        let mut samples: Vec<_> = (0..2 * rate).map(|index| (index as f32 * step).sin() + 0.1).collect();
        remove_offset(&mut samples, rate);
        let later = &samples[rate as usize..];
        let energy: f32 = later.iter().map(|sample| sample * sample).sum();
        10.0 * (2.0 * energy / later.len() as f32).log10()
    }

    #[test]
    fn offset_and_rumble_go_and_voices_stay() {
        for rate in [8000, 24_000, 48_000] {
            assert!(gain(rate, 15.0) < -20.0);
            for (frequency, loss) in [(85.0, 1.0), (150.0, 0.2), (300.0, 0.05), (3000.0, 0.05)] {
                let found = gain(rate, frequency);
                assert!(found.abs() < loss, "{frequency} Hz at {rate}: {found} dB");
            }
        }
    }

    #[test]
    fn an_offset_leaves_no_step_at_the_beginning() {
        let mut samples = vec![0.1; 800];
        remove_offset(&mut samples, 8000);
        assert!(samples.iter().all(|sample| sample.abs() < 1e-5));
        remove_offset(&mut [], 8000);
    }
}
