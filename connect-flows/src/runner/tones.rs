//! Sounds that no voice makes: touch tones, and beeps in place of words.

use std::{f32::consts::TAU, time::Duration};

use async_trait::async_trait;

use super::PromptVoice;
use crate::{clip::SAMPLE_RATE, recording::samples_in};

/// The time in which a letter is spoken, and a syllable of Hangul or another character that is no letter of ASCII.
const LETTER: Duration = Duration::from_millis(60);
const SYLLABLE: Duration = Duration::from_millis(160);

/// The longest sound of a text: a call is over by then.
pub(super) const LONGEST: Duration = Duration::from_secs(30 * 60);

/// The length of a touch tone.
pub(super) const TONE: Duration = Duration::from_millis(100);

/// The frequencies of the keys' columns and rows, in Hz.
const COLUMNS: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const KEYS: [&str; 4] = ["123A", "456B", "789C", "*0#D"];

/// The frequency of the beeps, in Hz.
const BEEP: f32 = 440.0;

/// A voice that beeps for as long as the words would take.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beeps;

#[async_trait]
impl PromptVoice for Beeps {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        Ok(beep(speaking_time(text)))
    }

    async fn length(&self, text: &str) -> Result<usize, String> {
        Ok(samples_in(speaking_time(text)))
    }
}

/// The time in which a text is spoken, by its letters.
pub(super) fn speaking_time(text: &str) -> Duration {
    let letters = text.chars().filter(char::is_ascii).count();
    let syllables = text.chars().count() - letters;
    let times = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let whole =
        LETTER.saturating_mul(times(letters)).saturating_add(SYLLABLE.saturating_mul(times(syllables)));
    whole.min(LONGEST)
}

/// A soft tone of this length.
pub(super) fn beep(length: Duration) -> Vec<i16> {
    mixed(length, &[BEEP], 2000.0)
}

/// The tone of a key; silence for a character that is no key.
pub(super) fn touch_tone(key: char) -> Vec<i16> {
    let place = KEYS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(key)?)));
    place.map_or_else(Vec::new, |(row, column)| mixed(TONE, &[ROWS[row], COLUMNS[column]], 6000.0))
}

fn mixed(length: Duration, frequencies: &[f32], amplitude: f32) -> Vec<i16> {
    let sample = |at: usize| {
        let seconds = at as f32 / SAMPLE_RATE as f32;
        let sum: f32 = frequencies.iter().map(|frequency| (TAU * frequency * seconds).sin()).sum();
        (amplitude * sum) as i16
    };
    (0..samples_in(length)).map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_follow_the_letters_and_keys_have_their_tones() {
        assert_eq!(speaking_time("Hello"), Duration::from_millis(300));
        assert_eq!(speaking_time("안녕"), Duration::from_millis(320));
        assert_eq!(beep(Duration::from_millis(20)).len(), 160);
        assert_eq!((touch_tone('5').len(), touch_tone('x').len()), (800, 0));
        assert_ne!(touch_tone('1'), touch_tone('#'));
    }
}
