//! Style vectors: how a speaker sounds, by the length of the text.

use super::super::VoiceConfig;
use crate::SpeechError;

/// Numbers in one style vector.
pub(super) const WIDTH: usize = 256;

/// Style vectors of a speaker: one for each number of phonemes, from 1.
pub(super) const ROWS: usize = 510;

/// The style vectors of one speaker.
pub(super) struct Style {
    /// `ROWS` × `WIDTH` numbers.
    vectors: Vec<f32>,
}

impl Style {
    /// Reads the file of a speaker, `[files.style_NAME]` in `voice.toml`: little-endian numbers of 32 bits each.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] when it is missing or has another size.
    pub(super) fn read(config: &VoiceConfig, speaker: &str) -> Result<Self, SpeechError> {
        let path = config.file(&format!("style_{speaker}"))?;
        let bytes = config.read_bytes(&path)?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if numbers.len() != ROWS * WIDTH || !rest.is_empty() {
            let cause =
                format!("must be {} bytes ({ROWS} × {WIDTH} numbers), not {}", ROWS * WIDTH * 4, bytes.len());
            return Err(config.error(&path, &cause));
        }
        Ok(Self { vectors: numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect() })
    }

    /// The style vector for this many phonemes.
    pub(super) fn vector(&self, phonemes: usize) -> &[f32] {
        let row = phonemes.clamp(1, ROWS) - 1;
        &self.vectors[row * WIDTH..(row + 1) * WIDTH]
    }
}
