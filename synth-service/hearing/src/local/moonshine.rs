//! Moonshine: an encoder over the waveform and a decoder with a cache, both in ONNX format as Hugging Face's Optimum
//! exports them.

use std::{path::Path, time::Duration};

use rten::{Dimension, Model as Network, NodeId, Value, ValueOrView};
use rten_tensor::{AsView, Tensor};

use super::{
    description::Description,
    draft::{self, Writer},
    greedy::{Greedy, Ways},
    model::{Model, Recognised, Run, Utterance, broken, load, node, shortened},
    tokenizer::Tokenizer,
    voice,
};
use crate::{HearingError, SAMPLE_RATE};

/// The token before the first word.
const BEGIN: u32 = 1;

/// Measured: noises and tones end before the first word with 0.98 and more, words with 0.96 and less; right texts are
/// as likely as -0.72 and more.
const WAYS: Ways = Ways { end: 2, silent: -0.03, least_likely: -1.0, circles_in_noise: false };

/// Tokens beyond those per second.
const SPARE_TOKENS: f32 = 8.0;

/// Silence behind the sound, in samples: 0.4 s. The network misses the end of a sound that stops with its last word.
const SILENCE: usize = SAMPLE_RATE as usize * 2 / 5;

/// Sound with less voice is a click: no word is as short.
const LEAST_VOICE: Duration = Duration::from_millis(100);

/// A loaded model.
pub(super) struct Moonshine {
    encoder: Network,
    decoder: Network,
    ports: Ports,
    tokenizer: Tokenizer,
    tokens_per_second: f32,
    languages: Vec<String>,
}

/// The decoder's inputs and outputs.
struct Ports {
    tokens: NodeId,
    sound: NodeId,
    cached: NodeId,
    logits: NodeId,
    cache: Vec<Cached>,
}

/// One tensor of the cache: keys or values of a layer.
struct Cached {
    past: NodeId,
    present: NodeId,
    /// Its first content, which is empty: heads and width.
    shape: [usize; 4],
    /// Whether it grows with each token. Those of the sound stay.
    grows: bool,
}

/// The words that are found in one sound.
struct Words<'a> {
    model: &'a Moonshine,
    sound: &'a Value,
    cache: Vec<Value>,
    /// Tokens in the cache.
    length: usize,
}

impl Moonshine {
    /// # Errors
    /// When a file is missing or no Moonshine; the error names it.
    pub(super) fn open(description: &Description) -> Result<Self, HearingError> {
        let file = |name: &str| description.folder.join(name);
        let encoder = load(&file("encoder_model.onnx"))?;
        let decoder = load(&file("decoder_model_merged.onnx"))?;
        let ports = Ports::find(&decoder, &file("decoder_model_merged.onnx"))?;
        Ok(Self {
            encoder,
            decoder,
            ports,
            tokenizer: Tokenizer::read(&file("tokenizer.json"))?,
            tokens_per_second: description.tokens_per_second,
            languages: description.languages.clone(),
        })
    }

    fn encode(&self, samples: &[f32], run: &Run) -> Result<Value, HearingError> {
        let mut samples = samples.to_vec();
        samples.resize(samples.len() + SILENCE, 0.0);
        let length = samples.len();
        let sound = Tensor::from_data(&[1, length], samples);
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> =
            vec![(node(&self.encoder, "input_values")?, sound.into())];
        if let Some(mask) = self.encoder.find_node("attention_mask") {
            inputs.push((mask, Tensor::<i32>::full(&[1, length], 1).into()));
        }
        let mut outputs = run.run(&self.encoder, inputs, &self.encoder.output_ids()[..1])?;
        outputs.pop().ok_or_else(|| broken("no result"))
    }

    fn listen<'a>(&'a self, sound: &'a Value) -> Words<'a> {
        let empty = |cached: &Cached| Tensor::<f32>::zeros(&cached.shape).into();
        Words { model: self, sound, cache: self.ports.cache.iter().map(empty).collect(), length: 0 }
    }
}

