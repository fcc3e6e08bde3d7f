//! The order in which jobs leave the queue.

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
    // Negative lengths are withdrawn items: the first one is not similar to the other lengths, the second one is.
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

/// A queue with an express worker, and the jobs that each lane gets, if there are any for it.
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
