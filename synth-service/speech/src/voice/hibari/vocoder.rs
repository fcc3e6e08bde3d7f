//! The signal processing behind the hibari network: spectra in, waveform out.
//!
//! ```text
//! spectrum = e^lh · e^{iπ·tanh θ} · STFT(pulses(f0)) + e^ln · Z + e^lr · e^{iφ}
//! ```
//!
//! A pulse train with the predicted pitch is shaped by the harmonic branch; noise and a branch with
//! phases of its own are added; one inverse STFT gives the waveform.

use std::{f32::consts::PI, f64::consts::TAU, sync::Arc};

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex32};

/// Samples per second of the waveform.
pub(super) const SAMPLE_RATE: u32 = 24_000;

/// Length of one transform.
const WINDOW: usize = 1200;

/// Samples between two frames: 12.5 ms.
const HOP: usize = 300;

/// Frequencies per frame.
pub(super) const BINS: usize = WINDOW / 2 + 1;

/// Log magnitudes above this are a fault of the network and would deafen.
const MAX_LOG_MAGNITUDE: f32 = 7.0;

/// Pitch below which a sample has no voice, in Hz.
const LOWEST_PITCH: f32 = 40.0;

/// Harmonics of the pulse train end here, in Hz.
const HIGHEST_HARMONIC: f32 = 11_000.0;

/// Where the closed form of the pulse train divides by less than this, its limit is taken.
const SMALL_DENOMINATOR: f32 = 1e-3;

/// The same sentence sounds the same every time.
const NOISE_SEED: u64 = 0x4669_7273_7477_6f72;

/// The network's outputs: five planes of `BINS` × frames, frequency by frequency, and a pitch per frame.
pub(super) struct Spectra<'a> {
    /// `lh`: log magnitude of the harmonics.
    pub(super) harmonic: &'a [f32],
    /// `theta`: how far their phase is turned.
    pub(super) harmonic_turn: &'a [f32],
    /// `ln`: log magnitude of the noise.
    pub(super) noise: &'a [f32],
    /// `lr`: log magnitude of the branch with phases of its own.
    pub(super) free: &'a [f32],
    /// `phi`: those phases.
    pub(super) free_phase: &'a [f32],
    /// `f0`, in Hz.
    pub(super) pitch: &'a [f32],
}

/// Plans and buffers, made once per worker.
pub(super) struct Vocoder {
    window: Vec<f32>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    /// One frame of samples, and one of its spectrum.
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Vocoder {
    pub(super) fn new() -> Self {
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(WINDOW);
        let inverse = planner.plan_fft_inverse(WINDOW);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            window: periodic_hann(),
            frame: vec![0.0; WINDOW],
            spectrum: vec![Complex32::default(); BINS],
            scratch: vec![Complex32::default(); scratch],
            forward,
            inverse,
        }
    }

    /// `HOP` samples for each frame of `spectra`, -1.0 to 1.0 or a little beyond.
    pub(super) fn waveform(&mut self, spectra: &Spectra<'_>) -> Vec<f32> {
        let frames = spectra.pitch.len();
        let source = reflect_padded(&pulses(spectra.pitch));
        let mut noise = Pcg32::seed_from_u64(NOISE_SEED);
        // Overlap-add; the first and last half window lie outside the sentence and are cut off.
        let mut sum = vec![0.0f32; (frames - 1) * HOP + WINDOW];
        let mut weight = vec![0.0f32; sum.len()];
        for frame in 0..frames {
            let at = frame * HOP;
            self.transform_source(&source[at..at + WINDOW]);
            self.shape(spectra, frame, &mut noise);
            self.transform_back();
            for (offset, window) in self.window.iter().enumerate() {
                sum[at + offset] += self.frame[offset] * window;
                weight[at + offset] += window * window;
            }
        }
        let inside = WINDOW / 2..WINDOW / 2 + frames * HOP;
        let sum = sum.get(inside.clone()).unwrap_or(&sum[WINDOW / 2..]);
        sum.iter().zip(&weight[WINDOW / 2..]).map(|(sum, weight)| sum / weight.max(1e-11)).collect()
    }

