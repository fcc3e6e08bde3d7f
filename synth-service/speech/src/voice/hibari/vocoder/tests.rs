use super::*;

const HOP: usize = 300;
const SILENT: f32 = -30.0;

/// A waveform of `frames` frames with one value per plane.
fn synthesise(frames: usize, harmonic: f32, noise: f32, pitch: f32) -> Vec<f32> {
    let plane = |value: f32| vec![value; MODEL_BINS * frames];
    Vocoder::new(MODEL_RATE).waveform(&Spectra {
        harmonic: &plane(harmonic),
        harmonic_turn: &plane(0.0),
        noise: &plane(noise),
        free: &plane(SILENT),
        free_phase: &plane(0.0),
        pitch: &vec![pitch; frames],
    })
}

fn strength(waveform: &[f32], frequency: f32) -> f32 {
    let middle = &waveform[waveform.len() / 4..waveform.len() * 3 / 4];
    let step = 2.0 * PI * frequency / MODEL_RATE as f32;
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
    let waveform = synthesise(160, magnitude.ln(), SILENT, 200.0);
    assert_eq!(waveform.len(), 160 * HOP);
    for frequency in [200.0, 1000.0, 3000.0, 10_000.0] {
        let found = strength(&waveform, frequency);
        assert!((found / amplitude - 1.0).abs() < 0.05, "{frequency} Hz: {found}");
    }
    for between in [300.0, 1100.0, 11_600.0] {
        assert!(strength(&waveform, between) < amplitude / 20.0, "{between} Hz");
    }
}

#[test]
fn a_voiceless_frame_has_no_harmonics() {
    let waveform = synthesise(40, 0.0, SILENT, 0.0);
    assert!(waveform.iter().all(|sample| sample.abs() < 1e-3));
}

#[test]
fn noise_is_the_same_every_time() {
    let first = synthesise(20, SILENT, -2.0, 0.0);
    assert!(first.iter().any(|sample| sample.abs() > 1e-3));
    assert_eq!(first, synthesise(20, SILENT, -2.0, 0.0));
}

#[test]
fn a_single_frame_and_absurd_magnitudes_stay_finite() {
    for frames in [1, 2, 3] {
        assert!(synthesise(frames, 1e9, 1e9, 150.0).iter().all(|sample| sample.is_finite()));
    }
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
