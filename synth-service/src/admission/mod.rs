//! Admission control: the outstanding work of a host's voices, and whether one more text would be in time.
//!
//! Each listener runs dry at a known moment, and the work for a sentence follows from its length and the voice's
//! measured pace. A text is admitted if, with it, every sentence can be ready before its caller runs dry; late work
//! leaves room for early work. A text that does not fit is refused at once, or waits in its voice's short queue. The
//! rest of a stream whose host is gone takes precedence over newcomers: it may claim all of the workers' time, while
//! newcomers may claim only half.

mod demand;
mod schedule;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{self, Arc, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

pub use self::demand::Demand;
use self::schedule::{Claimant, Plan, fits};

/// Time for which a refusal holds for all texts of the same voice: with many texts in progress a decision costs
/// milliseconds, and refused requests come by the hundred.
const STILL_FULL: Duration = Duration::from_millis(50);

/// Candidate values of `retry_after`, in seconds: a refusal names the first one at which the text would fit.
const RETRY_AFTER: [u64; 4] = [1, 2, 5, 10];

/// The host can't admit another text now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this host speaks as much as it can: try again in {} s", retry_after.as_secs())]
pub struct Full {
    /// Time after which the text may fit.
    pub retry_after: Duration,
}

/// The admitted and queued texts of a host. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    room: Arc<Room>,
}

struct Room {
    limits: WaitLimits,
    state: sync::Mutex<State>,
    /// Notified when a seat may have been released.
    changed: Notify,
}

/// Bounds of the queue.
#[derive(Clone, Copy, Debug)]
pub struct WaitLimits {
    /// Texts that may queue for one voice. A slow voice fills only its own queue.
    pub max_waiting: usize,
    /// Longest time in the queue.
    pub patience: Duration,
}

#[derive(Default)]
struct State {
    plans: BTreeMap<u64, Plan>,
    /// Number and voice of the queued texts, in the order of arrival. Each voice has its own order.
    waiting: VecDeque<(u64, String)>,
    /// Recent refusals: the voice, the time until which its other texts are refused as well, and the answer.
    full: Vec<(String, Instant, Full)>,
    next: u64,
}

/// The permit of an admitted text; released when dropped.
pub struct Seat {
    room: Arc<Room>,
    number: u64,
}

/// A text's place in the queue; released when dropped.
pub struct Waiting {
    room: Arc<Room>,
    number: u64,
    demand: Demand,
    give_up: Instant,
}

impl Admission {
    /// The admission of a host without work.
    pub fn new(limits: WaitLimits) -> Self {
        let (state, changed) = (sync::Mutex::default(), Notify::new());
        Self { room: Arc::new(Room { limits, state, changed }) }
    }

    /// Admits a text, if all work stays in time with it and no text of its voice is queued.
    ///
    /// # Errors
    /// [`Full`], with the time after which it may fit.
    pub fn admit(&self, demand: Demand) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut state = self.room.lock();
        state.full.retain(|(_, until, _)| *until > now);
        if let Some((_, _, full)) = state.full.iter().find(|(voice, ..)| *voice == demand.voice) {
            return Err(*full);
        }
        let is_waited_for = state.waiting.iter().any(|(_, voice)| *voice == demand.voice);
        if !is_waited_for && state.fits(&demand, Claimant::Newcomer, now, now) {
            return Ok(self.seat(&mut state, demand, now));
        }
        let full = state.refusal(&demand, Claimant::Newcomer, now);
        state.full.push((demand.voice, now + STILL_FULL, full));
        Err(full)
    }

    /// Admits the rest of a stream whose host is gone.
    ///
    /// # Errors
    /// [`Full`] when a caller would run dry even though newcomers are refused.
    pub fn admit_taken_over(&self, demand: Demand) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut state = self.room.lock();
        if state.fits(&demand, Claimant::TakenOver, now, now) {
            return Ok(self.seat(&mut state, demand, now));
        }
        Err(state.refusal(&demand, Claimant::TakenOver, now))
    }

    /// Queues a text.
    ///
    /// # Errors
    /// [`Full`] when the queue is full.
    pub fn wait(&self, demand: Demand) -> Result<Waiting, Full> {
        let limits = self.room.limits;
        let mut state = self.room.lock();
        let queued = state.waiting.iter().filter(|(_, voice)| *voice == demand.voice).count();
        if queued >= limits.max_waiting {
            return Err(Full { retry_after: limits.patience });
        }
        let number = state.number();
        state.waiting.push_back((number, demand.voice.clone()));
        let give_up = Instant::now() + limits.patience;
        Ok(Waiting { room: self.room.clone(), number, demand, give_up })
    }

    /// The share of the promised time that the running texts take; above 1 when some are late.
    pub fn promised_share(&self) -> f64 {
        schedule::promised_share(self.room.lock().plans.values(), Instant::now())
    }

    fn seat(&self, state: &mut State, demand: Demand, now: Instant) -> Seat {
        let number = state.number();
        state.plans.insert(number, Plan::new(demand, now));
        Seat { room: self.room.clone(), number }
    }
}

