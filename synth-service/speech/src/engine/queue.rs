//! A bounded queue, earliest deadline first, that blocks the worker who finds it empty.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
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
    heap: BinaryHeap<Entry<T>>,
    /// Breaks ties: who came first goes first.
    next_arrival: u64,
    closed: bool,
}

struct Entry<T> {
    order: Reverse<(Instant, u64)>,
    item: T,
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

impl<T> DeadlineQueue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State { heap: BinaryHeap::new(), next_arrival: 0, closed: false };
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
        if state.heap.len() >= self.capacity {
            state.heap.retain(|entry| !withdrawn(&entry.item));
        }
        if state.heap.len() >= self.capacity {
            return Err(SpeechError::Overloaded);
        }
        let order = Reverse((deadline, state.next_arrival));
        state.next_arrival += 1;
        state.heap.push(Entry { order, item });
        self.changed.notify_one();
        Ok(())
    }

    /// The most urgent item; waits for one. `None` once the queue is closed.
    pub(super) fn pop(&self) -> Option<T> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(entry) = state.heap.pop() {
                return Some(entry.item);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Drops what waits and lets every worker go.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.heap.clear();
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

    #[test]
    fn the_earliest_deadline_goes_first_and_equal_ones_in_order_of_arrival() {
        let queue = DeadlineQueue::new(10);
        let now = Instant::now();
        for (seconds, name) in [(9, "far ahead"), (0, "first"), (0, "second"), (3, "soon")] {
            queue.push(now + Duration::from_secs(seconds), name, |_| false).expect("there is room");
        }
        let order: Vec<_> = (0..4).filter_map(|_| queue.pop()).collect();
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
        assert_eq!((queue.pop(), queue.pop()), (Some("kept"), Some("new")));
    }

    #[test]
    fn a_closed_queue_lets_a_waiting_worker_go() {
        let queue = DeadlineQueue::<()>::new(1);
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| queue.pop());
            queue.close();
            assert_eq!(worker.join().ok(), Some(None));
        });
        assert_eq!(queue.push(Instant::now(), (), |_| false), Err(SpeechError::Stopped));
    }
}
