//! Whisper: an encoder over 10 s of sound, and a decoder with a cache. The networks are built from CTranslate2's file when
//! it is loaded, which takes less than a second.

mod choice;
mod decoder;
mod ghosts;
mod graph;
mod mel;
mod onnx;
mod weights;

use std::time::Duration;

use rten::{Model as Network, NodeId, Value};
use rten_tensor::Tensor;

use self::{
    choice::Choice,
    decoder::Decoder,
    mel::{BANDS, FRAMES, Mel},
    weights::Weights,
};
use super::{
    description::Description,
    draft,
    greedy::{Greedy, Ways},
    model::{Model, Recognised, Run, Utterance, broken, node},
    tokenizer::Tokenizer,
    voice,
};
use crate::{HearingError, SAMPLE_RATE};

/// The likelihood of a text that is no guess. Measured: noises and tones -1.9 and less, a lone "아니요" -1.2.
const LEAST_LIKELY: f32 = -1.3;

/// Sound with less voice is a click: a short "네" or "yes" has 0.2 s of voice.
const LEAST_VOICE: Duration = Duration::from_millis(100);

/// The most tokens per second: quick Korean has 7 syllables a second, most of one token, some of two.
const TOKENS_PER_SECOND: usize = 10;

/// Tokens beyond those.
const SPARE_TOKENS: usize = 10;

/// A loaded model.
pub(super) struct Whisper {
    mel: Mel,
    encoder: Vec<Part>,
    decoder: Decoder,
    choice: Choice,
    tokenizer: Tokenizer,
    special: Special,
}

/// A part of the encoder.
struct Part {
    network: Network,
    sound: NodeId,
    outputs: Vec<NodeId>,
}

impl Part {
    fn open(file: Vec<u8>) -> Result<Self, HearingError> {
        let network = Network::load(file).map_err(broken)?;
        Ok(Self { sound: node(&network, "sound")?, outputs: network.output_ids().to_vec(), network })
    }
}

/// Tokens of the prompt and the end.
struct Special {
    begin: u32,
    transcribe: u32,
    no_times: u32,
    end: u32,
}

impl Whisper {
    /// # Errors
    /// When a file is missing or no Whisper; the error names it.
    pub(super) fn open(description: &Description) -> Result<Self, HearingError> {
        let weights = Weights::read(&description.folder.join("model.bin"))?;
        let tokenizer = Tokenizer::read(&description.folder.join("tokenizer.json"))?;
        let special = Special::find(&tokenizer)?;
        Ok(Self {
            mel: Mel::new(),
            encoder: graph::encoder(&weights)?.into_iter().map(Part::open).collect::<Result<_, _>>()?,
            decoder: Decoder::open(&weights)?,
            choice: Choice::read(&description.folder.join("config.json"), special.end)?,
            tokenizer,
            special,
        })
    }

    /// The sound as each of the decoder's layers attends to it.
    fn encode(&self, samples: &[f32], run: &Run) -> Result<Vec<Value>, HearingError> {
        let mut sound: Vec<Value> =
            vec![Tensor::from_data(&[1, BANDS, FRAMES], self.mel.features(samples)).into()];
        for part in &self.encoder {
            run.go_on()?;
            let input = sound.pop().ok_or_else(|| broken("no result"))?;
            sound = run.run(&part.network, vec![(part.sound, input.into())], &part.outputs)?;
        }
        Ok(sound)
    }

    /// It hardly ever writes nothing, so the likelihood of the end before the first word says little.
    fn ways(&self) -> Ways {
        Ways { end: self.special.end, silent: 0.0, least_likely: LEAST_LIKELY, circles_in_noise: true }
    }

    fn language(&self, language: &str) -> Option<u32> {
        self.tokenizer.special(&format!("<|{language}|>"))
    }
}

fn most_tokens(samples: &[f32]) -> usize {
    samples.len() * TOKENS_PER_SECOND / SAMPLE_RATE as usize + SPARE_TOKENS
}

impl Model for Whisper {
    fn recognise(&self, utterance: &Utterance, run: &Run) -> Result<Recognised, HearingError> {
        let language = &utterance.language;
        let token = self.language(language);
        let token = token.ok_or_else(|| HearingError::Model(format!("Whisper does not know {language}")))?;
        let voice = voice::length(&utterance.samples);
        if voice < LEAST_VOICE {
            return Ok(Recognised::default());
        }
        let sound = self.encode(&utterance.samples, run)?;
        let mut greedy = Greedy::new(self.ways(), most_tokens(&utterance.samples), voice);
        let next =
            |logits: &mut [f32]| greedy.next(logits, |logits, is_first| self.choice.forbid(logits, is_first));
        let prompt = [self.special.begin, token, self.special.transcribe, self.special.no_times];
        draft::write(&mut self.decoder.listen(&sound), &prompt, &utterance.draft, run, next)?;
        let tokens = greedy.tokens().to_vec();
        let text = self.tokenizer.text(&greedy.finish());
        Ok(Recognised { text: if ghosts::is_ghost(&text) { String::new() } else { text }, tokens })
    }

    fn knows(&self, language: &str) -> bool {
        self.language(language).is_some()
    }
}

impl Special {
    fn find(tokenizer: &Tokenizer) -> Result<Self, HearingError> {
        let find = |token: &str| {
            let missing = || HearingError::Model(format!("tokenizer.json has no {token}: use Whisper's own"));
            tokenizer.special(token).ok_or_else(missing)
        };
        Ok(Self {
            begin: find("<|startoftranscript|>")?,
            transcribe: find("<|transcribe|>")?,
            no_times: find("<|notimestamps|>")?,
            end: find("<|endoftext|>")?,
        })
    }
}
