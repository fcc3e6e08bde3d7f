//! A bounded queue, earliest deadline first. A worker that finds it empty blocks.
//!
//! There are two lanes. Workers of the ordinary lane have one core each, which gives the highest throughput under load.
//! But a run of the model can't be paused, so a caller's first sentence could wait for the end of another caller's long
//! one. The express lane has one worker, which runs on all cores, beside the others; the system divides the cores. It
//! takes urgent jobs as they come. A job with no other beside it goes to the express worker too, as the cores would be
//! idle; if an urgent job comes meanwhile, that run is ended, and an ordinary worker begins it again. One urgent job is
//! always left to the express worker, even while it is busy: with all cores the job is done sooner than an ordinary
//! worker would do it.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{Interrupt, SpeechError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    Ordinary,
    Express,
}

pub(super) struct DeadlineQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    /// The waiting items by deadline, then by arrival.
    waiting: BTreeMap<(Instant, u64), Entry<T>>,
    /// Arrival number of the next item. It breaks ties: first come, first served.
    next_arrival: u64,
    /// Number of ordinary workers that are at work.
    busy: usize,
    express: Express,
    closed: bool,
}

/// The state of the express worker.
enum Express {
    /// There is no express worker.
    Absent,
    Idle,
    /// The worker is at work on something urgent.
    Busy,
    /// The worker is at work on a job that had the machine to itself, and gives that job up when an urgent one comes.
    Lending {
        interrupt: Interrupt,
        gives_way: bool,
    },
}

impl Express {
    fn give_way(&mut self) {
        if let Self::Lending { interrupt, gives_way } = self {
            *gives_way = true;
            interrupt.raise();
        }
    }

    fn has_to_give_way(self) -> bool {
        matches!(self, Self::Lending { gives_way: true, .. })
    }
}

struct Entry<T> {
    item: T,
    urgent: bool,
}

impl<T> DeadlineQueue<T> {
    /// An empty queue; `express` says whether there is an express worker.
    pub(super) fn new(capacity: usize, express: bool) -> Self {
        let express = if express { Express::Idle } else { Express::Absent };
        let state = State { waiting: BTreeMap::new(), next_arrival: 0, busy: 0, express, closed: false };
        Self { capacity, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Adds an item; an `urgent` one goes to the express lane. When the queue is full, `withdrawn` items are removed
    /// first.
    pub(super) fn push(
        &self,
        deadline: Instant,
        urgent: bool,
        item: T,
        withdrawn: impl Fn(&T) -> bool,
    ) -> Result<(), SpeechError> {
        let mut state = self.lock();
        if state.closed {
            return Err(SpeechError::Stopped);
        }
        if state.waiting.len() >= self.capacity {
            state.waiting.retain(|_, entry| !withdrawn(&entry.item));
        }
        if state.waiting.len() >= self.capacity {
            return Err(SpeechError::Overloaded);
        }
        state.add(deadline, urgent, item);
        if urgent {
            state.express.give_way();
        }
        // Wakes all workers, because not every worker takes every item.
        self.changed.notify_all();
        Ok(())
    }

    /// Returns an item that a worker has given up to the queue, even if the queue is full.
    pub(super) fn put_back(&self, deadline: Instant, item: T) {
        let mut state = self.lock();
        if !state.closed {
            state.add(deadline, false, item);
            self.changed.notify_all();
        }
    }

    /// Takes the most urgent item for this lane, and in order of urgency up to `limit - 1` more that `go_with` it.
    /// Waits for the first one, never for the others. Items that are `withdrawn` are dropped before anything is chosen.
    /// `interrupt` is raised when the express worker is to give up its jobs. Returns `None` once the queue is closed. A
    /// worker that got items calls [`Self::done`] before it calls this again.
    pub(super) fn pop(
        &self,
        lane: Lane,
        limit: usize,
        interrupt: &Interrupt,
        withdrawn: impl Fn(&T) -> bool,
        go_with: impl Fn(&T, &T) -> bool,
    ) -> Option<Vec<T>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            state.waiting.retain(|_, entry| !withdrawn(&entry.item));
            let next = state.next_for(lane).and_then(|order| state.waiting.remove(&order));
            if let Some(Entry { item: first, urgent }) = next {
                let more = state
                    .waiting
                    .iter()
                    .filter(|(_, entry)| go_with(&first, &entry.item))
                    .map(|(order, _)| *order);
                let more: Vec<_> = more.take(limit.saturating_sub(1)).collect();
                let mut batch = vec![first];
                let more = more.iter().filter_map(|order| state.waiting.remove(order));
                batch.extend(more.map(|entry| entry.item));
                match lane {
                    Lane::Ordinary => state.busy += 1,
                    Lane::Express if urgent => state.express = Express::Busy,
                    Lane::Express => {
                        state.express = Express::Lending { interrupt: interrupt.clone(), gives_way: false };
                    }
                }
                // One lane may now take a job that it had left to the other.
                self.changed.notify_all();
                return Some(batch);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Reports that the worker has finished, or given up, the jobs that it popped last. Returns whether it had to give
    /// them up for something urgent.
    pub(super) fn done(&self, lane: Lane) -> bool {
        let mut state = self.lock();
        let gave_way = match lane {
            Lane::Ordinary => {
                state.busy -= 1;
                false
            }
            Lane::Express => std::mem::replace(&mut state.express, Express::Idle).has_to_give_way(),
        };
        self.changed.notify_all();
        gave_way
    }

    /// Number of waiting items.
    pub(super) fn len(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Drops all waiting jobs and ends every worker.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        self.changed.notify_all();
    }

    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn add(&mut self, deadline: Instant, urgent: bool, item: T) {
        let order = (deadline, self.next_arrival);
        self.next_arrival += 1;
        self.waiting.insert(order, Entry { item, urgent });
    }

    /// The key of the most urgent item for this lane.
    fn next_for(&self, lane: Lane) -> Option<(Instant, u64)> {
        match lane {
            Lane::Express => self.first(|entry| entry.urgent).or_else(|| self.first(|_| self.busy == 0)),
            Lane::Ordinary => {
                let has_express = !matches!(self.express, Express::Absent);
                let left_to_express = has_express.then(|| self.first(|entry| entry.urgent)).flatten();
                let is_alone = matches!(self.express, Express::Idle) && self.busy == 0;
                let mut others = self.waiting.iter().filter(|(order, _)| Some(**order) != left_to_express);
                others.find(|(_, entry)| entry.urgent || !is_alone).map(|(order, _)| *order)
            }
        }
    }

    fn first(&self, takes: impl Fn(&Entry<T>) -> bool) -> Option<(Instant, u64)> {
        self.waiting.iter().find(|(_, entry)| takes(entry)).map(|(order, _)| *order)
    }
}

#[cfg(test)]
mod tests;