impl Words<'_> {
    /// The logits behind each token, then the cache with them.
    fn step(&self, tokens: &[u32], run: &Run) -> Result<Vec<Value>, HearingError> {
        let ports = &self.model.ports;
        let tokens: Vec<i32> =
            tokens.iter().map(|&token| i32::try_from(token)).collect::<Result<_, _>>().map_err(broken)?;
        let is_cached = i32::from(self.length > 0);
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> = vec![
            (ports.tokens, Tensor::from_data(&[1, tokens.len()], tokens).into()),
            (ports.sound, self.sound.as_view().into()),
            (ports.cached, Tensor::from_data(&[1], vec![is_cached]).into()),
        ];
        inputs.extend(
            ports.cache.iter().zip(&self.cache).map(|(cached, value)| (cached.past, value.as_view().into())),
        );
        let outputs: Vec<NodeId> =
            [ports.logits].into_iter().chain(ports.cache.iter().map(|cached| cached.present)).collect();
        run.run(&self.model.decoder, inputs, &outputs)
    }
}

impl Writer for Words<'_> {
    fn follow(&mut self, tokens: &[u32], wanted: usize, run: &Run) -> Result<Vec<f32>, HearingError> {
        let mut results = self.step(tokens, run)?.into_iter();
        let logits = results.next().ok_or_else(|| broken("no result"))?;
        let mut logits: Tensor<f32> = logits.try_into().map_err(broken)?;
        for ((cached, kept), value) in self.model.ports.cache.iter().zip(&mut self.cache).zip(results) {
            if self.length == 0 || cached.grows {
                *kept = value;
            }
        }
        self.length += tokens.len();
        logits.clip_dim(1, tokens.len() - wanted..tokens.len());
        Ok(logits.to_vec())
    }

    fn forget(&mut self, count: usize) -> Result<(), HearingError> {
        if count == 0 {
            return Ok(());
        }
        self.length -= count;
        let caches = self.model.ports.cache.iter().zip(&mut self.cache);
        for (_, kept) in caches.filter(|(cached, _)| cached.grows) {
            *kept = shortened(std::mem::replace(kept, 0_f32.into()), self.length)?;
        }
        Ok(())
    }
}

impl Model for Moonshine {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    fn recognise(&self, utterance: &Utterance, run: &Run) -> Result<Recognised, HearingError> {
        let samples = &utterance.samples;
        let voice = voice::length(samples);
        if voice < LEAST_VOICE {
            return Ok(Recognised::default());
        }
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        let most = (seconds * self.tokens_per_second + SPARE_TOKENS) as usize;
        let sound = self.encode(samples, run)?;
        let mut greedy = Greedy::new(WAYS, most, voice);
        let next = |logits: &mut [f32]| greedy.next(logits, |_, _| {});
        draft::write(&mut self.listen(&sound), &[BEGIN], &utterance.draft, run, next)?;
        let tokens = greedy.tokens().to_vec();
        let text = self.tokenizer.text(&greedy.finish());
        // Music is written as notes.
        Ok(Recognised {
            text: if text.contains(char::is_alphanumeric) { text } else { String::new() },
            tokens,
        })
    }

    fn knows(&self, language: &str) -> bool {
        self.languages.iter().any(|name| name == language || name == "*")
    }
}

impl Ports {
    fn find(decoder: &Network, path: &Path) -> Result<Self, HearingError> {
        let mut cache = Vec::new();
        for &past in decoder.input_ids() {
            let Some(info) = decoder.node_info(past) else { continue };
            let Some(key) = info.name().and_then(|name| name.strip_prefix("past_key_values")) else {
                continue;
            };
            let shape = info.shape().unwrap_or_default();
            let [_, Dimension::Fixed(heads), _, Dimension::Fixed(width)] = shape[..] else {
                return Err(HearingError::Model(format!(
                    "{}: the shape of {key} is not known",
                    path.display()
                )));
            };
            let present = node(decoder, &format!("present{key}"))?;
            cache.push(Cached {
                past,
                present,
                shape: [0, heads, 1, width],
                grows: key.contains(".decoder."),
            });
        }
        Ok(Self {
            tokens: node(decoder, "input_ids")?,
            sound: node(decoder, "encoder_hidden_states")?,
            cached: node(decoder, "use_cache_branch")?,
            logits: node(decoder, "logits")?,
            cache,
        })
    }
}
