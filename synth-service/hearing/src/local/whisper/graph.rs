//! Builds Whisper's encoder and decoder from its weights, with 8-bit matrices: about half the time of 32 bits.

use super::{
    mel::{BANDS, FRAMES},
    onnx::{Graph, int, ints},
    weights::Weights,
};
use crate::HearingError;

/// Places of the encoder's result: one for two frames.
const PLACES: usize = FRAMES / 2;

/// Numbers per head of attention, in all sizes of Whisper.
pub(super) const HEAD: usize = 64;

/// The type of 32-bit numbers in ONNX.
const TO_FLOAT: i64 = 1;

/// A network in the making.
struct Builder<'a> {
    weights: &'a Weights,
    graph: Graph,
    width: usize,
    rows: Rows,
}

/// The way in which the numbers of several places become 8 bits.
#[derive(Clone, Copy)]
enum Rows {
    /// In the same steps, which is quicker.
    Together,
    /// Each in steps of its own: the result for a token does not depend on the number of tokens that the network is
    /// given at once.
    Apart,
}

/// The encoder in ONNX format, in parts that run one after the other: a recognition can be given up between them. The
/// first has the input `sound` of [1, 80, 1000], the others the output `encoded` of the one before. The last one has
/// outputs `cross_k.N` (transposed) and `cross_v.N` of each layer of the decoder.
///
/// # Errors
/// When weights are missing.
pub(super) fn encoder(weights: &Weights) -> Result<Vec<Vec<u8>>, HearingError> {
    let width = width(weights)?;
    let part = |build: &dyn Fn(&mut Builder<'_>) -> Result<(), HearingError>| {
        let mut builder = Builder { weights, graph: Graph::default(), width, rows: Rows::Together };
        build(&mut builder)?;
        Ok(builder.graph.encode())
    };
    let layers = 0..weights.layers("encoder");
    let mut parts = vec![part(&|builder| builder.first_part())?];
    for layer in layers {
        parts.push(part(&|builder| builder.encoder_layer(layer))?);
    }
    parts.push(part(&|builder| builder.last_part())?);
    Ok(parts)
}

/// The decoder in ONNX format. Inputs: `tokens` (embedded, with their places), the cache `past_k.N` and `past_v.N`, the
/// encoder's `cross_k.N` and `cross_v.N`, `mask`, which is added to the scores of attention, and `wanted`: the places of
/// some tokens. Outputs: the `logits` behind those, and the cache `k.N` and `v.N` with all tokens.
///
/// # Errors
/// When weights are missing.
pub(super) fn decoder(weights: &Weights) -> Result<Vec<u8>, HearingError> {
    let width = width(weights)?;
    let mut builder = Builder { weights, graph: Graph::default(), width, rows: Rows::Apart };
    let mut words = builder.graph.input("tokens", &[1, -1, long(width)]);
    let mask = builder.graph.input("mask", &[1, 1, -1, -1]);
    for layer in 0..weights.layers("decoder") {
        words = builder.decoder_layer(&words, &mask, layer)?;
    }
    let words = builder.normalise(&words, "decoder/layer_norm")?;
    let wanted = builder.graph.places("wanted");
    let words = builder.graph.node("Gather", &[&words, &wanted], &[int("axis", 1)]);
    let logits = builder.product(&words, "decoder/embeddings/weight", 1.0, 0)?;
    builder.graph.output("logits", &logits);
    Ok(builder.graph.encode())
}

/// The model's width: 512 for the base size.
pub(super) fn width(weights: &Weights) -> Result<usize, HearingError> {
    Ok(weights.get("decoder/layer_norm/gamma")?.1.len())
}

/// The factor of queries.
#[allow(clippy::cast_precision_loss, reason = "a small number")]
fn scale() -> f32 {
    1.0 / (HEAD as f32).sqrt()
}

