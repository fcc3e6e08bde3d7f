//! Family `piper`: VITS models in the format of Piper, which exist for some forty languages. Phonemes come from
//! espeak-ng; several sentences go into one run on devices where batches are faster.

mod config;
mod durations;
mod network;
mod phonemes;

use std::{path::PathBuf, sync::Arc, time::Instant};

use self::{
    config::{Inference, PiperConfig},
    network::{Item, Network},
    phonemes::Phonemes,
};
use super::{LoadedFamily, Utterance, Voice, VoiceConfig, convolutions};
use crate::{Interrupt, Line, Runtime, SpeechError, milliseconds};

/// The part that all workers share.
pub(super) struct Loader {
    voice: VoiceConfig,
    runtime: Runtime,
    path: PathBuf,
    /// Content of the model's file, with the durations as an output.
    model: Vec<u8>,
    durations: Option<String>,
    inference: Inference,
    reading: Arc<Reading>,
}

/// The conversion of lines to ids.
struct Reading {
    phonemes: Phonemes,
    /// The model's number for each speaker of `voice.toml`.
    speakers: Vec<i64>,
}

struct Piper {
    network: Network,
    /// Most pieces in one run.
    batch_limit: usize,
    reading: Arc<Reading>,
    sample_rate: u32,
}

/// A line, or a part of a line that is too long, on its way through the model.
struct Piece {
    /// Index of the line.
    line: usize,
    ids: Vec<i64>,
    speaker: i64,
    speed: f32,
    waveform: Vec<f32>,
}

impl Loader {
    pub(super) fn open(voice: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        let config = PiperConfig::read(voice)?;
        let phonemes = Phonemes::load(&config, voice, runtime)?;
        let path = voice.file("model")?;
        let mut model = voice.read_bytes(&path)?;
        let durations = durations::expose(&mut model);
        if durations.is_none() {
            tracing::warn!(voice = voice.name, "this model hides its durations, so it speaks no batches");
        }
        Ok(Self {
            voice: voice.clone(),
            runtime: runtime.clone(),
            path,
            model,
            durations,
            inference: config.inference,
            reading: Arc::new(Reading { phonemes, speakers: config.speakers(voice)? }),
        })
    }

    fn piper(&self, threads: usize) -> Result<Piper, SpeechError> {
        let model = convolutions::suited(&self.model, self.voice.device(&self.runtime), threads);
        let network = Network::load(
            &self.voice,
            &self.runtime,
            threads,
            (&self.path, &model),
            self.durations.clone(),
            self.inference,
        )?;
        Ok(Piper {
            batch_limit: network.batch_limit(),
            network,
            reading: self.reading.clone(),
            sample_rate: self.voice.sample_rate,
        })
    }
}

impl LoadedFamily for Loader {
    fn load(&self, threads: usize) -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(self.piper(threads)?))
    }
}

impl Reading {
    fn pieces(&self, number: usize, line: &Line) -> Result<Vec<Piece>, SpeechError> {
        let speaker = *self.speakers.get(line.delivery.speaker).ok_or_else(|| {
            SpeechError::Synthesis(format!("the voice has no speaker number {}", line.delivery.speaker))
        })?;
        let speed = line.delivery.speed;
        let piece = |ids| Piece { line: number, ids, speaker, speed, waveform: Vec::new() };
        Ok(self.phonemes.sequences(&line.words)?.into_iter().map(piece).collect())
    }
}

impl Voice for Piper {
    fn batch_limit(&self) -> usize {
        self.batch_limit
    }

    fn warm_up(&mut self) -> Result<(), SpeechError> {
        self.network.warm_up(&self.reading.phonemes.some())
    }

    fn speak(&mut self, lines: &[&Line], interrupt: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        let mut pieces = Vec::new();
        let mut spoken: Vec<Result<Utterance, SpeechError>> = lines
            .iter()
            .enumerate()
            .map(|(number, line)| {
                let started = Instant::now();
                pieces.extend(self.reading.pieces(number, line)?);
                let phonemes_ms = milliseconds(started.elapsed());
                Ok(Utterance { sample_rate: self.sample_rate, phonemes_ms, ..Utterance::default() })
            })
            .collect();
        self.run(&mut pieces, &mut spoken, interrupt);
        for piece in pieces {
            if let Ok(utterance) = &mut spoken[piece.line] {
                utterance.waveform.extend(piece.waveform);
            }
        }
        spoken
    }
}

impl Piper {
    /// Fills in the waveforms, in batches of one speed and similar length.
    fn run(
        &mut self,
        pieces: &mut [Piece],
        spoken: &mut [Result<Utterance, SpeechError>],
        interrupt: &Interrupt,
    ) {
        let mut order: Vec<_> = pieces.iter_mut().collect();
        order.sort_by(|one, other| {
            one.speed.total_cmp(&other.speed).then(one.ids.len().cmp(&other.ids.len()))
        });
        for same_speed in order.chunk_by_mut(|one, other| one.speed == other.speed) {
            for batch in same_speed.chunks_mut(self.batch_limit) {
                self.run_batch(batch, spoken, interrupt);
            }
        }
    }

    fn run_batch(
        &mut self,
        batch: &mut [&mut Piece],
        spoken: &mut [Result<Utterance, SpeechError>],
        interrupt: &Interrupt,
    ) {
        let started = Instant::now();
        let items: Vec<_> =
            batch.iter().map(|piece| Item { ids: &piece.ids, speaker: piece.speaker }).collect();
        let result = self.network.run(&items, batch[0].speed, interrupt);
        let model_ms = milliseconds(started.elapsed());
        match result {
            Ok(waveforms) => {
                for (piece, waveform) in batch.iter_mut().zip(waveforms) {
                    piece.waveform = waveform;
                }
            }
            Err(error) => batch.iter().for_each(|piece| spoken[piece.line] = Err(error.clone())),
        }
        let mut counted = None;
        for piece in batch {
            if counted.replace(piece.line) != Some(piece.line)
                && let Ok(utterance) = &mut spoken[piece.line]
            {
                utterance.model_ms += model_ms;
            }
        }
    }
}

#[cfg(test)]
mod tests;
