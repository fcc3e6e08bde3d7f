//! The sound of the current utterance.

use std::ops::Range;

use super::voice::{STEP, levels, threshold};

/// Frames of 20 ms: sound is cut when it has as many, 9 s.
const LONGEST: usize = 450;

/// The frames among which the quietest place is looked for.
const CUTS: Range<usize> = 250..440;

/// The frames around a place whose loudness counts: 100 ms.
const AROUND: usize = 5;

/// The frames of voice that goes on: one of the last 200 ms.
const LATELY: usize = 10;

/// The sound since the last final text.
#[derive(Default)]
pub(super) struct Sound {
    samples: Vec<f32>,
    levels: Vec<f32>,
    /// Frames up to the last voice that voice activity has told, however soft.
    voiced: usize,
}

impl Sound {
    /// Adds a frame of 20 ms at 16 kHz.
    pub(super) fn add(&mut self, frame: &[f32]) {
        self.levels.extend(levels(frame));
        self.samples.extend_from_slice(frame);
    }

    /// Its length in frames.
    pub(super) fn frames(&self) -> usize {
        self.levels.len()
    }

    /// The samples so far.
    pub(super) fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Voice activity found voice in all but the last `silent` frames.
    pub(super) fn voiced_but_for(&mut self, silent: usize) {
        self.voiced = self.voiced.max(self.frames().saturating_sub(silent));
    }

    /// Whether there was no voice in the frames from `frame` on.
    pub(super) fn is_quiet_from(&self, frame: usize) -> bool {
        if frame < self.voiced {
            return false;
        }
        let threshold = threshold(&self.levels);
        self.levels.iter().skip(frame).all(|&level| level <= threshold)
    }

    /// Whether there was voice in the last 200 ms.
    pub(super) fn is_voiced(&self) -> bool {
        !self.is_quiet_from(self.frames().saturating_sub(LATELY))
    }

    /// Sound of 9 s gives up its first part, up to the quietest place of the second half.
    pub(super) fn cut(&mut self) -> Option<Vec<f32>> {
        if self.frames() < LONGEST {
            return None;
        }
        let place = quietest(&self.levels[CUTS]) + CUTS.start;
        let rest = self.samples.split_off(place * STEP);
        self.levels.drain(..place);
        self.voiced = self.voiced.saturating_sub(place);
        Some(std::mem::replace(&mut self.samples, rest))
    }
}

/// The middle of the quietest stretch of [`AROUND`] frames.
fn quietest(levels: &[f32]) -> usize {
    let loudness = levels.windows(AROUND).map(|near| near.iter().map(|level| level * level).sum::<f32>());
    let least = loudness.enumerate().min_by(|(_, one), (_, other)| one.total_cmp(other));
    least.map_or(0, |(place, _)| place + AROUND / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(loudness: f32) -> Vec<f32> {
        (0..STEP).map(|at| loudness * (at as f32 * 0.3).sin()).collect()
    }

    #[test]
    fn long_sound_is_cut_at_its_quietest_place() {
        let mut sound = Sound::default();
        for number in 0..LONGEST {
            assert!(sound.cut().is_none(), "{number}");
            sound.add(&frame(if (300..310).contains(&number) { 0.01 } else { 0.2 }));
        }
        let first = sound.cut().unwrap();
        let frames = first.len() / STEP;
        assert!((302..=308).contains(&frames), "{frames}");
        assert_eq!(sound.frames(), LONGEST - frames);
        assert_eq!(sound.samples().len(), (LONGEST - frames) * STEP);
    }

    #[test]
    fn voice_goes_on_until_200_ms_of_quiet() {
        let mut sound = Sound::default();
        (0..20).for_each(|_| sound.add(&frame(0.2)));
        assert!(sound.is_voiced());
        (0..9).for_each(|_| sound.add(&frame(0.005)));
        assert!(sound.is_voiced() && sound.is_quiet_from(20));
        sound.add(&frame(0.005));
        assert!(!sound.is_voiced() && !sound.is_quiet_from(19));
    }
}
