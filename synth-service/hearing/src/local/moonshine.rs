//! Moonshine: an encoder over the waveform and a decoder with a cache, both in ONNX format as Hugging Face's Optimum
//! exports them.

use std::{path::Path, time::Duration};

use rten::{Dimension, Model as Network, NodeId, Value, ValueOrView};
use rten_tensor::{AsView, Tensor};

use super::{
    description::Description,
    greedy::Greedy,
    model::{Model, Run, broken, load, node},
    tokenizer::Tokenizer,
    voice,
};
use crate::{HearingError, SAMPLE_RATE};

/// The token before the first word.
const BEGIN: u32 = 1;

/// The token behind the last word.
const END: u32 = 2;

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

    fn decode(&self, sound: &Value, mut text: Greedy, run: &Run) -> Result<Vec<u32>, HearingError> {
        let caches = &self.ports.cache;
        let mut cache: Vec<Value> =
            caches.iter().map(|cached| Tensor::<f32>::zeros(&cached.shape).into()).collect();
        let mut next = Some(BEGIN);
        let mut is_first = true;
        while let Some(token) = next {
            run.go_on()?;
            let mut results = self.step(token, is_first, sound, &cache, run)?.into_iter();
            let logits = results.next().ok_or_else(|| broken("no result"))?;
            let logits: Tensor<f32> = logits.try_into().map_err(broken)?;
            for ((cached, kept), value) in caches.iter().zip(&mut cache).zip(results) {
                if is_first || cached.grows {
                    *kept = value;
                }
            }
            next = text.next(&mut logits.to_vec());
            is_first = false;
        }
        Ok(text.finish())
    }

    /// The logits behind a token, then the cache with it.
    fn step(
        &self,
        token: u32,
        is_first: bool,
        sound: &Value,
        cache: &[Value],
        run: &Run,
    ) -> Result<Vec<Value>, HearingError> {
        let ports = &self.ports;
        let token = i32::try_from(token).map_err(broken)?;
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> = vec![
            (ports.tokens, Tensor::from_data(&[1, 1], vec![token]).into()),
            (ports.sound, sound.as_view().into()),
            (ports.cached, Tensor::from_data(&[1], vec![i32::from(!is_first)]).into()),
        ];
        inputs.extend(
            ports.cache.iter().zip(cache).map(|(cached, value)| (cached.past, value.as_view().into())),
        );
        let outputs: Vec<NodeId> =
            [ports.logits].into_iter().chain(ports.cache.iter().map(|cached| cached.present)).collect();
        run.run(&self.decoder, inputs, &outputs)
    }
}

impl Model for Moonshine {
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small"
    )]
    fn recognise(&self, samples: &[f32], _language: &str, run: &Run) -> Result<String, HearingError> {
        let voice = voice::length(samples);
        if voice < LEAST_VOICE {
            return Ok(String::new());
        }
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        let most = (seconds * self.tokens_per_second + SPARE_TOKENS) as usize;
        let sound = self.encode(samples, run)?;
        let text = self.tokenizer.text(&self.decode(&sound, Greedy::new(END, most, voice), run)?);
        // Music is written as notes.
        Ok(if text.contains(char::is_alphanumeric) { text } else { String::new() })
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
