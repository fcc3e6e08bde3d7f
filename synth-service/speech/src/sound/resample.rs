//! Sample rate conversion with a low-pass filter, by `rubato`.

use audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _, WindowFunction};

use crate::SpeechError;

/// Input samples per transform. Longer blocks make a steeper filter; its delay does not matter, since whole clips are
/// converted.
const BLOCK: usize = 2400;

/// Converts whole clips from one fixed rate to another. Keeps its filters; reusable.
pub struct Resampler {
    /// `None` when both rates are the same.
    filter: Option<Fft<f32>>,
}

impl Resampler {
    /// # Errors
    /// [`SpeechError::Synthesis`] for a rate of zero.
    pub fn new(input_rate: u32, output_rate: u32) -> Result<Self, SpeechError> {
        let filter = (input_rate != output_rate)
            .then(|| {
                let (input, output) = (input_rate as usize, output_rate as usize);
                Fft::new_custom(input, output, BLOCK, 1, 1, WindowFunction::BlackmanHarris2, FixedSync::Input)
            })
            .transpose()
            .map_err(|error| {
                SpeechError::Synthesis(format!("can't resample from {input_rate} Hz: {error}"))
            })?;
        Ok(Self { filter })
    }

    /// The clip at the output rate, without the filter's delay.
    pub fn resample(&mut self, clip: &[f32]) -> Result<Vec<f32>, SpeechError> {
        let Some(filter) = &mut self.filter else {
            return Ok(clip.to_vec());
        };
        let failed = |cause: String| SpeechError::Synthesis(format!("resampling failed: {cause}"));
        let input = SequentialSlice::new(clip, 1, clip.len()).map_err(|error| failed(error.to_string()))?;
        let output =
            filter.process_all(&input, clip.len(), None).map_err(|error| failed(error.to_string()))?;
        Ok(output.take_data())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone of one second.
    fn tone(rate: u32, frequency: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * frequency / rate as f32;
        (0..rate).map(|index| (index as f32 * step).sin()).collect()
    }

    /// Level in dB below a tone of amplitude 1, measured in the middle of a clip, away from the filter's edges.
    fn level(clip: &[f32]) -> f32 {
        let middle = &clip[clip.len() / 4..clip.len() * 3 / 4];
        10.0 * (2.0 * middle.iter().map(|sample| sample * sample).sum::<f32>() / middle.len() as f32).log10()
    }

    #[test]
    fn what_the_line_carries_passes_and_what_would_alias_is_gone() -> Result<(), SpeechError> {
        for rate in [16_000, 22_050, 24_000, 44_100, 48_000] {
            let mut resampler = Resampler::new(rate, 8_000)?;
            for frequency in [100.0, 300.0, 1000.0, 2000.0, 3000.0, 3400.0] {
                let passed = level(&resampler.resample(&tone(rate, frequency))?);
                assert!(passed.abs() < 0.5, "{frequency} Hz of {rate}: {passed} dB");
            }
            for frequency in [4100.0, 4200.0, 4600.0, 5000.0, 7000.0, 7900.0, 11_000.0, 15_900.0, 20_100.0] {
                if frequency < 0.5 * rate as f32 {
                    let aliased = level(&resampler.resample(&tone(rate, frequency))?);
                    assert!(aliased < -60.0, "{frequency} Hz of {rate} leaves {aliased} dB");
                }
            }
        }
        Ok(())
    }

    #[test]
    fn the_length_is_kept_and_the_same_clip_gives_the_same_samples_again() -> Result<(), SpeechError> {
        let mut resampler = Resampler::new(22_050, 8_000)?;
        let clip = tone(22_050, 440.0);
        let first = resampler.resample(&clip)?;
        assert!(first.len().abs_diff(8_000) <= 1);
        resampler.resample(&tone(22_050, 900.0))?;
        assert_eq!(resampler.resample(&clip)?, first);
        Ok(())
    }
}
