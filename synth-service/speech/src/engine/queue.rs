//! A bounded queue, earliest deadline first, that blocks the worker who finds it empty.
//!
//! There are two lanes. Workers of the ordinary lane have one core each, which makes the most audio when many wait; a
//! model that has begun can't be paused, though, and somebody who waits for a first word would wait for the end
//! of another's long sentence. The one worker of the express lane takes what is urgent when it comes, beside the
//! others, and runs on all cores: the system shares them out. Work that nothing else runs beside goes to it as well,
//! since nobody else would use these cores; it is given up when something urgent comes, and begun again by an
//! ordinary worker. One urgent item is always left to the express worker, even while it speaks another one: on all
//! cores it is sooner done than an ordinary worker.

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
    /// By deadline, then by arrival.
    waiting: BTreeMap<(Instant, u64), Entry<T>>,
    /// Breaks ties: who came first goes first.
    next_arrival: u64,
    /// Workers of the ordinary lane that have something to do.
    busy: usize,
    express: Express,
    closed: bool,
}

/// The express worker.
enum Express {
    /// There is none.
    Absent,
    Idle,
    /// It has something urgent to do.
    Busy,
    /// It does what nothing else runs beside, until something urgent comes.
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
    /// Without an express worker, unless there is to be one.
    pub(super) fn new(capacity: usize, express: bool) -> Self {
        let express = if express { Express::Idle } else { Express::Absent };
        let state = State { waiting: BTreeMap::new(), next_arrival: 0, busy: 0, express, closed: false };
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
        state.add(deadline, urgent, item);
        if urgent {
            state.express.give_way();
        }
        // All, because not every worker takes every item.
        self.changed.notify_all();
        Ok(())
    }

    /// Takes back an item that was given up, whether there is room or not.
    pub(super) fn put_back(&self, deadline: Instant, item: T) {
        let mut state = self.lock();
        if !state.closed {
            state.add(deadline, false, item);
            self.changed.notify_all();
        }
    }

    /// The most urgent item for this lane, and in order of urgency up to `limit - 1` more that `go_with` it. Waits for
    /// the first, never for the others. Items that are `withdrawn` are dropped before anything is chosen. `interrupt`
    /// is raised when the express worker is to give up what it got. `None` once the queue is closed. A worker that got
    /// something says [`Self::done`] before it asks again.
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
                // What the one lane left to the other may now be its own.
                self.changed.notify_all();
                return Some(batch);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What was popped last is done; or given up for something urgent, which is then the answer.
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
    fn add(&mut self, deadline: Instant, urgent: bool, item: T) {
        let order = (deadline, self.next_arrival);
        self.next_arrival += 1;
        self.waiting.insert(order, Entry { item, urgent });
    }

    /// The place of the most urgent item for this lane.
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
mod tests {
    use std::time::Duration;

    use super::*;

    fn pop_one<T>(queue: &DeadlineQueue<T>) -> Option<T> {
        queue.pop(Lane::Ordinary, 1, &Interrupt::default(), |_| false, |_, _| true)?.pop()
    }

    fn pop_alike<T>(queue: &DeadlineQueue<T>, alike: impl Fn(&T, &T) -> bool) -> Option<Vec<T>> {
        queue.pop(Lane::Ordinary, 3, &Interrupt::default(), |_| false, alike)
    }

    #[test]
    fn a_batch_is_what_waits_and_goes_together_up_to_the_limit() {
        let queue = DeadlineQueue::new(10, false);
        let now = Instant::now();
        for (seconds, length) in [(1, 30), (0, 10), (2, 11), (3, 50), (4, 9), (5, 10)] {
            queue.push(now + Duration::from_secs(seconds), false, length, |_| false).expect("there is room");
        }
        let alike = |first: &i32, other: &i32| first.abs_diff(*other) < 5;
        assert_eq!(pop_alike(&queue, alike), Some(vec![10, 11, 9]));
        assert_eq!(pop_alike(&queue, alike), Some(vec![30]), "nothing waits for company");
        assert_eq!(pop_alike(&queue, alike), Some(vec![50]));
        assert_eq!(pop_alike(&queue, alike), Some(vec![10]));
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
        assert_eq!(
            queue.pop(Lane::Ordinary, 3, &Interrupt::default(), |length| *length < 0, alike),
            Some(vec![10, 12, 9])
        );
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

    /// A queue with an express worker: what each lane gets when it asks, if there is anything for it.
    struct Lanes(DeadlineQueue<&'static str>, Instant);

    impl Lanes {
        fn new() -> Self {
            Self(DeadlineQueue::new(10, true), Instant::now())
        }

        fn push(&self, urgent: bool, name: &'static str) {
            self.0.push(self.1, urgent, name, |_| false).expect("there is room");
        }

        fn pop(&self, lane: Lane, interrupt: &Interrupt) -> Option<&'static str> {
            let is_something_there = self.0.lock().next_for(lane).is_some();
            is_something_there.then(|| self.0.pop(lane, 1, interrupt, |_| false, |_, _| true))??.pop()
        }

        fn express(&self) -> Option<&'static str> {
            self.pop(Lane::Express, &Interrupt::default())
        }

        fn ordinary(&self) -> Option<&'static str> {
            self.pop(Lane::Ordinary, &Interrupt::default())
        }
    }

    #[test]
    fn the_express_lane_has_what_is_urgent_and_what_nothing_runs_beside() {
        let lanes = Lanes::new();
        lanes.push(false, "alone");
        assert_eq!(lanes.ordinary(), None, "it is left to the express worker");
        assert_eq!(lanes.express(), Some("alone"));
        lanes.push(false, "one of many");
        assert_eq!(lanes.ordinary(), Some("one of many"));
        lanes.0.done(Lane::Express);
        lanes.push(false, "another of many");
        lanes.push(true, "urgent");
        assert_eq!(lanes.express(), Some("urgent"));
        lanes.0.done(Lane::Express);
        assert_eq!(lanes.express(), None);
        assert_eq!(lanes.ordinary(), Some("another of many"));
    }

    #[test]
    fn of_what_is_urgent_one_is_left_to_the_express_worker_and_the_others_have_the_rest() {
        let lanes = Lanes::new();
        lanes.push(true, "spoken");
        assert_eq!(lanes.express(), Some("spoken"));
        lanes.push(true, "next");
        assert_eq!(lanes.ordinary(), None);
        lanes.push(true, "one too many");
        assert_eq!(lanes.ordinary(), Some("one too many"));
        lanes.0.done(Lane::Express);
        assert_eq!(lanes.express(), Some("next"));
    }

    #[test]
    fn what_nothing_runs_beside_gives_way_to_what_is_urgent_and_is_done_all_the_same() {
        let lanes = Lanes::new();
        let interrupt = Interrupt::default();
        lanes.push(false, "alone");
        assert_eq!(lanes.pop(Lane::Express, &interrupt), Some("alone"));
        lanes.push(false, "one of many");
        assert!(!interrupt.is_raised());
        lanes.push(true, "urgent");
        assert!(interrupt.is_raised());
        assert!(lanes.0.done(Lane::Express), "it has given way");
        lanes.0.put_back(lanes.1 - Duration::from_secs(9), "alone");
        assert_eq!(lanes.express(), Some("urgent"), "though another has the earlier deadline");
        assert_eq!(lanes.ordinary(), Some("alone"));
        lanes.push(true, "urgent too");
        assert!(!lanes.0.done(Lane::Express), "nothing urgent gives way");
    }
}
