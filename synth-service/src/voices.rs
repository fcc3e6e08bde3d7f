//! The voices this host speaks with: one engine per folder.

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::{Path, PathBuf},
};

use speech::{Engine, EngineConfig, Runtime, SpeechError, voice::VoiceLoader};

use crate::settings::Settings;

/// A voice that is loaded and has spoken.
pub struct LoadedVoice {
    pub name: String,
    /// BCP 47 tag.
    pub language: String,
    pub engine: Engine,
}

/// All loaded voices; never empty.
pub struct Voices {
    voices: BTreeMap<String, LoadedVoice>,
    default_voice: String,
}

impl Voices {
    /// # Errors
    /// [`SpeechError::Voice`] when there is no voice of the default's name.
    pub fn new(voices: Vec<LoadedVoice>, default_voice: &str) -> Result<Self, SpeechError> {
        let voices: BTreeMap<_, _> = voices.into_iter().map(|voice| (voice.name.clone(), voice)).collect();
        if !voices.contains_key(default_voice) {
            let cause = format!(
                "there is no such voice, the voices are: {}; set FIRSTWORD_DEFAULT_VOICE or run `cargo xtask fetch`",
                names(&voices)
            );
            return Err(SpeechError::Voice { voice: default_voice.to_owned(), cause });
        }
        Ok(Self { voices, default_voice: default_voice.to_owned() })
    }

    /// Loads and warms up every voice in the voices folder. Blocks for seconds.
    ///
    /// # Errors
    /// [`SpeechError::Runtime`] or [`SpeechError::Voice`]: one line that names the file.
    pub fn load(settings: &Settings) -> Result<Self, SpeechError> {
        let runtime = Runtime::open(&settings.onnxruntime)?;
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let config = EngineConfig {
            workers: if settings.workers == 0 { cores } else { settings.workers },
            // A stream waits for one sentence at a time, so this queue never refuses an admitted stream.
            queue_capacity: settings.max_streams,
        };
        let voices = folders(&settings.voices)?
            .iter()
            .map(|folder| load_voice(folder, &runtime, config))
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(voices, &settings.default_voice)
    }

    /// The voice with this name; the default one for `None`.
    pub fn get(&self, name: Option<&str>) -> Option<&LoadedVoice> {
        self.voices.get(name.unwrap_or(&self.default_voice))
    }

    /// For people: the names, separated by commas.
    pub fn names(&self) -> String {
        names(&self.voices)
    }
}

fn names(voices: &BTreeMap<String, LoadedVoice>) -> String {
    if voices.is_empty() { "none".into() } else { voices.keys().cloned().collect::<Vec<_>>().join(", ") }
}

fn folders(voices: &Path) -> Result<Vec<PathBuf>, SpeechError> {
    let failed = |cause: String| SpeechError::Voice { voice: "folder".into(), cause };
    let entries = std::fs::read_dir(voices).map_err(|error| {
        failed(format!("{}: {error}; run `cargo xtask fetch` or set FIRSTWORD_VOICES", voices.display()))
    })?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn load_voice(folder: &Path, runtime: &Runtime, config: EngineConfig) -> Result<LoadedVoice, SpeechError> {
    let loader = VoiceLoader::open(folder, runtime)?;
    let engine = Engine::start(config, || loader.load())?;
    let voice = loader.config();
    tracing::info!(
        voice = voice.name,
        language = voice.language,
        speaker = voice.speakers.first(),
        licence = voice.licence,
        workers = config.workers,
        "voice is ready"
    );
    Ok(LoadedVoice { name: voice.name.clone(), language: voice.language.clone(), engine })
}
