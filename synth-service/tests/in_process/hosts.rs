//! Two hosts that share only a bucket.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use contract::{StreamId, http::State, stream::Outcome};
use local_stack::s3::Fault;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{self, PLAIN, Service, THREE, Wanted, beside, error_code, service};

/// A service in which each sentence waits for a token from the test.
const STUCK: Wanted = Wanted { gated: true, ..PLAIN };

const WELL: Wanted = PLAIN;

async fn names(service: &Service, id: &StreamId) -> Vec<String> {
    let mut names: Vec<_> = service.objects(id).await.into_keys().collect();
    names.sort();
    names
}

/// Starts a stream whose host has made one part and is stuck in the second.
async fn stuck_stream(host: &Service, contact: &str) -> StreamId {
    host.let_one_go();
    let started = host.start(json!({"text": THREE, "contact_id": contact})).await;
    assert!(started.ready);
    host.until(async || (host.spoken().len() == 2).then_some(())).await;
    started.stream_id
}

async fn effect(host: &Service, path: &str, body: Value) -> String {
    let response = host.post(path, body).await;
    assert_eq!(response.status(), StatusCode::OK);
    let body: Value = response.json().await.expect("JSON");
    body["effect"].as_str().expect("an effect").to_owned()
}

#[tokio::test]
async fn another_host_goes_on_and_the_first_one_writes_nothing_more() {
    let mut first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.stop_beating().await;
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    let ended = second.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 3, 0));
    assert_eq!(second.spoken().len(), 2, "stored parts are not spoken again");
    let objects = second.objects(&id).await;

    first.open_gate();
    first.until(async || first.status(&id).await.ended_at_ms).await;
    assert_eq!(first.status(&id).await.state, State::Complete, "it knows how the other one ended it");
    assert_eq!(first.objects(&id).await, objects);
    for host in [&first, &second] {
        assert_eq!(effect(host, "/resume_stream", json!({"stream_id": id})).await, "ended");
    }
}

#[tokio::test]
async fn a_cancel_reaches_a_stream_of_another_host() {
    for by in ["stream_id", "contact_id"] {
        let mut first = service(STUCK).await;
        let second = beside(&first, WELL).await;
        let id = stuck_stream(&first, "c").await;
        let named = if by == "stream_id" { id.as_str() } else { "c" };
        for expected in ["cancelled", "already_ended"] {
            assert_eq!(effect(&second, "/synthesize_stream_cancel", json!({by: named})).await, expected);
        }
        let sentinel = second.sentinel(&id).await.expect("written");
        assert_eq!((sentinel.outcome, sentinel.reason.as_str()), (Outcome::Cancelled, "cancelled"));
        let objects = names(&second, &id).await;
        assert_eq!(objects.len(), sentinel.parts + 4, "{objects:?}");
        first.open_gate();
        first.until(async || first.status(&id).await.ended_at_ms).await;
        assert_eq!(names(&second, &id).await, objects);
    }
}

#[tokio::test]
async fn of_two_starts_for_a_contact_on_two_hosts_one_lives() {
    let (first, other) = (service(WELL).await, WELL);
    let second = beside(&first, other).await;
    for round in 0..10 {
        let body = json!({"text": THREE, "contact_id": format!("contact-{round}"), "wait_ms": 0});
        let (one, two) = tokio::join!(first.start(body.clone()), second.start(body));
        let (one, two) = (one.stream_id, two.stream_id);
        let owner = first.object(&format!("contacts/contact-{round}/current")).await.expect("written");
        let owner: StreamId = String::from_utf8(owner).expect("text").parse().expect("an id");
        let loser = if owner == one { &two } else { &one };
        let kept = first.until(async || first.sentinel(&owner).await).await;
        assert_eq!(kept.outcome, Outcome::Complete);
        let lost = first.until(async || first.sentinel(loser).await).await;
        // The stream may have been complete before the other one started.
        assert!(lost.outcome == Outcome::Complete || lost.reason == "preempted", "{lost:?}");
    }
}

