//! A loaded model, and the small things that both families share.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use rten::{Model as Network, NodeId, RunOptions, ThreadPool, Value, ValueOrView};

use crate::HearingError;

/// The recogniser's name.
pub(super) const NAME: &str = "local";

/// A model that recognises an utterance as a whole.
pub(super) trait Model: Send + Sync {
    /// The text of at most 10 s of sound at 16 kHz. Empty where there are no words.
    ///
    /// # Errors
    /// When the network fails, or on [`Run::stop`].
    fn recognise(&self, samples: &[f32], language: &str, run: &Run) -> Result<String, HearingError>;

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
