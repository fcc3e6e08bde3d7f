//! Ends a run of a model from outside, when its sound is no longer wanted.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use ort::{logging::LogLevel, session::RunOptions};

/// A flag that is raised once and seen by all runs that it governs. Cheap to clone.
#[derive(Clone, Default)]
pub struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    /// Options of the current run.
    run: Mutex<Option<Arc<RunOptions>>>,
}

impl Interrupt {
    /// Ends the run under way at its next step (an operator of the model), and every later run when it begins.
    pub fn raise(&self) {
        let run = self.run();
        self.shared.raised.store(true, Ordering::SeqCst);
        run.as_deref().map(terminate);
    }

    /// Whether [`Self::raise`] has been called.
    pub fn is_raised(&self) -> bool {
        self.shared.raised.load(Ordering::SeqCst)
    }

    /// Makes these the options of a run that ends when this is raised, or at once if it is raised already.
    ///
    /// # Errors
    /// An error of ONNX Runtime, which takes the log level.
    pub(crate) fn govern(&self, mut options: RunOptions) -> ort::Result<Arc<RunOptions>> {
        // ONNX Runtime returns each error. At its default level it prints them too, and so every interrupted run.
        options.set_log_level(LogLevel::Fatal)?;
        let options = Arc::new(options);
        let mut run = self.run();
        if self.is_raised() {
            terminate(&options);
        }
        *run = Some(options.clone());
        Ok(options)
    }

    fn run(&self) -> MutexGuard<'_, Option<Arc<RunOptions>>> {
        self.shared.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn terminate(run: &RunOptions) {
    if let Err(error) = run.terminate() {
        tracing::warn!(%error, "can't end a run that is no longer wanted");
    }
}
