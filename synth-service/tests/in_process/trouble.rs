//! Invalid input, invalid tokens, and an S3 that goes down.

use std::time::Duration;

use contract::{http::State, stream::Outcome};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{PLAIN, THREE, TOKEN, Wanted, error_code, service, text};

#[tokio::test]
async fn wrong_requests_get_the_right_status_and_code() {
    let service = service(PLAIN).await;
    let long = "word ".repeat(201);
    for (name, path, body, status, code) in [
        ("empty text", "/synthesize_stream", json!({"text": ""}), 422, "nothing_to_say"),
        ("only emoji", "/synthesize_stream", json!({"text": "🎉 👋🏽"}), 422, "nothing_to_say"),
        (
            "only markup",
            "/synthesize_stream",
            json!({"text": "<speak><break/></speak>"}),
            422,
            "nothing_to_say",
        ),
        (
            "malformed SSML",
            "/synthesize_stream",
            json!({"text": "<speak>\nWait <emphasis>here</speak>"}),
            422,
            "invalid_ssml",
        ),
        ("too long", "/synthesize_stream", json!({"text": long}), 413, "text_too_long"),
        ("no text", "/synthesize_stream", json!({"contact_id": "c"}), 422, "invalid_field"),
        ("text of another type", "/synthesize_stream", json!({"text": 5}), 422, "invalid_field"),
        ("contact", "/synthesize_stream", json!({"text": "Hi", "contact_id": "../x"}), 422, "invalid_field"),
        ("voice", "/synthesize_stream", json!({"text": "Hi", "voice": "nobody"}), 422, "unknown_voice"),
        (
            "a voice of many lines",
            "/synthesize_stream",
            json!({"text": "Hi", "voice": "a\nb".repeat(9999)}),
            413,
            "body_too_large",
        ),
        (
            "a voice of two lines",
            "/synthesize_stream",
            json!({"text": "Hi", "voice": "a\nb"}),
            422,
            "unknown_voice",
        ),
        ("speed", "/synthesize_stream", json!({"text": "Hi", "speed": 9}), 422, "bad_speed"),
        ("cancel nothing", "/synthesize_stream_cancel", json!({}), 422, "nothing_named"),
        ("cancel unknown", "/synthesize_stream_cancel", json!({"stream_id": "nope"}), 404, "unknown_stream"),
        (
            "cancel unknown contact",
            "/synthesize_stream_cancel",
            json!({"contact_id": "nope"}),
            404,
            "unknown_contact",
        ),
        ("cancel a path", "/synthesize_stream_cancel", json!({"stream_id": "a/../b"}), 422, "invalid_field"),
        ("unknown path", "/nowhere", json!({}), 404, "not_found"),
        ("wrong method", "/streams/abc", json!({}), 405, "method_not_allowed"),
    ] {
        let response = service.post(path, body).await;
        assert_eq!(response.status().as_u16(), status, "{name}");
        assert_eq!(error_code(response).await, code, "{name}");
    }
    assert!(service.spoken().is_empty(), "no text reached the voice");
}

#[tokio::test]
async fn of_a_thousand_requests_at_once_those_above_the_limit_get_a_429() {
    let service = service(Wanted { gated: true, ..PLAIN }).await;
    let body = || json!({"text": "Please wait for the gate.", "wait_ms": 0});
    let asked = (0..1000).map(|_| service.post("/synthesize_stream", body()));
    let mut taken = 0;
    for response in futures::future::join_all(asked).await {
        match response.status().as_u16() {
            200 => taken += 1,
            429 => assert_eq!(response.headers()["retry-after"], "1"),
            other => panic!("answered {other}"),
        }
    }
    assert_eq!(taken, PLAIN.max_streams);
    assert_eq!(service.get("/healthz").await.status().as_u16(), 200);
}

#[tokio::test]
async fn malformed_and_too_large_bodies_are_refused() {
    let service = service(PLAIN).await;
    let send = async |body: Vec<u8>| {
        let request = service.http.post(format!("{}/synthesize_stream", service.url)).bearer_auth(TOKEN);
        request.header("content-type", "application/json").body(body).send().await.expect("answered")
    };
    for (body, status, code) in [
        (b"{\"text\": ".to_vec(), 400, "invalid_json"),
        (b"{\"text\": \"\xff\xfe\"}".to_vec(), 400, "invalid_json"),
        (vec![b' '; 20 * 1024], 413, "body_too_large"),
    ] {
        let response = send(body).await;
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(error_code(response).await, code);
    }
}

#[tokio::test]
async fn unknown_streams_are_not_found() {
    let service = service(PLAIN).await;
    for (id, status, code) in [
        ("nope", 404, "unknown_stream"),
        ("..%2Fx", 422, "invalid_id"),
        ("a%00", 422, "invalid_id"),
        ("%ff", 400, "invalid_path"),
    ] {
        let response = service.get(&format!("/streams/{id}")).await;
        assert_eq!(response.status().as_u16(), status, "{id}");
        assert_eq!(error_code(response).await, code, "{id}");
    }
}

