//! The life of a stream, from a client's view.

use contract::{http::State, stream::Outcome};
use reqwest::StatusCode;
use serde_json::{Value, json};
use text::Sentence;

use crate::support::{self, PLAIN, Service, THREE, Wanted, error_code, service, text};

const GATED: Wanted = Wanted { gated: true, ..PLAIN };

/// Names of a stream's objects, sorted.
async fn names(service: &Service, id: &contract::StreamId) -> Vec<String> {
    let mut names: Vec<_> = service.objects(id).await.into_keys().collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_text_becomes_manifest_parts_and_sentinel() {
    let service = service(PLAIN).await;
    let started = service.start(json!({"text": THREE, "contact_id": "c-1"})).await;
    assert!(started.ready && !started.last);
    let ended = service.until_ended(&started.stream_id).await;
    assert_eq!((ended.state, ended.parts, ended.sentences), (State::Complete, 3, 3));
    assert_eq!(ended.timeline.expect("made here").parts.len(), 3);

    let objects = names(&service, &started.stream_id).await;
    assert_eq!(
        objects,
        ["final.json", "life.json", "manifest.json", "part0.wav", "part1.wav", "part2.wav", "timeline.json"]
    );
    let sentinel = service.sentinel(&started.stream_id).await.expect("written");
    assert_eq!((sentinel.parts, sentinel.outcome, sentinel.reason.as_str()), (3, Outcome::Complete, "none"));
    let manifest = service.manifest(&started.stream_id).await.expect("written");
    assert_eq!(manifest.sentences.iter().map(Sentence::text).collect::<String>(), THREE.replace(". ", "."));
    let current = service.object("contacts/c-1/current").await.expect("written");
    assert_eq!(current, started.stream_id.as_str().as_bytes());

    let url = started.first_url.expect("ready");
    let fetched =
        service.http.get(url).send().await.expect("S3 answers").bytes().await.expect("the whole clip");
    assert_eq!(service.objects(&started.stream_id).await["part0.wav"], fetched);
}

#[tokio::test]
async fn a_single_sentence_says_that_it_is_the_last() {
    let service = service(PLAIN).await;
    let started = service.start(text("There is only this one sentence.")).await;
    assert!(started.ready && started.last);
}

#[tokio::test]
async fn each_part_is_stored_before_the_next_is_finished() {
    let mut service = service(GATED).await;
    service.let_one_go();
    let started = service.start(text(THREE)).await;
    assert!(started.ready, "the answer comes with the first part");
    // The second sentence is being spoken and can't finish; the first is stored.
    service.until(async || (service.spoken().len() == 2).then_some(())).await;
    assert_eq!(names(&service, &started.stream_id).await, ["manifest.json", "part0.wav"]);
    service.let_one_go();
    service.until(async || (service.spoken().len() == 3).then_some(())).await;
    assert_eq!(names(&service, &started.stream_id).await, ["manifest.json", "part0.wav", "part1.wav"]);
    service.open_gate();
    assert_eq!(service.until_ended(&started.stream_id).await.parts, 3);
}

#[tokio::test]
async fn a_start_out_of_patience_answers_and_the_stream_goes_on() {
    let mut service = service(GATED).await;
    let started = service.start(json!({"text": THREE, "wait_ms": 0})).await;
    assert!(!started.ready && started.first_url.is_none() && !started.last);
    service.open_gate();
    assert_eq!(service.until_ended(&started.stream_id).await.state, State::Complete);
}

#[tokio::test]
async fn a_client_that_disconnects_while_waiting_leaves_a_complete_stream() {
    let mut service = service(GATED).await;
    let request = service
        .http
        .post(format!("{}/synthesize_stream", service.url))
        .bearer_auth(support::TOKEN)
        .json(&json!({"text": THREE, "contact_id": "gone"}))
        .send();
    let waiting = tokio::spawn(request);
    service.until(async || (service.spoken().len() == 1).then_some(())).await;
    waiting.abort();
    assert!(waiting.await.is_err(), "the client has disconnected");
    service.open_gate();
    let current = service.until(async || service.object("contacts/gone/current").await).await;
    let id = String::from_utf8(current).expect("text").parse().expect("a stream id");
    let ended = service.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));
}