impl Builder<'_> {
    fn floats(&mut self, name: &str) -> Result<String, HearingError> {
        let (shape, numbers) = self.weights.get(name)?;
        Ok(self.graph.floats(&shape, &numbers))
    }

    fn first_part(&mut self) -> Result<(), HearingError> {
        let mel = self.graph.input("sound", &[1, long(BANDS), long(FRAMES)]);
        let first = self.convolution(&mel, "encoder/conv1", 1)?;
        let second = self.convolution(&first, "encoder/conv2", 2)?;
        let turned = self.graph.node("Transpose", &[&second], &[ints("perm", &[0, 2, 1])]);
        let (_, positions) = self.weights.get("encoder/position_encodings/encodings")?;
        let positions = self.graph.floats(&[PLACES, self.width], &positions[..PLACES * self.width]);
        let sound = self.graph.node("Add", &[&turned, &positions], &[]);
        self.graph.output("encoded", &sound);
        Ok(())
    }

    fn encoder_layer(&mut self, layer: usize) -> Result<(), HearingError> {
        let name = format!("encoder/layer_{layer}");
        let sound = self.graph.input("sound", &[1, long(PLACES), long(self.width)]);
        let normal = self.normalise(&sound, &format!("{name}/self_attention/layer_norm"))?;
        let [query, key, value] =
            self.query_key_value(&normal, &format!("{name}/self_attention/linear_0"))?;
        let keys = self.graph.node("Transpose", &[&key], &[ints("perm", &[0, 1, 3, 2])]);
        let attended = self.attend(&query, &keys, &value, None);
        let sound = self.add_linear(&sound, &attended, &format!("{name}/self_attention/linear_1"))?;
        let sound = self.feed_forward(&sound, &name)?;
        self.graph.output("encoded", &sound);
        Ok(())
    }

    /// Keys and values for each layer of the decoder.
    fn last_part(&mut self) -> Result<(), HearingError> {
        let sound = self.graph.input("sound", &[1, long(PLACES), long(self.width)]);
        let sound = self.normalise(&sound, "encoder/layer_norm")?;
        for layer in 0..self.weights.layers("decoder") {
            let name = format!("decoder/layer_{layer}/attention/linear_1");
            let both = self.linear(&sound, &name, 1.0)?;
            let [key, value] = self.graph.nodes("Split", &[&both], &[int("axis", -1), int("num_outputs", 2)]);
            let key = self.heads(&key, [0, 2, 3, 1]);
            let value = self.heads(&value, [0, 2, 1, 3]);
            self.graph.output(&format!("cross_k.{layer}"), &key);
            self.graph.output(&format!("cross_v.{layer}"), &value);
        }
        Ok(())
    }

    fn convolution(&mut self, input: &str, name: &str, stride: i64) -> Result<String, HearingError> {
        let kernel = self.floats(&format!("{name}/weight"))?;
        let bias = self.floats(&format!("{name}/bias"))?;
        let attributes = [ints("kernel_shape", &[3]), ints("pads", &[1, 1]), ints("strides", &[stride])];
        let convolved = self.graph.node("Conv", &[input, &kernel, &bias], &attributes);
        Ok(self.graph.node("Gelu", &[&convolved], &[]))
    }

    fn normalise(&mut self, input: &str, name: &str) -> Result<String, HearingError> {
        let gamma = self.floats(&format!("{name}/gamma"))?;
        let beta = self.floats(&format!("{name}/beta"))?;
        Ok(self.graph.node("LayerNormalization", &[input, &gamma, &beta], &[int("axis", -1)]))
    }

    /// `input` × the matrix, its first `scaled` results multiplied by `scale`.
    fn product(
        &mut self,
        input: &str,
        name: &str,
        scale: f32,
        scaled: usize,
    ) -> Result<String, HearingError> {
        let (shape, numbers) = self.weights.get(name)?;
        let [outputs, inputs] = shape[..] else {
            return Err(HearingError::Model(format!("{name} is no matrix: fetch the weights anew")));
        };
        let (matrix, mut scales) = quantise(&numbers, inputs);
        scales.iter_mut().take(scaled).for_each(|number| *number *= scale);
        let matrix = self.graph.bytes(&[inputs, outputs], &transposed(&matrix, inputs));
        let zeros = self.graph.bytes(&[outputs], &vec![0; outputs]);
        match self.rows {
            Rows::Together => {
                let scales = self.graph.floats(&[outputs], &scales);
                let [quantised, step, zero] = self.graph.nodes("DynamicQuantizeLinear", &[input], &[]);
                let steps = self.graph.node("Mul", &[&step, &scales], &[]);
                Ok(self.multiply(&quantised, &matrix, [&zero, &zeros], &steps))
            }
            Rows::Apart => {
                let last = self.graph.integers(&[-1]);
                let sizes = self.graph.node("Abs", &[input], &[]);
                let most = self.graph.node("ReduceMax", &[&sizes, &last], &[int("keepdims", 1)]);
                let shares = self.graph.node("Div", &[input, &most], &[]);
                let step = self.graph.floats(&[], &[1.0 / 127.0]);
                let zero = self.graph.byte(128);
                let quantised = self.graph.node("QuantizeLinear", &[&shares, &step, &zero], &[]);
                scales.iter_mut().for_each(|scale| *scale /= 127.0);
                let scales = self.graph.floats(&[outputs], &scales);
                let product = self.multiply(&quantised, &matrix, [&zero, &zeros], &scales);
                Ok(self.graph.node("Mul", &[&product, &most], &[]))
            }
        }
    }

    /// The product of 8-bit matrices with their zeros, in these steps.
    fn multiply(&mut self, one: &str, other: &str, zeros: [&str; 2], steps: &str) -> String {
        let whole = self.graph.node("MatMulInteger", &[one, other, zeros[0], zeros[1]], &[]);
        let product = self.graph.node("Cast", &[&whole], &[int("to", TO_FLOAT)]);
        self.graph.node("Mul", &[&product, steps], &[])
    }

    /// A linear layer. The first [`Self::width`] results are multiplied by `scale`.
    fn linear(&mut self, input: &str, name: &str, scale: f32) -> Result<String, HearingError> {
        let product = self.product(input, &format!("{name}/weight"), scale, self.width)?;
        let (shape, mut bias) = self.weights.get(&format!("{name}/bias"))?;
        bias.iter_mut().take(self.width).for_each(|number| *number *= scale);
        let bias = self.graph.floats(&shape, &bias);
        Ok(self.graph.node("Add", &[&product, &bias], &[]))
    }

    fn add_linear(&mut self, to: &str, input: &str, name: &str) -> Result<String, HearingError> {
        let added = self.linear(input, name, 1.0)?;
        Ok(self.graph.node("Add", &[to, &added], &[]))
    }

    fn feed_forward(&mut self, input: &str, layer: &str) -> Result<String, HearingError> {
        let normal = self.normalise(input, &format!("{layer}/ffn/layer_norm"))?;
        let wide = self.linear(&normal, &format!("{layer}/ffn/linear_0"), 1.0)?;
        let bent = self.graph.node("Gelu", &[&wide], &[]);
        self.add_linear(input, &bent, &format!("{layer}/ffn/linear_1"))
    }

    /// [1, places, width] as heads, in this order of axes.
    fn heads(&mut self, input: &str, order: [i64; 4]) -> String {
        let shape = self.graph.integers(&[1, -1, long(self.width / HEAD), long(HEAD)]);
        let split = self.graph.node("Reshape", &[input, &shape], &[]);
        self.graph.node("Transpose", &[&split], &[ints("perm", &order)])
    }

    /// Query, key and value of self-attention, each as [1, heads, places, 64].
    fn query_key_value(&mut self, input: &str, name: &str) -> Result<[String; 3], HearingError> {
        let all = self.linear(input, name, scale())?;
        let parts: [String; 3] =
            self.graph.nodes("Split", &[&all], &[int("axis", -1), int("num_outputs", 3)]);
        Ok(parts.map(|part| self.heads(&part, [0, 2, 1, 3])))
    }

    /// A layer of the decoder: words attend to words before them, then to the sound.
    fn decoder_layer(&mut self, words: &str, mask: &str, layer: usize) -> Result<String, HearingError> {
        let name = format!("decoder/layer_{layer}");
        let (heads, head, places) = (long(self.width / HEAD), long(HEAD), long(PLACES));
        let past_key = self.graph.input(&format!("past_k.{layer}"), &[1, heads, -1, head]);
        let past_value = self.graph.input(&format!("past_v.{layer}"), &[1, heads, -1, head]);
        let sound_key = self.graph.input(&format!("cross_k.{layer}"), &[1, heads, head, places]);
        let sound_value = self.graph.input(&format!("cross_v.{layer}"), &[1, heads, places, head]);
        let normal = self.normalise(words, &format!("{name}/self_attention/layer_norm"))?;
        let [query, key, value] =
            self.query_key_value(&normal, &format!("{name}/self_attention/linear_0"))?;
        let key = self.graph.node("Concat", &[&past_key, &key], &[int("axis", 2)]);
        let value = self.graph.node("Concat", &[&past_value, &value], &[int("axis", 2)]);
        self.graph.output(&format!("k.{layer}"), &key);
        self.graph.output(&format!("v.{layer}"), &value);
        let keys = self.graph.node("Transpose", &[&key], &[ints("perm", &[0, 1, 3, 2])]);
        let attended = self.attend(&query, &keys, &value, Some(mask));
        let words = self.add_linear(words, &attended, &format!("{name}/self_attention/linear_1"))?;
        let normal = self.normalise(&words, &format!("{name}/attention/layer_norm"))?;
        let query = self.linear(&normal, &format!("{name}/attention/linear_0"), scale())?;
        let query = self.heads(&query, [0, 2, 1, 3]);
        let attended = self.attend(&query, &sound_key, &sound_value, None);
        let words = self.add_linear(&words, &attended, &format!("{name}/attention/linear_2"))?;
        self.feed_forward(&words, &name)
    }

    fn attend(&mut self, query: &str, keys: &str, values: &str, mask: Option<&str>) -> String {
        let mut scores = self.graph.node("MatMul", &[query, keys], &[]);
        if let Some(mask) = mask {
            scores = self.graph.node("Add", &[&scores, mask], &[]);
        }
        let shares = self.graph.node("Softmax", &[&scores], &[int("axis", -1)]);
        let attended = self.graph.node("MatMul", &[&shares, values], &[]);
        let joined = self.graph.node("Transpose", &[&attended], &[ints("perm", &[0, 2, 1, 3])]);
        let shape = self.graph.integers(&[1, -1, long(self.width)]);
        self.graph.node("Reshape", &[&joined, &shape], &[])
    }
}

