//! A caller's sound as a telephone carries it: 8000 Hz, mono, 300 to 3400 Hz.

use std::{f64::consts::TAU, io::Cursor, path::Path};

use anyhow::{Context, Result, ensure};
use connect_flows::clip::mu_law_to_linear;
use hound::{SampleFormat, WavReader};
use speech::{
    sound::Resampler,
    telephone::{SAMPLE_RATE, encode_mulaw},
};

/// The band of a telephone line, in Hz.
const BAND: [f64; 2] = [300.0, 3400.0];

/// Samples on either side of the band filter's middle: its edges are 100 Hz wide.
const REACH: usize = 128;

/// Format tags of a WAV file.
const MU_LAW: u16 = 7;
const PCM: u16 = 1;

/// Reads a WAV file: linear samples of any width, floating point or mu-law, at any rate, with any number of channels.
///
/// # Errors
/// One line when the file can't be read or has no sound.
pub(super) fn read(path: &Path) -> Result<Vec<i16>> {
    let failed = || format!("recording {}", path.display());
    let bytes = std::fs::read(path).with_context(failed)?;
    decode(bytes).with_context(failed)
}

fn decode(mut bytes: Vec<u8>) -> Result<Vec<i16>> {
    let is_mu_law = as_bytes(&mut bytes);
    let reader = WavReader::new(Cursor::new(bytes)).context("it is no WAV file that can be read")?;
    let format = reader.spec();
    let samples = match format.sample_format {
        SampleFormat::Float => reader.into_samples::<f32>().collect::<Result<Vec<_>, _>>()?,
        SampleFormat::Int => {
            let full = f32::from(2u8).powi(i32::from(format.bits_per_sample) - 1);
            let linear = |sample: i32| match is_mu_law {
                // Bytes are read as offsets from 128.
                true => f32::from(mu_law_to_linear((sample + 128) as u8)) / 32_768.0,
                false => sample as f32 / full,
            };
            reader.into_samples::<i32>().map(|sample| sample.map(linear)).collect::<Result<_, _>>()?
        }
    };
    let channels = usize::from(format.channels);
    let mono: Vec<f32> =
        samples.chunks_exact(channels).map(|frame| frame.iter().sum::<f32>() / channels as f32).collect();
    ensure!(!mono.is_empty(), "it has no sound");
    line(&mono, format.sample_rate)
}

/// Marks a mu-law file as one with bytes of linear samples, which the reader knows; returns whether it was one.
fn as_bytes(file: &mut [u8]) -> bool {
    let tag = file.windows(4).position(|name| name == b"fmt ").map(|chunk| chunk + 8..chunk + 10);
    match tag.and_then(|tag| file.get_mut(tag)) {
        Some(tag) if *tag == MU_LAW.to_le_bytes() => {
            tag.copy_from_slice(&PCM.to_le_bytes());
            true
        }
        _ => false,
    }
}

/// The sound as the line carries it.
///
/// # Errors
/// When it can't be resampled.
pub(super) fn line(samples: &[f32], rate: u32) -> Result<Vec<i16>> {
    let narrow = Resampler::new(rate, SAMPLE_RATE)?.resample(samples)?;
    Ok(band(&narrow)
        .into_iter()
        .map(|sample| (sample * 32_767.0).clamp(-32_768.0, 32_767.0) as i16)
        .collect())
}

/// The mu-law codes of samples.
pub(super) fn encoded(samples: &[i16]) -> Vec<u8> {
    let floats: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    encode_mulaw(&floats)
}

/// Samples as the other end of the line has them, from their mu-law codes.
pub(super) fn received(codes: &[u8]) -> impl Iterator<Item = i16> {
    codes.iter().copied().map(mu_law_to_linear)
}

