//! The end of a turn's sound, to 10 ms. Voice activity sees vowels, but a word may end in a consonant without a voice, and
//! a vowel may be followed by an echo: the level decides.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{Frame, samples, turn::Moment};

const WINDOW: Duration = Duration::from_millis(10);

/// Windows that are kept: longer than the silence behind a turn.
const KEPT: usize = 200;

/// Sound this far below the loudest one of the turn counts as silence: 35 dB, as a ratio of powers.
const BELOW_LOUDEST: f32 = 3_162.0;

/// Sound below this power counts as silence: 53 dB below full scale, about the quietest that is heard on a telephone line.
const INAUDIBLE: f32 = 4.66e-6;

/// Sound must be this far above the line's noise: 6 dB, as a ratio of powers.
const ABOVE_NOISE: f32 = 4.0;

/// A word's sound ends at most this long behind its voice, and an echo is at most as long.
const NEAR: Duration = Duration::from_millis(160);

/// Sound that goes on behind the word and its echo ends with a silence of this length.
const JOINED: Duration = Duration::from_millis(60);

/// Such sound goes on for at most this long behind the voice.
const LONGEST_TAIL: Duration = Duration::from_millis(600);

/// Windows of a moment whose noise is measured.
const MOMENT: usize = 8;

struct Window {
    ends: Duration,
    /// When its last sample came, if the line's frames came without a delay.
    received: Instant,
    /// Mean square, of 1.0.
    power: f32,
}

/// A turn that begins this soon behind another one is the same speech, as loud.
const SAME_SPEECH: Duration = Duration::from_secs(2);

/// The levels of the last frames.
#[derive(Default)]
pub(super) struct Edge {
    windows: VecDeque<Window>,
    /// The power of the turn's loudest window.
    level: f32,
    /// The same of the speech, of which the turn may be a part.
    loudest: f32,
    /// The end of the voice of the turn before.
    ended: Option<Duration>,
}

impl Edge {
    pub(super) fn push(&mut self, frame: &Frame, received: Instant) {
        let powers = samples::powers(frame);
        let count = u32::try_from(powers.len()).unwrap_or(1);
        for (behind, power) in (0..count).rev().zip(powers) {
            let behind = WINDOW * behind;
            self.level = self.level.max(power);
            self.loudest = self.loudest.max(power);
            self.windows.push_back(Window {
                ends: frame.ends().saturating_sub(behind),
                received: received.checked_sub(behind).unwrap_or(received),
                power,
            });
        }
        while self.windows.len() > KEPT {
            self.windows.pop_front();
        }
    }

    /// A turn begins with the voice that began here.
    pub(super) fn turn_begins(&mut self, at: Duration) {
        let voice = self.windows.iter().filter(|window| window.ends > at);
        self.level = voice.map(|window| window.power).fold(0.0, f32::max);
        let same_speech = self.ended.is_some_and(|ended| at < ended + SAME_SPEECH);
        if !same_speech {
            self.loudest = self.level;
        }
    }

    /// Mean square of the turn's loudest window, of 1.0.
    pub(super) fn level(&self) -> f32 {
        self.level
    }

    /// A turn has ended; its voice ended here.
    pub(super) fn turn_ends(&mut self, at: Duration) {
        self.ended = Some(at);
    }

    /// The end of the sound whose voice ended here.
    pub(super) fn end(&self, voice: Moment) -> Moment {
        let least = (self.loudest / BELOW_LOUDEST).max(self.noise(voice.at) * ABOVE_NOISE).max(INAUDIBLE);
        let near = voice.at.saturating_sub(NEAR)..=voice.at + LONGEST_TAIL;
        let (mut last, mut reach) = (voice, voice.at + NEAR);
        for window in self.windows.iter().filter(|window| near.contains(&window.ends)) {
            if window.ends <= reach && window.power > least {
                reach = reach.max(window.ends + JOINED);
                last = Moment { at: window.ends, received: window.received };
            }
        }
        last
    }

