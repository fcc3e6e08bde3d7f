//! The features that Whisper hears: the energy of 80 bands on the mel scale every 10 ms, as logarithms.

use std::{f32::consts::TAU, sync::Arc};

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex32};

/// Bands.
pub(super) const BANDS: usize = 80;

/// Frames of the network's window of 10 s.
pub(super) const FRAMES: usize = 1000;

/// Samples from frame to frame at 16 kHz.
const HOP: usize = 160;

/// Samples of a frame.
const WIDTH: usize = 400;

/// Frequencies of a frame's spectrum.
const BINS: usize = WIDTH / 2 + 1;

/// The transform and its tables.
pub(super) struct Mel {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    filters: Vec<Filter>,
}

/// A band: weights of the frequencies from `first` on.
struct Filter {
    first: usize,
    weights: Vec<f32>,
}

impl Mel {
    pub(super) fn new() -> Self {
        let window = (0..WIDTH).map(|at| 0.5 - 0.5 * (TAU * float(at) / float(WIDTH)).cos()).collect();
        Self { transform: RealFftPlanner::new().plan_fft_forward(WIDTH), window, filters: filters() }
    }

    /// The features of at most 10 s of sound at 16 kHz, with silence behind it: [`BANDS`] rows of [`FRAMES`] numbers.
    pub(super) fn features(&self, samples: &[f32]) -> Vec<f32> {
        const LEAST: f32 = 1e-10;
        let heard = (samples.len() / HOP + 3).min(FRAMES);
        let mut features = vec![LEAST.log10(); BANDS * FRAMES];
        let mut frame = self.transform.make_input_vec();
        let mut spectrum = self.transform.make_output_vec();
        for number in 0..heard {
            for (at, value) in frame.iter_mut().enumerate() {
                *value = self.window[at] * sample(samples, number * HOP + at);
            }
            // Its only error is a buffer of another length.
            let _ = self.transform.process(&mut frame, &mut spectrum);
            for (band, filter) in self.filters.iter().enumerate() {
                features[band * FRAMES + number] = filter.energy(&spectrum).max(LEAST).log10();
            }
        }
        let loudest = features.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        features.iter_mut().for_each(|value| *value = (value.max(loudest - 8.0) + 4.0) / 4.0);
        features
    }
}

/// The sample at `at` of the sound with half a frame before it, which mirrors its begin.
fn sample(samples: &[f32], at: usize) -> f32 {
    samples.get(at.abs_diff(WIDTH / 2)).copied().unwrap_or_default()
}

impl Filter {
    fn energy(&self, spectrum: &[Complex32]) -> f32 {
        spectrum[self.first..]
            .iter()
            .zip(&self.weights)
            .map(|(value, weight)| value.norm_sqr() * weight)
            .sum()
    }
}

/// Triangles on Slaney's mel scale up to 8 kHz, each of the same area.
fn filters() -> Vec<Filter> {
    let top = mel(8000.0);
    let edges: Vec<f32> = (0..BANDS + 2).map(|edge| hertz(top * float(edge) / float(BANDS + 1))).collect();
    let triangle = |edges: &[f32]| {
        let [low, middle, high] = [edges[0], edges[1], edges[2]];
        let weight = |bin: usize| {
            let frequency = float(bin) * 16_000.0 / float(WIDTH);
            let slope = ((frequency - low) / (middle - low)).min((high - frequency) / (high - middle));
            slope.max(0.0) * 2.0 / (high - low)
        };
        let first = (0..BINS).find(|&bin| weight(bin) > 0.0).unwrap_or_default();
        let weights = (first..BINS).map(weight).take_while(|&weight| weight > 0.0).collect();
        Filter { first, weights }
    };
    edges.windows(3).map(triangle).collect()
}

/// Slaney's scale is linear up to here, then logarithmic.
const KNEE: f32 = 1000.0;

/// Mels per hertz below the knee.
const LINEAR: f32 = 3.0 / 200.0;

/// Mels per unit of the natural logarithm above the knee: 27 for a factor of 6.4.
fn logarithmic() -> f32 {
    27.0 / 6.4_f32.ln()
}

fn mel(hertz: f32) -> f32 {
    if hertz < KNEE { hertz * LINEAR } else { KNEE * LINEAR + (hertz / KNEE).ln() * logarithmic() }
}

fn hertz(mel: f32) -> f32 {
    let knee = KNEE * LINEAR;
    if mel < knee { mel / LINEAR } else { KNEE * ((mel - knee) / logarithmic()).exp() }
}

#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn float(number: usize) -> f32 {
    number as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bands_follow_slaneys_scale() {
        assert!((hertz(mel(440.0)) - 440.0).abs() < 0.01);
        assert!((hertz(mel(5000.0)) - 5000.0).abs() < 0.1);
        assert!((mel(8000.0) - 45.245).abs() < 0.01);
        // The first weights of the table that Whisper ships.
        let filters = filters();
        assert_eq!(filters[0].first, 1);
        assert!((filters[0].weights[0] - 0.024_862_593).abs() < 1e-5, "{}", filters[0].weights[0]);
    }

    #[test]
    fn a_tone_is_loudest_in_its_band() {
        let tone: Vec<f32> = (0..16_000).map(|at| (TAU * 1000.0 * float(at) / 16_000.0).sin()).collect();
        let features = Mel::new().features(&tone);
        let at = |band: usize, frame: usize| features[band * FRAMES + frame];
        let loudest = (0..BANDS).max_by(|&a, &b| at(a, 50).total_cmp(&at(b, 50))).unwrap();
        assert!((25..30).contains(&loudest), "{loudest}");
        assert!(
            (at(loudest, 50) - at(0, 500) - 2.0).abs() < 0.01,
            "the range is 8 orders of magnitude, a quarter each"
        );
    }

    #[test]
    fn silence_has_features_too() {
        let features = Mel::new().features(&[]);
        assert!(features.iter().all(|value| (value + 1.5).abs() < 1e-6));
    }
}
