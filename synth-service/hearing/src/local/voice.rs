//! A rough measure of voice by loudness, for sound that voice activity has already let through.

use std::time::Duration;

use crate::{FRAME, SAMPLE_RATE};

/// Samples of a frame of 20 ms.
pub(super) const STEP: usize = SAMPLE_RATE as usize / 50;

/// The level of the faintest voice: -54 dB of full scale.
const FAINTEST: f32 = 0.002;

/// A frame this far below the loudest one is a pause: 20 dB.
const BELOW_LOUDEST: f32 = 0.1;

/// Voice is this far above the quietest fifth of the frames, where that is noise: 8 dB.
const ABOVE_NOISE: f32 = 2.5;

/// The noise of a line is never taken for louder than this share of the loudest frame: 10 dB below it.
const LOUDEST_NOISE: f32 = 0.3;

/// The root mean square of each whole frame.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
pub(super) fn levels(samples: &[f32]) -> Vec<f32> {
    let (frames, _) = samples.as_chunks::<STEP>();
    let level =
        |frame: &[f32; STEP]| (frame.iter().map(|sample| sample * sample).sum::<f32>() / STEP as f32).sqrt();
    frames.iter().map(level).collect()
}

/// The level above which a frame of this sound is voice.
pub(super) fn threshold(levels: &[f32]) -> f32 {
    let mut sorted = levels.to_vec();
    sorted.sort_by(f32::total_cmp);
    let loudest = sorted.last().copied().unwrap_or_default();
    let noise = sorted.get(sorted.len() / 5).copied().unwrap_or_default() * ABOVE_NOISE;
    FAINTEST.max(loudest * BELOW_LOUDEST).max(noise.min(loudest * LOUDEST_NOISE))
}

/// The length of the voice in a sound.
pub(super) fn length(samples: &[f32]) -> Duration {
    let levels = levels(samples);
    let threshold = threshold(&levels);
    let voiced = levels.iter().filter(|&&level| level > threshold).count();
    FRAME.saturating_mul(u32::try_from(voiced).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(seconds: f32, loudness: f32) -> Vec<f32> {
        (0..(seconds * 16_000.0) as usize).map(|at| loudness * (at as f32 * 0.2).sin()).collect()
    }

    #[test]
    fn voice_is_measured_between_silences_and_above_noise() {
        let noise = 0.01;
        let sound = [tone(0.5, noise), tone(0.4, 0.3), tone(0.5, noise)].concat();
        assert_eq!(length(&sound), Duration::from_millis(400));
        assert_eq!(length(&[tone(1.0, noise), tone(0.1, 0.3)].concat()), Duration::from_millis(100));
    }

    #[test]
    fn silence_has_no_voice() {
        assert_eq!(length(&tone(2.0, 0.001)), Duration::ZERO);
        assert_eq!(length(&[]), Duration::ZERO);
    }

    #[test]
    fn speech_without_any_pause_is_voice() {
        assert_eq!(length(&tone(1.0, 0.2)), Duration::from_secs(1));
    }
}