#[tokio::test]
async fn a_host_that_stops_hands_its_streams_over() {
    let first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.streams.shut_down(Duration::ZERO).await;
    let life = first.life(&id).await.expect("written");
    assert_eq!((life.maker, life.end), (None, None));
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    let ended = second.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 3, 0));
}

#[tokio::test]
async fn a_stream_that_is_made_is_left_alone() {
    let mut first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    for host in [&first, &second] {
        assert_eq!(effect(host, "/resume_stream", json!({"stream_id": id})).await, "running");
    }
    let response = second.post("/resume_stream", json!({"stream_id": "0123"})).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    first.open_gate();
    assert_eq!(first.until_ended(&id).await.state, State::Complete);
}

/// Long enough for a stream without writes to look dead, if writes were the criterion.
const A_WHILE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_start_that_waits_for_its_turn_is_left_to_its_host() {
    let first = service(WELL).await;
    let second = beside(&first, WELL).await;
    let seat = first.occupied();
    let waiting = first.start(json!({"text": THREE, "may_wait": true, "wait_ms": 0})).await.stream_id;
    first.let_bucket_time_pass(A_WHILE);
    first.until_beaten().await;
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": waiting})).await, "running");
    drop(seat);
    let ended = first.until_ended(&waiting).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));
    assert!(second.spoken().is_empty(), "no work is done twice");
    assert_eq!(first.life(&waiting).await.expect("written").term, 0);
}

#[tokio::test]
async fn a_sentence_that_takes_long_is_spoken_by_its_host_alone() {
    let mut first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    for _ in 0..3 {
        first.let_bucket_time_pass(A_WHILE);
        first.until_beaten().await;
        assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "running");
    }
    first.open_gate();
    assert_eq!(first.until_ended(&id).await.state, State::Complete);
    assert!(second.spoken().is_empty(), "no work is done twice");
}

#[tokio::test]
async fn clocks_that_are_apart_take_nothing_over() {
    for offset_ms in [-5_000, 5_000] {
        let mut first = service(STUCK).await;
        first.set_bucket_clock(offset_ms);
        let second = beside(&first, WELL).await;
        let id = stuck_stream(&first, "c").await;
        first.until_beaten().await;
        assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "running");
        first.open_gate();
        assert_eq!(first.until_ended(&id).await.parts, 3);
    }
}

#[tokio::test]
async fn a_host_takes_over_only_streams_that_it_can_speak() {
    let first = service(STUCK).await;
    let other = beside(&first, Wanted { voice: "another", ..WELL }).await;
    let able = beside(&first, WELL).await;
    let mut streams = Vec::new();
    for number in 0..5 {
        let body = json!({"text": THREE, "contact_id": format!("c-{number}"), "wait_ms": 0});
        streams.push(first.start(body).await.stream_id);
    }
    first.stop_beating().await;
    for id in &streams {
        for _ in 0..20 {
            let response = other.post("/resume_stream", json!({"stream_id": id})).await;
            assert_eq!(response.status(), StatusCode::MISDIRECTED_REQUEST);
            assert_eq!(error_code(response).await, "not_mine");
        }
        assert_eq!(first.life(id).await, None, "no takeover");
    }
    for id in &streams {
        assert_eq!(effect(&able, "/resume_stream", json!({"stream_id": id})).await, "resumed");
        let ended = able.until_ended(id).await;
        assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 3, 0));
    }
}

#[tokio::test]
async fn a_host_that_lacks_the_voice_can_cancel() {
    let mut first = service(STUCK).await;
    let other = beside(&first, Wanted { voice: "another", ..WELL }).await;
    let id = stuck_stream(&first, "c").await;
    assert_eq!(effect(&other, "/synthesize_stream_cancel", json!({"stream_id": id})).await, "cancelled");
    first.open_gate();
    assert_eq!(first.sentinel(&id).await.expect("written").outcome, Outcome::Cancelled);
}

#[tokio::test]
async fn a_host_that_is_busy_takes_no_stream_over_without_bound() {
    let first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.stop_beating().await;
    let seat = second.occupied();
    let response = second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first.life(&id).await, None, "no takeover");
    drop(seat);
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    assert_eq!(second.until_ended(&id).await.parts, 3);
}

