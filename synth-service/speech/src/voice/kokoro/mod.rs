//! Family `kokoro`: the 82-million-parameter model Kokoro: English or Korean phonemes, several speakers,
//! each with one style vector per length. 24 kHz, about twice as fast as real time on one core.

mod model;
mod phonemes;
mod styles;

use std::{collections::HashMap, sync::Arc, time::Instant};

use serde::Deserialize;
use text::cut;

use self::{
    model::Model,
    phonemes::Phonemes,
    styles::{ROWS, Style},
};
use super::{LoadedFamily, Utterance, Voice, VoiceConfig, english};
use crate::{Device, Interrupt, Line, Runtime, SpeechError, milliseconds, runtime};

/// Sample rate of the waveform, in Hz.
const SAMPLE_RATE: u32 = 24_000;

/// Most phonemes that the network takes at once.
const MAX_PHONEMES: usize = ROWS;

/// Numbers of phonemes in the runs that warm up a GPU. The allocations and algorithms that are chosen for one length
/// also serve similar lengths; a run for each of 510 lengths would take minutes.
const WARM_UP_LENGTHS: [usize; 5] = [32, 64, 128, 256, MAX_PHONEMES];

/// Marks at which phonemes may be cut.
const CLAUSE_ENDS: [&str; 8] = [",", ";", ":", "—", "…", ".", "!", "?"];

/// The part of Kokoro's `config.json` that gives the network's id of each phoneme.
#[derive(Deserialize)]
struct Vocabulary {
    vocab: HashMap<char, i64>,
}

/// Everything but the session.
struct Shared {
    phonemes: Phonemes,
    vocabulary: HashMap<char, i64>,
    /// The speakers' styles in the order of `voice.toml`.
    styles: Vec<Style>,
}

/// The part that all workers share.
pub(super) struct Loader {
    config: VoiceConfig,
    runtime: Runtime,
    shared: Arc<Shared>,
}

impl Loader {
    pub(super) fn open(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        if config.sample_rate != SAMPLE_RATE {
            let cause = format!("sample_rate must be {SAMPLE_RATE} for this family");
            return Err(SpeechError::Voice { voice: config.name.clone(), cause });
        }
        let styles = config.speakers.iter().map(|speaker| Style::read(config, speaker));
        let shared = Shared {
            styles: styles.collect::<Result<_, _>>()?,
            vocabulary: config.read_json::<Vocabulary>("vocabulary")?.vocab,
            phonemes: Phonemes::load(config, runtime)?,
        };
        Ok(Self { config: config.clone(), runtime: runtime.clone(), shared: Arc::new(shared) })
    }
}

impl LoadedFamily for Loader {
    fn load(&self, threads: usize) -> Result<Box<dyn Voice>, SpeechError> {
        let path = self.config.file("model")?;
        let device = self.config.device(&self.runtime);
        let model = self
            .runtime
            .session(runtime::Model::File(&path), device, threads)
            .and_then(Model::new)
            .map_err(|cause| self.config.error(&path, &cause))?;
        Ok(Box::new(Kokoro { model, device, shared: self.shared.clone() }))
    }
}

struct Kokoro {
    model: Model,
    device: Device,
    shared: Arc<Shared>,
}

impl Kokoro {
    fn line(&mut self, line: &Line, interrupt: &Interrupt) -> Result<Utterance, SpeechError> {
        let shared = self.shared.clone();
        let style = shared.style(line.delivery.speaker)?;
        let started = Instant::now();
        let phonemes = shared.phonemes.of(&line.words)?;
        let pieces = english::ids(&shared.vocabulary, &cut(&phonemes, MAX_PHONEMES, &CLAUSE_ENDS))?;
        let mut utterance = Utterance {
            sample_rate: SAMPLE_RATE,
            phonemes_ms: milliseconds(started.elapsed()),
            ..Utterance::default()
        };
        let started = Instant::now();
        for ids in pieces {
            let waveform = self.model.run(&ids, style.vector(ids.len()), line.delivery.speed, interrupt)?;
            utterance.waveform.extend(waveform);
        }
        utterance.model_ms = milliseconds(started.elapsed());
        Ok(utterance)
    }
}

impl Voice for Kokoro {
    fn warm_up(&mut self) -> Result<(), SpeechError> {
        if self.device == Device::Cpu {
            return Ok(());
        }
        let shared = self.shared.clone();
        let style = shared.style(0)?;
        for length in WARM_UP_LENGTHS {
            let ids: Vec<_> = shared.vocabulary.values().copied().cycle().take(length).collect();
            self.model.run(&ids, style.vector(length), 1.0, &Interrupt::default())?;
        }
        Ok(())
    }

    fn speak(&mut self, lines: &[&Line], interrupt: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        lines.iter().map(|line| self.line(line, interrupt)).collect()
    }
}

impl Shared {
    fn style(&self, speaker: usize) -> Result<&Style, SpeechError> {
        self.styles.get(speaker).ok_or_else(|| {
            let cause = format!("there is no speaker {speaker}: this voice has {}", self.styles.len());
            SpeechError::Synthesis(cause)
        })
    }
}
