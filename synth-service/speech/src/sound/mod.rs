//! From a model's waveforms to what is heard: trimmed, with set pauses, at an even level, at the rate of the
//! listener's line.

mod resample;
mod trim;

use std::collections::{HashMap, hash_map::Entry};

pub use resample::Resampler;
pub use trim::trim;

use crate::{Band, SpeechError, Utterance, telephone};

/// Loudest sample that is passed on, of 1.0: one decibel of room, so that the line never clips.
const CEILING: f32 = 0.891;

/// Speech, then silence. The speech may be missing.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    pub speech: Option<&'a Utterance>,
    pub pause_ms: u32,
}

/// A finished clip.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Telephone: a WAV file, mu-law. Wide: bare samples, signed 16 bit, little-endian.
    pub audio: Vec<u8>,
    /// Samples per second.
    pub sample_rate: u32,
    /// Number of samples.
    pub samples: usize,
}

/// Makes clips. One per worker, because it keeps the filters of the rates that it has met.
#[derive(Default)]
pub struct Finisher {
    to_telephone: HashMap<u32, Resampler>,
}

impl Finisher {
    /// One clip of all pieces, in order.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] when a waveform is silence or has values that are no numbers.
    pub fn finish(&mut self, pieces: &[Piece<'_>], band: Band) -> Result<Sound, SpeechError> {
        let rate = pieces
            .iter()
            .find_map(|piece| piece.speech)
            .map_or(telephone::SAMPLE_RATE, |speech| speech.sample_rate);
        let mut samples = Vec::new();
        for piece in pieces {
            if let Some(utterance) = piece.speech {
                if utterance.waveform.iter().any(|sample| !sample.is_finite()) {
                    return Err(SpeechError::Synthesis("the model gave values that are no numbers".into()));
                }
                let Some(speech) = trim(&utterance.waveform, rate) else {
                    return Err(SpeechError::Synthesis("the model gave silence".into()));
                };
                samples.extend(speech);
            }
            let pause = (rate as u64 * u64::from(piece.pause_ms) / 1000) as usize;
            samples.resize(samples.len() + pause, 0.0);
        }
        match band {
            Band::Telephone => self.telephone(rate, &samples),
            Band::Wide => Ok(wide(rate, samples)),
        }
    }

    fn telephone(&mut self, rate: u32, samples: &[f32]) -> Result<Sound, SpeechError> {
        let resampler = match self.to_telephone.entry(rate) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(Resampler::new(rate, telephone::SAMPLE_RATE)?),
        };
        let mut samples = resampler.resample(samples)?;
        // The RIFF format wants chunks of even length.
        if samples.len() % 2 == 1 {
            samples.push(0.0);
        }
        limit(&mut samples);
        Ok(Sound {
            audio: telephone::clip(&samples),
            sample_rate: telephone::SAMPLE_RATE,
            samples: samples.len(),
        })
    }
}

fn wide(rate: u32, mut samples: Vec<f32>) -> Sound {
    limit(&mut samples);
    let audio =
        samples.iter().flat_map(|sample| ((sample * f32::from(i16::MAX)).round() as i16).to_le_bytes());
    Sound { audio: audio.collect(), sample_rate: rate, samples: samples.len() }
}

/// Turns the whole clip down when its peak is over the ceiling; clipping would be heard as a crackle.
fn limit(samples: &mut [f32]) {
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if peak > CEILING {
        let gain = CEILING / peak;
        samples.iter_mut().for_each(|sample| *sample *= gain);
    }
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
    fn a_clip_too_loud_is_turned_down_and_not_cut_off() {
        let mut samples = tone(8000, 0.1, 2.0);
        limit(&mut samples);
        let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        assert!((peak - CEILING).abs() < 1e-6);
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
