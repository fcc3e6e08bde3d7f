//! Speech as frames: their length, silence, and the first audible sample of one.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hearing::{FRAME, Line, mu_law};

use crate::line::output_frame_bytes;

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

/// The place of the first sample of at least this amplitude in a frame.
pub(super) fn first_audible(line: Line, frame: &[u8], level: u16) -> Option<Duration> {
    let (first, samples) = match line {
        Line::Telephone => {
            (frame.iter().position(|code| mu_law::decode(*code).unsigned_abs() >= level)?, frame.len())
        }
        Line::Wide => {
            let (samples, _) = frame.as_chunks::<2>();
            let is_audible = |pair: &[u8; 2]| i16::from_le_bytes(*pair).unsigned_abs() >= level;
            (samples.iter().position(is_audible)?, samples.len())
        }
    };
    Some(FRAME.mul_f64(first as f64 / samples as f64))
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
        assert_eq!(first_audible(Line::Telephone, &[0xff, 0x80], 200), Some(Duration::from_millis(10)));
        assert_eq!(first_audible(Line::Wide, &199_i16.to_le_bytes(), 200), None);
        assert_eq!(first_audible(Line::Wide, &i16::MIN.to_le_bytes(), 200), Some(Duration::ZERO));
    }
}