impl Room {
    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn fits(&self, demand: &Demand, claimant: Claimant, now: Instant, start: Instant) -> bool {
        fits(self.plans.values(), demand, claimant, (now, start))
    }

    fn refusal(&self, demand: &Demand, claimant: Claimant, now: Instant) -> Full {
        let later = |after: &u64| self.fits(demand, claimant, now, now + Duration::from_secs(*after));
        let after = RETRY_AFTER.into_iter().find(later).unwrap_or(RETRY_AFTER[RETRY_AFTER.len() - 1]);
        Full { retry_after: Duration::from_secs(after) }
    }
}

impl Seat {
    /// Records that the next sentence has been made, and the length of its audio.
    pub fn made(&self, audio: Duration) {
        self.done(|plan, now| {
            // A caller that ran dry hears the clip now.
            let from = if plan.heard { plan.due.max(now) } else { now };
            (plan.due, plan.heard) = (from + audio, true);
        });
    }

    /// Records that the next sentence could not be made.
    pub fn skipped(&self) {
        self.done(|_, _| {});
    }

    /// Replaces the expected lengths of the sentences that are not made yet, in seconds of audio: the text has grown.
    pub fn expect(&self, seconds: Vec<f64>) {
        if let Some(plan) = self.room.lock().plans.get_mut(&self.number) {
            plan.demand.sentences = seconds.into();
        }
        self.room.changed.notify_waiters();
    }

    /// Records that the listener takes no clips until [`Self::resume`].
    pub fn pause(&self) {
        if let Some(plan) = self.room.lock().plans.get_mut(&self.number) {
            plan.paused = true;
        }
        self.room.changed.notify_waiters();
    }

    /// Records that the listener takes clips again.
    pub fn resume(&self) {
        let now = Instant::now();
        if let Some(plan) = self.room.lock().plans.get_mut(&self.number) {
            (plan.paused, plan.due) = (false, plan.due.max(now));
        }
    }

    fn done(&self, change: impl FnOnce(&mut Plan, Instant)) {
        let now = Instant::now();
        if let Some(plan) = self.room.lock().plans.get_mut(&self.number) {
            plan.demand.sentences.pop_front();
            change(plan, now);
        }
        self.room.changed.notify_waiters();
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut state = self.room.lock();
        state.plans.remove(&self.number);
        state.full.clear();
        drop(state);
        self.room.changed.notify_waiters();
    }
}

impl Waiting {
    /// Waits until the text is admitted.
    ///
    /// # Errors
    /// [`Full`] when the wait timed out.
    pub async fn seat(self) -> Result<Seat, Full> {
        loop {
            let changed = self.room.changed.notified();
            tokio::pin!(changed);
            // Registered before the check, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(seat) = self.take() {
                return Ok(seat);
            }
            if timeout_at(self.give_up, changed).await.is_err() {
                return Err(Full { retry_after: self.room.limits.patience });
            }
        }
    }

    /// Takes a seat, if the text is the first in its voice's queue and fits.
    fn take(&self) -> Option<Seat> {
        let now = Instant::now();
        let mut state = self.room.lock();
        let first = state.waiting.iter().find(|(_, voice)| *voice == self.demand.voice);
        let is_first = first.is_some_and(|(number, _)| *number == self.number);
        if !is_first || !state.fits(&self.demand, Claimant::Newcomer, now, now) {
            return None;
        }
        state.plans.insert(self.number, Plan::new(self.demand.clone(), now));
        Some(Seat { room: self.room.clone(), number: self.number })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.room.lock().waiting.retain(|(number, _)| *number != self.number);
        self.room.changed.notify_waiters();
    }
}
