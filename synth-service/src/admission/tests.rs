//! Texts that are admitted, queued and refused.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use speech::Device;

use super::*;

fn admission() -> Admission {
    Admission::new(WaitLimits { max_waiting: 2, patience: Duration::from_secs(10) })
}

/// The work of a text whose sentences last two seconds, with a little less than a twelfth of a second of work each: one
/// worker promises six of them per second.
fn demand(sentences: usize) -> Demand {
    Demand {
        voice: "quick".into(),
        device: Device::Cpu,
        workers: 1.0,
        cost: 0.0416,
        sentences: std::iter::repeat_n(2.0, sentences).collect(),
    }
}

#[tokio::test(start_paused = true)]
async fn first_sentences_are_promised_within_a_second_and_no_more_than_fit() {
    let admission = admission();
    let seats: Vec<_> = (0..6).map(|_| admission.admit(demand(1)).expect("fits")).collect();
    assert_eq!(admission.admit(demand(1)).err(), Some(Full { retry_after: Duration::from_secs(1) }));
    seats[0].made(Duration::from_secs(2));
    tokio::time::advance(STILL_FULL).await;
    assert!(admission.admit(demand(1)).is_ok(), "one is done");
}

#[tokio::test(start_paused = true)]
async fn work_far_ahead_of_its_caller_leaves_room() {
    let admission = admission();
    let seats: Vec<_> = (0..6).map(|_| admission.admit(demand(9)).expect("fits")).collect();
    for seat in &seats {
        seat.made(Duration::from_secs(2));
    }
    // Six callers need six sentences in two seconds; the host makes twelve.
    let more: Vec<_> = std::iter::from_fn(|| admission.admit(demand(9)).ok()).collect();
    assert_eq!(more.len(), 6);
    for seat in &more {
        seat.made(Duration::from_secs(2));
    }
    assert!(admission.admit(demand(9)).is_err(), "twelve callers are its limit");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_late_takes_nothing_more() {
    let admission = admission();
    let seat = admission.admit(demand(2)).expect("fits");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert!(admission.admit(demand(1)).is_err());
    seat.skipped();
    drop(seat);
    assert!(admission.admit(demand(1)).is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_voice_that_is_slower_than_speech_speaks_for_one() {
    let admission = admission();
    let slow = Demand { voice: "slow".into(), cost: 3.0, ..demand(3) };
    let _seat = admission.admit(slow.clone()).expect("the host is idle");
    assert!(admission.admit(slow.clone()).is_err());
    assert!(
        admission.admit(Demand { voice: "on a GPU".into(), device: Device::Cuda(0), ..slow }).is_ok(),
        "another device"
    );
}

#[tokio::test(start_paused = true)]
async fn a_queued_text_is_next_and_the_queue_is_bounded_in_number_and_time() {
    let admission = admission();
    let mut seats: Vec<_> = (0..6).map(|_| admission.admit(demand(1)).expect("fits")).collect();
    let (first, second) = (admission.wait(demand(1)).expect("a place"), admission.wait(demand(1)));
    let second = second.expect("a place");
    assert!(admission.wait(demand(1)).is_err(), "no third place");
    seats.pop();
    assert!(admission.admit(demand(1)).is_err(), "no text overtakes the queue");
    let _first = first.seat().await.expect("its turn");
    let begun = Instant::now();
    assert!(second.seat().await.is_err(), "no seat becomes free");
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
    assert!(admission.wait(demand(1)).is_ok(), "its place is free again");
}

fn slow(sentences: usize) -> Demand {
    Demand { voice: "slow".into(), cost: 0.4, ..demand(sentences) }
}

#[tokio::test(start_paused = true)]
async fn a_slow_text_that_waits_holds_up_only_its_own_voice() {
    let admission = admission();
    let _seat = admission.admit(slow(3)).expect("the host is idle");
    let _waiting = admission.wait(slow(3)).expect("a place");
    assert!(admission.admit(slow(1)).is_err(), "its own queue");
    assert!(admission.admit(demand(1)).is_ok(), "a quick text passes");
}

#[tokio::test(start_paused = true)]
async fn a_slow_text_that_was_refused_does_not_have_a_quick_one_refused() {
    let admission = admission();
    let _seat = admission.admit(slow(3)).expect("the host is idle");
    assert!(admission.admit(slow(3)).is_err());
    assert!(admission.admit(demand(1)).is_ok(), "in the same moment");
}

#[tokio::test(start_paused = true)]
async fn a_voice_that_is_late_leaves_half_to_the_others() {
    let admission = admission();
    let late = Demand { cost: 3.0, ..slow(9) };
    let _late = [admission.admit(late.clone()).expect("the host is idle"), force(&admission, late)];
    tokio::time::advance(Duration::from_secs(60)).await;
    let quick: Vec<_> = std::iter::from_fn(|| admission.admit(demand(1)).ok()).collect();
    assert_eq!(quick.len(), 3, "six without the late ones");
}

/// A seat for a text that does not fit.
fn force(admission: &Admission, demand: Demand) -> Seat {
    let now = Instant::now();
    admission.seat(&mut admission.room.lock(), demand, now)
}

#[tokio::test(start_paused = true)]
async fn a_resumed_stream_takes_precedence_over_newcomers_but_is_bounded() {
    let admission = admission();
    let _seats: Vec<_> = std::iter::from_fn(|| admission.admit(demand(1)).ok()).collect();
    let taken: Vec<_> = std::iter::from_fn(|| admission.admit_taken_over(demand(1)).ok()).collect();
    assert_eq!(taken.len(), 6, "as much again, beyond the share of newcomers");
    let refused = admission.admit_taken_over(demand(1)).err();
    assert_eq!(refused, Some(Full { retry_after: Duration::from_secs(1) }));
}

#[tokio::test(start_paused = true)]
async fn the_queue_of_a_slow_voice_takes_no_place_of_another_voice() {
    let admission = admission();
    let _seats = (admission.admit(slow(3)).expect("the host is idle"), admission.admit_taken_over(demand(9)));
    let queued: Vec<_> = std::iter::from_fn(|| admission.wait(slow(3)).ok()).collect();
    assert_eq!(queued.len(), 2, "its places are taken");
    assert!(admission.wait(demand(1)).is_ok(), "those of the quick voice are not");
}

#[tokio::test(start_paused = true)]
async fn the_promised_share_grows_up_to_the_limit_and_counts_late_work() {
    let admission = admission();
    assert_eq!(admission.promised_share(), 0.0);
    // Six first sentences of 0.0832 s are due in a second, of which half is promised.
    let seats: Vec<_> = (0..6).map(|_| admission.admit(demand(1)).expect("fits")).collect();
    assert!((admission.promised_share() - 0.9984).abs() < 1e-6, "{}", admission.promised_share());
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(admission.promised_share() > 1.0);
    seats.iter().for_each(|seat| seat.pause());
    assert_eq!(admission.promised_share(), 0.0);
}
