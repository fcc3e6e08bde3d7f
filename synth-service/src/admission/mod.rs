//! How much a host takes on: the work that its voices still have, and whether one more text would be in time.
//!
//! Every listener runs dry at a known moment, and each of their sentences costs about as much work as its length says,
//! at the pace that the voice was measured at. A text is taken on if, with it, every sentence can be ready before its
//! caller runs dry; work that is due late leaves room for work that is due early. A text that does not fit is refused at
//! once, or waits in the line of its voice, which is short. The rest of a stream whose host has gone goes before
//! newcomers: all of the workers' time is there for it, and half for them.

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

/// How long a refusal holds for others who want the same voice: with many texts under way it costs milliseconds to find
/// out anew, and those who were refused come by hundreds.
const STILL_FULL: Duration = Duration::from_millis(50);

/// The moments at which a refused text might fit: its sender is told the first one at which it does.
const COME_BACK: [u64; 4] = [1, 2, 5, 10];

/// More does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this host speaks as much as it can: try again in {} s", retry_after.as_secs())]
pub struct Full {
    pub retry_after: Duration,
}

/// The texts that a host speaks. Cheap to clone.
#[derive(Clone)]
pub struct Admission {
    room: Arc<Room>,
}

struct Room {
    limits: WaitLimits,
    state: sync::Mutex<State>,
    /// A place may have become free.
    changed: Notify,
}

/// How long and how many texts may wait.
#[derive(Clone, Copy, Debug)]
pub struct WaitLimits {
    /// Texts that may wait for their turn, of all voices.
    pub max_waiting: usize,
    /// How long each may.
    pub patience: Duration,
}

#[derive(Default)]
struct State {
    plans: BTreeMap<u64, Plan>,
    /// Number and voice, in the order of arrival. The texts of one voice are a line of their own.
    waiting: VecDeque<(u64, String)>,
    /// The voice of a text that was refused a moment ago, until when others are for the same reason, and their answer.
    full: Vec<(String, Instant, Full)>,
    next: u64,
}

/// A text's place among those that are spoken; given back when dropped.
pub struct Seat {
    room: Arc<Room>,
    number: u64,
}

/// A text's place among those that wait; given back when dropped.
pub struct Waiting {
    room: Arc<Room>,
    number: u64,
    demand: Demand,
    give_up: Instant,
}

impl Admission {
    /// Of a host that speaks nothing yet.
    pub fn new(limits: WaitLimits) -> Self {
        let (state, changed) = (sync::Mutex::default(), Notify::new());
        Self { room: Arc::new(Room { limits, state, changed }) }
    }

    /// Takes a text on, if everything will be in time with it and no text of its voice has waited for longer.
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

    /// Takes on the rest of a stream whose host has gone.
    ///
    /// # Errors
    /// [`Full`] when callers would run dry although newcomers are refused.
    pub fn admit_taken_over(&self, demand: Demand) -> Result<Seat, Full> {
        let now = Instant::now();
        let mut state = self.room.lock();
        if state.fits(&demand, Claimant::TakenOver, now, now) {
            return Ok(self.seat(&mut state, demand, now));
        }
        Err(state.refusal(&demand, Claimant::TakenOver, now))
    }

    /// Has a text wait for its turn.
    ///
    /// # Errors
    /// [`Full`] when too many wait.
    pub fn wait(&self, demand: Demand) -> Result<Waiting, Full> {
        let limits = self.room.limits;
        let mut state = self.room.lock();
        if state.waiting.len() >= limits.max_waiting {
            return Err(Full { retry_after: limits.patience });
        }
        let number = state.number();
        state.waiting.push_back((number, demand.voice.clone()));
        let give_up = Instant::now() + limits.patience;
        Ok(Waiting { room: self.room.clone(), number, demand, give_up })
    }

    fn seat(&self, state: &mut State, demand: Demand, now: Instant) -> Seat {
        let number = state.number();
        state.plans.insert(number, Plan::new(demand, now));
        Seat { room: self.room.clone(), number }
    }
}

impl Room {
    /// No code panics while it holds the lock, so a poisoned one is still whole.
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
        let after = COME_BACK.into_iter().find(later).unwrap_or(COME_BACK[COME_BACK.len() - 1]);
        Full { retry_after: Duration::from_secs(after) }
    }
}

impl Seat {
    /// The next sentence has been made, and lasts this long.
    pub fn made(&self, audio: Duration) {
        self.done(|plan, now| {
            // A caller who ran dry hears it now.
            let from = if plan.heard { plan.due.max(now) } else { now };
            (plan.due, plan.heard) = (from + audio, true);
        });
    }

    /// The next sentence could not be made.
    pub fn skipped(&self) {
        self.done(|_, _| {});
    }

    /// Its listener takes nothing until [`Self::go_on`].
    pub fn pause(&self) {
        if let Some(plan) = self.room.lock().plans.get_mut(&self.number) {
            plan.paused = true;
        }
        self.room.changed.notify_waiters();
    }

    /// Its listener takes clips again.
    pub fn go_on(&self) {
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
    /// Returns when it is this text's turn.
    ///
    /// # Errors
    /// [`Full`] when that took too long.
    pub async fn seat(self) -> Result<Seat, Full> {
        loop {
            let changed = self.room.changed.notified();
            tokio::pin!(changed);
            // Before the look, so that no change in between is missed.
            changed.as_mut().enable();
            if let Some(seat) = self.take() {
                return Ok(seat);
            }
            if timeout_at(self.give_up, changed).await.is_err() {
                return Err(Full { retry_after: self.room.limits.patience });
            }
        }
    }

    /// A seat, if no text of this voice has waited for longer and it fits.
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
