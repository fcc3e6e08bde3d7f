//! Two hosts that share nothing but a bucket.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

mod support;

use std::time::Duration;

use contract::{StreamId, http::State, stream::Outcome};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{PLAIN, Service, THREE, Wanted, beside, service};

/// Every sentence waits for the test: a host that is told nothing has died, as far as anybody can see.
const STUCK: Wanted = Wanted { gated: true, resume_after: Duration::ZERO, ..PLAIN };

const WELL: Wanted = Wanted { resume_after: Duration::ZERO, ..PLAIN };

async fn names(service: &Service, id: &StreamId) -> Vec<String> {
    let mut names: Vec<_> = service.objects(id).await.into_keys().collect();
    names.sort();
    names
}

/// A stream on a host that has made one part and is stuck in the second.
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
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    let ended = second.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 3, 0));
    assert_eq!(second.spoken().len(), 2, "what was there is not spoken again");
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
        assert_eq!(objects.len(), sentinel.parts + 2, "{objects:?}");
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
        // It may have been whole before the other one came.
        assert!(lost.outcome == Outcome::Complete || lost.reason == "preempted", "{lost:?}");
    }
}

#[tokio::test]
async fn a_host_that_stops_hands_its_streams_over() {
    let first = service(STUCK).await;
    let second = beside(&first, Wanted { resume_after: Duration::from_secs(3600), ..WELL }).await;
    let id = stuck_stream(&first, "c").await;
    first.streams.shut_down(Duration::ZERO).await;
    let life = first.manifest(&id).await.expect("written").life;
    assert_eq!((life.maker, life.end), (None, None));
    assert_eq!(effect(&second, "/resume_stream", json!({"stream_id": id})).await, "resumed");
    let ended = second.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 3, 0));
}

#[tokio::test]
async fn a_stream_that_is_made_is_left_alone() {
    let mut first = service(STUCK).await;
    let second = beside(&first, Wanted { resume_after: Duration::from_secs(3600), ..WELL }).await;
    let id = stuck_stream(&first, "c").await;
    for host in [&first, &second] {
        assert_eq!(effect(host, "/resume_stream", json!({"stream_id": id})).await, "running");
    }
    let response = second.post("/resume_stream", json!({"stream_id": "0123"})).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    first.open_gate();
    assert_eq!(first.until_ended(&id).await.state, State::Complete);
}
