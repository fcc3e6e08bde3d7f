//! The time for which a client waits for an answer, and the work that would be for no caller.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

use std::time::Duration;

use contract::{
    StreamId,
    http::{REQUEST_ID_HEADER, StartResponse, TIMEOUT_HEADER, TRACEPARENT_HEADER},
    stream::Outcome,
};
use local_stack::s3::Fault;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{self, PLAIN, Service, THREE, TOKEN, Wanted, error_code, service};

/// A start request of a client that waits this long.
fn start(service: &Service, contact: &str, waits: Duration) -> RequestBuilder {
    service
        .http
        .post(format!("{}/synthesize_stream", service.url))
        .bearer_auth(TOKEN)
        .header(TIMEOUT_HEADER, waits.as_millis().to_string())
        .json(&json!({"text": THREE, "contact_id": contact, "wait_ms": 6000}))
}

async fn owner(service: &Service, contact: &str) -> StreamId {
    let key = format!("contacts/{contact}/current");
    let owner = service.until(async || service.object(&key).await).await;
    String::from_utf8(owner).expect("text").parse().expect("an id")
}

#[tokio::test]
async fn a_start_is_answered_before_its_client_gives_up_and_the_stream_goes_on() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    let answer = start(&service, "c", Duration::from_millis(500)).send().await.expect("answered");
    assert_eq!(answer.status(), StatusCode::OK);
    let started: StartResponse = answer.json().await.expect("a start response");
    assert!(!started.ready, "the gate is shut");
    service.open_gate();
    assert_eq!(service.until_ended(&started.stream_id).await.parts, 3);
}

#[tokio::test]
async fn a_stream_whose_id_its_client_cannot_learn_any_more_is_ended() {
    let service = service(PLAIN).await;
    service.faults.set(|method, path| {
        let is_manifest = method == Method::PUT && path.ends_with("manifest.json");
        is_manifest.then_some(Fault::Slow(Duration::from_millis(1500)))
    });
    let answer = start(&service, "c", Duration::from_millis(300)).send().await.expect("answered");
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let id = owner(&service, "c").await;
    let sentinel = service.until(async || service.sentinel(&id).await).await;
    assert_eq!((sentinel.outcome, sentinel.reason.as_str()), (Outcome::Cancelled, "unheard"));
}

#[tokio::test]
async fn a_stream_whose_client_has_gone_before_the_answer_is_ended() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    let asking = tokio::spawn(start(&service, "c", Duration::from_secs(7)).send());
    let id = owner(&service, "c").await;
    asking.abort();
    assert!(asking.await.is_err(), "the client has gone");
    let sentinel = service.until(async || service.sentinel(&id).await).await;
    assert_eq!((sentinel.outcome, sentinel.reason.as_str()), (Outcome::Cancelled, "unheard"));
    service.open_gate();
}

#[tokio::test]
async fn odd_names_and_times_of_a_request_do_no_harm() {
    let service = service(PLAIN).await;
    for (name, value) in [
        (TIMEOUT_HEADER, "soon"),
        (TIMEOUT_HEADER, "-1"),
        (TIMEOUT_HEADER, "99999999999999999999999"),
        (TIMEOUT_HEADER, "18446744073709551615"),
        (REQUEST_ID_HEADER, ""),
        (REQUEST_ID_HEADER, "a b"),
        (TRACEPARENT_HEADER, "00-zz"),
    ] {
        let request = service.http.post(format!("{}/synthesize_stream", service.url)).bearer_auth(TOKEN);
        let request = request.header(name, value).json(&json!({"text": "Hello there."}));
        let answer = request.send().await.expect("answered");
        assert_eq!(answer.status(), StatusCode::OK, "{name}: {value}");
    }
    let request = service.http.post(format!("{}/synthesize_stream", service.url)).bearer_auth(TOKEN);
    let answer = request.header(TIMEOUT_HEADER, "0").json(&json!({"text": "Hello there."})).send().await;
    assert_eq!(answer.expect("answered").status(), StatusCode::SERVICE_UNAVAILABLE, "no time at all");
}

#[tokio::test]
async fn a_host_without_a_bucket_speaks_to_listeners_only() {
    let service = support::without_bucket().await;
    assert_eq!(service.get("/readyz").await.status(), StatusCode::OK);
    for (path, body) in [
        ("/synthesize_stream", json!({"text": THREE})),
        ("/synthesize_stream_cancel", json!({"contact_id": "c"})),
        ("/resume_stream", json!({"stream_id": "s"})),
    ] {
        let response = service.post(path, body).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(error_code(response).await, "no_bucket", "{path}");
    }
    let spoken =
        service.post("/v1/audio/speech", json!({"input": "Hello there.", "response_format": "wav"})).await;
    assert_eq!(spoken.status(), StatusCode::OK);
    assert!(spoken.bytes().await.expect("the whole file").starts_with(b"RIFF"));
    let voices: Value = service.get("/v1/voices").await.json().await.expect("JSON");
    assert_eq!(voices["voices"][0]["id"], "test/tone");
}
