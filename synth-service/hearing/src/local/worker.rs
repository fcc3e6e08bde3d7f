//! The threads that recognise: each does one recognition at a time, on one core.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rten::ThreadPool;
use tokio::{sync::oneshot, time::timeout};

use super::model::{Model, NAME, Run};
use crate::HearingError;

/// A recognition that takes longer, its wait included, is given up.
const LONGEST: Duration = Duration::from_secs(20);

/// The threads. They end when it is dropped.
pub(super) struct Workers {
    shared: Arc<Shared>,
    /// The most recognitions that may wait.
    most: usize,
}

/// One recognition.
pub(super) struct Job {
    pub(super) model: Arc<dyn Model>,
    pub(super) samples: Vec<f32>,
    pub(super) language: Arc<str>,
}

/// A recognition that was taken on. Dropping it gives it up.
pub(super) struct Ticket {
    text: oneshot::Receiver<Result<String, HearingError>>,
    stop: Arc<AtomicBool>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Taken>,
    /// Threads that have nothing to do.
    idle: usize,
    closed: bool,
}

struct Taken {
    job: Job,
    stop: Arc<AtomicBool>,
    text: oneshot::Sender<Result<String, HearingError>>,
}

impl Workers {
    /// # Errors
    /// When a thread can't be started.
    pub(super) fn start(threads: usize, most: usize) -> Result<Self, HearingError> {
        let shared = Arc::new(Shared { state: Mutex::default(), work: Condvar::new() });
        let workers = Self { shared, most };
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&workers.shared);
            let pool = Arc::new(ThreadPool::with_num_threads(1));
            thread::Builder::new()
                .name(format!("ears-{number}"))
                .spawn(move || shared.work(&pool))
                .map_err(|error| HearingError::Model(format!("no thread for local ears: {error}")))?;
        }
        Ok(workers)
    }

    /// Takes a recognition on, behind those that wait.
    ///
    /// # Errors
    /// When too many wait.
    pub(super) fn ask(&self, job: Job) -> Result<Ticket, HearingError> {
        let state = self.shared.lock();
        if state.waiting.len() >= self.most {
            return Err(HearingError::Ended { recogniser: NAME, reason: "too many wait for it".into() });
        }
        Ok(self.shared.take(state, job))
    }

    /// Takes a recognition on if a thread is free for it now.
    pub(super) fn offer(&self, job: impl FnOnce() -> Job) -> Option<Ticket> {
        let state = self.shared.lock();
        (state.idle > state.waiting.len()).then(|| self.shared.take(state, job()))
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }
}

impl Ticket {
    /// The text. Safe to cancel.
    ///
    /// # Errors
    /// When the model fails, or takes longer than 20 s.
    pub(super) async fn text(&mut self) -> Result<String, HearingError> {
        let failed = || HearingError::Ended { recogniser: NAME, reason: "its model panicked".into() };
        match timeout(LONGEST, &mut self.text).await {
            Ok(text) => text.map_err(|_| failed())?,
            Err(_) => Err(HearingError::TooSlow { recogniser: NAME, after: LONGEST }),
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, mut state: MutexGuard<'_, State>, job: Job) -> Ticket {
        let (sender, text) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        state.waiting.push_back(Taken { job, stop: Arc::clone(&stop), text: sender });
        self.work.notify_one();
        Ticket { text, stop }
    }

    /// The life of a thread.
    fn work(&self, threads: &Arc<ThreadPool>) {
        while let Some(Taken { job, stop, text }) = self.next() {
            let run = Run { threads: Arc::clone(threads), stop };
            let recognised = catch_unwind(AssertUnwindSafe(|| {
                run.go_on()?;
                job.model.recognise(&job.samples, &job.language, &run)
            }));
            if let Ok(recognised) = recognised {
                // Nobody may wait any more.
                let _ = text.send(recognised);
            }
        }
    }

    /// Waits for work. `None` at the end.
    fn next(&self) -> Option<Taken> {
        let mut state = self.lock();
        state.idle += 1;
        let is_empty = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.work.wait_while(state, is_empty).unwrap_or_else(PoisonError::into_inner);
        state.idle -= 1;
        if state.closed { None } else { state.waiting.pop_front() }
    }
}
