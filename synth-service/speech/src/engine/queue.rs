//! A bounded queue, earliest deadline first, that blocks the worker who finds it empty.
//!
//! There are two lanes. Workers of the ordinary lane have one core each, which makes the most audio when many wait; a
//! model that has begun can't be put aside, though, and somebody who waits for a first word would wait for the end
//! of another's long sentence. The one worker of the express lane takes what is urgent when it comes, beside the
//! others, and runs on all cores: the system shares them out. What nothing else runs beside is its work as well, since
//! no other would use these cores.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::SpeechError;

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
    /// By deadline, then by arrival.
    waiting: BTreeMap<(Instant, u64), Entry<T>>,
    /// Breaks ties: who came first goes first.
    next_arrival: u64,
    /// Workers of the ordinary lane that have something to do.
    busy: usize,
    /// Whether there is an express worker, and it has nothing to do.
    express_idle: bool,
    closed: bool,
}

struct Entry<T> {
    item: T,
    urgent: bool,
}

impl<T> DeadlineQueue<T> {
    /// Without an express worker, unless there is to be one.
    pub(super) fn new(capacity: usize, express: bool) -> Self {
        let waiting = BTreeMap::new();
        let state = State { waiting, next_arrival: 0, busy: 0, express_idle: express, closed: false };
        Self { capacity, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Adds an item; one that is `urgent` goes to the express lane. When there is no room, items that are `withdrawn`
    /// are removed first.
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
        let order = (deadline, state.next_arrival);
        state.next_arrival += 1;
        state.waiting.insert(order, Entry { item, urgent });
        // All, because not every worker takes every item.
        self.changed.notify_all();
        Ok(())
    }

    /// The most urgent item for this lane, and in order of urgency up to `limit - 1` more that `go_with` it. Waits for
    /// the first, never for the others. Items that are `withdrawn` are dropped before anything is chosen. `None`
    /// once the queue is closed. Who got something says [`Self::done`] before it asks again.
    pub(super) fn pop(
        &self,
        lane: Lane,
        limit: usize,
        withdrawn: impl Fn(&T) -> bool,
        go_with: impl Fn(&T, &T) -> bool,
    ) -> Option<Vec<T>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            state.waiting.retain(|_, entry| !withdrawn(&entry.item));
            if let Some(first) = state.first_for(lane) {
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
                    Lane::Express => state.express_idle = false,
                }
                // What the one lane left to the other may now be its own.
                self.changed.notify_all();
                return Some(batch);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What was popped last is done.
    pub(super) fn done(&self, lane: Lane) {
        let mut state = self.lock();
        match lane {
            Lane::Ordinary => state.busy -= 1,
            Lane::Express => state.express_idle = true,
        }
        self.changed.notify_all();
    }

    /// Drops what waits and lets every worker go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        self.changed.notify_all();
    }

    /// No code panics while it holds the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn first_for(&mut self, lane: Lane) -> Option<T> {
        let is_express = |entry: &Entry<T>| entry.urgent || self.busy == 0;
        let takes = |entry: &Entry<T>| match lane {
            Lane::Express => is_express(entry),
            Lane::Ordinary => !(self.express_idle && is_express(entry)),
        };
        let order = self.waiting.iter().find(|(_, entry)| takes(entry)).map(|(order, _)| *order)?;
        self.waiting.remove(&order).map(|entry| entry.item)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn pop_one<T>(queue: &DeadlineQueue<T>) -> Option<T> {
        queue.pop(Lane::Ordinary, 1, |_| false, |_, _| true)?.pop()
    }

