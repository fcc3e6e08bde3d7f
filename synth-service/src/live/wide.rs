//! Clips at the sample rate of a wide line. Each voice has its own, and the line's frames are cut at 24,000 Hz.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use speech::{Clip, SpeechError, sound::Resampler};
use tokio::task::spawn_blocking;

/// Samples per second of speech for a wide line.
const RATE: u32 = 24_000;

/// Converts the clips of a host. Cheap to clone; keeps a filter for each rate of its voices.
#[derive(Clone, Default)]
pub(super) struct WideClips {
    filters: Arc<Mutex<HashMap<u32, Resampler>>>,
}

impl WideClips {
    /// The sound of a clip of the wide band, signed 16 bit at 24,000 Hz.
    ///
    /// # Errors
    /// [`SpeechError`] where the clip's rate can't be converted.
    pub(super) async fn convert(&self, clip: &Clip) -> Result<Bytes, SpeechError> {
        if clip.sample_rate == RATE {
            return Ok(clip.audio.clone());
        }
        let (this, audio, rate) = (self.clone(), clip.audio.clone(), clip.sample_rate);
        let converted = spawn_blocking(move || this.converted(&audio, rate)).await;
        converted.unwrap_or(Err(SpeechError::Stopped))
    }

    /// A filter is taken out while it works, so that two clips don't wait for each other.
    fn converted(&self, audio: &[u8], rate: u32) -> Result<Bytes, SpeechError> {
        let lock = || self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lock().remove(&rate);
        let mut filter = known.map_or_else(|| Resampler::new(rate, RATE), Ok)?;
        let samples = audio.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])));
        let converted = filter.resample(&samples.collect::<Vec<_>>());
        lock().insert(rate, filter);
        // The conversion saturates: the filter may overshoot.
        Ok(converted?.iter().flat_map(|sample| (sample.round() as i16).to_le_bytes()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn clip(rate: u32) -> Clip {
        let samples = (0..rate).map(|index| (10_000.0 * (index as f32 * 0.05).sin()) as i16);
        Clip {
            audio: samples.flat_map(i16::to_le_bytes).collect(),
            sample_rate: rate,
            duration: Duration::from_secs(1),
            timing: Default::default(),
        }
    }

    #[tokio::test]
    async fn a_clip_keeps_its_length_at_any_rate_and_is_untouched_at_the_lines_own() {
        let wide = WideClips::default();
        for rate in [16_000, 22_050, 44_100, 22_050] {
            let sound = wide.convert(&clip(rate)).await.expect("converted");
            assert!(sound.len().abs_diff(48_000) <= 4, "{rate}: {} bytes", sound.len());
        }
        let own = clip(RATE);
        assert_eq!(wide.convert(&own).await.expect("as it is"), own.audio);
    }
}
