//! The end of a turn's sound, to 10 ms. Voice activity sees vowels, but a word may end in a consonant without a voice, and
//! a vowel may be followed by an echo: the level decides.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::{Frame, samples, turn::Moment};

const WINDOW: Duration = Duration::from_millis(10);

/// Windows that are kept: longer than the silence behind a turn.
const KEPT: usize = 200;

/// Sound this far below the loudest one of the turn is none: 35 dB, as a ratio of powers.
const BELOW_LOUDEST: f32 = 3_162.0;

/// Sound must be this far above the line's noise: 6 dB, as a ratio of powers.
const ABOVE_NOISE: f32 = 4.0;

/// A word's sound ends at most this long behind its voice, and an echo is at most as long.
const NEAR: Duration = Duration::from_millis(160);

struct Window {
    ends: Duration,
    /// When its last sample came, if the line's frames came without a delay.
    received: Instant,
    /// Mean square, of 1.0.
    power: f32,
}

/// The levels of the last frames.
#[derive(Default)]
pub(super) struct Edge {
    windows: VecDeque<Window>,
    /// The loudest window of the turn.
    loudest: f32,
}

impl Edge {
    pub(super) fn push(&mut self, frame: &Frame, received: Instant) {
        let powers = samples::powers(frame);
        let count = u32::try_from(powers.len()).unwrap_or(1);
        for (behind, power) in (0..count).rev().zip(powers) {
            let behind = WINDOW * behind;
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
        self.loudest = voice.map(|window| window.power).fold(0.0, f32::max);
    }

    /// The end of the sound whose voice ended here.
    pub(super) fn end(&self, voice: Moment) -> Moment {
        let behind = voice.at + NEAR;
        let silence = self.windows.iter().filter(|window| window.ends > behind).map(|window| window.power);
        let (count, sum) = silence.fold((0.0, 0.0), |(count, sum), power| (count + 1.0, sum + power));
        let noise = if count > 0.0 { sum / count } else { 0.0 };
        let least = (self.loudest / BELOW_LOUDEST).max(noise * ABOVE_NOISE);
        let near = voice.at.saturating_sub(NEAR)..=behind;
        let is_sound = |window: &&Window| near.contains(&window.ends) && window.power > least;
        let last = self.windows.iter().rev().find(is_sound);
        last.map_or(voice, |window| Moment { at: window.ends, received: window.received })
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
    }

    #[test]
    fn the_noise_of_the_line_is_no_sound() {
        let noisy = [&[8000; 20][..], &[700; 40]].concat();
        assert_eq!(end(&noisy, 200), 200);
        assert_eq!(end(&[20; 4], 20), 40, "all is alike: the last window near the voice");
    }
}
