//! The signal processing behind the hibari network: spectra in, waveform out.
//!
//! ```text
//! spectrum = e^lh · e^{iπ·tanh θ} · STFT(pulses(f0)) + e^ln · Z + e^lr · e^{iφ}
//! ```
//!
//! A pulse train with the predicted pitch is shaped by the harmonic branch; noise and a branch with
//! phases of its own are added; one inverse STFT gives the waveform. At a rate below the model's the
//! frequencies above half that rate are left out: the same sound, band-limited, for less work.

use std::{
    f32::consts::{PI, TAU},
    sync::{Arc, LazyLock},
};

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, StandardNormal};
use rand_pcg::Pcg32;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex32};

use super::{
    fast::{at_most, exp, tanh, unit},
    pulses::pulses,
    rates::{FRAME_RATE, MODEL_RATE},
};

/// Frequencies per frame in the network's output, 20 Hz apart.
pub(super) const MODEL_BINS: usize = MODEL_WINDOW / 2 + 1;
const MODEL_WINDOW: usize = (MODEL_RATE / WINDOWS_PER_SECOND) as usize;

/// Windows per second, laid end to end: each is 50 ms long.
const WINDOWS_PER_SECOND: u32 = 20;

/// Highest log magnitude. A higher one is a fault of the network and would be dangerously loud.
const MAX_LOG_MAGNITUDE: f32 = 7.0;

/// Log magnitude of lanes without a frame.
const SILENT: f32 = -80.0;

/// Share of a narrower band over which it fades out at its upper end, so that its edge doesn't ring.
const TAPER: f32 = 0.1;

/// Frames whose shaping is computed together: their values of one frequency fill two cache lines.
const LANES: usize = 32;

/// A fixed seed, so that the same sentence always has the same sound.
const NOISE_SEED: u64 = 0x4669_7273_7477_6f72;

/// Number of places at which a frame's noise may begin. Each frame takes one at random, so that the noise does not
/// repeat audibly.
const NOISE_LENGTH: usize = 1 << 13;

/// Complex normal noise, longer than the number of places by one frame, so that every place has a whole frame.
static NOISE: LazyLock<Vec<Complex32>> = LazyLock::new(|| {
    let mut random = Pcg32::seed_from_u64(NOISE_SEED);
    let mut normal = || StandardNormal.sample(&mut random);
    (0..NOISE_LENGTH + MODEL_BINS).map(|_| Complex32::new(normal(), normal())).collect()
});

/// The network's outputs: five planes of at most `MODEL_BINS` × frames, frequency by frequency, and a pitch per frame.
pub(super) struct Spectra<'a> {
    /// `lh`: log magnitude of the harmonics.
    pub(super) harmonic: &'a [f32],
    /// `theta`: rotation of the harmonics' phase.
    pub(super) harmonic_turn: &'a [f32],
    /// `ln`: log magnitude of the noise.
    pub(super) noise: &'a [f32],
    /// `lr`: log magnitude of the branch with its own phases.
    pub(super) free: &'a [f32],
    /// `phi`: phases of that branch.
    pub(super) free_phase: &'a [f32],
    /// `f0`: pitch in Hz.
    pub(super) pitch: &'a [f32],
}

/// The effect of one frequency of one frame on the source.
#[derive(Clone, Copy, Default)]
struct Shaping {
    /// Factor of the source.
    turn: Complex32,
    /// Gain of the noise.
    noise: f32,
    /// Summand: the branch with its own phases.
    free: Complex32,
}

/// Plans and buffers for one rate, made once per worker.
pub(super) struct Vocoder {
    rate: u32,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    window: Vec<f32>,
    /// Gain per frequency.
    taper: Vec<f32>,
    /// Shaping of `LANES` frames, frame by frame.
    shaping: Vec<Shaping>,
    frame: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl Vocoder {
    /// A vocoder for waveforms of `rate` samples per second: [`MODEL_RATE`], or a rate by which it is divisible.
    pub(super) fn new(rate: u32) -> Self {
        let window = (rate / WINDOWS_PER_SECOND) as usize;
        let bins = window / 2 + 1;
        let mut planner = RealFftPlanner::<f32>::new();
        let forward = planner.plan_fft_forward(window);
        let inverse = planner.plan_fft_inverse(window);
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            rate,
            window: periodic_hann(window),
            taper: if rate < MODEL_RATE { taper(bins) } else { vec![1.0; bins] },
            shaping: vec![Shaping::default(); LANES * bins],
            frame: vec![0.0; window],
            spectrum: vec![Complex32::default(); bins],
            scratch: vec![Complex32::default(); scratch],
            forward,
            inverse,
        }
    }

    /// Number of frequencies that the vocoder needs in each frame.
    pub(super) fn bins(&self) -> usize {
        self.spectrum.len()
    }

    /// Samples per second of the waveform.
    pub(super) fn rate(&self) -> u32 {
        self.rate
    }

