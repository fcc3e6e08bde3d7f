//! The caller's side of a call: samples on the call's time line, written as a file that any editor opens.
//!
//! Time without a sound is silence. Sounds never overlap.

use std::{
    io::{Seek, Write},
    path::Path,
    time::Duration,
};

use crate::clip::SAMPLE_RATE;

/// Length of one sample, in microseconds.
const SAMPLE_MICROS: u64 = 1_000_000 / SAMPLE_RATE as u64;

/// The duration of this number of samples.
pub fn duration_of(samples: usize) -> Duration {
    Duration::from_micros(samples as u64 * SAMPLE_MICROS)
}

/// The number of whole samples in a duration.
pub fn samples_in(time: Duration) -> usize {
    (time.as_nanos() / (u128::from(SAMPLE_MICROS) * 1000)) as usize
}

/// The audio of a call from its start on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    samples: Vec<i16>,
}

impl Recording {
    /// Puts a sound on the time line; `at` counts from the start of the call.
    ///
    /// A sound that would begin before the end of an earlier one begins at that end.
    pub fn place(&mut self, at: Duration, sound: &[i16]) {
        self.extend_to(at);
        self.samples.extend_from_slice(sound);
    }

    /// Adds silence up to a time, counted from the start of the call.
    pub fn extend_to(&mut self, at: Duration) {
        let length = samples_in(at).max(self.samples.len());
        self.samples.resize(length, 0);
    }

    /// The recorded 16-bit samples at 8000 Hz.
    pub fn samples(&self) -> &[i16] {
        &self.samples
    }

    /// Time from the start of the call to the end of the last sample.
    pub fn duration(&self) -> Duration {
        duration_of(self.samples.len())
    }

    /// Writes a WAV file: 16-bit PCM, mono, 8000 Hz.
    ///
    /// # Errors
    /// [`hound::Error`] when the target cannot be written.
    pub fn write_wav(&self, target: impl Write + Seek) -> Result<(), hound::Error> {
        let format = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(target, format)?;
        for &sample in &self.samples {
            writer.write_sample(sample)?;
        }
        writer.finalize()
    }

    /// Writes the WAV file at a path, and replaces a file that exists there.
    ///
    /// # Errors
    /// [`hound::Error`] when the file cannot be written.
    pub fn save_wav(&self, path: &Path) -> Result<(), hound::Error> {
        let file = std::fs::File::create(path)?;
        self.write_wav(std::io::BufWriter::new(file))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn a_sound_lies_at_its_time_and_never_on_another() {
        let mut recording = Recording::default();
        recording.place(Duration::from_millis(1), &[5; 8]);
        recording.place(Duration::from_micros(1500), &[6; 4]);
        recording.extend_to(Duration::from_millis(3));
        recording.extend_to(Duration::from_millis(2));
        let expected = [vec![0; 8], vec![5; 8], vec![6; 4], vec![0; 4]].concat();
        assert_eq!(recording.samples(), expected);
        assert_eq!(recording.duration(), Duration::from_millis(3));
    }

    #[test]
    fn a_sound_that_follows_at_once_leaves_no_hole() {
        let mut recording = Recording::default();
        // A start between two samples.
        let start = Duration::from_nanos(1_234_567);
        recording.place(start, &[1; 3]);
        recording.place(start + duration_of(3), &[2; 3]);
        assert_eq!(recording.samples()[9..], [1, 1, 1, 2, 2, 2]);
    }

    #[test]
    fn the_file_is_16_bit_mono_at_8000_hz() {
        let mut recording = Recording::default();
        recording.place(Duration::ZERO, &[1, -2, i16::MAX, i16::MIN]);
        let mut file = Cursor::new(Vec::new());
        recording.write_wav(&mut file).unwrap();
        file.set_position(0);
        let reader = hound::WavReader::new(file).unwrap();
        let format = reader.spec();
        assert_eq!((format.channels, format.sample_rate, format.bits_per_sample), (1, 8000, 16));
        let samples: Vec<i16> = reader.into_samples().map(Result::unwrap).collect();
        assert_eq!(samples, recording.samples());
    }
}
