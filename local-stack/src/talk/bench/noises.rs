//! Sounds like voice that are no turn.

use anyhow::Result;

use crate::talk::{level, noise};

/// A second speaker in the room is this much quieter than the caller, in dB.
const FURTHER_AWAY_DB: f64 = 12.0;

/// Length of a piece of music, and the distance between two of them, in samples: 2 s and 5 s.
const MUSIC: usize = 16_000;
const NEXT_MUSIC: usize = 40_000;

/// Speech from further away.
pub(super) fn further_away(samples: &[i16]) -> Vec<i16> {
    let gain = 10f64.powf(-FURTHER_AWAY_DB / 20.0);
    samples.iter().map(|sample| (f64::from(*sample) * gain) as i16).collect()
}

/// A piece of music.
///
/// # Errors
/// Never.
pub(super) fn music(number: usize) -> Result<Vec<i16>> {
    Ok(noise::music()?.into_iter().cycle().skip(number * NEXT_MUSIC).take(MUSIC).collect())
}

/// Two bursts of noise that fade, as loud as speech.
///
/// # Errors
/// Never.
pub(super) fn cough(seed: u64) -> Result<Vec<i16>> {
    const BURST: usize = 2200;
    const PAUSE: usize = 900;
    const POWER: f64 = 9e6;
    let mut samples = noise::pink(seed)?;
    samples.truncate(2 * BURST + PAUSE);
    for (at, sample) in samples.iter_mut().enumerate() {
        let within = at % (BURST + PAUSE);
        let rise = (within as f64 / 80.0).min(1.0);
        let level = if within < BURST { rise * (-(within as f64) / 700.0).exp() } else { 0.0 };
        *sample = (f64::from(*sample) * level) as i16;
    }
    let gain = (POWER / level::power(&samples).max(1.0)).sqrt();
    Ok(samples.into_iter().map(|sample| (f64::from(sample) * gain) as i16).collect())
}
