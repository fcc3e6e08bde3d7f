//! Noise on a caller's line, at a level below the voice.

use std::{f32::consts::TAU, str::FromStr};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{level, sound};

/// Length of a noise before it repeats, in samples: 20 s.
const LENGTH: usize = 160_000;

/// The level when none is given, in dB below the voice.
const USUAL_DB: f64 = 15.0;

/// The kind of a noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoiseKind {
    /// Falls by 3 dB an octave, as the sound of a street does.
    Pink,
    /// Chords with a melody above them.
    Music,
    /// Several people who speak at once.
    Babble,
}

/// A noise and its level, as in `pink` or `babble:10`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseChoice {
    /// The kind.
    pub kind: NoiseKind,
    /// Ratio of voice to noise, in dB.
    pub ratio_db: f64,
}

impl FromStr for NoiseChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, ratio) = text.split_once(':').unzip();
        let kind = match kind.unwrap_or(text) {
            "pink" => NoiseKind::Pink,
            "music" => NoiseKind::Music,
            "babble" => NoiseKind::Babble,
            _ => return Err("expected pink, music or babble".into()),
        };
        let ratio_db = ratio
            .map_or(Ok(USUAL_DB), str::parse)
            .map_err(|_| "expected the ratio in dB behind the colon")?;
        Ok(Self { kind, ratio_db })
    }
}

/// Endless noise.
#[derive(Clone, Debug)]
pub struct Noise {
    samples: Vec<i16>,
}

impl Noise {
    /// Noise of any sound, at a level that lies this far below a voice with this power.
    pub(super) fn of(sound: Vec<i16>, voice: f64, ratio_db: f64) -> Self {
        let gain = (voice / level::power(&sound).max(1.0) / 10f64.powf(ratio_db / 10.0)).sqrt();
        Self { samples: sound.into_iter().map(|sample| (f64::from(sample) * gain) as i16).collect() }
    }

    /// Adds the noise to a frame that begins at this sample of the call.
    pub(super) fn add(&self, at: usize, frame: &mut [i16]) {
        for (index, sample) in frame.iter_mut().enumerate() {
            let noise = self.samples.get((at + index) % self.samples.len().max(1));
            *sample = sample.saturating_add(noise.copied().unwrap_or_default());
        }
    }
}

/// Pink noise on the line, by filters that fall together by 3 dB an octave.
///
/// # Errors
/// Never for this rate; the filter says so.
pub(super) fn pink(seed: u64) -> anyhow::Result<Vec<i16>> {
    // Poles and gains of first-order low-pass filters an octave and a half apart.
    const FILTERS: [(f32, f32); 5] = [(0.997, 0.029), (0.985, 0.078), (0.93, 0.15), (0.7, 0.32), (0.2, 0.6)];
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut states = [0.0f32; FILTERS.len()];
    let sample = |_| {
        let white: f32 = random.random_range(-1.0..1.0);
        for (state, (pole, gain)) in states.iter_mut().zip(FILTERS) {
            *state = pole * *state + gain * white;
        }
        0.2 * states.iter().sum::<f32>()
    };
    let samples: Vec<f32> = (0..LENGTH).map(sample).collect();
    sound::line(&samples, speech::telephone::SAMPLE_RATE)
}

/// Music on the line: four chords in turn, and a note of each above it twice a second.
///
/// # Errors
/// Never for this rate; the filter says so.
pub(super) fn music() -> anyhow::Result<Vec<i16>> {
    /// Semitones above the deepest note.
    const CHORDS: [[u8; 3]; 4] = [[0, 4, 7], [9, 12, 16], [5, 9, 12], [7, 11, 14]];
    const DEEPEST_HZ: f32 = 220.0;
    const BEAT: usize = 4000;
    let tone = |semitones: u8, at: usize| {
        let step = TAU * DEEPEST_HZ * (f32::from(semitones) / 12.0).exp2() / 8000.0;
        (1..=4u8).map(|wave| (step * f32::from(wave) * at as f32).sin() / f32::from(wave)).sum::<f32>()
    };
    let sample = |at: usize| {
        let (beat, within) = (at / BEAT, at % BEAT);
        let chord = CHORDS[beat / 4 % CHORDS.len()];
        let fades = (-(within as f32) / 2500.0).exp();
        let melody = tone(chord[beat * 2 % 3] + 12, at) * fades;
        0.06 * (chord.into_iter().map(|note| tone(note, at)).sum::<f32>() + 2.0 * melody)
    };
    let samples: Vec<f32> = (0..LENGTH).map(sample).collect();
    sound::line(&samples, speech::telephone::SAMPLE_RATE)
}

/// Several voices at once.
pub(super) fn babble(voices: &[Vec<i16>]) -> Vec<i16> {
    let longest = voices.iter().map(Vec::len).max().unwrap_or_default();
    let voices: Vec<_> = voices.iter().filter(|voice| !voice.is_empty()).collect();
    let mixed = |at: usize| {
        let sum: i32 = voices.iter().map(|voice| i32::from(voice[at % voice.len()])).sum();
        (sum / 2).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
    };
    (0..longest).map(mixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_has_a_kind_and_a_ratio() {
        assert_eq!("pink".parse(), Ok(NoiseChoice { kind: NoiseKind::Pink, ratio_db: USUAL_DB }));
        assert_eq!("babble:-3".parse(), Ok(NoiseChoice { kind: NoiseKind::Babble, ratio_db: -3.0 }));
        assert!("white".parse::<NoiseChoice>().is_err());
        assert!("pink:loud".parse::<NoiseChoice>().is_err());
    }

    #[test]
    fn the_noise_lies_below_the_voice_by_the_ratio() {
        let voice = 1_000_000.0;
        for sound in [pink(1).unwrap(), music().unwrap(), babble(&[vec![900, -900, 500], vec![300; 5]])] {
            let noise = Noise::of(sound, voice, 20.0);
            let ratio = 10.0 * (voice / level::power(&noise.samples)).log10();
            assert!((ratio - 20.0).abs() < 0.5, "{ratio}");
        }
    }

    #[test]
    fn noise_goes_on_from_frame_to_frame() {
        let noise = Noise { samples: vec![1, 2, 3] };
        let mut frame = [10, 10, i16::MAX, 0];
        noise.add(4, &mut frame);
        assert_eq!(frame, [12, 13, i16::MAX, 2]);
    }
}
