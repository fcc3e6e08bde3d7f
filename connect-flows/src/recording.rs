//! The sound of a call on its time line: the left channel is heard by the caller, the right one is said by the caller.
//!
//! Time without a sound is silence. Sounds at the caller never overlap.

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
    heard: Vec<i16>,
    said: Vec<i16>,
}

impl Recording {
    /// Puts a sound that the caller hears on the time line; `at` counts from the start of the call.
    ///
    /// A sound that would begin before the end of an earlier one begins at that end.
    pub fn place(&mut self, at: Duration, sound: &[i16]) {
        self.extend_to(at);
        self.heard.extend_from_slice(sound);
    }

    /// Puts a sound that the caller makes on the time line. Where there is one already, both are heard.
    pub fn place_said(&mut self, at: Duration, sound: &[i16]) {
        let start = samples_in(at);
        let length = self.said.len().max(start + sound.len());
        self.said.resize(length, 0);
        for (sample, new) in self.said[start..].iter_mut().zip(sound) {
            *sample = sample.saturating_add(*new);
        }
    }

    /// Adds silence up to a time, counted from the start of the call.
    pub fn extend_to(&mut self, at: Duration) {
        let length = samples_in(at).max(self.heard.len());
        self.heard.resize(length, 0);
    }

    /// Ends the recording at a time: sounds that would go on are cut off.
    pub fn end_at(&mut self, at: Duration) {
        self.extend_to(at);
        self.said.resize(self.heard.len(), 0);
    }

    /// The samples that the caller heard: 16 bits at 8000 Hz.
    pub fn samples(&self) -> &[i16] {
        &self.heard
    }

    /// The samples that the caller made: speech and touch tones.
    pub fn said(&self) -> &[i16] {
        &self.said
    }

    /// Time from the start of the call to the end of the last sample that the caller heard.
    pub fn duration(&self) -> Duration {
        duration_of(self.heard.len())
    }

    /// Writes a WAV file: 16-bit PCM at 8000 Hz, left the sound that the caller heard, right the one that the caller made.
    ///
    /// # Errors
    /// [`hound::Error`] when the target cannot be written.
    pub fn write_wav(&self, target: impl Write + Seek) -> Result<(), hound::Error> {
        let format = hound::WavSpec {
            channels: 2,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::new(target, format)?;
        for at in 0..self.heard.len().max(self.said.len()) {
            for channel in [&self.heard, &self.said] {
                writer.write_sample(channel.get(at).copied().unwrap_or(0))?;
            }
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
    fn the_file_has_both_channels_at_8000_hz() {
        let mut recording = Recording::default();
        recording.place(Duration::ZERO, &[1, -2, i16::MAX]);
        recording.place_said(Duration::from_micros(125), &[7, i16::MAX, 5]);
        recording.place_said(Duration::from_micros(250), &[1]);
        let mut file = Cursor::new(Vec::new());
        recording.write_wav(&mut file).unwrap();
        file.set_position(0);
        let reader = hound::WavReader::new(file).unwrap();
        let format = reader.spec();
        assert_eq!((format.channels, format.sample_rate, format.bits_per_sample), (2, 8000, 16));
        let samples: Vec<i16> = reader.into_samples().map(Result::unwrap).collect();
        assert_eq!(samples, [1, 0, -2, 7, i16::MAX, i16::MAX, 0, 5]);
        recording.end_at(Duration::from_micros(375));
        assert_eq!(recording.said(), [0, 7, i16::MAX]);
    }
}
