//! G.711 mu-law, exactly (ITU-T G.711 table 2a).
//!
//! Magnitudes are compared with the decision values without rounding to 16 or 14 bit first. For every magnitude there
//! are two codes, one on either side of zero; an encoder that rounds a negative sample down before it takes the
//! magnitude is off by one step on that side.

/// Added to a magnitude before its segment is sought, in units of 16-bit samples.
const BIAS: u32 = 132;

/// Largest magnitude that still has a code of its own, in units of 16-bit samples.
const CLIP: f32 = 32_635.0;

/// Encodes each sample as one byte; samples beyond -1.0 to 1.0 are clipped.
pub fn encode(samples: &[f32]) -> Vec<u8> {
    samples.iter().map(|&sample| encode_sample(sample)).collect()
}

/// Encodes one sample. The code is sent inverted, so silence is 0xFF.
fn encode_sample(sample: f32) -> u8 {
    let sign: u8 = if sample < 0.0 { 0x80 } else { 0 };
    // All decision values are whole numbers, so truncating the fraction crosses none of them.
    let magnitude = (sample.abs() * 32_768.0).min(CLIP) as u32 + BIAS;
    // The segment is the position of the highest set bit above bit 7: 0 to 7.
    let segment = 24 - magnitude.leading_zeros();
    let step = (magnitude >> (segment + 3)) & 0x0f;
    !(sign | (segment << 4) as u8 | step as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decoder written from the standard independently of the encoder: value = ((2 step + 33) << segment) - 33, times
    /// 4.
    fn decode(code: u8) -> i32 {
        let code = !code;
        let magnitude = (((2 * i32::from(code & 0x0f) + 33) << ((code >> 4) & 7)) - 33) * 4;
        if code & 0x80 == 0 { magnitude } else { -magnitude }
    }

    /// The code of a 16-bit sample.
    fn code(sample: i32) -> u8 {
        encode_sample(sample as f32 / 32_768.0)
    }

    /// Decision values of the positive side, of 8159, from the table: 1, 3, 5 … 31, then sixteen steps per segment,
    /// each segment's twice as long as those of the one before.
    fn decision_values() -> Vec<i32> {
        let mut values = vec![0];
        for segment in 0..8 {
            let steps = if segment == 0 { 15 } else { 16 };
            if segment == 0 {
                values.push(1);
            }
            for _ in 0..steps {
                values.push(values[values.len() - 1] + (2 << segment));
            }
        }
        values
    }

    #[test]
    fn every_16_bit_sample_has_the_code_of_the_table() {
        let decisions = decision_values();
        assert_eq!((decisions.len(), decisions[16], decisions[128]), (129, 31, 8159));
        for sample in -32_768..=32_767i32 {
            // The table counts in units of four.
            let interval = decisions[..128].iter().rposition(|value| sample.abs() >= 4 * value).unwrap_or(0);
            let sign = if sample < 0 { 0x80 } else { 0 };
            assert_eq!(code(sample), !(sign | interval as u8), "{sample}");
        }
    }

    #[test]
    fn every_code_survives_a_round_trip() {
        for wanted in 0..=255u8 {
            // 0x7F is minus zero, which the encoder never produces.
            let expected = if wanted == 0x7f { 0xff } else { wanted };
            assert_eq!(code(decode(wanted)), expected, "{wanted:#04x}");
        }
    }

    #[test]
    fn both_sides_of_zero_are_alike_and_fractions_cross_no_decision_value() {
        for sample in 0..=32_767 {
            let (whole, next) = (sample as f32 / 32_768.0, (sample as f32 + 0.99) / 32_768.0);
            assert_eq!(encode_sample(next), encode_sample(whole), "{sample}.99");
            assert_eq!(encode_sample(-next) | 0x80, encode_sample(whole), "-{sample}.99");
        }
    }

    #[test]
    fn full_scale_and_silence_have_their_standard_codes() {
        assert_eq!(encode(&[0.0, -0.0, 1.0, -1.0, 9.0, -9.0]), [0xff, 0xff, 0x80, 0x00, 0x80, 0x00]);
    }
}
