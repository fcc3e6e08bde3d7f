//! A look-ahead limiter: it lowers the gain around a peak, and nowhere else.

/// Loudest sample in the output, of 1.0: one decibel of headroom, so that the line never clips.
pub(super) const CEILING: f32 = 0.891;

/// Time in which the gain falls and rises, in milliseconds; it has fallen when the peak comes.
const RAMP_MS: u32 = 5;

/// Time for which the gain stays down after a peak, in milliseconds: until the next period of a deep voice, so that the
/// gain doesn't buzz.
const HOLD_MS: u32 = 15;

/// Limits every sample to [`CEILING`]. Samples further than a ramp and the hold from a peak are unchanged.
pub(super) fn limit(samples: &mut [f32], sample_rate: u32) {
    if samples.iter().all(|sample| sample.abs() <= CEILING) {
        return;
    }
    let length = |milliseconds: u32| (sample_rate * milliseconds / 1000) as usize;
    // Two moving means over half a ramp each make one smooth ramp.
    let reach = (length(RAMP_MS) / 4).max(1);
    let lowest = lowest_gains(samples, 2 * reach, length(HOLD_MS));
    let gains = smoothed(&smoothed(&lowest, reach), reach);
    for (sample, gain) in samples.iter_mut().zip(gains) {
        // The clamp corrects rounding errors in the last bit of a peak.
        *sample = (*sample * gain).clamp(-CEILING, CEILING);
    }
}

/// The largest gain of each sample with which no smoothing within `reach` lets a peak through.
fn lowest_gains(samples: &[f32], reach: usize, hold: usize) -> Vec<f32> {
    let mut gains = vec![1.0f32; samples.len()];
    for (at, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.abs() > CEILING) {
        let needed = CEILING / sample.abs();
        let end = (at + reach + hold + 1).min(gains.len());
        gains[at.saturating_sub(reach)..end].iter_mut().for_each(|gain| *gain = gain.min(needed));
    }
    gains
}

/// The mean over `reach` values on either side; beyond both ends, the outermost value is repeated.
fn smoothed(gains: &[f32], reach: usize) -> Vec<f32> {
    let last = gains.len() - 1;
    let at = |index: usize| f64::from(gains[index.saturating_sub(reach).min(last)]);
    let width = 2 * reach + 1;
    let mut sum: f64 = (0..width - 1).map(at).sum();
    (0..gains.len())
        .map(|index| {
            sum += at(index + width - 1);
            let mean = sum / width as f64;
            sum -= at(index);
            mean as f32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8000;

    fn tone(amplitude: impl Fn(usize) -> f32) -> Vec<f32> {
        (0..8000).map(|index| amplitude(index) * (index as f32 * 0.4).sin()).collect()
    }

    fn limited(samples: &[f32]) -> Vec<f32> {
        let mut samples = samples.to_vec();
        limit(&mut samples, RATE);
        samples
    }

    #[test]
    fn nothing_is_changed_below_the_ceiling_and_nothing_comes_above() {
        let quiet = tone(|_| 0.89);
        assert_eq!(limited(&quiet), quiet);
        for loud in [tone(|_| 3.0), tone(|index| if index % 500 < 20 { 9.0 } else { 0.2 })] {
            assert!(limited(&loud).iter().all(|sample| sample.abs() <= CEILING));
        }
    }

    #[test]
    fn a_peak_changes_only_what_is_near_and_that_without_a_jump() {
        let burst = tone(|index| if (4000..4080).contains(&index) { 1.6 } else { 0.5 });
        let found = limited(&burst);
        let near = 4000 - 8 * RAMP_MS as usize..4080 + 8 * (RAMP_MS + HOLD_MS) as usize;
        for (index, (before, after)) in burst.iter().zip(&found).enumerate() {
            assert!(near.contains(&index) || before == after, "sample {index} is changed");
        }
        let gains: Vec<_> =
            burst.iter().zip(&found).filter(|(before, _)| before.abs() > 0.1).map(|(b, a)| a / b).collect();
        assert!(gains.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.1));
        assert!(found[4000..4080].iter().any(|sample| sample.abs() > 0.8), "turned down too far");
    }

    #[test]
    fn clips_shorter_than_the_ramp_and_empty_ones_are_limited_too() {
        assert_eq!(limited(&[]), [0.0f32; 0]);
        assert!(limited(&[4.0, -4.0]).iter().all(|sample| sample.abs() <= CEILING));
    }
}
