//! The source of the voiced sound: a pulse train that follows the pitch.

use super::{
    fast::sine,
    rates::{FRAME_RATE, MODEL_RATE},
};

/// Lowest pitch of a voiced sample, in Hz.
const LOWEST_PITCH: f32 = 40.0;

/// Highest frequency of a harmonic, in Hz. At a low sample rate, half of that rate is the limit.
const HIGHEST_HARMONIC: f32 = 11_000.0;
const SHARE_OF_RATE: f32 = 0.494;

/// Where the denominator of the closed form is smaller than this, its limit is used instead.
const SMALL_DENOMINATOR: f32 = 1e-3;

/// Samples that are computed together.
const LANES: usize = 16;

/// A pulse train with all harmonics of the pitch at amplitude 1, from one value of the pitch per frame; zero where
/// there is no voice. Closed form: Σ cos(h·t) for h = 1…H is sin((H + ½)t) / (2 sin(t/2)) − ½.
pub(super) fn pulses(pitch: &[f32], rate: u32) -> Vec<f32> {
    let highest = HIGHEST_HARMONIC.min(SHARE_OF_RATE * rate as f32);
    let mut phase = Phase::new(pitch, rate);
    let mut samples = vec![0.0; pitch.len() * (rate / FRAME_RATE) as usize];
    for (block, samples) in samples.chunks_mut(LANES).enumerate() {
        let mut turns = [0.0; LANES];
        let mut frequencies = [0.0; LANES];
        for lane in 0..samples.len() {
            (turns[lane], frequencies[lane]) = phase.advance(block * LANES + lane);
        }
        let mut values = [0.0; LANES];
        for lane in 0..LANES {
            values[lane] = pulse(turns[lane], frequencies[lane], highest);
        }
        samples.copy_from_slice(&values[..samples.len()]);
    }
    samples
}

#[inline]
fn pulse(turns: f32, frequency: f32, highest: f32) -> f32 {
    let voiced = frequency > LOWEST_PITCH;
    let frequency = if voiced { frequency } else { LOWEST_PITCH };
    let harmonics = (highest / frequency) as i32 as f32 + 0.5;
    let denominator = sine(0.5 * turns);
    let quotient = sine(harmonics * turns) / (2.0 * denominator) - 0.5;
    let value = if denominator.abs() <= SMALL_DENOMINATOR { harmonics - 0.5 } else { quotient };
    if voiced { value } else { 0.0 }
}

/// The phase: the running sum of the pitch. The network was trained with sums over samples at its own rate; at a lower
/// rate, the phases are those of the model's samples at the same times.
struct Phase<'a> {
    pitch: &'a [f32],
    /// Samples at the model's rate per sample at this rate.
    stride: f32,
    rate: f64,
    turns: f64,
}

impl<'a> Phase<'a> {
    fn new(pitch: &'a [f32], rate: u32) -> Self {
        let rate = f64::from(rate);
        let first = f64::from(pitch_at(pitch, 0.0).max(LOWEST_PITCH));
        let turns = first / f64::from(MODEL_RATE) - first / rate;
        Self { pitch, stride: (f64::from(MODEL_RATE) / rate) as f32, rate, turns }
    }

    /// The phase at the next sample, -½ to ½, and the pitch there.
    fn advance(&mut self, index: usize) -> (f32, f32) {
        // The pitch in the middle of the steps since the last sample stands for all of them.
        let pitch = pitch_at(self.pitch, index as f32 * self.stride - 0.5 * (self.stride - 1.0));
        self.turns += f64::from(pitch.max(LOWEST_PITCH)) / self.rate;
        if self.turns > 0.5 {
            self.turns -= 1.0;
        }
        (self.turns as f32, pitch)
    }
}

/// The pitch at a sample of the model's rate: linear between the centres of the frames, constant beyond the first and
/// the last centre.
fn pitch_at(pitch: &[f32], index: f32) -> f32 {
    const FRAMES_PER_SAMPLE: f32 = FRAME_RATE as f32 / MODEL_RATE as f32;
    let position = ((index + 0.5) * FRAMES_PER_SAMPLE - 0.5).max(0.0);
    let before = position as usize;
    let last = pitch.len() - 1;
    let (left, right) = (pitch[before.min(last)], pitch[(before + 1).min(last)]);
    left + (right - left) * (position - before as f32)
}