#[tokio::test]
async fn only_the_health_checks_need_no_token() {
    let service = service(PLAIN).await;
    let wrong = format!("{TOKEN}x");
    for (header, status) in [
        (None, 401),
        (Some("Bearer ".to_owned()), 401),
        (Some(format!("Bearer {wrong}")), 401),
        (Some(format!("Basic {TOKEN}")), 401),
        (Some(format!("Bearer {TOKEN}")), 200),
        (Some(format!("bearer {TOKEN}")), 200),
    ] {
        let mut request =
            service.http.post(format!("{}/synthesize_stream", service.url)).json(&text("Hello there."));
        if let Some(header) = &header {
            request = request.header("authorization", header);
        }
        let response = request.send().await.expect("answered");
        assert_eq!(response.status().as_u16(), status, "{header:?}");
    }
    for path in ["/healthz", "/readyz"] {
        let response = service.http.get(format!("{}{path}", service.url)).send().await.expect("answered");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn without_s3_the_service_is_alive_but_not_ready_and_recovers() {
    let mut service = service(PLAIN).await;
    assert_eq!(service.get("/readyz").await.status(), StatusCode::OK);
    service.stop_s3().await;
    assert_eq!(service.get("/healthz").await.status(), StatusCode::OK);
    // The host's next beat finds out.
    service.until(async || service.presence.check().is_err().then_some(())).await;
    let response = service.get("/readyz").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error_code(response).await, "store_unavailable");
    let response = service.post("/synthesize_stream", text(THREE)).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);

    service.restart_s3().await;
    service.until(async || service.presence.check().is_ok().then_some(())).await;
    assert_eq!(service.get("/readyz").await.status(), StatusCode::OK);
    assert!(service.start(text(THREE)).await.ready);
    let silence = service.object("prompts/silence-400ms.wav").await.expect("stored when ready");
    assert_eq!(silence.len(), 58 + 400 * 8);
}

#[tokio::test]
async fn a_short_outage_is_survived_and_every_part_counts_once() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    service.let_one_go();
    let started = service.start(text(THREE)).await;
    service.stop_s3().await;
    service.open_gate();
    // The second part is made but can't be stored.
    service.until(async || (service.spoken().len() == 2).then_some(())).await;
    service.restart_s3().await;
    let ended = service.until_ended(&started.stream_id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));
    assert_eq!(service.sentinel(&started.stream_id).await.map(|sentinel| sentinel.parts), Some(3));
}

#[tokio::test]
async fn a_long_outage_fails_the_stream_and_the_sentinel_comes_when_s3_is_back() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    service.let_one_go();
    let started = service.start(text(THREE)).await;
    service.stop_s3().await;
    service.let_one_go();
    let failed = service
        .until(async || {
            let status = service.status(&started.stream_id).await;
            (status.state == State::Failed).then_some(status)
        })
        .await;
    assert_eq!((failed.parts, failed.ended_at_ms), (1, None), "failed, with the sentinel still to come");
    service.restart_s3().await;
    service.until_ended(&started.stream_id).await;
    let sentinel = service.sentinel(&started.stream_id).await.expect("written once S3 is back");
    // The upload in progress was finished first, so that it can't arrive after the sentinel.
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Failed, 2));
    assert!(sentinel.reason.starts_with("object store"), "{}", sentinel.reason);
    assert!(service.objects(&started.stream_id).await.contains_key("part1.wav"));
    service.open_gate();
}

#[tokio::test]
async fn a_stop_lets_streams_finish_within_the_grace_and_refuses_new_ones() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    let started = service.start(json!({"text": THREE, "wait_ms": 0})).await;
    let streams = service.streams.clone();
    let stopping = tokio::spawn(async move { streams.shut_down(Duration::from_secs(60)).await });
    service
        .until(async || {
            (service.get("/readyz").await.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(())
        })
        .await;
    let response = service.post("/synthesize_stream", text(THREE)).await;
    assert_eq!(error_code(response).await, "stopping");
    service.open_gate();
    stopping.await.expect("stops");
    let sentinel = service.sentinel(&started.stream_id).await.expect("written before the stop was over");
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Complete, 3));
}

#[tokio::test]
async fn a_stream_of_another_host_is_known_from_the_bucket() {
    let here = service(PLAIN).await;
    let started = here.start(json!({"text": THREE, "contact_id": "c"})).await;
    here.until_ended(&started.stream_id).await;
    // More streams than a host keeps in memory, so that this one is known from S3 alone.
    for _ in 0..260 {
        let next = here.start(text("One more sentence.")).await;
        here.until_ended(&next.stream_id).await;
    }
    let status = here.status(&started.stream_id).await;
    assert_eq!((status.state, status.parts, status.sentences), (State::Complete, 3, 3));
    assert_eq!(status.timeline.expect("kept in the bucket").parts.len(), 3);
    let answer = here.post("/synthesize_stream_cancel", json!({"contact_id": "c"})).await;
    assert_eq!(answer.json::<Value>().await.expect("JSON")["effect"], "already_ended");
}
