use super::*;
use crate::{sound::Resampler, telephone};

const SILENT: f32 = -30.0;

/// Both sample rates that voices are asked for.
const RATES: [u32; 2] = [telephone::SAMPLE_RATE, MODEL_RATE];

/// A waveform of `frames` frames with one value per plane.
fn synthesise(rate: u32, frames: usize, harmonic: f32, noise: f32, pitch: f32) -> Vec<f32> {
    let plane = |value: f32| vec![value; MODEL_BINS * frames];
    Vocoder::new(rate).waveform(&Spectra {
        harmonic: &plane(harmonic),
        harmonic_turn: &plane(0.0),
        noise: &plane(noise),
        free: &plane(SILENT),
        free_phase: &plane(0.0),
        pitch: &vec![pitch; frames],
    })
}

fn strength(waveform: &[f32], rate: u32, frequency: f32) -> f32 {
    let middle = &waveform[waveform.len() / 4..waveform.len() * 3 / 4];
    let step = 2.0 * PI * frequency / rate as f32;
    let sum: Complex32 = middle
        .iter()
        .enumerate()
        .map(|(index, sample)| Complex32::from_polar(*sample, index as f32 * step))
        .sum();
    2.0 * sum.norm() / middle.len() as f32
}

#[test]
fn a_voiced_frame_has_every_harmonic_at_its_magnitude() {
    let amplitude: f32 = 0.02;
    // A cosine of amplitude 1 has magnitude WINDOW / 4 in a Hann-windowed transform.
    let magnitude = amplitude * MODEL_WINDOW as f32 / 4.0;
    for rate in RATES {
        let waveform = synthesise(rate, 160, magnitude.ln(), SILENT, 200.0);
        assert_eq!(waveform.len(), 2 * rate as usize);
        let heard = |frequency: &f32| *frequency < 0.45 * rate as f32;
        for frequency in [200.0, 1000.0, 3000.0, 10_000.0].into_iter().filter(heard) {
            let found = strength(&waveform, rate, frequency);
            assert!((found / amplitude - 1.0).abs() < 0.05, "{frequency} Hz of {rate}: {found}");
        }
        for between in [300.0, 1100.0, 11_600.0].into_iter().filter(heard) {
            assert!(strength(&waveform, rate, between) < amplitude / 20.0, "{between} Hz of {rate}");
        }
    }
}

#[test]
fn a_voiceless_frame_has_no_harmonics() {
    for rate in RATES {
        let waveform = synthesise(rate, 40, 0.0, SILENT, 0.0);
        assert!(waveform.iter().all(|sample| sample.abs() < 1e-3));
    }
}

#[test]
fn noise_is_the_same_every_time_and_never_repeats_itself() {
    let first = synthesise(MODEL_RATE, 80, SILENT, -2.0, 0.0);
    assert!(first.iter().any(|sample| sample.abs() > 1e-3));
    assert_eq!(first, synthesise(MODEL_RATE, 80, SILENT, -2.0, 0.0));
    let energy: f32 = first.iter().map(|sample| sample * sample).sum();
    for shift in MODEL_WINDOW..first.len() / 2 {
        let alike: f32 = first.iter().zip(&first[shift..]).map(|(one, other)| one * other).sum();
        assert!(alike.abs() < 0.1 * energy, "{shift} samples later");
    }
}

#[test]
fn a_single_frame_and_absurd_magnitudes_stay_finite() {
    for (rate, frames) in RATES.into_iter().flat_map(|rate| [1, 2, 3].map(|frames| (rate, frames))) {
        assert!(synthesise(rate, frames, 1e9, 1e9, 150.0).iter().all(|sample| sample.is_finite()));
    }
}

#[test]
fn a_magnitude_that_is_no_number_is_not_hidden() {
    assert!(synthesise(MODEL_RATE, 20, f32::NAN, SILENT, 150.0).iter().any(|sample| sample.is_nan()));
}

/// A signal like speech: formants that move, a pitch that falls and pauses, noise above 2 kHz.
struct Speech {
    planes: [Vec<f32>; 5],
    pitch: Vec<f32>,
}

impl Speech {
    fn new(frames: usize) -> Self {
        let plane = |value: &dyn Fn(f32, f32) -> f32| {
            let value = |index: usize| value((index / frames) as f32 * 20.0, (index % frames) as f32);
            (0..MODEL_BINS * frames).map(value).collect()
        };
        let formant = |hertz: f32, centre: f32| -((hertz - centre) / 250.0).powi(2);
        let pitch = |frame: usize| if frame % 40 < 30 { 240.0 - frame as f32 } else { 0.0 };
        Self {
            planes: [
                plane(&|hertz, frame| {
                    let moved = 600.0 + 200.0 * (frame * 0.1).sin();
                    1.0 + formant(hertz, moved).max(formant(hertz, 3.0 * moved)).max(-6.0)
                }),
                plane(&|hertz, frame| (hertz * 0.003 + frame * 0.2).sin()),
                plane(&|hertz, _| if hertz > 2000.0 { -2.5 } else { -5.0 }),
                plane(&|_, _| -4.0),
                plane(&|hertz, frame| hertz * 0.37 + frame * 1.3),
            ],
            pitch: (0..frames).map(pitch).collect(),
        }
    }

    fn spectra(&self) -> Spectra<'_> {
        let [harmonic, harmonic_turn, noise, free, free_phase] = &self.planes;
        Spectra { harmonic, harmonic_turn, noise, free, free_phase, pitch: &self.pitch }
    }
}

#[test]
fn the_telephones_rate_gives_the_same_sound_as_the_models() -> Result<(), crate::SpeechError> {
    let speech = Speech::new(100);
    let telephone = Vocoder::new(telephone::SAMPLE_RATE).waveform(&speech.spectra());
    let wide = Vocoder::new(MODEL_RATE).waveform(&speech.spectra());
    let wide = Resampler::new(MODEL_RATE, telephone::SAMPLE_RATE)?.resample(&wide)?;
    let product = |one: &[f32], other: &[f32]| -> f32 { one.iter().zip(other).map(|(a, b)| a * b).sum() };
    let (first, second) = (product(&telephone, &telephone), product(&wide, &wide));
    let alike = product(&telephone, &wide) / (first * second).sqrt();
    assert!(alike > 0.995, "correlation {alike}");
    assert!((10.0 * (first / second).log10()).abs() < 0.3, "{first} against {second}");
    Ok(())
}

#[test]
fn padding_mirrors_without_repeating_the_edge() {
    let samples: Vec<f32> = (0..2000).map(|index| index as f32).collect();
    let half = 600;
    let padded = reflect_padded(&samples, half);
    assert_eq!(padded.len(), samples.len() + 2 * half);
    assert_eq!((padded[half - 1], padded[half], padded[half + 1]), (1.0, 0.0, 1.0));
    assert_eq!(padded[half + 2000], 1998.0);
}
