//! A bounded queue, earliest deadline first, that blocks the worker who finds it empty.

use std::{
    collections::BTreeMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::SpeechError;

pub(super) struct DeadlineQueue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    changed: Condvar,
}

struct State<T> {
    /// By deadline, then by arrival.
    waiting: BTreeMap<(Instant, u64), T>,
    /// Breaks ties: who came first goes first.
    next_arrival: u64,
    closed: bool,
}

impl<T> DeadlineQueue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { waiting: BTreeMap::new(), next_arrival: 0, closed: false };
        Self { capacity, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Adds an item. When there is no room, items that are `withdrawn` are removed first.
    pub(super) fn push(
        &self,
        deadline: Instant,
        item: T,
        withdrawn: impl Fn(&T) -> bool,
    ) -> Result<(), SpeechError> {
        let mut state = self.lock();
        if state.closed {
            return Err(SpeechError::Stopped);
        }
        if state.waiting.len() >= self.capacity {
            state.waiting.retain(|_, item| !withdrawn(item));
        }
        if state.waiting.len() >= self.capacity {
            return Err(SpeechError::Overloaded);
        }
        let order = (deadline, state.next_arrival);
        state.next_arrival += 1;
        state.waiting.insert(order, item);
        self.changed.notify_one();
        Ok(())
    }

    /// The most urgent item, and in order of urgency up to `limit - 1` more that `go_with` it. Waits for the
    /// first, never for the others. Items that are `withdrawn` are dropped before anything is chosen. `None`
    /// once the queue is closed.
    pub(super) fn pop(
        &self,
        limit: usize,
        withdrawn: impl Fn(&T) -> bool,
        go_with: impl Fn(&T, &T) -> bool,
    ) -> Option<Vec<T>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            state.waiting.retain(|_, item| !withdrawn(item));
            if let Some((_, first)) = state.waiting.pop_first() {
                let more =
                    state.waiting.iter().filter(|(_, item)| go_with(&first, item)).map(|(order, _)| *order);
                let more: Vec<_> = more.take(limit.saturating_sub(1)).collect();
                let mut batch = vec![first];
                batch.extend(more.iter().filter_map(|order| state.waiting.remove(order)));
                return Some(batch);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().waiting.is_empty()
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn pop_one<T>(queue: &DeadlineQueue<T>) -> Option<T> {
        queue.pop(1, |_| false, |_, _| true)?.pop()
    }

    #[test]
    fn a_batch_is_what_waits_and_goes_together_up_to_the_limit() {
        let queue = DeadlineQueue::new(10);
        let now = Instant::now();
        for (seconds, length) in [(1, 30), (0, 10), (2, 11), (3, 50), (4, 9), (5, 10)] {
            queue.push(now + Duration::from_secs(seconds), length, |_| false).expect("there is room");
        }
        let alike = |first: &i32, other: &i32| first.abs_diff(*other) < 5;
        assert_eq!(queue.pop(3, |_| false, alike), Some(vec![10, 11, 9]));
        assert_eq!(queue.pop(3, |_| false, alike), Some(vec![30]), "nothing waits for company");
        assert_eq!(queue.pop(3, |_| false, alike), Some(vec![50]));
        assert_eq!(queue.pop(3, |_| false, alike), Some(vec![10]));
    }

    #[test]
    fn what_was_withdrawn_takes_no_place_and_chooses_no_company() {
        let queue = DeadlineQueue::new(10);
        let now = Instant::now();
        // Withdrawn ones are negative: the first is unlike the others, the second like them.
        for (seconds, length) in (0..).zip([-90, 10, -11, 12, 9]) {
            queue.push(now + Duration::from_secs(seconds), length, |_| false).expect("there is room");
        }
        let alike = |first: &i32, other: &i32| first.abs_diff(*other) < 30;
        assert_eq!(queue.pop(3, |length| *length < 0, alike), Some(vec![10, 12, 9]));
    }

    #[test]
    fn the_earliest_deadline_goes_first_and_equal_ones_in_order_of_arrival() {
        let queue = DeadlineQueue::new(10);
        let now = Instant::now();
        for (seconds, name) in [(9, "far ahead"), (0, "first"), (0, "second"), (3, "soon")] {
            queue.push(now + Duration::from_secs(seconds), name, |_| false).expect("there is room");
        }
        let order: Vec<_> = (0..4).filter_map(|_| pop_one(&queue)).collect();
        assert_eq!(order, ["first", "second", "soon", "far ahead"]);
    }

    #[test]
    fn a_full_queue_refuses_unless_something_in_it_was_withdrawn() {
        let queue = DeadlineQueue::new(2);
        let now = Instant::now();
        queue.push(now, "kept", |_| false).expect("there is room");
        queue.push(now, "withdrawn", |_| false).expect("there is room");
        assert_eq!(queue.push(now, "new", |_| false), Err(SpeechError::Overloaded));
        assert_eq!(queue.push(now, "new", |item| *item == "withdrawn"), Ok(()));
        assert_eq!((pop_one(&queue), pop_one(&queue)), (Some("kept"), Some("new")));
    }

    #[test]
    fn a_closed_queue_lets_a_waiting_worker_go() {
        let queue = DeadlineQueue::<()>::new(1);
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| pop_one(&queue));
            queue.close();
            assert_eq!(worker.join().ok(), Some(None));
        });
        assert_eq!(queue.push(Instant::now(), (), |_| false), Err(SpeechError::Stopped));
    }
}
