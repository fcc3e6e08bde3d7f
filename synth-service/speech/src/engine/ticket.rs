//! The link between the requester of a sentence and the run that speaks it.

use std::{
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use tokio::sync::oneshot::{self, error::RecvError};

use super::Answer;
use crate::Interrupt;

/// The future clip. Dropping it withdraws the sentence: a waiting one costs nothing, and a run is ended at its next
/// step once none of its sentences is wanted.
#[must_use = "a dropped ticket withdraws its sentence"]
pub struct Ticket {
    answer: oneshot::Receiver<Answer>,
    place: Arc<Place>,
}

/// The state of a sentence on its way through the engine.
#[derive(Default)]
pub(super) struct Place(Mutex<State>);

#[derive(Default)]
struct State {
    withdrawn: bool,
    run: Option<Arc<Run>>,
}

/// One run of the model, for one sentence or several.
pub(super) struct Run {
    /// Number of its sentences whose tickets still exist.
    wanted: AtomicUsize,
    pub(super) interrupt: Interrupt,
}

impl Ticket {
    pub(super) fn new(answer: oneshot::Receiver<Answer>, place: Arc<Place>) -> Self {
        Self { answer, place }
    }

    /// Waits for the clip outside an async runtime.
    ///
    /// # Errors
    /// When the engine stopped.
    pub fn blocking_recv(mut self) -> Result<Answer, RecvError> {
        let (_, nothing) = oneshot::channel();
        std::mem::replace(&mut self.answer, nothing).blocking_recv()
    }
}

impl Future for Ticket {
    /// The outer error means that the engine stopped.
    type Output = Result<Answer, RecvError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer).poll(context)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // Closed first, so that a worker that looks now sees the sentence as withdrawn.
        self.answer.close();
        self.place.withdraw();
    }
}

impl Place {
    /// Records that the sentence is spoken in this run.
    fn enter(&self, run: &Arc<Run>) {
        let mut state = self.lock();
        state.run = Some(run.clone());
        if state.withdrawn {
            run.one_less();
        }
    }

    fn withdraw(&self) {
        let mut state = self.lock();
        if !std::mem::replace(&mut state.withdrawn, true)
            && let Some(run) = &state.run
        {
            run.one_less();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Run {
    /// A run for the sentences at these places, which `interrupt` ends.
    pub(super) fn of<'a>(
        places: impl ExactSizeIterator<Item = &'a Arc<Place>>,
        interrupt: Interrupt,
    ) -> Arc<Self> {
        let run = Arc::new(Self { wanted: AtomicUsize::new(places.len()), interrupt });
        places.for_each(|place| place.enter(&run));
        run
    }

    fn one_less(&self) {
        if self.wanted.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.interrupt.raise();
        }
    }
}