    /// The waveform: 12.5 ms of samples for each frame of `spectra`, within -1.0 to 1.0 or a little beyond.
    pub(super) fn waveform(&mut self, spectra: &Spectra<'_>) -> Vec<f32> {
        let (frames, window, hop) = (spectra.pitch.len(), self.window.len(), self.hop());
        let source = reflect_padded(&pulses(spectra.pitch, self.rate), window / 2);
        let mut places = Pcg32::seed_from_u64(NOISE_SEED);
        // Overlap-add; the first and last half window lie outside the sentence and are cut off.
        let mut sum = vec![0.0f32; (frames - 1) * hop + window];
        let mut weight = vec![0.0f32; sum.len()];
        for frame in 0..frames {
            let (block, lane) = (frame / LANES, frame % LANES);
            if lane == 0 {
                self.prepare(spectra, block * LANES);
            }
            let at = frame * hop;
            self.transform_source(&source[at..at + window]);
            self.shape(lane, &NOISE[places.random_range(0..NOISE_LENGTH)..]);
            self.transform_back();
            let frame = self.frame.iter().zip(&self.window);
            for ((sum, weight), (sample, window)) in sum[at..].iter_mut().zip(&mut weight[at..]).zip(frame) {
                *sum += sample * window;
                *weight += window * window;
            }
        }
        let inside = window / 2..window / 2 + frames * hop;
        sum[inside.clone()].iter().zip(&weight[inside]).map(|(sum, weight)| sum / weight.max(1e-11)).collect()
    }

    /// Samples between two frames.
    fn hop(&self) -> usize {
        (self.rate / FRAME_RATE) as usize
    }

    /// Fills `shaping` for the frames from `first` on.
    fn prepare(&mut self, spectra: &Spectra<'_>, first: usize) {
        let (frames, bins) = (spectra.pitch.len(), self.spectrum.len());
        let count = LANES.min(frames - first);
        for (bin, &gain) in self.taper.iter().enumerate() {
            let at = bin * frames + first;
            let lanes = |plane: &[f32]| {
                let mut lanes = [SILENT; LANES];
                lanes[..count].copy_from_slice(&plane[at..at + count]);
                lanes
            };
            let (harmonic, turn) = (lanes(spectra.harmonic), lanes(spectra.harmonic_turn));
            let (free, phase) = (lanes(spectra.free), lanes(spectra.free_phase));
            let noise = lanes(spectra.noise);
            let mut shaping = [Shaping::default(); LANES];
            for lane in 0..LANES {
                shaping[lane] = Shaping {
                    turn: unit(0.5 * tanh(turn[lane])) * (gain * magnitude(harmonic[lane])),
                    noise: gain * magnitude(noise[lane]),
                    free: unit(phase[lane] * (1.0 / TAU)) * (gain * magnitude(free[lane])),
                };
            }
            for (lane, shaping) in shaping.into_iter().enumerate() {
                self.shaping[lane * bins + bin] = shaping;
            }
        }
    }

    /// Fills `spectrum` with the STFT of the source, scaled so that a harmonic of amplitude 1 has magnitude 1.
    fn transform_source(&mut self, source: &[f32]) {
        let scale = 4.0 / self.window.len() as f32;
        for ((sample, source), window) in self.frame.iter_mut().zip(source).zip(&self.window) {
            *sample = source * window * scale;
        }
        // Lengths are fixed at construction, so this can't fail. An error would only give a silent frame.
        let _ = self.forward.process_with_scratch(&mut self.frame, &mut self.spectrum, &mut self.scratch);
    }

    fn shape(&mut self, lane: usize, noise: &[Complex32]) {
        let bins = self.spectrum.len();
        let shaping = &self.shaping[lane * bins..][..bins];
        for ((value, shaping), hiss) in self.spectrum.iter_mut().zip(shaping).zip(noise) {
            *value = *value * shaping.turn + *hiss * shaping.noise + shaping.free;
        }
        // A real signal has no imaginary part at either end of its spectrum.
        self.spectrum[0].im = 0.0;
        self.spectrum[bins - 1].im = 0.0;
    }

    /// Transforms `spectrum` back. The scale is the one of the model's window at every rate, because a shorter window
    /// has proportionally smaller magnitudes.
    fn transform_back(&mut self) {
        // This can't fail either: lengths are fixed.
        let _ = self.inverse.process_with_scratch(&mut self.spectrum, &mut self.frame, &mut self.scratch);
        let scale = 1.0 / MODEL_WINDOW as f32;
        self.frame.iter_mut().for_each(|sample| *sample *= scale);
    }
}

#[inline]
fn magnitude(log: f32) -> f32 {
    exp(at_most(log, MAX_LOG_MAGNITUDE))
}

fn periodic_hann(length: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU / length as f64;
    (0..length).map(|index| (0.5 - 0.5 * (step * index as f64).cos()) as f32).collect()
}

/// Gains of 1 up to the last tenth, then a raised cosine down to 0.
fn taper(bins: usize) -> Vec<f32> {
    let end = (bins - 1) as f32;
    let past = |bin: usize| ((bin as f32 / end - (1.0 - TAPER)) / TAPER).max(0.0);
    (0..bins).map(|bin| 0.5 + 0.5 * (PI * past(bin)).cos()).collect()
}

/// The samples with `half` a window of mirrored samples on both sides, so that the first frame is centred on sample 0.
fn reflect_padded(samples: &[f32], half: usize) -> Vec<f32> {
    let last = samples.len() as isize - 1;
    let mirrored = |index: isize| {
        // In a sentence shorter than half a window the samples are mirrored repeatedly.
        let period = 2 * last.max(1);
        let index = index.rem_euclid(period);
        samples[index.min(period - index).min(last) as usize]
    };
    let mut padded = Vec::with_capacity(samples.len() + 2 * half);
    padded.extend((1..=half as isize).rev().map(|index| mirrored(-index)));
    padded.extend_from_slice(samples);
    padded.extend((1..=half as isize).map(|index| mirrored(last + index)));
    padded
}

#[cfg(test)]
mod tests;
