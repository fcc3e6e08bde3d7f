//! Even loudness: measures the active speech level of a clip, and gives the gain that brings it to the level of all
//! clips.
//!
//! Measured by ITU-T P.56, method B: the energy of all samples, divided by the time during which there is speech.
//! Loudness by EBU R128 has no value for clips under 0.4 s, and its filter is designed for music.

/// The level of every clip, in dB below full scale: 6 dB above the nominal level of telephone networks (-26 dB, ITU-T
/// P.830), for listeners in cars and streets. A higher level would cost quality: peaks of speech lie 16 to 19 dB above
/// its level, so at this one the limiter hardly ever acts.
const TARGET_DB: f32 = -20.0;

/// Largest gain, in dB. Anything that would need more is not speech but breath or the noise of a model.
const MAX_GAIN_DB: f32 = 24.0;

/// Speech counts as active down to this many dB below its level.
const MARGIN_DB: f32 = 15.9;

/// Time constant of the envelope, in seconds.
const ENVELOPE: f32 = 0.03;

/// Gaps up to this length, in milliseconds, count as speech.
const HANGOVER_MS: u32 = 200;

/// Number of thresholds that are tried, each half of the one before; the first is ½.
const THRESHOLDS: usize = 15;

/// Measures the pieces of one clip. Set pauses are left out.
pub(super) struct LevelMeter {
    /// Samples in a millisecond: the envelope needs only one value for each block.
    block: usize,
    smoothing: f32,
    envelope: [f32; 2],
    energy: f64,
    /// For each threshold, the milliseconds that count as active so far; `hangover` has those that still will, without
    /// more speech.
    active: [u32; THRESHOLDS],
    hangover: [u32; THRESHOLDS],
}

impl LevelMeter {
    pub(super) fn new(sample_rate: u32) -> Self {
        Self {
            block: (sample_rate as usize / 1000).max(1),
            smoothing: (-0.001 / ENVELOPE).exp(),
            envelope: [0.0; 2],
            energy: 0.0,
            active: [0; THRESHOLDS],
            hangover: [0; THRESHOLDS],
        }
    }

    pub(super) fn add(&mut self, speech: &[f32]) {
        for block in speech.chunks(self.block) {
            let (magnitude, energy) = block
                .iter()
                .fold((0.0, 0.0), |(sum, energy), sample| (sum + sample.abs(), energy + sample * sample));
            self.energy += f64::from(energy);
            let mut value = magnitude / block.len() as f32;
            for envelope in &mut self.envelope {
                *envelope = value + self.smoothing * (*envelope - value);
                value = *envelope;
            }
            self.count(value);
        }
    }

    fn count(&mut self, envelope: f32) {
        let mut threshold = 1.0;
        for (active, hangover) in self.active.iter_mut().zip(&mut self.hangover) {
            threshold *= 0.5;
            *hangover = if envelope >= threshold { HANGOVER_MS + 1 } else { *hangover }.saturating_sub(1);
            *active += u32::from(*hangover > 0);
        }
    }

    /// The factor that brings the measured pieces to the common level.
    pub(super) fn gain(&self) -> f32 {
        let decibel = self.level().map_or(0.0, |level| (TARGET_DB - level).min(MAX_GAIN_DB));
        10.0f32.powf(decibel / 20.0)
    }

    /// The active level in dB, where 0 is a square wave at full scale. `None` where nothing is above the lowest
    /// threshold.
    ///
    /// The level results from the threshold that lies exactly [`MARGIN_DB`] below it.
    fn level(&self) -> Option<f32> {
        let mut above: Option<(f32, f32)> = None;
        for (index, &active) in self.active.iter().enumerate() {
            if active == 0 {
                continue;
            }
            let threshold = -20.0 * 2.0f32.log10() * (index + 1) as f32;
            let time = f64::from(active) * self.block as f64;
            let level = 10.0 * (self.energy / time).log10() as f32;
            let excess = level - threshold - MARGIN_DB;
            if excess > 0.0 {
                let share = above.map_or(0.0, |(_, short)| excess / (excess - short));
                return Some(level + share * above.map_or(0.0, |(higher, _)| higher - level));
            }
            above = Some((level, excess));
        }
        above.map(|(level, _)| level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8000;

    fn level(clip: &[f32]) -> Option<f32> {
        let mut meter = LevelMeter::new(RATE);
        meter.add(clip);
        meter.level()
    }

    fn tone(milliseconds: usize, amplitude: f32) -> Vec<f32> {
        (0..8 * milliseconds).map(|index| amplitude * (index as f32 * 0.7).sin()).collect()
    }

    #[test]
    fn a_tone_has_the_level_of_its_root_mean_square() {
        for amplitude in [1.0, 0.3, 0.01] {
            let expected = 20.0 * (amplitude / 2.0f32.sqrt()).log10();
            let found = level(&tone(3000, amplitude)).unwrap_or_default();
            assert!((found - expected).abs() < 0.2, "{found} dB, not {expected}");
        }
    }

    #[test]
    fn silence_between_words_does_not_count() {
        let dense = tone(3000, 0.5);
        let sparse = [tone(1500, 0.5), vec![0.0; 40_000], tone(1500, 0.5)].concat();
        let difference = level(&dense).unwrap_or_default() - level(&sparse).unwrap_or_default();
        assert!((0.0..0.8).contains(&difference), "{difference} dB");
    }

    #[test]
    fn short_clips_are_measured_like_long_ones() {
        let long = level(&tone(10_000, 0.2)).unwrap_or_default();
        for milliseconds in [100, 200, 400, 1000] {
            let short = level(&tone(milliseconds, 0.2)).unwrap_or_default();
            assert!((short - long).abs() < 1.5, "{milliseconds} ms: {short} dB, not {long}");
        }
    }

    #[test]
    fn breath_is_not_raised_to_speech_and_silence_has_no_level() {
        let mut breath = LevelMeter::new(RATE);
        breath.add(&tone(1000, 0.001));
        assert!((20.0 * breath.gain().log10() - MAX_GAIN_DB).abs() < 1e-3);
        assert_eq!(level(&[0.0; 8000]), None);
        assert_eq!(LevelMeter::new(RATE).gain(), 1.0);
    }
}
