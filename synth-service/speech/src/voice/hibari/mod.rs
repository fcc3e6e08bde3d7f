//! Family `hibari`: a small network that computes a spectrum every 12.5 ms, and a vocoder of classic signal processing.
//! 8 MB, 24 kHz, more than a hundred times faster than real time on one core. For the telephone the vocoder works at
//! the line's own rate, so no sound is made that the line would drop.

mod fast;
mod head;
mod pulses;
mod rates;
mod vocoder;

use std::{collections::HashMap, sync::Arc, time::Instant};

use ort::{
    session::{RunOptions, Session, SessionOutputs},
    value::TensorRef,
};

use self::{
    rates::MODEL_RATE,
    vocoder::{Spectra, Vocoder},
};
use super::{
    LoadedFamily, Utterance, Voice, VoiceConfig, convolutions,
    english::{self, EnglishPhonemes},
    signature,
};
use crate::{
    Band, Delivery, Interrupt, Line, Runtime, SpeechError, milliseconds,
    runtime::{self, Model},
    telephone,
};
use text::cut;

/// Most phonemes that the network takes at once.
const MAX_PHONEMES: usize = 400;

/// Most phonemes of a usual sentence, some fifteen seconds. Few sentences have more.
const USUAL_PHONEMES: usize = 250;

/// Marks at which phonemes may be cut.
const CLAUSE_ENDS: [&str; 7] = [",", ";", ":", "—", ".", "!", "?"];

/// The id that starts and ends every sentence.
const BOUNDARY_ID: i64 = 0;

/// Inputs and outputs by which a model of this family is recognised.
const INPUTS: [&str; 2] = ["ids", "speed"];
const OUTPUTS: [&str; 6] = ["lh", "theta", "ln", "lr", "phi", "f0"];

struct Hibari {
    session: Session,
    /// Whether the model can leave out frequencies that a telephone does not carry.
    has_narrow: bool,
    vocabulary: HashMap<char, i64>,
    phonemes: Arc<EnglishPhonemes>,
    telephone: Vocoder,
    wide: Vocoder,
}

/// The part that all workers share.
pub(super) struct Loader {
    config: VoiceConfig,
    runtime: Runtime,
    phonemes: Arc<EnglishPhonemes>,
}

impl Loader {
    pub(super) fn open(config: &VoiceConfig, runtime: &Runtime) -> Result<Self, SpeechError> {
        let phonemes = Arc::new(EnglishPhonemes::load(config, runtime)?);
        Ok(Self { config: config.clone(), runtime: runtime.clone(), phonemes })
    }
}

impl LoadedFamily for Loader {
    fn load(&self, threads: usize) -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(Hibari::load(&self.config, &self.runtime, threads, self.phonemes.clone())?))
    }
}

impl Hibari {
    fn load(
        config: &VoiceConfig,
        runtime: &Runtime,
        threads: usize,
        phonemes: Arc<EnglishPhonemes>,
    ) -> Result<Self, SpeechError> {
        let model = config.file("model")?;
        let telephone = Vocoder::new(telephone::SAMPLE_RATE);
        let file = config.read_bytes(&model)?;
        let narrow = head::with_narrow(&file, telephone.bins());
        let has_narrow = narrow.is_some();
        let content = narrow.unwrap_or(file);
        let device = config.device(runtime);
        let session = runtime
            .session(Model::Bytes(&convolutions::suited(&content, device, threads)), device, threads)
            .map_err(|cause| config.error(&model, &cause))?;
        signature::check("hibari", &session, &INPUTS, &OUTPUTS)
            .map_err(|cause| config.error(&model, &cause))?;
        if config.sample_rate != MODEL_RATE {
            let cause = format!("sample_rate must be {MODEL_RATE} for this family");
            return Err(SpeechError::Voice { voice: config.name.clone(), cause });
        }
        Ok(Self {
            session,
            has_narrow,
            vocabulary: config.read_json("vocabulary")?,
            phonemes,
            telephone,
            wide: Vocoder::new(MODEL_RATE),
        })
    }