#[tokio::test]
async fn a_host_whose_own_beat_fails_declares_no_other_gone() {
    let first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.stop_beating().await;
    second.until_beaten().await;
    first.faults.set(|method, path| {
        let is_beat = method == Method::PUT && path.contains("/hosts/");
        is_beat.then_some(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE))
    });
    second.until(async || second.presence.check().is_err().then_some(())).await;
    let response = second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(error_code(response).await, "store_unavailable");
    assert_eq!(second.get("/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    first.faults.clear();
    second.until(async || second.presence.check().is_ok().then_some(())).await;
    let resumed = async || {
        let effect = effect(&second, "/resume_stream", json!({"stream_id": id})).await;
        (effect == "resumed").then_some(())
    };
    second.until(resumed).await;
    assert_eq!(second.until_ended(&id).await.parts, 3);
}

#[tokio::test]
async fn a_host_that_wakes_up_finds_its_stream_taken_and_writes_nothing_more() {
    let mut first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    // The host runs, but its beat can't be written for a while.
    let beat = format!("/hosts/{}", first.presence.host());
    first.faults.set(move |method, path| {
        let is_its_beat = method == Method::PUT && path.ends_with(&beat);
        is_its_beat.then_some(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE))
    });
    first.until(async || first.presence.check().is_err().then_some(())).await;
    first.let_bucket_time_pass(A_WHILE);
    second.until_beaten().await;
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    assert_eq!(second.until_ended(&id).await.parts, 3);
    let objects = second.objects(&id).await;
    first.faults.clear();
    first.open_gate();
    first.until(async || first.status(&id).await.ended_at_ms).await;
    assert_eq!(first.objects(&id).await, objects);
}

/// Whether a request writes the life of a stream.
fn writes_life(method: &Method, path: &str) -> bool {
    method == Method::PUT && path.ends_with("life.json")
}

#[tokio::test]
async fn a_takeover_whose_answer_is_lost_is_one() {
    let first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.stop_beating().await;
    let is_first = std::sync::atomic::AtomicBool::new(true);
    first.faults.set(move |method, path| {
        let is_hit = writes_life(method, path) && is_first.swap(false, std::sync::atomic::Ordering::SeqCst);
        is_hit.then_some(Fault::AnswerLost)
    });
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    assert_eq!(second.until_ended(&id).await.parts, 3);
}

#[tokio::test]
async fn a_stream_that_was_taken_over_and_cannot_be_continued_is_left_to_another_host() {
    let first = service(STUCK).await;
    let second = beside(&first, Wanted { part_patience: Duration::from_millis(200), ..WELL }).await;
    let third = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    first.stop_beating().await;
    let is_taken = std::sync::atomic::AtomicBool::new(false);
    first.faults.set(move |method, path| {
        let was_taken = is_taken.fetch_or(writes_life(method, path), std::sync::atomic::Ordering::SeqCst);
        // From the takeover on, the parts can't be counted.
        let is_count = method == Method::GET && path.trim_matches('/') == support::BUCKET;
        (was_taken && is_count).then_some(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE))
    });
    let response = second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(error_code(response).await, "store_unavailable");
    let left = async || first.life(&id).await.filter(|life| life.term == 1 && life.maker.is_none());
    first.until(left).await;
    first.faults.clear();
    assert_eq!(effect(&third, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    let ended = third.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));
}

#[tokio::test]
async fn hosts_that_wake_up_together_take_nothing_from_each_other() {
    let first = service(STUCK).await;
    let second = beside(&first, WELL).await;
    let id = stuck_stream(&first, "c").await;
    // Both hosts stand still: neither has beaten since, and the last result that each remembers is a success.
    first.stop_beating().await;
    second.presence.stop();
    let is_rested = async || second.presence.check().is_err().then_some(());
    second.until(is_rested).await;
    let response = second.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(error_code(response).await, "store_unavailable");
    assert_eq!(first.life(&id).await, None);
}
