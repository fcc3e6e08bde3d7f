//! Speech and silence in samples at 8000 Hz, by their level.

use std::ops::Range;

use connect_flows::clip::SILENCE_LEVEL;

/// Samples of a millisecond.
pub(super) const MS: usize = 8;

/// Samples of a window: 10 ms.
pub(super) const WINDOW: usize = 80;

/// Windows this far below the loudest one are silence: 35 dB, as a ratio of powers.
const BELOW_LOUDEST: f64 = 3162.0;

/// Windows above this level are voice for sure: 20 dB below the loudest one, as a ratio of powers.
const VOICE: f64 = 100.0;

/// Windows in which the sound of a word goes on behind its voice, and behind a sound of its own.
const NEAR: usize = 16;
const JOINED: usize = 6;

/// The voiced part of a clean recording, to 10 ms; `None` where there is only silence. The rule is that of the service's
/// ears: each window within 35 dB of the loudest one, unless silence parts it from the last word.
pub(super) fn voiced(samples: &[i16]) -> Option<Range<usize>> {
    let (powers, loudest) = powers(samples);
    if loudest <= f64::from(SILENCE_LEVEL).powi(2) / 2.0 {
        return None;
    }
    let least = loudest / BELOW_LOUDEST;
    let first = powers.iter().position(|power| *power > least)?;
    let voice = powers.iter().rposition(|power| *power > loudest / VOICE)?;
    let (mut last, mut reach) = (voice, voice + NEAR);
    for (at, _) in powers.iter().enumerate().skip(voice).filter(|(_, power)| **power > least) {
        if at <= reach {
            (last, reach) = (at, reach.max(at + JOINED));
        }
    }
    Some(first * WINDOW..((last + 1) * WINDOW).min(samples.len()))
}

/// The number of samples in which the voiced part of a recording dies away: those behind its last window above 20 dB below
/// the loudest one.
pub(super) fn fading(samples: &[i16], voiced: &Range<usize>) -> usize {
    let (powers, loudest) = powers(&samples[voiced.clone()]);
    let last = powers.iter().rposition(|power| *power > loudest / VOICE);
    last.map_or(0, |last| voiced.len().saturating_sub((last + 1) * WINDOW))
}

/// The power of each window, and the greatest one.
fn powers(samples: &[i16]) -> (Vec<f64>, f64) {
    let powers: Vec<f64> = samples.chunks(WINDOW).map(power).collect();
    let loudest = powers.iter().copied().fold(0.0, f64::max);
    (powers, loudest)
}

/// The milliseconds of this number of samples.
pub(super) fn ms(samples: usize) -> f64 {
    samples as f64 / MS as f64
}

/// Mean square of the samples.
pub(super) fn power(samples: &[i16]) -> f64 {
    samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len().max(1) as f64
}

/// Whether any sample can be heard.
pub(super) fn is_audible(samples: &[i16]) -> bool {
    connect_flows::clip::first_audible(samples).is_some()
}

/// The stretches of sound between silences of at least this many samples.
pub(super) fn sounds(samples: &[i16], silence: usize) -> Vec<Range<usize>> {
    let mut sounds: Vec<Range<usize>> = Vec::new();
    for (at, _) in samples.iter().enumerate().filter(|(_, sample)| sample.unsigned_abs() > SILENCE_LEVEL) {
        match sounds.last_mut() {
            Some(last) if at < last.end + silence => last.end = at + 1,
            _ => sounds.push(at..at + 1),
        }
    }
    sounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_voiced_part_is_found_to_a_window() {
        let mut samples = vec![3; 8000];
        samples[2000..4000].fill(5000);
        assert_eq!(voiced(&samples), Some(2000..4000));
        // An echo 40 dB below the voice is none.
        samples[4000..6000].fill(50);
        assert_eq!(voiced(&samples), Some(2000..4000));
        // A quiet caller's last consonant is a part of the word, though it could hardly be heard by itself.
        let quiet = [&[0; 800][..], &[1500; 800], &[40; 800], &[0; 800]].concat();
        assert_eq!(voiced(&quiet), Some(800..2400));
        assert_eq!(fading(&quiet, &(800..2400)), 800);
        assert_eq!(fading(&samples, &(2000..4000)), 0);
        // A breath behind the last word is none of it.
        let breath = [&[0; 800][..], &[5000; 800], &[0; 1600], &[400; 160], &[0; 800]].concat();
        assert_eq!(voiced(&breath), Some(800..1600));
        assert_eq!(voiced(&[5; 800]), None);
        assert_eq!(voiced(&[]), None);
    }

    #[test]
    fn sounds_are_split_at_long_silences_only() {
        let mut samples = vec![0; 1000];
        samples[100..200].fill(-300);
        samples[250..300].fill(300);
        samples[600] = 101;
        assert_eq!(sounds(&samples, 100), [100..300, 600..601]);
        assert_eq!(sounds(&samples, 51), [100..300, 600..601]);
        assert_eq!(sounds(&samples, 50), [100..200, 250..300, 600..601]);
    }
}
