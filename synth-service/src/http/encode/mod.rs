//! The audio formats: each encodes clips, one by one, into the bytes of one file or stream. Independent of requests and
//! responses.

mod flac;
mod mp3;
mod mulaw;
mod opus;
mod pcm;
mod samples;
mod wav;

use std::str::FromStr;

use bytes::Bytes;
use speech::{Band, Clip, SpeechError};

/// Characters of an unknown name that an error repeats.
const ECHOED: usize = 32;

/// The values of `response_format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// 24,000 Hz, at a constant bit rate.
    #[default]
    Mp3,
    /// 16 bit, at the voice's own rate.
    Wav,
    /// Samples without a header: 16 bit, little-endian, 24,000 Hz.
    Pcm,
    /// Mu-law at 8000 Hz without a header, for telephone lines.
    Mulaw,
    /// 16 bit, at the voice's own rate.
    Flac,
    /// In Ogg.
    Opus,
}

/// The name of no format.
#[derive(Debug, thiserror::Error)]
#[error("response_format `{name}` is not made here; the formats are: {}", names())]
pub(super) struct UnknownFormat {
    name: String,
}

/// Encodes the clips of one file. Each call computes for some milliseconds.
pub(super) trait Encoder: Send {
    /// Encodes the next clip. Returns the bytes that can be sent.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] when the clip can't be encoded.
    fn encode(&mut self, clip: &Clip) -> Result<Bytes, SpeechError>;

    /// Ends the file. Returns its last bytes.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] when they can't be encoded.
    fn finish(&mut self) -> Result<Bytes, SpeechError> {
        Ok(Bytes::new())
    }
}

impl Format {
    const ALL: [Self; 6] = [Self::Mp3, Self::Wav, Self::Pcm, Self::Mulaw, Self::Flac, Self::Opus];

    fn name(self) -> &'static str {
        match self {
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
            Self::Pcm => "pcm",
            Self::Mulaw => "mulaw",
            Self::Flac => "flac",
            Self::Opus => "opus",
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self {
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Pcm => "audio/pcm",
            Self::Mulaw => "audio/basic",
            Self::Flac => "audio/flac",
            Self::Opus => "audio/ogg",
        }
    }

    /// The band of the clips for this format.
    pub(super) fn band(self) -> Band {
        match self {
            Self::Mulaw => Band::Telephone,
            _ => Band::Wide,
        }
    }

    /// The encoder of a file that begins with `first`. If that `is_all`, the header states the length.
    ///
    /// # Errors
    /// [`SpeechError::Synthesis`] for a sample rate that the format can't hold.
    pub(super) fn encoder(self, first: &Clip, is_all: bool) -> Result<Box<dyn Encoder>, SpeechError> {
        Ok(match self {
            Self::Mp3 => Box::new(mp3::Mp3::new(is_all)),
            Self::Wav => Box::new(wav::Wav::new(first, is_all)),
            Self::Pcm => Box::new(pcm::Pcm::default()),
            Self::Mulaw => Box::new(mulaw::Mulaw),
            Self::Flac => Box::new(flac::Flac::new(first)?),
            Self::Opus => Box::new(opus::Opus::new()?),
        })
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    /// Case does not matter. `ogg`, the container, stands for Opus.
    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let known = match name.trim().to_ascii_lowercase().as_str() {
            "ogg" => Some(Self::Opus),
            name => Self::ALL.into_iter().find(|format| format.name() == name),
        };
        known.ok_or_else(|| UnknownFormat {
            name: name.chars().filter(|character| !character.is_control()).take(ECHOED).collect(),
        })
    }
}

fn names() -> String {
    Format::ALL.map(Format::name).join(", ")
}

fn failed(format: &str, cause: impl std::fmt::Display) -> SpeechError {
    SpeechError::Synthesis(format!("{format} encoder: {cause}"))
}