    /// The level of the line behind a voice: that of its quietest moment, since the sound may go on for a while.
    fn noise(&self, voice: Duration) -> f32 {
        let behind: Vec<f32> =
            self.windows.iter().filter(|window| window.ends > voice).map(|window| window.power).collect();
        let means = behind.windows(MOMENT).map(|moment| moment.iter().sum::<f32>() / moment.len() as f32);
        means.reduce(f32::min).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Line;

    /// Frames of the given amplitudes, each 10 ms long.
    fn edge(amplitudes: &[i16]) -> (Edge, Instant) {
        let (mut edge, began) = (Edge::default(), Instant::now());
        for (number, pair) in amplitudes.chunks(2).enumerate() {
            let samples = pair.iter().flat_map(|amplitude| [amplitude.to_le_bytes(); 160].concat());
            let frame = Frame { line: Line::Wide, number: number as u64, audio: samples.collect() };
            edge.push(&frame, began + frame.ends());
        }
        edge.turn_begins(Duration::ZERO);
        (edge, began)
    }

    fn end(amplitudes: &[i16], voice_ms: u64) -> u128 {
        let (edge, began) = edge(amplitudes);
        let at = Duration::from_millis(voice_ms);
        let end = edge.end(Moment { at, received: began + at });
        assert_eq!(end.received - began, end.at, "time and place of a sound go together");
        end.at.as_millis()
    }

    #[test]
    fn a_consonant_without_a_voice_is_a_part_of_the_word_and_an_echo_is_none() {
        let silence = [0; 30];
        let word = |tail: &[i16]| [&[8000; 20][..], tail, &silence[..]].concat();
        assert_eq!(end(&word(&[900, 900, 900]), 200), 230);
        assert_eq!(end(&word(&[60, 60, 60]), 230), 200);
        assert_eq!(end(&word(&[]), 200), 200);
        // A last word that dies away.
        assert_eq!(end(&word(&[300; 30]), 200), 500);
        assert_eq!(end(&word(&[&[300; 20][..], &[0; 8], &[300; 4]].concat()), 200), 400);
    }

    #[test]
    fn a_turn_that_follows_at_once_is_as_loud_as_the_one_before() {
        let amplitudes = [&[8000; 20][..], &[0; 20], &[2000; 20], &[100; 10], &[0; 20]].concat();
        let ms = Duration::from_millis;
        for (before, wanted) in [(Some(ms(200)), 600), (None, 700)] {
            let (mut edge, began) = edge(&amplitudes);
            if let Some(before) = before {
                edge.turn_ends(before);
            }
            edge.turn_begins(ms(400));
            let end = edge.end(Moment { at: ms(600), received: began + ms(600) });
            assert_eq!(end.at.as_millis(), wanted);
        }
    }

    #[test]
    fn the_level_is_that_of_the_turns_loudest_window() {
        let power = |amplitude: f32| (amplitude / 32_768.0).powi(2);
        let (mut edge, _) = edge(&[&[8000; 20][..], &[0; 20], &[2000; 20]].concat());
        assert!((edge.level() - power(8000.0)).abs() < 1e-4);
        edge.turn_ends(Duration::from_millis(200));
        edge.turn_begins(Duration::from_millis(400));
        assert!((edge.level() - power(2000.0)).abs() < 1e-4);
    }

    #[test]
    fn the_noise_of_the_line_is_no_sound() {
        let noisy = [&[8000; 20][..], &[700; 40]].concat();
        assert_eq!(end(&noisy, 200), 200);
        // Its level wavers.
        let noisy: Vec<i16> = (0..40).map(|window| 500 + window * 37 % 200).collect();
        assert_eq!(end(&[&[8000; 20][..], &noisy].concat(), 200), 200);
        assert_eq!(end(&[200; 4], 20), 40, "all is alike: the last window near the voice");
    }
}