/// The sound within the band, without a delay.
fn band(samples: &[f32]) -> Vec<f32> {
    let taps = taps();
    let at = |index: usize| samples.get(index.wrapping_sub(REACH)).copied().unwrap_or(0.0);
    let sample = |index: usize| taps.iter().enumerate().map(|(tap, gain)| gain * at(index + tap)).sum();
    (0..samples.len()).map(sample).collect()
}

/// A windowed difference of two low-pass filters.
fn taps() -> Vec<f32> {
    let low_pass = |edge: f64, place: f64| {
        let edge = edge / f64::from(SAMPLE_RATE);
        if place == 0.0 { 2.0 * edge } else { (TAU * edge * place).sin() / (TAU / 2.0 * place) }
    };
    let tap = |index: usize| {
        let place = index as f64 - REACH as f64;
        let window = 0.54 + 0.46 * (TAU / 2.0 * place / (REACH as f64 + 1.0)).cos();
        (window * (low_pass(BAND[1], place) - low_pass(BAND[0], place))) as f32
    };
    (0..=2 * REACH).map(tap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second of a tone at half of full scale.
    fn tone(rate: u32, frequency: f32) -> Vec<f32> {
        let step = std::f32::consts::TAU * frequency / rate as f32;
        (0..rate).map(|index| 0.5 * (index as f32 * step).sin()).collect()
    }

    /// Level in dB below the tone, away from the edges.
    fn level(samples: &[i16]) -> f32 {
        let middle = &samples[2000..6000];
        let power = middle.iter().map(|sample| (f32::from(*sample) / 32_768.0).powi(2)).sum::<f32>();
        10.0 * (8.0 * power / middle.len() as f32).log10()
    }

    #[test]
    fn the_band_passes_and_everything_else_is_gone() {
        for frequency in [400.0, 1000.0, 3300.0] {
            assert!(level(&line(&tone(24_000, frequency), 24_000).unwrap()).abs() < 0.5, "{frequency}");
        }
        for frequency in [50.0, 200.0, 3600.0, 5000.0] {
            assert!(level(&line(&tone(24_000, frequency), 24_000).unwrap()) < -30.0, "{frequency}");
        }
    }

    fn file(
        spec: hound::WavSpec,
        write: impl Fn(&mut hound::WavWriter<&mut Cursor<Vec<u8>>>, f32),
    ) -> Vec<u8> {
        let mut target = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut target, spec).unwrap();
        for sample in tone(spec.sample_rate, 1000.0) {
            (0..spec.channels).for_each(|_| write(&mut writer, sample));
        }
        writer.finalize().unwrap();
        target.into_inner()
    }

    #[test]
    fn every_form_of_a_recording_has_the_same_sound() {
        let spec = |channels, sample_rate, bits_per_sample, sample_format| hound::WavSpec {
            channels,
            sample_rate,
            bits_per_sample,
            sample_format,
        };
        let pcm = file(spec(2, 44_100, 16, SampleFormat::Int), |writer, sample| {
            writer.write_sample((sample * 32_767.0) as i16).unwrap();
        });
        let float = file(spec(1, 16_000, 32, SampleFormat::Float), |writer, sample| {
            writer.write_sample(sample).unwrap();
        });
        let codes = speech::telephone::encode_mulaw(&tone(8000, 1000.0));
        let mu_law = speech::telephone::write_wav(&codes);
        for bytes in [pcm, float, mu_law] {
            let samples = decode(bytes).unwrap();
            assert!((7990..8010).contains(&samples.len()), "{}", samples.len());
            assert!(level(&samples).abs() < 0.5);
        }
    }

    #[test]
    fn a_file_without_sound_is_refused() {
        let empty = file(
            hound::WavSpec {
                channels: 1,
                sample_rate: 8000,
                bits_per_sample: 16,
                sample_format: SampleFormat::Int,
            },
            |_, _| {},
        );
        assert_eq!(decode(empty).unwrap_err().to_string(), "it has no sound");
        assert_eq!(decode(b"OggS".to_vec()).unwrap_err().to_string(), "it is no WAV file that can be read");
    }
}
