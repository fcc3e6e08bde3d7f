//! Plain voice detection, the reference for noises: `earshot` alone, at its usual threshold, on the same samples.

use anyhow::Result;
use earshot::Detector;
use speech::{sound::Resampler, telephone::SAMPLE_RATE};

use crate::talk::sound;

/// The rate of the detector.
const RATE: u32 = 16_000;

/// Samples that the detector judges at once: 16 ms.
const JUDGED: usize = 256;

/// A piece is voice from this score on, as its makers advise.
const THRESHOLD: f32 = 0.5;

/// Voice that stops an answer, in milliseconds: as much as the service asks for by its usual settings.
pub(super) const STOPS_MS: usize = 250;

/// Silence around the sound, in samples at 8000 Hz: a telephone line is open before and behind it.
const AROUND: usize = 4000;

/// Whether plain voice detection stops an answer for this sound, as the service receives it: for enough voice without a
/// pause.
///
/// # Errors
/// When the sound can't be resampled.
pub(super) fn stops(samples: &[i16]) -> Result<bool> {
    let line = [&[0; AROUND][..], samples, &[0; AROUND]].concat();
    let received: Vec<f32> =
        sound::received(&sound::encoded(&line)).map(|sample| f32::from(sample) / 32_768.0).collect();
    let wide = Resampler::new(SAMPLE_RATE, RATE)?.resample(&received)?;
    let mut detector = Detector::default_boxed();
    let (mut voiced, mut longest) = (0, 0);
    for piece in wide.chunks_exact(JUDGED) {
        let piece: Vec<f32> = piece.iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
        voiced = if detector.predict_f32(&piece) >= THRESHOLD { voiced + 1 } else { 0 };
        longest = longest.max(voiced);
    }
    Ok(longest * JUDGED * 1000 >= STOPS_MS * RATE as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::talk::noise;

    #[test]
    fn silence_and_a_click_stop_nothing_and_a_ringing_tone_does() {
        assert!(!stops(&[0; 8000]).unwrap());
        assert!(!stops(&[[0; 400], [9000; 400]].concat()).unwrap());
        // The reference is to be beaten: music is voice to it.
        assert!(stops(&noise::music().unwrap()[..16_000]).unwrap());
    }
}
