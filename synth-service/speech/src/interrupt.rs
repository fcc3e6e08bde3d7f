//! Ends a run of a model from outside, when nobody wants its sound any more.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use ort::session::RunOptions;

/// Raised once, seen by all runs that were given it. Cheap to clone.
#[derive(Clone, Default)]
pub struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    /// Made by the first run: logic tests open no ONNX Runtime.
    options: OnceLock<RunOptions>,
}

impl Interrupt {
    /// Ends runs under way at their next step, which is an operator of the model, and those that have not begun.
    pub fn raise(&self) {
        self.shared.raised.store(true, Ordering::SeqCst);
        self.terminate();
    }

    pub fn is_raised(&self) -> bool {
        self.shared.raised.load(Ordering::SeqCst)
    }

    /// For the runs that are to be ended.
    pub(crate) fn options(&self) -> ort::Result<&RunOptions> {
        if self.shared.options.get().is_none() {
            // Of two that come at once, the second one's is dropped.
            let _ = self.shared.options.set(RunOptions::new()?);
        }
        // Raised before there was anything to terminate.
        if self.is_raised() {
            self.terminate();
        }
        self.shared.options.get().ok_or_else(|| ort::Error::new("no options for a run"))
    }

    fn terminate(&self) {
        if let Some(Err(error)) = self.shared.options.get().map(RunOptions::terminate) {
            tracing::warn!(%error, "a run that nobody wants goes on");
        }
    }
}
