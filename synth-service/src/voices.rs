//! The voices this host speaks with: one engine per folder.

use std::{
    collections::BTreeMap,
    num::NonZero,
    path::{Path, PathBuf},
};

use contract::Sentence;
use speech::{
    Band, Delivery, Device, Engine, EngineConfig, Runtime, RuntimeConfig, SpeechError, voice::VoiceLoader,
};

use crate::settings::Settings;

/// Characters of a wrong name that an error repeats.
const ECHOED: usize = 64;

/// Workers of a voice on a GPU: while one waits for the device, the others make phonemes and clips.
const WORKERS_PER_GPU: usize = 3;

/// A voice that is loaded and has spoken.
pub struct LoadedVoice {
    pub name: String,
    /// BCP 47 tag.
    pub language: String,
    /// Of the model's own waveform, in Hz.
    pub sample_rate: u32,
    /// Names; the first one speaks unless a request says `voice/speaker`.
    pub speakers: Vec<String>,
    pub engine: Engine,
}

/// A voice, and which of its speakers.
#[derive(Clone, Copy)]
pub struct Chosen<'a> {
    pub voice: &'a LoadedVoice,
    pub speaker: usize,
}

/// No voice has this name.
#[derive(Clone, Debug, thiserror::Error)]
#[error("there is no voice `{name}`; the voices are: {voices}")]
pub struct UnknownVoice {
    name: String,
    voices: String,
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
            let names = if voices.is_empty() { "none".into() } else { names(&voices) };
            let cause = format!(
                "there is no such voice, the voices are: {names}; set FIRSTWORD_DEFAULT_VOICE or run `cargo xtask voices fetch`"
            );
            return Err(SpeechError::Voice { voice: default_voice.to_owned(), cause });
        }
        Ok(Self { voices, default_voice: default_voice.to_owned() })
    }

    /// Loads and warms up the voices of the voices folder that are to be served. Blocks for seconds.
    ///
    /// # Errors
    /// [`SpeechError::Runtime`], [`SpeechError::Device`] or [`SpeechError::Voice`]: one line that names what is
    /// wrong.
    pub fn load(settings: &Settings) -> Result<Self, SpeechError> {
        let runtime = Runtime::open(RuntimeConfig {
            onnxruntime: settings.onnxruntime.clone(),
            espeak: settings.espeak.clone().filter(|folder| folder.is_dir()),
            device: settings.device,
        })?;
        let voices = folders(settings)?
            .iter()
            .map(|folder| load_voice(folder, &runtime, settings))
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(voices, &settings.default_voice)
    }

    /// The voice with this name, or `voice/speaker`; the default one for `None`.
    ///
    /// # Errors
    /// [`UnknownVoice`] with the list of those that there are.
    pub fn find(&self, name: Option<&str>) -> Result<Chosen<'_>, UnknownVoice> {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&self.default_voice);
        let (voice, speaker) =
            name.split_once('/').map_or((name, None), |(voice, speaker)| (voice, Some(speaker)));
        let found = self.voices.get(voice).and_then(|voice| {
            let position = |speaker: &str| voice.speakers.iter().position(|known| known == speaker);
            Some(Chosen { voice, speaker: speaker.map_or(Some(0), position)? })
        });
        found.ok_or_else(|| UnknownVoice {
            name: name.chars().filter(|character| !character.is_control()).take(ECHOED).collect(),
            voices: self.names(),
        })
    }

    /// For people: the names, separated by commas.
    pub fn names(&self) -> String {
        names(&self.voices)
    }

    /// Name of the voice of a request that names none.
    pub fn default_voice(&self) -> &str {
        &self.default_voice
    }

    /// In the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &LoadedVoice> {
        self.voices.values()
    }
}

impl Chosen<'_> {
    /// The name that a request gives for exactly this speaker.
    pub fn name(&self) -> String {
        match self.voice.speakers.get(self.speaker).filter(|_| self.speaker > 0) {
            Some(speaker) => format!("{}/{speaker}", self.voice.name),
            None => self.voice.name.clone(),
        }
    }

    /// How this speaker says something.
    pub fn delivery(&self, speed: f32, band: Band) -> Delivery {
        Delivery { speaker: self.speaker, speed, band }
    }

    /// The sentences of a text, plain or SSML, as this voice speaks them.
    pub fn sentences(&self, text: &str) -> Vec<Sentence> {
        text::sentences(&self.voice.language, text)
    }
}

/// Each voice, with its speakers where there are several.
fn names(voices: &BTreeMap<String, LoadedVoice>) -> String {
    let name = |voice: &LoadedVoice| match voice.speakers.as_slice() {
        [] | [_] => voice.name.clone(),
        speakers => {
            format!("{name} ({name}/{})", speakers.join(&format!(", {}/", voice.name)), name = voice.name)
        }
    };
    voices.values().map(name).collect::<Vec<_>>().join(", ")
}

/// The folders to load, in the order of their names.
fn folders(settings: &Settings) -> Result<Vec<PathBuf>, SpeechError> {
    if !settings.serve.is_empty() {
        return Ok(settings.serve.iter().map(|name| settings.voices.join(name)).collect());
    }
    let failed = |cause: String| SpeechError::Voice { voice: "folder".into(), cause };
    let entries = std::fs::read_dir(&settings.voices).map_err(|error| {
        let folder = settings.voices.display();
        failed(format!("{folder}: {error}; run `cargo xtask voices fetch` or set FIRSTWORD_VOICES"))
    })?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

fn load_voice(folder: &Path, runtime: &Runtime, settings: &Settings) -> Result<LoadedVoice, SpeechError> {
    let loader = VoiceLoader::open(folder, runtime)?;
    let voice = loader.config();
    let config = EngineConfig {
        workers: if settings.workers == 0 { default_workers(loader.device()) } else { settings.workers },
        // A stream waits for one sentence at a time and so does a narration, of which there may be as many:
        // this queue never refuses what was admitted.
        queue_capacity: 2 * settings.max_streams,
    };
    let engine = Engine::start(config, &voice.language, || loader.load())?;
    tracing::info!(
        voice = voice.name,
        language = voice.language,
        speakers = voice.speakers.len(),
        licence = voice.licence,
        device = %loader.device(),
        workers = config.workers,
        "voice is ready"
    );
    Ok(LoadedVoice {
        name: voice.name.clone(),
        language: voice.language.clone(),
        sample_rate: voice.sample_rate,
        speakers: voice.speakers.clone(),
        engine,
    })
}

fn default_workers(device: Device) -> usize {
    match device {
        Device::Cpu => std::thread::available_parallelism().map_or(1, NonZero::get),
        Device::Cuda(_) => WORKERS_PER_GPU,
    }
}