    #[test]
    fn a_batch_is_what_waits_and_goes_together_up_to_the_limit() {
        let queue = DeadlineQueue::new(10, false);
        let now = Instant::now();
        for (seconds, length) in [(1, 30), (0, 10), (2, 11), (3, 50), (4, 9), (5, 10)] {
            queue.push(now + Duration::from_secs(seconds), false, length, |_| false).expect("there is room");
        }
        let alike = |first: &i32, other: &i32| first.abs_diff(*other) < 5;
        assert_eq!(queue.pop(Lane::Ordinary, 3, |_| false, alike), Some(vec![10, 11, 9]));
        assert_eq!(
            queue.pop(Lane::Ordinary, 3, |_| false, alike),
            Some(vec![30]),
            "nothing waits for company"
        );
        assert_eq!(queue.pop(Lane::Ordinary, 3, |_| false, alike), Some(vec![50]));
        assert_eq!(queue.pop(Lane::Ordinary, 3, |_| false, alike), Some(vec![10]));
    }

    #[test]
    fn what_was_withdrawn_takes_no_place_and_chooses_no_company() {
        let queue = DeadlineQueue::new(10, false);
        let now = Instant::now();
        // Withdrawn ones are negative: the first is unlike the others, the second like them.
        for (seconds, length) in (0..).zip([-90, 10, -11, 12, 9]) {
            queue.push(now + Duration::from_secs(seconds), false, length, |_| false).expect("there is room");
        }
        let alike = |first: &i32, other: &i32| first.abs_diff(*other) < 30;
        assert_eq!(queue.pop(Lane::Ordinary, 3, |length| *length < 0, alike), Some(vec![10, 12, 9]));
    }

    #[test]
    fn the_earliest_deadline_goes_first_and_equal_ones_in_order_of_arrival() {
        let queue = DeadlineQueue::new(10, false);
        let now = Instant::now();
        for (seconds, name) in [(9, "far ahead"), (0, "first"), (0, "second"), (3, "soon")] {
            queue.push(now + Duration::from_secs(seconds), false, name, |_| false).expect("there is room");
        }
        let order: Vec<_> = (0..4).filter_map(|_| pop_one(&queue)).collect();
        assert_eq!(order, ["first", "second", "soon", "far ahead"]);
    }

    #[test]
    fn a_full_queue_refuses_unless_something_in_it_was_withdrawn() {
        let queue = DeadlineQueue::new(2, false);
        let now = Instant::now();
        queue.push(now, false, "kept", |_| false).expect("there is room");
        queue.push(now, false, "withdrawn", |_| false).expect("there is room");
        assert_eq!(queue.push(now, false, "new", |_| false), Err(SpeechError::Overloaded));
        assert_eq!(queue.push(now, false, "new", |item| *item == "withdrawn"), Ok(()));
        assert_eq!((pop_one(&queue), pop_one(&queue)), (Some("kept"), Some("new")));
    }

    #[test]
    fn a_closed_queue_lets_a_waiting_worker_go() {
        let queue = DeadlineQueue::<()>::new(1, false);
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| pop_one(&queue));
            queue.close();
            assert_eq!(worker.join().ok(), Some(None));
        });
        assert_eq!(queue.push(Instant::now(), false, (), |_| false), Err(SpeechError::Stopped));
    }

    #[test]
    fn the_express_lane_has_what_is_urgent_and_what_nothing_runs_beside() {
        let queue = DeadlineQueue::new(10, true);
        let now = Instant::now();
        let pop = |lane| {
            let mut state = queue.lock();
            state.first_for(lane)
        };
        let push = |urgent, name| queue.push(now, urgent, name, |_| false).expect("there is room");
        push(false, "alone");
        assert_eq!(pop(Lane::Ordinary), None, "it is left to the express worker");
        assert_eq!(pop(Lane::Express), Some("alone"));
        queue.lock().busy = 1;
        push(false, "one of many");
        push(true, "urgent");
        assert_eq!(pop(Lane::Express), Some("urgent"));
        assert_eq!(pop(Lane::Express), None);
        assert_eq!(pop(Lane::Ordinary), Some("one of many"));
        queue.lock().express_idle = false;
        push(true, "urgent, while the express worker speaks");
        assert_eq!(pop(Lane::Ordinary), Some("urgent, while the express worker speaks"));
    }
}
