//! Whisper's decoder with its cache.

use rten::{Model as Network, NodeId, Value, ValueOrView};
use rten_tensor::{AsView, Tensor};

use super::{
    super::{
        draft::Writer,
        model::{Run, broken, node, shortened},
    },
    graph::{self, HEAD, quantise, width},
    weights::Weights,
};
use crate::HearingError;

/// The decoder of a loaded model.
pub(super) struct Decoder {
    network: Network,
    embedding: Embedding,
    /// One vector for each place of a token.
    places: Vec<f32>,
    width: usize,
    tokens: NodeId,
    mask: NodeId,
    /// Input: the places whose logits are wanted.
    wanted: NodeId,
    /// Inputs for the sound: keys and values of the layers in turn, as the encoder has them.
    sound: Vec<NodeId>,
    /// Inputs for the cache, in the same order.
    past: Vec<NodeId>,
    /// `logits`, then the cache.
    outputs: Vec<NodeId>,
}

/// One vector for each token, in 8 bits.
struct Embedding {
    numbers: Vec<i8>,
    factors: Vec<f32>,
}

/// The words that are found in one sound.
pub(super) struct Words<'a> {
    decoder: &'a Decoder,
    sound: &'a [Value],
    cache: Vec<Value>,
    /// Tokens in the cache.
    length: usize,
}

impl Decoder {
    pub(super) fn open(weights: &Weights) -> Result<Self, HearingError> {
        let network = Network::load(graph::decoder(weights)?).map_err(broken)?;
        let width = width(weights)?;
        let (numbers, factors) = quantise(&weights.get("decoder/embeddings/weight")?.1, width);
        let each = |names: [&str; 2]| {
            let layers = 0..weights.layers("decoder");
            let names = layers.flat_map(|layer| names.map(|name| format!("{name}.{layer}")));
            names.map(|name| node(&network, &name)).collect::<Result<Vec<_>, _>>()
        };
        let (sound, past, kept) =
            (each(["cross_k", "cross_v"])?, each(["past_k", "past_v"])?, each(["k", "v"])?);
        Ok(Self {
            embedding: Embedding { numbers, factors },
            places: weights.get("decoder/position_encodings/encodings")?.1,
            width,
            tokens: node(&network, "tokens")?,
            mask: node(&network, "mask")?,
            wanted: node(&network, "wanted")?,
            sound,
            past,
            outputs: [node(&network, "logits")?].into_iter().chain(kept).collect(),
            network,
        })
    }

    /// Begins with the encoder's results for a sound.
    pub(super) fn listen<'a>(&'a self, sound: &'a [Value]) -> Words<'a> {
        let empty = || Tensor::<f32>::zeros(&[1, self.width / HEAD, 0, HEAD]).into();
        Words { decoder: self, sound, cache: self.past.iter().map(|_| empty()).collect(), length: 0 }
    }

    /// The vectors of tokens from place `first` on.
    fn embedded(&self, tokens: &[u32], first: usize) -> Result<Vec<f32>, HearingError> {
        let mut vectors = Vec::with_capacity(tokens.len() * self.width);
        for (&token, place) in tokens.iter().zip(first..) {
            let token = usize::try_from(token).map_err(broken)?;
            let range = |row: usize| row * self.width..(row + 1) * self.width;
            let numbers =
                self.embedding.numbers.get(range(token)).ok_or_else(|| broken("an unknown token"))?;
            let place = self.places.get(range(place)).ok_or_else(|| broken("too many tokens"))?;
            let factor = self.embedding.factors[token];
            vectors
                .extend(numbers.iter().zip(place).map(|(&number, place)| f32::from(number) * factor + place));
        }
        Ok(vectors)
    }
}

impl Writer for Words<'_> {
    fn follow(&mut self, tokens: &[u32], wanted: usize, run: &Run) -> Result<Vec<f32>, HearingError> {
        let decoder = self.decoder;
        let count = tokens.len();
        let vectors = Tensor::from_data(&[1, count, decoder.width], decoder.embedded(tokens, self.length)?);
        let mask = Tensor::from_data(&[1, 1, count, self.length + count], mask(self.length, count));
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> = vec![
            (decoder.tokens, vectors.into()),
            (decoder.mask, mask.into()),
            (decoder.wanted, last(wanted)?.into()),
        ];
        let sound = decoder.sound.iter().zip(self.sound);
        inputs.extend(sound.map(|(&input, value)| (input, value.as_view().into())));
        inputs.extend(decoder.past.iter().copied().zip(self.cache.drain(..).map(ValueOrView::Value)));
        let mut results = run.run(&decoder.network, inputs, &decoder.outputs)?.into_iter();
        let logits: Tensor<f32> =
            results.next().ok_or_else(|| broken("no result"))?.try_into().map_err(broken)?;
        self.cache.extend(results);
        self.length += count;
        Ok(logits.to_vec())
    }

    fn forget(&mut self, count: usize) -> Result<(), HearingError> {
        if count > 0 {
            self.length -= count;
            let cache = self.cache.drain(..).map(|kept| shortened(kept, self.length));
            self.cache = cache.collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

/// The last places, counted from the end.
fn last(count: usize) -> Result<Tensor<i32>, HearingError> {
    let count = i32::try_from(count).map_err(broken)?;
    Ok(Tensor::from_vec((-count..0).collect()))
}

/// Which tokens a new one may look at: 0 for itself and earlier ones, a very low score for later ones.
fn mask(before: usize, count: usize) -> Vec<f32> {
    let hidden = |row: usize, column: usize| if column > before + row { f32::MIN / 2.0 } else { 0.0 };
    (0..count).flat_map(|row| (0..before + count).map(move |column| hidden(row, column))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_looks_at_itself_and_earlier_ones() {
        let hidden: Vec<bool> = mask(1, 2).iter().map(|&score| score < 0.0).collect();
        assert_eq!(hidden, [false, false, true, false, false, false]);
        assert_eq!(mask(3, 1), [0.0; 4]);
    }
}
