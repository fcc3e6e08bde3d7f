//! Family `kokoro`: the 82-million-parameter model Kokoro: English phonemes, one style vector per length.

use super::{LoadedFamily, Voice, VoiceConfig};
use crate::{Runtime, SpeechError};

/// What the workers share.
pub(super) struct Loader;

impl Loader {
    pub(super) fn open(config: &VoiceConfig, _runtime: &Runtime) -> Result<Self, SpeechError> {
        Err(SpeechError::Voice { voice: config.name.clone(), cause: "this family is not there yet".into() })
    }
}

impl LoadedFamily for Loader {
    fn load(&self) -> Result<Box<dyn Voice>, SpeechError> {
        Err(SpeechError::Stopped)
    }
}