    fn line(&mut self, line: &Line, interrupt: &Interrupt) -> Result<Utterance, SpeechError> {
        let started = Instant::now();
        let phonemes = self.phonemes.phonemes(&line.words)?;
        let pieces = english::ids(&self.vocabulary, &cut(&phonemes, MAX_PHONEMES, &CLAUSE_ENDS))?;
        let mut utterance =
            Utterance { phonemes_ms: milliseconds(started.elapsed()), ..Utterance::default() };
        for piece in pieces {
            let ids = [&[BOUNDARY_ID], piece.as_slice(), &[BOUNDARY_ID]].concat();
            self.run(&ids, line.delivery, interrupt, &mut utterance)?;
        }
        Ok(utterance)
    }

    fn run(
        &mut self,
        ids: &[i64],
        delivery: Delivery,
        interrupt: &Interrupt,
        utterance: &mut Utterance,
    ) -> Result<(), SpeechError> {
        let started = Instant::now();
        let speed = [delivery.speed];
        let mut inputs = ort::inputs![
            "ids" => TensorRef::from_array_view(([1, ids.len()], ids))?,
            "speed" => TensorRef::from_array_view(([1], speed.as_slice()))?,
        ];
        let is_wide = [delivery.band == Band::Wide];
        if self.has_narrow {
            inputs.push((head::WIDE.into(), TensorRef::from_array_view(([1], is_wide.as_slice()))?.into()));
        }
        let mut options = RunOptions::new()?;
        if ids.len() > USUAL_PHONEMES {
            runtime::give_back(&mut options)?;
        }
        let options = interrupt.govern(options)?;
        let outputs = self.session.run_with_options(inputs, &options)?;
        let modelled = Instant::now();
        let vocoder = match delivery.band {
            Band::Telephone => &mut self.telephone,
            Band::Wide => &mut self.wide,
        };
        let spectra = spectra(&outputs, vocoder.bins())?;
        utterance.sample_rate = vocoder.rate();
        utterance.waveform.extend(vocoder.waveform(&spectra));
        utterance.model_ms += milliseconds(modelled - started);
        utterance.vocoder_ms += milliseconds(modelled.elapsed());
        Ok(())
    }
}

impl Voice for Hibari {
    fn speak(&mut self, lines: &[&Line], interrupt: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        lines.iter().map(|line| self.line(line, interrupt)).collect()
    }
}

/// The model's output, with at least this many frequencies.
fn spectra<'a>(outputs: &'a SessionOutputs<'_>, least_bins: usize) -> Result<Spectra<'a>, SpeechError> {
    let extract =
        |name: &str| -> Result<&'a [f32], SpeechError> { Ok(outputs[name].try_extract_tensor::<f32>()?.1) };
    let spectra = Spectra {
        harmonic: extract("lh")?,
        harmonic_turn: extract("theta")?,
        noise: extract("ln")?,
        free: extract("lr")?,
        free_phase: extract("phi")?,
        pitch: extract("f0")?,
    };
    let frames = spectra.pitch.len();
    let planes = [spectra.harmonic, spectra.harmonic_turn, spectra.noise, spectra.free, spectra.free_phase];
    let bins = planes[0].len() / frames.max(1);
    if bins < least_bins || planes.iter().any(|plane| plane.len() != frames * bins) {
        return Err(SpeechError::Synthesis("the model's outputs don't fit together".into()));
    }
    Ok(spectra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phonemes_beyond_the_networks_limit_are_cut_and_none_is_lost() {
        let words = "wˈʌn, tˈu ".repeat(100);
        for text in [words.trim(), &"a".repeat(1000), "ʃˈɔɹt"] {
            let pieces = cut(text, MAX_PHONEMES, &CLAUSE_ENDS);
            assert!(pieces.iter().all(|piece| (1..=MAX_PHONEMES).contains(&piece.chars().count())));
            assert_eq!(pieces.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
