//! The samples of wide-band clips, at one common rate.

use bytes::Bytes;
use speech::{Clip, SpeechError, sound::Resampler};

/// Converts every clip to the same rate. The filter's state carries over from clip to clip.
pub(super) struct Samples {
    rate: u32,
    /// The resampler, with the rate that it converts from.
    resampler: Option<(u32, Resampler)>,
}

impl Samples {
    pub(super) fn at(rate: u32) -> Self {
        Self { rate, resampler: None }
    }

    pub(super) fn of(&mut self, clip: &Clip) -> Result<Vec<i16>, SpeechError> {
        let samples = clip.audio.as_chunks().0.iter().map(|&bytes| i16::from_le_bytes(bytes));
        if clip.sample_rate == self.rate {
            return Ok(samples.collect());
        }
        let mut resampler = match self.resampler.take() {
            Some((rate, resampler)) if rate == clip.sample_rate => resampler,
            _ => Resampler::new(clip.sample_rate, self.rate)?,
        };
        let full_scale = f32::from(i16::MAX);
        let samples: Vec<_> = samples.map(|sample| f32::from(sample) / full_scale).collect();
        let converted = resampler.resample(&samples)?;
        self.resampler = Some((clip.sample_rate, resampler));
        // The conversion to an integer saturates.
        Ok(converted.iter().map(|sample| (sample * full_scale).round() as i16).collect())
    }
    /// The samples as little-endian bytes.
    pub(super) fn bytes_of(&mut self, clip: &Clip) -> Result<Bytes, SpeechError> {
        if clip.sample_rate == self.rate {
            return Ok(clip.audio.clone());
        }
        Ok(self.of(clip)?.iter().flat_map(|sample| sample.to_le_bytes()).collect())
    }
}
