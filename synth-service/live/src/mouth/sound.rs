//! Speech as frames: their length, silence, and whether one is audible.

use bytes::{Bytes, BytesMut};
use hearing::Line;

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

/// Whether a frame has a sample of at least this amplitude.
pub(super) fn is_audible(line: Line, frame: &[u8], level: u16) -> bool {
    match line {
        Line::Telephone => frame.iter().any(|byte| amplitude(*byte) >= level),
        Line::Wide => {
            let mut samples = frame.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
            samples.any(|sample| sample.unsigned_abs() >= level)
        }
    }
}

/// The amplitude of a mu-law sample, of 32,767: ITU-T G.711.
fn amplitude(byte: u8) -> u16 {
    let byte = !byte;
    let (exponent, mantissa) = ((byte >> 4) & 7, u16::from(byte & 15));
    (((mantissa << 3) + 0x84) << exponent) - 0x84
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
        assert!(!is_audible(Line::Telephone, &[0xff, 0x7f, 0xfe], 200));
        assert!(is_audible(Line::Telephone, &[0xff, 0x80], 200));
        assert_eq!((amplitude(0xff), amplitude(0x00), amplitude(0x80)), (0, 32_124, 32_124));
        assert!(!is_audible(Line::Wide, &199_i16.to_le_bytes(), 200));
        assert!(is_audible(Line::Wide, &i16::MIN.to_le_bytes(), 200));
    }
}
