//! G.711 mu-law, exactly (ITU-T G.711 table 2a; the integer form is that of the G.191 tools).

/// Added to a magnitude before its segment is sought, in units of 16-bit samples.
const BIAS: i32 = 132;

/// Largest magnitude that has a code of its own.
const CLIP: i32 = 32_635;

/// One byte per sample; samples beyond -1.0 to 1.0 are cut off.
pub fn encode(samples: &[f32]) -> Vec<u8> {
    samples.iter().map(|sample| encode_sample((sample * 32_768.0).round() as i32)).collect()
}

/// `sample` is a 16-bit value; the code is sent inverted, so silence is 0xFF.
fn encode_sample(sample: i32) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let magnitude = sample.saturating_abs().min(CLIP) + BIAS;
    // The segment is the position of the highest set bit above bit 7: 0 to 7.
    let segment = (24 - magnitude.leading_zeros()) as i32;
    let step = (magnitude >> (segment + 3)) & 0x0f;
    !(sign | ((segment as u8) << 4) | step as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decoder written from the standard's other side: value = ((2 step + 33) << segment) - 33, times 4.
    fn decode(code: u8) -> i32 {
        let code = !code;
        let magnitude = (((2 * i32::from(code & 0x0f) + 33) << ((code >> 4) & 7)) - 33) * 4;
        if code & 0x80 == 0 { magnitude } else { -magnitude }
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        for code in 0..=255u8 {
            // 0x7F is minus zero, which no integer sample stands for.
            let expected = if code == 0x7f { 0xff } else { code };
            assert_eq!(encode_sample(decode(code)), expected, "{code:#04x}");
        }
    }

    #[test]
    fn every_sample_gets_the_nearest_value_of_its_segment() {
        for sample in -32_768..=32_767 {
            let error = (decode(encode_sample(sample)) - sample).abs();
            let half_step = ((sample.abs() + BIAS) / 32).max(4);
            assert!(error <= half_step + 644 * i32::from(sample.abs() > CLIP), "{sample}: off by {error}");
        }
    }

    #[test]
    fn full_scale_and_silence_have_their_standard_codes() {
        assert_eq!(encode(&[0.0, 1.0, -1.0, 9.0, -9.0]), [0xff, 0x80, 0x00, 0x80, 0x00]);
    }
}
