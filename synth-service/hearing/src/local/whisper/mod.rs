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
    model::{Model, Run, broken, node},
    tokenizer::Tokenizer,
    voice,
};
use crate::HearingError;

/// A text whose tokens are less likely on average is a guess (natural logarithm). Measured: noises and tones -1.9 and
/// less, a lone "아니요" -1.2.
const LEAST_LIKELY: f32 = -1.3;

/// Sound with less voice is a click: a short "네" or "yes" has 0.2 s of voice.
const LEAST_VOICE: Duration = Duration::from_millis(100);

/// The most tokens of a text.
const MOST_TOKENS: usize = 60;

/// A loaded model.
pub(super) struct Whisper {
    mel: Mel,
    encoder: Network,
    sound: NodeId,
    outputs: Vec<NodeId>,
    decoder: Decoder,
    choice: Choice,
    tokenizer: Tokenizer,
    special: Special,
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
        let encoder = Network::load(graph::encoder(&weights)?).map_err(broken)?;
        let special = Special::find(&tokenizer)?;
        Ok(Self {
            mel: Mel::new(),
            sound: node(&encoder, "mel")?,
            outputs: encoder.output_ids().to_vec(),
            encoder,
            decoder: Decoder::open(&weights)?,
            choice: Choice::read(&description.folder.join("config.json"), special.end)?,
            tokenizer,
            special,
        })
    }

    /// The sound as each of the decoder's layers attends to it.
    fn encode(&self, samples: &[f32], run: &Run) -> Result<Vec<Value>, HearingError> {
        let features = Tensor::from_data(&[1, BANDS, FRAMES], self.mel.features(samples));
        run.run(&self.encoder, vec![(self.sound, features.into())], &self.outputs)
    }

    /// The likeliest tokens one after the other, and how likely they were on average (natural logarithm).
    #[allow(clippy::cast_precision_loss, reason = "small numbers")]
    fn decode(&self, sound: &[Value], language: u32, run: &Run) -> Result<(Vec<u32>, f32), HearingError> {
        let mut words = self.decoder.listen(sound);
        let mut next = vec![self.special.begin, language, self.special.transcribe, self.special.no_times];
        let mut tokens = Vec::new();
        let mut likelihood = 0.0;
        while tokens.len() < MOST_TOKENS {
            run.go_on()?;
            let mut logits = words.follow(&next, run)?;
            let (token, likely) = self.choice.choose(&mut logits, &tokens);
            likelihood += likely;
            if token == self.special.end {
                break;
            }
            tokens.push(token);
            next = vec![token];
        }
        let average = likelihood / (tokens.len() + 1) as f32;
        Ok((tokens, average))
    }

    fn language(&self, language: &str) -> Option<u32> {
        self.tokenizer.special(&format!("<|{language}|>"))
    }
}

impl Model for Whisper {
    fn recognise(&self, samples: &[f32], language: &str, run: &Run) -> Result<String, HearingError> {
        let token = self.language(language);
        let token = token.ok_or_else(|| HearingError::Model(format!("Whisper does not know {language}")))?;
        if voice::length(samples) < LEAST_VOICE {
            return Ok(String::new());
        }
        let sound = self.encode(samples, run)?;
        let (tokens, likelihood) = self.decode(&sound, token, run)?;
        let text = self.tokenizer.text(&tokens);
        Ok(if likelihood < LEAST_LIKELY || ghosts::is_ghost(&text) { String::new() } else { text })
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
