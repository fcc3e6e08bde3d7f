//! Speech as frames: their length, silence, and the first audible sample of one.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hearing::{FRAME, Line, mu_law};

use crate::line::output_frame_bytes;

/// Windows of a frame, in which the begin of the speech is sought: 5 ms each.
const WINDOWS: usize = 4;

/// Sound that leads to audible sound may be softer by this factor.
const SOFTER: u16 = 4;

/// Mu-law's zero.
const MU_LAW_SILENCE: u8 = 0xff;

/// Speech whose last frame is filled up with silence.
pub(super) fn whole_frames(line: Line, audio: Bytes) -> Bytes {
    let frame = output_frame_bytes(line);
    if audio.len().is_multiple_of(frame) {
        return audio;
    }
    let silence = match line {
        Line::Telephone => MU_LAW_SILENCE,
        Line::Wide => 0,
    };
    let mut whole = BytesMut::from(audio);
    whole.resize(whole.len().next_multiple_of(frame), silence);
    whole.freeze()
}

/// The number of the first sample of at least this amplitude.
pub(super) fn first_audible(line: Line, audio: &[u8], level: u16) -> Option<usize> {
    audio.chunks_exact(width(line)).position(|sample| amplitude(line, sample) >= level)
}

/// The length of a number of samples.
pub(super) fn duration(line: Line, samples: usize) -> Duration {
    FRAME.mul_f64((samples * width(line)) as f64 / output_frame_bytes(line) as f64)
}

/// Speech without the silence before it: from 5 ms before its first audible sample on, or before the softer sound that
/// leads to it, as a consonant does. Empty where nothing is audible.
pub(super) fn without_lead(line: Line, audio: &Bytes, level: u16) -> Bytes {
    let Some(first) = first_audible(line, audio, level) else { return Bytes::new() };
    let window = output_frame_bytes(line) / WINDOWS;
    let mut begin = first * width(line);
    while begin > 0 {
        let before = begin.saturating_sub(window);
        let is_soft = first_audible(line, &audio[before..begin], level / SOFTER).is_some();
        begin = before;
        if !is_soft {
            break;
        }
    }
    audio.slice(begin..)
}

/// Bytes of a sample.
fn width(line: Line) -> usize {
    match line {
        Line::Telephone => 1,
        Line::Wide => 2,
    }
}

fn amplitude(line: Line, sample: &[u8]) -> u16 {
    match (line, sample) {
        (Line::Telephone, [code]) => mu_law::decode(*code).unsigned_abs(),
        (Line::Wide, [low, high]) => i16::from_le_bytes([*low, *high]).unsigned_abs(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frame_is_filled_with_silence() {
        let telephone = whole_frames(Line::Telephone, Bytes::from(vec![0; 161]));
        assert_eq!((telephone.len(), telephone[161], telephone[319]), (320, 0xff, 0xff));
        let wide = whole_frames(Line::Wide, Bytes::from(vec![1; 962]));
        assert_eq!((wide.len(), wide[962]), (1920, 0));
        assert_eq!(whole_frames(Line::Wide, Bytes::from(vec![1; 960])).len(), 960);
    }

    #[test]
    fn silence_and_noise_below_the_level_are_not_audible() {
        assert_eq!(first_audible(Line::Telephone, &[0xff, 0x7f, 0xfe], 200), None);
        assert_eq!(first_audible(Line::Telephone, &[0xff, 0x80], 200), Some(1));
        assert_eq!(first_audible(Line::Wide, &199_i16.to_le_bytes(), 200), None);
        assert_eq!(first_audible(Line::Wide, &i16::MIN.to_le_bytes(), 200), Some(0));
        assert_eq!(duration(Line::Telephone, 80), Duration::from_millis(10));
        assert_eq!(duration(Line::Wide, 240), Duration::from_millis(10));
    }

    /// Samples of these amplitudes, each with its length in milliseconds.
    fn wide(parts: &[(i16, usize)]) -> Bytes {
        let samples = parts.iter().flat_map(|(level, ms)| std::iter::repeat_n(level.to_le_bytes(), ms * 24));
        Bytes::from_iter(samples.flatten())
    }

    #[test]
    fn silence_before_speech_is_cut_to_5_ms_and_a_soft_consonant_is_kept() {
        let cut = |parts: &[(i16, usize)]| without_lead(Line::Wide, &wide(parts), 100);
        assert_eq!(cut(&[(0, 30), (9_000, 50)]), wide(&[(0, 5), (9_000, 50)]));
        assert_eq!(cut(&[(0, 30), (40, 20), (9_000, 50)]), wide(&[(0, 5), (40, 20), (9_000, 50)]));
        assert_eq!(cut(&[(0, 2), (9_000, 50), (0, 90)]), wide(&[(0, 2), (9_000, 50), (0, 90)]));
        assert_eq!(cut(&[(20, 500)]), Bytes::new());
        let telephone = Bytes::from([vec![0xff; 800], vec![0x10; 160]].concat());
        assert_eq!(without_lead(Line::Telephone, &telephone, 100), telephone.slice(760..));
    }
}
