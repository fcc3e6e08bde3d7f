//! From a voice's waveform to the file that a telephone line plays: trim, resample, mu-law, WAV.

mod mulaw;
mod resample;
mod trim;
mod wav;

pub use mulaw::encode as encode_mulaw;
pub use resample::Resampler;
pub use trim::trim;
pub use wav::write as write_wav;

use crate::SpeechError;

/// Samples per second on the telephone line.
pub const SAMPLE_RATE: u32 = 8000;

/// Loudest sample that is passed on, of 1.0: one decibel of room, so that the line never clips.
const CEILING: f32 = 0.891;

/// Turns waveforms of one sample rate into telephone clips. One per worker.
pub struct TelephoneEncoder {
    sample_rate: u32,
    resampler: Resampler,
}

impl TelephoneEncoder {
    /// `sample_rate` of the waveforms to come, in Hz.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] for a rate that can't be converted.
    pub fn new(sample_rate: u32) -> Result<Self, SpeechError> {
        Ok(Self { sample_rate, resampler: Resampler::new(sample_rate, SAMPLE_RATE)? })
    }

    /// A complete WAV file and the number of samples in it.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] when `waveform` (mono, -1.0 to 1.0) is silence or not finite.
    pub fn encode(&mut self, waveform: &[f32]) -> Result<(Vec<u8>, usize), SpeechError> {
        if waveform.iter().any(|sample| !sample.is_finite()) {
            return Err(SpeechError::Synthesis("the model gave values that are no numbers".into()));
        }
        let Some(speech) = trim(waveform, self.sample_rate) else {
            return Err(SpeechError::Synthesis("the model gave silence".into()));
        };
        let mut samples = self.resampler.resample(&speech)?;
        // The RIFF format wants chunks of even length.
        if samples.len() % 2 == 1 {
            samples.push(0.0);
        }
        limit(&mut samples);
        Ok((write_wav(&encode_mulaw(&samples)), samples.len()))
    }
}

/// Turns the whole clip down when its peak is over the ceiling; clipping would be heard as a crackle.
fn limit(samples: &mut [f32]) {
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if peak > CEILING {
        let gain = CEILING / peak;
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
}

/// A clip of silence as a WAV file.
pub fn silence(milliseconds: u32) -> Vec<u8> {
    let samples = (SAMPLE_RATE / 1000 * milliseconds) as usize;
    write_wav(&encode_mulaw(&vec![0.0; samples + samples % 2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, seconds: f32, amplitude: f32) -> Vec<f32> {
        let step = 440.0 * std::f32::consts::TAU / rate as f32;
        (0..(rate as f32 * seconds) as usize).map(|index| amplitude * (index as f32 * step).sin()).collect()
    }

    #[test]
    fn a_clip_too_loud_is_turned_down_and_not_cut_off() {
        let mut samples = tone(SAMPLE_RATE, 0.1, 2.0);
        limit(&mut samples);
        let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!((peak - CEILING).abs() < 1e-6);
    }

    #[test]
    fn silence_and_values_that_are_no_numbers_are_refused() -> Result<(), SpeechError> {
        let mut encoder = TelephoneEncoder::new(24_000)?;
        assert!(encoder.encode(&[0.0; 24_000]).is_err());
        assert!(encoder.encode(&[f32::NAN; 24_000]).is_err());
        assert!(encoder.encode(&[]).is_err());
        Ok(())
    }

    #[test]
    fn a_clip_holds_the_speech_and_the_set_pause() -> Result<(), SpeechError> {
        let (wav, samples) = TelephoneEncoder::new(24_000)?.encode(&tone(24_000, 1.0, 0.5))?;
        assert_eq!(wav.len(), samples + wav::HEADER_LENGTH);
        let pause = trim::TAIL_MS as usize;
        let milliseconds = samples / 8;
        assert!(milliseconds.abs_diff(1000 + pause) <= 40, "{milliseconds} ms");
        Ok(())
    }
}
