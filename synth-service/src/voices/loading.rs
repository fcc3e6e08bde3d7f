//! Loads the configured voices, and proves that those on a GPU run there.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
};

use speech::{
    Device, DeviceChoice, Engine, EngineConfig, Runtime, RuntimeConfig, SpeechError, VoiceConfig,
    doctor::Report, voice::VoiceLoader,
};
use text::{LexiconFile, LexiconFolder};

use super::{LoadedVoice, Voices};
use crate::{gpus::Gpus, settings::Settings};

/// Workers per voice on a GPU: while one waits for the device, the others make phonemes and clips.
const WORKERS_PER_GPU: usize = 3;

impl Voices {
    /// Loads and warms up the configured voices of the voices folder. Blocks for seconds.
    ///
    /// # Errors
    /// [`SpeechError::Runtime`], [`SpeechError::Device`] or [`SpeechError::Voice`]: one line that names the fault.
    pub fn load(settings: &Settings) -> Result<Self, SpeechError> {
        let runtime = Runtime::open(runtime(settings))?;
        let folders = folders(settings)?;
        let (voices, gpus) = match load_all(&folders, &runtime, settings) {
            Err(error @ SpeechError::Device { .. }) if settings.device == DeviceChoice::Auto => {
                tracing::warn!(%error, "models run on the CPU instead");
                load_all(&folders, &runtime.on(Device::Cpu), settings)?
            }
            loaded => loaded?,
        };
        let voices = Self::new(voices, &settings.default_voice, LexiconFolder::open(&settings.lexicons))?;
        Ok(voices.watching(gpus.watch()))
    }

    /// Examines this machine for the configured voices, without loading them.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] where a `voice.toml` can't be read.
    pub fn examine(settings: &Settings) -> Result<Report, SpeechError> {
        let folders = folders(settings)?;
        let voices = folders.iter().map(|folder| VoiceConfig::read(folder));
        Ok(speech::doctor::examine(&runtime(settings), &voices.collect::<Result<Vec<_>, _>>()?))
    }
}

fn runtime(settings: &Settings) -> RuntimeConfig {
    let onnxruntime = settings.onnxruntime.clone();
    RuntimeConfig { onnxruntime, espeak: espeak(settings), device: settings.device }
}

fn espeak(settings: &Settings) -> Option<PathBuf> {
    let beside_voices = || Some(settings.voices.with_file_name("espeak")).filter(|folder| folder.is_dir());
    settings.espeak.clone().or_else(beside_voices)
}

/// The folders to load, ordered by name.
fn folders(settings: &Settings) -> Result<Vec<PathBuf>, SpeechError> {
    if !settings.serve.is_empty() {
        return Ok(settings.serve.iter().map(|name| settings.voices.join(name)).collect());
    }
    let failed = |cause: String| SpeechError::Voice { voice: "folder".into(), cause };
    let entries = std::fs::read_dir(&settings.voices).map_err(|error| {
        let folder = settings.voices.display();
        failed(format!("{folder}: {error}; set FIRSTWORD_VOICES to the folder that holds the voices"))
    })?;
    let mut folders: Vec<PathBuf> =
        entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let (voices, others): (Vec<_>, Vec<_>) = folders.into_iter().partition(|folder| is_voice(folder));
    for folder in others {
        tracing::warn!(folder = %folder.display(), "no voice.toml in this folder: skipped");
    }
    Ok(voices)
}

fn is_voice(folder: &Path) -> bool {
    folder.join("voice.toml").is_file()
}

/// Loads the voices, and proves that those on a GPU run there.
fn load_all(
    folders: &[PathBuf],
    runtime: &Runtime,
    settings: &Settings,
) -> Result<(Vec<LoadedVoice>, Gpus), SpeechError> {
    let mut gpus = Gpus::default();
    let load = |folder: &PathBuf| load_voice(folder, runtime, &mut gpus, settings);
    let voices = folders.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    if settings.device != DeviceChoice::Auto {
        gpus.check_used(runtime.device())?;
    }
    Ok((voices, gpus))
}

fn load_voice(
    folder: &Path,
    runtime: &Runtime,
    gpus: &mut Gpus,
    settings: &Settings,
) -> Result<LoadedVoice, SpeechError> {
    let loader = VoiceLoader::open(folder, runtime)?;
    gpus.open(loader.device())?;
    let voice = loader.config();
    let workers = if settings.workers == 0 { default_workers(loader.device()) } else { settings.workers };
    let lexicon = LexiconFile::open(voice.lexicon_path())
        .map_err(|error| SpeechError::Voice { voice: voice.name.clone(), cause: error.to_string() })?;
    // A stream queues one sentence at a time and so does a narration, of which there may be as many: the queue
    // has room for all admitted work.
    let usual = EngineConfig::new(loader.device(), workers, 2 * settings.max_streams);
    let express_cores = if settings.express_lane { usual.express_cores } else { 0 };
    let engine = Engine::with(&loader, EngineConfig { express_cores, ..usual })?;
    gpus.prove(&loader, folder, runtime)?;
    tracing::info!(
        voice = voice.name,
        language = voice.language,
        speakers = voice.speakers.len(),
        licence = voice.licence,
        device = %loader.device(),
        workers,
        "voice is ready"
    );
    Ok(LoadedVoice {
        name: voice.name.clone(),
        version: voice.version(),
        language: voice.language.clone(),
        sample_rate: voice.sample_rate,
        speakers: voice.speakers.clone(),
        engine,
        lexicon,
    })
}

fn default_workers(device: Device) -> usize {
    match device {
        Device::Cpu => std::thread::available_parallelism().map_or(1, NonZero::get),
        Device::Cuda(_) => WORKERS_PER_GPU,
    }
}