#[tokio::test]
async fn a_sentence_that_fails_is_skipped_and_the_numbers_have_no_hole() {
    let service = service(PLAIN).await;
    let sentences =
        "The first sentence is here. This one is unspeakable. This one is silent. The last one is fine.";
    let started = service.start(text(sentences)).await;
    let ended = service.until_ended(&started.stream_id).await;
    assert_eq!((ended.state, ended.parts, ended.skipped), (State::Complete, 2, 2));
    let objects = names(&service, &started.stream_id).await;
    assert_eq!(
        objects,
        ["final.json", "life.json", "manifest.json", "part0.wav", "part1.wav", "timeline.json"]
    );
}

#[tokio::test]
async fn a_text_without_a_speakable_sentence_is_an_error_with_a_sentinel() {
    let service = service(PLAIN).await;
    let response =
        service.post("/synthesize_stream", json!({"text": "All unspeakable.", "contact_id": "c"})).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error_code(response).await, "unpronounceable");
    let current = service.object("contacts/c/current").await.expect("written");
    let id = String::from_utf8(current).expect("text").parse().expect("a stream id");
    let sentinel = service.until(async || service.sentinel(&id).await).await;
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Failed, 0));
}

#[tokio::test]
async fn a_cancel_ends_the_stream_with_the_parts_it_has_and_can_be_repeated() {
    let mut service = service(GATED).await;
    service.let_one_go();
    let started = service.start(json!({"text": THREE, "contact_id": "c"})).await;
    service.until(async || (service.spoken().len() == 2).then_some(())).await;

    let cancel = json!({"contact_id": "c"});
    let answer: Value =
        service.post("/synthesize_stream_cancel", cancel.clone()).await.json().await.expect("JSON");
    assert_eq!(answer, json!({"stream_id": started.stream_id, "effect": "cancelled"}));
    let sentinel = service.sentinel(&started.stream_id).await.expect("written before the answer");
    assert_eq!(
        (sentinel.parts, sentinel.outcome, sentinel.reason.as_str()),
        (1, Outcome::Cancelled, "cancelled")
    );

    // The sentence in progress ends now; its clip must be dropped.
    service.open_gate();
    let again: Value = service.post("/synthesize_stream_cancel", cancel).await.json().await.expect("JSON");
    assert_eq!(again["effect"], "already_ended");
    let next = service.start(text("Another stream comes after it.")).await;
    service.until_ended(&next.stream_id).await;
    assert_eq!(
        names(&service, &started.stream_id).await,
        ["final.json", "life.json", "manifest.json", "part0.wav", "timeline.json"]
    );
}

#[tokio::test]
async fn a_stream_whose_sentence_waits_in_the_queue_is_cancelled_without_any_work() {
    let mut service = service(GATED).await;
    let busy = service.start(json!({"text": "This sentence keeps the worker busy.", "wait_ms": 0})).await;
    service.until(async || (service.spoken().len() == 1).then_some(())).await;
    let waiting = service.start(json!({"text": "This one waits in the queue.", "wait_ms": 0})).await;
    let answer = service.post("/synthesize_stream_cancel", json!({"stream_id": waiting.stream_id})).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON")["effect"], "cancelled");
    service.open_gate();
    service.until_ended(&busy.stream_id).await;
    assert_eq!(service.spoken(), ["This sentence keeps the worker busy."]);
    assert_eq!(
        names(&service, &waiting.stream_id).await,
        ["final.json", "life.json", "manifest.json", "timeline.json"]
    );
}

