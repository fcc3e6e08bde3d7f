//! From a model's waveforms to the sound of a clip: trimmed, with set pauses, at an even level, at the sample rate of
//! the listener's line.

mod highpass;
mod level;
mod limit;
mod resample;
mod trim;

use std::collections::{HashMap, hash_map::Entry};

pub use resample::Resampler;
pub use trim::trim;

use self::{highpass::remove_offset, level::LevelMeter, limit::limit};
use crate::{Band, SpeechError, Utterance, telephone};

/// A piece of a clip: speech, then silence. The speech may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The model's waveform; `None` for a pause alone.
    pub speech: Option<&'a Utterance>,
    /// Length of the silence, in milliseconds.
    pub pause_ms: u32,
}

/// A finished clip.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Mono. Telephone: mu-law, one byte per sample. Wide: signed 16 bit, little-endian.
    pub audio: Vec<u8>,
    /// Samples per second.
    pub sample_rate: u32,
    /// Number of samples.
    pub samples: usize,
}

/// Makes clips. One per worker, because it keeps the filters of the rates that it has met.
#[derive(Default)]
pub struct Finisher {
    /// The filters by input rate and output rate.
    resamplers: HashMap<(u32, u32), Resampler>,
}

impl Finisher {
    /// Makes one clip of all pieces, in order. Their level is set together, so that words softer than the rest of the
    /// clip stay softer. Of a piece whose speech is silent only the pause remains.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] when all speech is silent, or a waveform contains NaN or infinity.
    pub fn finish(&mut self, pieces: &[Piece<'_>], band: Band) -> Result<Sound, SpeechError> {
        let rate = match band {
            Band::Telephone => telephone::SAMPLE_RATE,
            Band::Wide => pieces
                .iter()
                .find_map(|piece| piece.speech)
                .map_or(telephone::SAMPLE_RATE, |speech| speech.sample_rate),
        };
        let mut meter = LevelMeter::new(rate);
        let mut samples = Vec::new();
        let mut is_mute = pieces.iter().any(|piece| piece.speech.is_some());
        for piece in pieces {
            if let Some(utterance) = piece.speech
                && let Some(speech) = self.speech(utterance, rate)?
            {
                meter.add(&speech);
                samples.extend(speech);
                is_mute = false;
            }
            let pause = (u64::from(rate) * u64::from(piece.pause_ms) / 1000) as usize;
            samples.resize(samples.len() + pause, 0.0);
        }
        if is_mute {
            return Err(SpeechError::Synthesis("the model gave silence".into()));
        }
        let gain = meter.gain();
        samples.iter_mut().for_each(|sample| *sample *= gain);
        limit(&mut samples, rate);
        Ok(match band {
            Band::Telephone => telephone_clip(samples),
            Band::Wide => wide_clip(rate, &samples),
        })
    }

    /// The sound of an utterance at `rate`, faded from and to zero; `None` where it is silent.
    fn speech(&mut self, utterance: &Utterance, rate: u32) -> Result<Option<Vec<f32>>, SpeechError> {
        if utterance.waveform.iter().any(|sample| !sample.is_finite()) {
            return Err(SpeechError::Synthesis("the model gave values that are no numbers".into()));
        }
        let resampler = match self.resamplers.entry((utterance.sample_rate, rate)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Resampler::new(utterance.sample_rate, rate)?),
        };
        let mut waveform = utterance.waveform.clone();
        // The offset is removed before resampling, whose filter would ring at a step from zero to the offset.
        remove_offset(&mut waveform, utterance.sample_rate);
        Ok(trim(&resampler.resample(&waveform)?, rate))
    }
}

fn telephone_clip(mut samples: Vec<f32>) -> Sound {
    // Keeps the length even, as chunks of a RIFF file require.
    if samples.len() % 2 == 1 {
        samples.push(0.0);
    }
    let audio = telephone::encode_mulaw(&samples);
    Sound { samples: audio.len(), audio, sample_rate: telephone::SAMPLE_RATE }
}

fn wide_clip(rate: u32, samples: &[f32]) -> Sound {
    let audio = samples.iter().flat_map(|sample| ((sample * 32_768.0).round() as i16).to_le_bytes());
    Sound { audio: audio.collect(), sample_rate: rate, samples: samples.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, seconds: f32, amplitude: f32) -> Vec<f32> {
        let step = 440.0 * std::f32::consts::TAU / rate as f32;
        (0..(rate as f32 * seconds) as usize).map(|index| amplitude * (index as f32 * step).sin()).collect()
    }

    fn finish(waveform: &[f32], pause_ms: u32) -> Result<Sound, SpeechError> {
        let speech = Utterance { waveform: waveform.to_vec(), sample_rate: 24_000, ..Utterance::default() };
        Finisher::default().finish(&[Piece { speech: Some(&speech), pause_ms }], Band::Telephone)
    }

    #[test]
    fn silence_and_values_that_are_no_numbers_are_refused() {
        assert!(finish(&[0.0; 24_000], 0).is_err());
        assert!(finish(&[f32::NAN; 24_000], 0).is_err());
        assert!(finish(&[], 0).is_err());
    }

    #[test]
    fn a_clip_holds_the_speech_and_the_set_pause() -> Result<(), SpeechError> {
        let sound = finish(&tone(24_000, 1.0, 0.5), 260)?;
        let milliseconds = sound.samples / 8;
        assert!(milliseconds.abs_diff(1260) <= 40, "{milliseconds} ms");
        Ok(())
    }
}