    /// `spectrum` = STFT of the source, scaled so that a harmonic of amplitude 1 has magnitude 1.
    fn transform_source(&mut self, source: &[f32]) {
        let scale = 4.0 / WINDOW as f32;
        for ((sample, source), window) in self.frame.iter_mut().zip(source).zip(&self.window) {
            *sample = source * window * scale;
        }
        // Lengths are fixed at construction, so this can't fail; a frame of zeros would be heard.
        let _ = self.forward.process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch);
    }

    fn shape(&mut self, spectra: &Spectra<'_>, frame: usize, noise: &mut Pcg32) {
        let frames = spectra.pitch.len();
        for (bin, value) in self.spectrum.iter_mut().enumerate() {
            let at = bin * frames + frame;
            let turn =
                Complex32::from_polar(magnitude(spectra.harmonic[at]), PI * spectra.harmonic_turn[at].tanh());
            let hiss = Complex32::new(StandardNormal.sample(noise), StandardNormal.sample(noise));
            let free = Complex32::from_polar(magnitude(spectra.free[at]), spectra.free_phase[at]);
            *value = *value * turn + hiss * magnitude(spectra.noise[at]) + free;
        }
        // A real signal has no imaginary part at either end of its spectrum.
        self.spectrum[0].im = 0.0;
        self.spectrum[BINS - 1].im = 0.0;
    }

    fn transform_back(&mut self) {
        // As above: lengths are fixed.
        let _ = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.frame, &mut self.scratch);
        let scale = 1.0 / WINDOW as f32;
        self.frame.iter_mut().for_each(|sample| *sample *= scale);
    }
}

fn magnitude(log: f32) -> f32 {
    log.min(MAX_LOG_MAGNITUDE).exp()
}

fn periodic_hann() -> Vec<f32> {
    (0..WINDOW).map(|index| (0.5 - 0.5 * (TAU * index as f64 / WINDOW as f64).cos()) as f32).collect()
}

/// A pulse train with all harmonics of the pitch at amplitude 1, `HOP` samples per frame; zero where
/// there is no voice. Closed form: Σ cos(h·t) for h = 1…H is sin((H + ½)t) / (2 sin(t/2)) − ½.
fn pulses(pitch: &[f32]) -> Vec<f32> {
    let mut phase = 0.0f64;
    (0..pitch.len() * HOP)
        .map(|index| {
            let frequency = pitch_at(pitch, index);
            let voiced = frequency > LOWEST_PITCH;
            let frequency = frequency.max(LOWEST_PITCH);
            phase = (phase + f64::from(frequency) / f64::from(SAMPLE_RATE)).fract();
            if !voiced {
                return 0.0;
            }
            let harmonics = (HIGHEST_HARMONIC / frequency).floor() + 0.5;
            let angle = (phase * TAU) as f32;
            let half_sine = (angle * 0.5).sin();
            if half_sine.abs() <= SMALL_DENOMINATOR {
                harmonics - 0.5
            } else {
                (harmonics * angle).sin() / (2.0 * half_sine) - 0.5
            }
        })
        .collect()
}

/// The pitch at a sample, linear between the centres of the frames, constant beyond the outer ones.
fn pitch_at(pitch: &[f32], index: usize) -> f32 {
    let position = (index as f32 + 0.5) / HOP as f32 - 0.5;
    let before = position.floor();
    let share = position - before;
    let last = pitch.len() - 1;
    let left = pitch[(before.max(0.0) as usize).min(last)];
    let right = pitch[((before + 1.0) as usize).min(last)];
    left + (right - left) * share
}

/// Half a window of mirrored samples on both sides, so that the first frame is centred on sample 0.
fn reflect_padded(samples: &[f32]) -> Vec<f32> {
    let half = WINDOW / 2;
    let last = samples.len() as isize - 1;
    (-(half as isize)..samples.len() as isize + half as isize)
        .map(|index| {
            // A sentence shorter than half a window would be mirrored more than once.
            let mirrored = index.rem_euclid(2 * last.max(1));
            samples[mirrored.min(2 * last.max(1) - mirrored).min(last) as usize]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENT: f32 = -30.0;

    /// A waveform of `frames` frames with one value per plane.
    fn synthesise(frames: usize, harmonic: f32, noise: f32, pitch: f32) -> Vec<f32> {
        let plane = |value: f32| vec![value; BINS * frames];
        Vocoder::new().waveform(&Spectra {
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
        let step = 2.0 * PI * frequency / SAMPLE_RATE as f32;
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
        let magnitude = amplitude * WINDOW as f32 / 4.0;
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
        let padded = reflect_padded(&samples);
        let half = WINDOW / 2;
        assert_eq!(padded.len(), samples.len() + WINDOW);
        assert_eq!((padded[half - 1], padded[half], padded[half + 1]), (1.0, 0.0, 1.0));
        assert_eq!(padded[half + 2000], 1998.0);
    }
}