#[tokio::test]
async fn a_new_stream_takes_the_contact_from_the_older_one() {
    let mut service = service(GATED).await;
    let older = service.start(json!({"text": THREE, "contact_id": "c", "wait_ms": 0})).await;
    let newer = service.start(json!({"text": THREE, "contact_id": "c", "wait_ms": 0})).await;
    service.open_gate();
    let ended = service.until_ended(&older.stream_id).await;
    assert_eq!((ended.state, ended.reason.as_deref()), (State::Cancelled, Some("preempted")));
    assert_eq!(service.until_ended(&newer.stream_id).await.state, State::Complete);
    let current = service.object("contacts/c/current").await.expect("written");
    assert_eq!(current, newer.stream_id.as_str().as_bytes());
}

#[tokio::test]
async fn of_many_starts_for_one_contact_at_the_same_time_exactly_one_lives() {
    let mut service = service(Wanted { gated: true, max_streams: 32, ..PLAIN }).await;
    let request = || service.start(json!({"text": THREE, "contact_id": "c", "wait_ms": 0}));
    let started: Vec<_> = futures::future::join_all((0..12).map(|_| request())).await;
    service.open_gate();
    let mut complete = Vec::new();
    for stream in &started {
        match service.until_ended(&stream.stream_id).await.state {
            State::Complete => complete.push(&stream.stream_id),
            state => assert_eq!(state, State::Cancelled),
        }
        assert!(service.sentinel(&stream.stream_id).await.is_some());
    }
    assert_eq!(complete.len(), 1);
    let current = service.object("contacts/c/current").await.expect("written");
    assert_eq!(current, complete[0].as_str().as_bytes());
}

#[tokio::test]
async fn streams_above_the_limit_are_refused_with_a_retry_time() {
    let mut service = service(Wanted { gated: true, max_streams: 1, ..PLAIN }).await;
    let running = service.start(json!({"text": THREE, "wait_ms": 0})).await;
    let response = service.post("/synthesize_stream", text(THREE)).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(error_code(response).await, "too_many_streams");
    service.open_gate();
    service.until_ended(&running.stream_id).await;
    assert!(service.start(text(THREE)).await.ready, "there is room again");
}

#[tokio::test]
async fn a_host_that_could_not_keep_up_refuses_and_health_answers() {
    let service = service(PLAIN).await;
    let seat = service.occupied();
    let response = service.post("/synthesize_stream", text(THREE)).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "10");
    assert_eq!(error_code(response).await, "full");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(service.get(path).await.status(), StatusCode::OK);
    }
    drop(seat);
    assert!(service.start(text(THREE)).await.ready);
}

#[tokio::test]
async fn a_start_that_may_wait_is_admitted_in_turn_and_the_queue_is_bounded() {
    let service = service(PLAIN).await;
    let seat = service.occupied();
    let request = json!({"text": THREE, "wait_ms": 0, "may_wait": true});
    let waiting = service.start(request.clone()).await;
    assert!(!waiting.ready);
    assert!(service.manifest(&waiting.stream_id).await.is_some(), "the other hosts can find it");
    assert_eq!(
        service.post("/synthesize_stream", request.clone()).await.status(),
        StatusCode::TOO_MANY_REQUESTS
    );
    drop(seat);
    let ended = service.until_ended(&waiting.stream_id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));

    let _seat = service.occupied();
    let waiting = service.start(request.clone()).await;
    let cancel = json!({"stream_id": waiting.stream_id});
    let answer = service.post("/synthesize_stream_cancel", cancel).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON")["effect"], "cancelled");
    let sentinel = service.sentinel(&waiting.stream_id).await.expect("written");
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Cancelled, 0));
    service.start(request).await;
}

#[tokio::test]
async fn a_contact_is_not_freed_by_the_end_of_a_stream_that_no_longer_owns_it() {
    let mut service = service(GATED).await;
    let older = service.start(json!({"text": THREE, "contact_id": "c", "wait_ms": 0})).await;
    let newer = service.start(json!({"text": THREE, "contact_id": "c", "wait_ms": 0})).await;
    service.until_ended(&older.stream_id).await;
    let cancelled: Value = service
        .post("/synthesize_stream_cancel", json!({"contact_id": "c"}))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(cancelled["stream_id"], newer.stream_id.as_str());
    service.open_gate();
}
