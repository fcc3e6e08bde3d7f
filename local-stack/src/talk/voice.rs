//! Voices of callers, in this process: others than the service's.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use speech::{Band, Delivery, Engine, Job, Runtime, RuntimeConfig, voice::VoiceLoader};

use super::{level, sound};

/// Sound that is kept behind the last word, in samples: 50 ms.
const ECHO: usize = 400;

/// The usual voice of callers.
pub const CALLER_VOICE: &str = "kokoro";

/// The voices of callers, each loaded when it is first used.
pub struct Voices {
    assets: PathBuf,
    runtime: Runtime,
    loaded: BTreeMap<String, Loaded>,
}

struct Loaded {
    engine: Engine,
    language: String,
    speakers: Vec<String>,
}

impl Voices {
    /// `assets` is the folder that `cargo xtask fetch` fills.
    ///
    /// # Errors
    /// When ONNX Runtime can't be opened.
    pub fn open(assets: &Path) -> Result<Self> {
        let onnxruntime = assets.join("onnxruntime/libonnxruntime.so");
        let espeak = Some(assets.join("espeak")).filter(|folder| folder.is_dir());
        let runtime = Runtime::open(RuntimeConfig { onnxruntime, espeak, ..RuntimeConfig::default() })?;
        Ok(Self { assets: assets.to_owned(), runtime, loaded: BTreeMap::new() })
    }

    /// The names of a voice's speakers, each as `voice/speaker`.
    ///
    /// # Errors
    /// When the voice can't be loaded.
    pub fn speakers(&mut self, voice: &str) -> Result<Vec<String>> {
        Ok(self.load(voice)?.speakers.iter().map(|speaker| format!("{voice}/{speaker}")).collect())
    }

    /// Speaks a text for the telephone. `name` is `voice` or `voice/speaker`, `speed` a factor on the voice's pace.
    ///
    /// # Errors
    /// One line when the voice does not exist or can't speak the text.
    pub fn speak(&mut self, name: &str, text: &str, language: &str, speed: f32) -> Result<Vec<i16>> {
        let (voice, speaker) = name.split_once('/').unwrap_or((name, ""));
        let loaded = self.load(voice)?;
        if primary(&loaded.language) != primary(language) {
            bail!("the caller's voice {voice} speaks {}, not {language}: give recordings", loaded.language);
        }
        let speaker = match speaker {
            "" => 0,
            wanted => loaded.speakers.iter().position(|one| one == wanted).with_context(|| {
                format!("there is no speaker {name}; the speakers are: {}", loaded.speakers.join(", "))
            })?,
        };
        let delivery = Delivery { speaker, speed, band: Band::Wide };
        let mut samples = Vec::new();
        for sentence in text::sentences(&loaded.language, text)? {
            let job = Job { delivery, ..Job::new(sentence, Instant::now()) };
            let clip = loaded.engine.submit(job)?.blocking_recv().context("the caller's voice stopped")??;
            let linear = clip.audio.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
            let linear: Vec<f32> = linear.map(|sample| f32::from(sample) / 32_768.0).collect();
            samples.extend(sound::line(&linear, clip.sample_rate)?);
        }
        let voiced = level::voiced(&samples).with_context(|| format!("{text:?} has nothing to say"))?;
        samples.truncate(voiced.end + ECHO);
        Ok(samples)
    }

    fn load(&mut self, voice: &str) -> Result<&Loaded> {
        if !self.loaded.contains_key(voice) {
            let loader = VoiceLoader::open(&self.assets.join("voices").join(voice), &self.runtime)
                .with_context(|| format!("the caller's voice {voice}: `cargo xtask voices fetch {voice}`"))?;
            let config = loader.config();
            let (language, speakers) = (config.language.clone(), config.speakers.clone());
            let loaded = Loaded { engine: Engine::of(&loader, 1, 1)?, language, speakers };
            self.loaded.insert(voice.to_owned(), loaded);
        }
        self.loaded.get(voice).context("the voice is loaded")
    }
}

/// The language without its region.
fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
