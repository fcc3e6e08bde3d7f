//! The envelope of a clip, for drawing it.

use std::time::Duration;

use super::SAMPLE_RATE;

/// Time between two peaks.
pub const PEAK_EVERY: Duration = Duration::from_millis(20);

/// The largest magnitude of each stretch of [`PEAK_EVERY`], in percent of full scale. `codes` are mu-law.
pub fn peaks(codes: &[u8]) -> Vec<u8> {
    let stretch = (SAMPLE_RATE as usize * PEAK_EVERY.as_millis() as usize / 1000).max(1);
    codes.chunks(stretch).map(|codes| percent(codes.iter().map(loudness).max().unwrap_or(0))).collect()
}

/// The code without its sign; a larger one is louder.
fn loudness(code: &u8) -> u8 {
    !code & 0x7f
}

/// The value of a code by ITU-T G.711, of 8031: ((2 step + 33) << segment) - 33.
fn percent(loudness: u8) -> u8 {
    let (segment, step) = (loudness >> 4, u32::from(loudness & 0x0f));
    let value = ((2 * step + 33) << segment) - 33;
    (value * 100).div_ceil(8031) as u8
}

#[cfg(test)]
mod tests {
    use super::{super::encode_mulaw, *};

    #[test]
    fn each_stretch_has_its_loudest_sample() {
        let mut samples = vec![0.0; 400];
        samples[10] = -0.5;
        samples[170] = 1.0;
        let peaks = peaks(&encode_mulaw(&samples));
        assert_eq!((peaks.len(), peaks[1], peaks[2]), (3, 100, 0));
        assert!((48..=53).contains(&peaks[0]), "{peaks:?}");
    }
}
