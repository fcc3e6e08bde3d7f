//! A loaded model, and the small things that both families share.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rten::{Model as Network, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::{Layout, Tensor};

use crate::HearingError;

/// The recogniser's name.
pub(super) const NAME: &str = "local";

/// A sound to recognise.
pub(super) struct Utterance {
    /// At most 10 s at 16 kHz.
    pub(super) samples: Vec<f32>,
    /// Primary subtag of the language.
    pub(super) language: Arc<str>,
    /// The tokens of its first part, if they are known. They save time and change nothing.
    pub(super) draft: Vec<u32>,
}

/// The result of a recognition.
#[derive(Default)]
pub(super) struct Recognised {
    /// Empty where there are no words.
    pub(super) text: String,
    /// The draft of a longer sound with the same begin.
    pub(super) tokens: Vec<u32>,
}

/// A model that recognises an utterance as a whole.
pub(super) trait Model: Send + Sync {
    /// # Errors
    /// When the network fails, or on [`Run::stop`].
    fn recognise(&self, utterance: &Utterance, run: &Run) -> Result<Recognised, HearingError>;

    /// Whether it knows the language of this primary subtag.
    fn knows(&self, language: &str) -> bool;
}

/// The circumstances of one recognition.
pub(super) struct Run {
    /// The worker's only thread.
    pub(super) threads: Arc<ThreadPool>,
    /// Set when nobody wants the result any more.
    pub(super) stop: Arc<AtomicBool>,
}

impl Run {
    /// # Errors
    /// When nobody wants the result.
    pub(super) fn go_on(&self) -> Result<(), HearingError> {
        match self.stop.load(Ordering::Relaxed) {
            true => Err(HearingError::Model("the recognition was given up".into())),
            false => Ok(()),
        }
    }

    /// Runs a network.
    pub(super) fn run(
        &self,
        network: &Network,
        inputs: Vec<(NodeId, ValueOrView<'_>)>,
        outputs: &[NodeId],
    ) -> Result<Vec<Value>, HearingError> {
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.threads));
        network.run(inputs, outputs, Some(options)).map_err(broken)
    }
}

/// Loads a network from a file in ONNX format.
pub(super) fn load(path: &Path) -> Result<Network, HearingError> {
    Network::load_file(path)
        .map_err(|error| HearingError::Model(format!("{} can't be loaded: {error}", path.display())))
}

/// The node of this name.
pub(super) fn node(network: &Network, name: &str) -> Result<NodeId, HearingError> {
    network.node_id(name).map_err(|_| HearingError::Model(format!("the network has no {name}")))
}

/// An error of the network or of its results.
pub(super) fn broken(error: impl std::fmt::Display) -> HearingError {
    HearingError::Model(format!("the network failed: {error}"))
}

/// The first `length` tokens of a cache of [1, heads, tokens, width].
pub(super) fn shortened(cache: Value, length: usize) -> Result<Value, HearingError> {
    let mut cache: Tensor<f32> = cache.try_into().map_err(broken)?;
    if cache.ndim() != 4 || cache.size(2) < length {
        return Err(broken("its cache has another shape"));
    }
    cache.clip_dim(2, 0..length);
    Ok(cache.into())
}

/// The index of the greatest number.
pub(super) fn greatest(numbers: &[f32]) -> u32 {
    let mut best = (0, f32::NEG_INFINITY);
    for (index, &number) in numbers.iter().enumerate() {
        if number > best.1 {
            best = (index, number);
        }
    }
    u32::try_from(best.0).unwrap_or(u32::MAX)
}
