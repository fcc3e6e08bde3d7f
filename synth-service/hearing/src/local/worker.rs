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
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

use super::model::{Model, NAME, Recognised, Run, Utterance};
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
    pub(super) utterance: Utterance,
}

/// A recognition that was taken on. Dropping it gives it up.
pub(super) struct Ticket {
    text: oneshot::Receiver<Result<Recognised, HearingError>>,
    due: Instant,
    stop: Arc<AtomicBool>,
    is_final: Arc<AtomicBool>,
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
    /// Final texts come before partial ones.
    is_final: Arc<AtomicBool>,
    text: oneshot::Sender<Result<Recognised, HearingError>>,
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

    /// Takes on the recognition of a final text, behind the others that wait.
    ///
    /// # Errors
    /// When too many wait.
    pub(super) fn ask(&self, job: Job) -> Result<Ticket, HearingError> {
        let mut state = self.shared.lock();
        state.forget_stopped();
        if state.waiting.len() >= self.most {
            return Err(HearingError::Ended { recogniser: NAME, reason: "too many wait for it".into() });
        }
        Ok(self.shared.take(state, job, true))
    }

    /// Takes on the recognition of a partial text that is wanted soon, unless final texts wait already.
    pub(super) fn try_ask(&self, job: impl FnOnce() -> Job) -> Option<Ticket> {
        let mut state = self.shared.lock();
        state.forget_stopped();
        let is_free = state.idle > state.waiting.len();
        let may_wait = state.waiting.len() < self.most && !state.waiting.iter().any(Taken::is_final);
        (is_free || may_wait).then(|| self.shared.take(state, job(), false))
    }

    /// Takes on the recognition of a partial text if a thread is free for it now.
    pub(super) fn offer(&self, job: impl FnOnce() -> Job) -> Option<Ticket> {
        let mut state = self.shared.lock();
        state.forget_stopped();
        (state.idle > state.waiting.len()).then(|| self.shared.take(state, job(), false))
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
    /// When the model fails, or there is none 20 s after it was asked for.
    pub(super) async fn text(&mut self) -> Result<Recognised, HearingError> {
        let failed = || HearingError::Ended { recogniser: NAME, reason: "its model panicked".into() };
        match timeout_at(self.due, &mut self.text).await {
            Ok(text) => text.map_err(|_| failed())?,
            Err(_) => Err(HearingError::TooSlow { recogniser: NAME, after: LONGEST }),
        }
    }

    /// The text is wanted as a final one.
    pub(super) fn make_final(&self) {
        self.is_final.store(true, Ordering::Relaxed);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Taken {
    fn is_final(&self) -> bool {
        self.is_final.load(Ordering::Relaxed)
    }
}

impl State {
    /// Those that were given up wait no more.
    fn forget_stopped(&mut self) {
        self.waiting.retain(|taken| !taken.stop.load(Ordering::Relaxed));
    }

    fn next(&mut self) -> Option<Taken> {
        self.forget_stopped();
        let first = self.waiting.iter().position(Taken::is_final).unwrap_or(0);
        self.waiting.remove(first)
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, mut state: MutexGuard<'_, State>, job: Job, is_final: bool) -> Ticket {
        let (sender, text) = oneshot::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let is_final = Arc::new(AtomicBool::new(is_final));
        let taken = Taken { job, stop: Arc::clone(&stop), is_final: Arc::clone(&is_final), text: sender };
        state.waiting.push_back(taken);
        self.work.notify_one();
        Ticket { text, due: Instant::now() + LONGEST, stop, is_final }
    }

    /// The life of a thread.
    fn work(&self, threads: &Arc<ThreadPool>) {
        while let Some(Taken { job, stop, text, .. }) = self.next() {
            let run = Run { threads: Arc::clone(threads), stop };
            let recognised = catch_unwind(AssertUnwindSafe(|| {
                run.go_on()?;
                job.model.recognise(&job.utterance, &run)
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
        loop {
            if state.closed {
                return None;
            }
            if let Some(taken) = state.next() {
                return Some(taken);
            }
            state.idle += 1;
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}
