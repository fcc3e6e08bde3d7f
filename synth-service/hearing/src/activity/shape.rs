//! The shape of a sound: tone, vowel, or neither.

/// Samples at 8 kHz that are kept: 165 ms.
const KEPT: usize = 1_320;

/// Samples that are compared with earlier ones: 40 ms.
const WINDOW: usize = 320;

/// Distances in samples at 8 kHz of a voice's pitch: 57 to 400 Hz.
const PITCH: std::ops::RangeInclusive<usize> = 20..=140;

/// Distances beyond any pitch: 50 to 125 ms. Only a sound that does not change repeats over them.
const FAR: std::ops::RangeInclusive<usize> = 400..=1_000;

/// The likeness to an earlier moment from which a sound is periodic.
const PERIODIC: f32 = 0.5;

/// The mean likeness over [`FAR`] from which a sound is a tone or an instrument. Held vowels stay below it: no throat
/// keeps a pitch to a tenth of a percent.
const STEADY: f32 = 0.8;

/// Frames of that mean, about.
const STEADY_FRAMES: f32 = 6.0;

/// Samples that show a tone: 30 ms.
const TONE: usize = 240;

/// The share of a tone's power that prediction from eight samples leaves. Vowels leave ten times as much.
const TONE_LEAVES: f64 = 0.0018;

/// The sound of the last moments.
#[derive(Default)]
pub(super) struct Shape {
    kept: Vec<f32>,
    /// The same without its low sounds, which make noise look periodic.
    bright: Vec<f32>,
    steady: f32,
    tonal: bool,
    periodic: bool,
}

impl Shape {
    /// Takes a frame at 16 kHz. Only one that may be voice is looked at closely: that costs most of the time.
    pub(super) fn take(&mut self, samples: &[f32], may_be_voice: bool) {
        // Every second sample: the line's own where it has 8 kHz.
        for sample in samples.iter().step_by(2) {
            let before = self.kept.last().copied().unwrap_or_default();
            self.bright.push(sample - 0.9 * before);
            self.kept.push(*sample);
        }
        let over = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..over);
        self.bright.drain(..over);
        let is_close = may_be_voice && self.kept.len() == KEPT;
        let far = if is_close { likeness(&self.kept, FAR) } else { 0.0 };
        self.steady += (far - self.steady) / STEADY_FRAMES;
        self.periodic = is_close && likeness(&self.bright, PITCH) >= PERIODIC;
        let newest = &self.kept[self.kept.len().saturating_sub(TONE)..];
        self.tonal = may_be_voice && newest.len() == TONE && unpredictable(newest) < TONE_LEAVES;
    }

    /// Whether it is a tone of a device or an instrument.
    pub(super) fn is_tone(&self) -> bool {
        self.tonal || self.steady >= STEADY
    }

    /// Whether it has a pitch, as vowels have.
    pub(super) fn is_periodic(&self) -> bool {
        self.periodic && !self.is_tone()
    }
}

/// The greatest correlation of the last [`WINDOW`] samples with as many before them, over these distances.
fn likeness(samples: &[f32], distances: std::ops::RangeInclusive<usize>) -> f32 {
    let now = samples.len() - WINDOW;
    let current = &samples[now..];
    let own = product(current, current);
    if own < 1e-6 {
        return 0.0;
    }
    let first = now - distances.start();
    let mut power = product(&samples[first..][..WINDOW], &samples[first..][..WINDOW]);
    let mut best = 0.0f32;
    for distance in distances {
        let begins = now - distance;
        // A much quieter moment is not alike, and the sum that slides has lost its last digits there.
        let scale = (own * power.max(own / 100.0)).sqrt();
        best = best.max(product(current, &samples[begins..][..WINDOW]) / scale);
        if begins > 0 {
            // The next window begins one sample earlier.
            let (gained, lost) = (samples[begins - 1], samples[begins + WINDOW - 1]);
            power = power + gained * gained - lost * lost;
        }
    }
    best
}

/// The sum of products, in eight lanes: a plain sum has an order that the compiler must keep, and is far slower.
fn product(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0f32; 8];
    for (one, other) in one.as_chunks::<8>().0.iter().zip(other.as_chunks::<8>().0) {
        for lane in 0..8 {
            lanes[lane] += one[lane] * other[lane];
        }
    }
    lanes.iter().sum()
}

/// The share of power that linear prediction of order 8 leaves (Levinson-Durbin), under a Hann window.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn unpredictable(samples: &[f32]) -> f64 {
    const ORDER: usize = 8;
    let step = std::f64::consts::TAU / samples.len() as f64;
    let window = |at: usize| 0.5 - 0.5 * (step * (at as f64 + 0.5)).cos();
    let windowed: Vec<f64> =
        samples.iter().enumerate().map(|(at, sample)| f64::from(*sample) * window(at)).collect();
    let likeness: [f64; ORDER + 1] = std::array::from_fn(|distance| {
        windowed.iter().zip(&windowed[distance..]).map(|(one, other)| one * other).sum()
    });
    if likeness[0] < 1e-6 {
        return 1.0;
    }
    let mut left = likeness[0] * (1.0 + 1e-9);
    let mut weights = [0.0; ORDER + 1];
    for order in 1..=ORDER {
        let known: f64 = (1..order).map(|at| weights[at] * likeness[order - at]).sum();
        let reflected = (likeness[order] - known) / left;
        let before = weights;
        weights[order] = reflected;
        for at in 1..order {
            weights[at] = before[at] - reflected * before[order - at];
        }
        left *= 1.0 - reflected * reflected;
    }
    left / likeness[0]
}