/// Rows as 8-bit numbers, with the factor of each row.
#[allow(clippy::cast_possible_truncation, reason = "rounded within the range")]
pub(super) fn quantise(numbers: &[f32], row: usize) -> (Vec<i8>, Vec<f32>) {
    let most = largest_weight();
    let factor =
        |row: &[f32]| row.iter().fold(f32::MIN_POSITIVE, |most, number| most.max(number.abs())) / most;
    let factors: Vec<f32> = numbers.chunks(row).map(factor).collect();
    let rows = numbers.chunks(row).zip(&factors);
    let quantised =
        rows.flat_map(|(row, factor)| row.iter().map(move |number| (number / factor).round() as i8));
    (quantised.collect(), factors)
}

/// The largest weight in 8 bits. Processors of x86-64 without VNNI add pairs of products in 16 bits; larger weights could
/// overflow there.
fn largest_weight() -> f32 {
    #[cfg(target_arch = "x86_64")]
    if !std::arch::is_x86_feature_detected!("avx512vnni") {
        return 63.0;
    }
    127.0
}

/// Columns as rows.
fn transposed(numbers: &[i8], columns: usize) -> Vec<i8> {
    let rows = numbers.len() / columns;
    let mut turned = vec![0; numbers.len()];
    for (row, numbers) in numbers.chunks(columns).enumerate() {
        for (column, &number) in numbers.iter().enumerate() {
            turned[column * rows + row] = number;
        }
    }
    turned
}

fn long(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_own_factor() {
        let (bytes, factors) = quantise(&[1.0, -0.5, 100.0, 0.0], 2);
        let back: Vec<f32> =
            bytes.iter().enumerate().map(|(at, &byte)| f32::from(byte) * factors[at / 2]).collect();
        for (back, number) in back.iter().zip([1.0_f32, -0.5, 100.0, 0.0]) {
            assert!((back - number).abs() <= number.abs() * 0.01, "{back} {number}");
        }
    }

    #[test]
    fn columns_become_rows() {
        assert_eq!(transposed(&[1, 2, 3, 4, 5, 6], 3), [1, 4, 2, 5, 3, 6]);
    }
}
