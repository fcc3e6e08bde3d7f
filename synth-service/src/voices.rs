//! The voices of this host: one speech engine per folder.

mod loading;

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use contract::TenantId;
use speech::{Band, Delivery, Device, Engine, Job, SpeechError};
use text::{Lexicon, LexiconFile, LexiconFolder, Sentence, SsmlError};

use crate::gpus::{GpuGone, GpuWatch};

/// Characters of an unknown name that an error repeats.
const ECHOED: usize = 64;

/// A voice that is loaded and warmed up.
pub struct LoadedVoice {
    /// The name that requests use.
    pub name: String,
    /// Changes with the model.
    pub version: String,
    /// BCP 47 tag.
    pub language: String,
    /// Sample rate of the model's waveform, in Hz.
    pub sample_rate: u32,
    /// Names of the speakers; the first one is the default, `voice/speaker` selects another.
    pub speakers: Vec<String>,
    /// The queue and the workers that synthesise its sentences.
    pub engine: Engine,
    /// The operator's pronunciations for this voice.
    pub lexicon: LexiconFile,
}

impl LoadedVoice {
    /// Sentences of one text that are in the engine at the same time. A GPU speaks several lines in one run; on the CPU
    /// more than two would only compete with other callers for the cores.
    pub fn sentences_at_once(&self) -> usize {
        match self.engine.device() {
            Device::Cpu => self.engine.workers().clamp(1, 2),
            Device::Cuda(_) => 4,
        }
    }
}

/// A voice, one of its speakers, and its lexicons. Looked up once per text and kept until the text is spoken. Cheap
/// to clone.
#[derive(Clone)]
pub struct Chosen {
    /// The voice.
    pub voice: Arc<LoadedVoice>,
    /// Index into [`LoadedVoice::speakers`].
    pub speaker: usize,
    tenant: Option<TenantId>,
    tenants: Arc<LexiconFolder>,
}

/// No voice has this name.
#[derive(Clone, Debug, thiserror::Error)]
#[error("there is no voice `{name}`; the voices are: {voices}")]
pub struct UnknownVoice {
    name: String,
    voices: String,
}

/// All loaded voices; at least one.
pub struct Voices {
    voices: BTreeMap<String, Arc<LoadedVoice>>,
    default_voice: String,
    tenants: Arc<LexiconFolder>,
    gpus: Vec<GpuWatch>,
}

impl Voices {
    /// `default_voice` speaks for requests without a voice; `tenants` are the lexicons of the tenants.
    ///
    /// # Errors
    /// [`SpeechError::Voice`] when no voice has the default's name, or two voices share a name.
    pub fn new(
        loaded: Vec<LoadedVoice>,
        default_voice: &str,
        tenants: LexiconFolder,
    ) -> Result<Self, SpeechError> {
        let mut voices = BTreeMap::new();
        for voice in loaded {
            if let Some(other) = voices.insert(voice.name.clone(), Arc::new(voice)) {
                let cause = "two folders have a voice of this name: change `name` in one voice.toml".into();
                return Err(SpeechError::Voice { voice: other.name.clone(), cause });
            }
        }
        if !voices.contains_key(default_voice) {
            let names = if voices.is_empty() { "none".into() } else { names(&voices) };
            let cause = format!(
                "there is no such voice, the voices are: {names}; set FIRSTWORD_DEFAULT_VOICE or FIRSTWORD_SERVE"
            );
            return Err(SpeechError::Voice { voice: default_voice.to_owned(), cause });
        }
        Ok(Self {
            voices,
            default_voice: default_voice.to_owned(),
            tenants: Arc::new(tenants),
            gpus: Vec::new(),
        })
    }

    /// The same voices, which run on these GPUs.
    #[must_use]
    pub fn watching(self, gpus: Vec<GpuWatch>) -> Self {
        Self { gpus, ..self }
    }

    /// The GPUs on which voices run.
    pub fn gpus(&self) -> &[GpuWatch] {
        &self.gpus
    }

    /// Checks that every GPU on which voices run is still there. Waits for none.
    ///
    /// # Errors
    /// [`GpuGone`] for the first that is not.
    pub fn check_gpus(&self) -> Result<(), GpuGone> {
        self.gpus.iter().try_for_each(|gpu| gpu.memory().map(drop))
    }

