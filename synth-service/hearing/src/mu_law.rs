//! Mu-law, the samples of a telephone line: ITU-T G.711.

const BIAS: i16 = 0x84;

/// The largest sample that has a code of its own.
const LARGEST: u16 = 32_635;

/// The sample of a code.
pub fn decode(code: u8) -> i16 {
    let code = !code;
    let magnitude = (((i16::from(code & 0x0f) << 3) + BIAS) << ((code & 0x70) >> 4)) - BIAS;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

/// The code of a sample.
pub fn encode(sample: i16) -> u8 {
    let magnitude = sample.unsigned_abs().min(LARGEST) + BIAS.unsigned_abs();
    let segment = magnitude.ilog2().saturating_sub(7);
    let step = (magnitude >> (segment + 3)) & 0x0f;
    let sign = if sample < 0 { 0x80 } else { 0 };
    !(sign | u8::try_from(segment << 4).unwrap_or(0x70) | u8::try_from(step).unwrap_or(0x0f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_documented_values() {
        assert_eq!([0xff, 0x7f, 0x80, 0x00, 0xf0].map(decode), [0, 0, 32_124, -32_124, 120]);
    }

    #[test]
    fn a_value_gets_its_code_back() {
        // 0x7f is a second zero.
        assert!((0..=255).filter(|code| *code != 0x7f).all(|code| encode(decode(code)) == code));
        assert_eq!([i16::MAX, i16::MIN].map(encode), [0x80, 0x00]);
    }
}