    /// The voice named `voice` or `voice/speaker`; the default one for `None`. A speaker's name alone, as other servers
    /// have it for a voice, finds the voice that has this speaker. The tenant's lexicon takes precedence over the
    /// voice's own.
    ///
    /// # Errors
    /// [`UnknownVoice`], which lists the voices.
    pub fn find(&self, name: Option<&str>, tenant: Option<&TenantId>) -> Result<Chosen, UnknownVoice> {
        let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&self.default_voice);
        let found = match name.split_once('/') {
            Some((voice, speaker)) => self.voices.get(voice).and_then(|voice| with_speaker(voice, speaker)),
            None => self.voices.get(name).map(|voice| (voice, 0)).or_else(|| self.speaker(name)),
        };
        let found = found.map(|(voice, speaker)| Chosen {
            voice: voice.clone(),
            speaker,
            tenant: tenant.cloned(),
            tenants: self.tenants.clone(),
        });
        found.ok_or_else(|| UnknownVoice {
            name: name.chars().filter(|character| !character.is_control()).take(ECHOED).collect(),
            voices: self.names(),
        })
    }

    /// The voice that has this speaker: the default one if it has, else the first by name.
    fn speaker(&self, name: &str) -> Option<(&Arc<LoadedVoice>, usize)> {
        let default = self.voices.get(&self.default_voice);
        default.into_iter().chain(self.voices.values()).find_map(|voice| with_speaker(voice, name))
    }

    /// Name of a voice that speaks a language (BCP 47): the default one if it does, else the first by name. `None` where
    /// no voice does.
    pub fn speaking(&self, language: &str) -> Option<&str> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let wanted = primary(language);
        let default = self.voices.get(&self.default_voice);
        let found = default.into_iter().chain(self.voices.values());
        found
            .map(|voice| &**voice)
            .find(|voice| primary(&voice.language) == wanted)
            .map(|voice| voice.name.as_str())
    }

    /// The names, separated by commas, for messages.
    pub fn names(&self) -> String {
        names(&self.voices)
    }

    /// Name of the voice for requests without one.
    pub fn default_voice(&self) -> &str {
        &self.default_voice
    }

    /// The voices, ordered by name.
    pub fn iter(&self) -> impl Iterator<Item = &LoadedVoice> {
        self.voices.values().map(Arc::as_ref)
    }
}

impl Chosen {
    /// The name by which a request selects exactly this speaker.
    pub fn name(&self) -> String {
        match self.voice.speakers.get(self.speaker).filter(|_| self.speaker > 0) {
            Some(speaker) => format!("{}/{speaker}", self.voice.name),
            None => self.voice.name.clone(),
        }
    }

    /// The tenant whose lexicon is used.
    pub fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// Merges the lexicons; the tenant's takes precedence. Changed files are reloaded.
    fn lexicon(&self) -> Arc<Lexicon> {
        let own = self.voice.lexicon.current();
        match self.tenant.as_ref().and_then(|tenant| self.tenants.get(tenant.as_str())) {
            Some(tenant) if own.is_empty() => tenant,
            Some(tenant) => Arc::new(tenant.over(&own)),
            None => own,
        }
    }

    /// The engine's job for one sentence. `started` is the start of its text, `audio` the length of the text's clips so
    /// far: together they give the deadline.
    pub fn job(&self, sentence: Sentence, speed: f32, band: Band, started: Instant, audio: Duration) -> Job {
        let delivery = Delivery { speaker: self.speaker, speed, band };
        Job {
            sentence,
            delivery,
            lexicon: self.lexicon(),
            deadline: started + audio,
            opening: audio.is_zero(),
        }
    }

    /// The words of a sentence as they will be said.
    pub fn words(&self, sentence: Sentence) -> String {
        let job = self.job(sentence, 1.0, Band::Wide, Instant::now(), Duration::ZERO);
        speech::words(&job, &self.voice.language)
    }

    /// The sentences of a text, plain or SSML, as this voice speaks them. With `pronunciations`, `[word](/ipa/)` in a
    /// plain text gives the pronunciation of a word.
    ///
    /// # Errors
    /// [`SsmlError`] with line and column where SSML is malformed.
    pub fn sentences(&self, text: &str, pronunciations: bool) -> Result<Vec<Sentence>, SsmlError> {
        let split = if pronunciations { text::pronounced_sentences } else { text::sentences_for };
        split(&self.voice.language, text, self.voice.engine.first_part())
    }
}

fn with_speaker<'a>(voice: &'a Arc<LoadedVoice>, name: &str) -> Option<(&'a Arc<LoadedVoice>, usize)> {
    let speaker = voice.speakers.iter().position(|speaker| speaker == name)?;
    Some((voice, speaker))
}

/// Each voice, with its speakers where there are several.
fn names(voices: &BTreeMap<String, Arc<LoadedVoice>>) -> String {
    let name = |voice: &Arc<LoadedVoice>| match voice.speakers.as_slice() {
        [] | [_] => voice.name.clone(),
        speakers => {
            format!("{name} ({name}/{})", speakers.join(&format!(", {}/", voice.name)), name = voice.name)
        }
    };
    voices.values().map(name).collect::<Vec<_>>().join(", ")
}
