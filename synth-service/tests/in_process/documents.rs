//! Documents that are damaged or of another version, and a bucket that is missing or denies access.

use contract::{http::State, keys};
use local_stack::s3::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{PLAIN, THREE, beside, error_code, service, text};

/// A manifest of the first release: it includes the life, and has no version.
const FIRST_RELEASE: &str = r#"{"stream_id":"STREAM","voice":"test","speed":1.0,"sentences":["Hello there."],
    "created_at_ms":1,"life":{"maker":"0123","term":0}}"#;

#[tokio::test]
async fn a_manifest_that_cannot_be_read_is_told_apart_from_one_that_is_missing() {
    let service = service(PLAIN).await;
    let started = service.start(json!({"text": THREE, "contact_id": "c"})).await.stream_id;
    service.until_ended(&started).await;
    let good = service.object(&keys::manifest(&started)).await.expect("written");
    let mut newer: Value = serde_json::from_slice(&good).expect("JSON");
    newer["version"] = 99.into();
    let changed = |name: &str, field: &str, value: Value| {
        let mut changed: Value = serde_json::from_slice(&good).expect("JSON");
        changed["stream_id"] = format!("stream-{name}").into();
        changed[field] = value;
        changed.to_string().into_bytes()
    };
    for (name, body, status, code) in [
        ("cut off", good[..good.len() / 2].to_vec(), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("empty", Vec::new(), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("no JSON", b"\xff\xfe".to_vec(), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("speed", changed("speed", "speed", json!(0)), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("silent", changed("silent", "sentences", json!([])), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("other stream", good.clone(), StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        ("newer", newer.to_string().into_bytes(), StatusCode::MISDIRECTED_REQUEST, "not_mine"),
        ("older", FIRST_RELEASE.into(), StatusCode::MISDIRECTED_REQUEST, "not_mine"),
    ] {
        let id: contract::StreamId = format!("stream-{}", name.replace(' ', "-")).parse().expect("an id");
        service.put(&keys::manifest(&id), body).await;
        for path in ["/resume_stream", "/synthesize_stream_cancel"] {
            let response = service.post(path, json!({"stream_id": id})).await;
            assert_eq!(response.status(), status, "{name} {path}");
            assert_eq!(error_code(response).await, code, "{name} {path}");
        }
        let response = service.get(&format!("/streams/{id}")).await;
        assert_eq!(response.status(), status, "{name}");
        assert!(service.life(&id).await.is_none(), "{name}: no takeover");
    }
}

#[tokio::test]
async fn fields_of_the_future_are_ignored() {
    let service = service(PLAIN).await;
    let started = service.start(json!({"text": THREE})).await.stream_id;
    service.until_ended(&started).await;
    let mut manifest: Value =
        serde_json::from_slice(&service.object(&keys::manifest(&started)).await.expect("written"))
            .expect("JSON");
    let id: contract::StreamId = "stream-of-the-future".parse().expect("an id");
    manifest["stream_id"] = id.as_str().into();
    manifest["mood"] = json!({"cheerful": [true]});
    manifest["host"] = "a-host-that-never-was".into();
    service.put(&keys::manifest(&id), manifest.to_string().into_bytes()).await;
    let response = service.post("/resume_stream", json!({"stream_id": id})).await;
    assert_eq!(response.json::<Value>().await.expect("JSON")["effect"], "resumed");
    let ended = service.until_ended(&id).await;
    assert_eq!((ended.state, ended.parts), (State::Complete, 3));
}

#[tokio::test]
async fn a_prefix_that_may_not_be_written_is_named_and_no_host_that_starts_is_ready() {
    let service = service(PLAIN).await;
    for prefix in ["/streams/", "/contacts/"] {
        service
            .faults
            .set(move |_, path| path.contains(prefix).then_some(Fault::Refused(StatusCode::FORBIDDEN)));
        let response = service.post("/synthesize_stream", json!({"text": THREE, "contact_id": "c"})).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{prefix}");
        let body: Value = response.json().await.expect("JSON");
        assert_eq!(body["error"]["code"], "bucket_access_denied", "{prefix}");
        let message = body["error"]["message"].as_str().expect("a message");
        let key = prefix.trim_matches('/');
        assert!(message.contains(&format!("`{key}/")) && message.contains("s3:PutObject"), "{message}");
        let fresh = beside(&service, PLAIN).await;
        assert_eq!(error_code(fresh.get("/readyz").await).await, "bucket_access_denied", "{prefix}");
    }
    service.faults.clear();
    assert!(service.start(text(THREE)).await.ready);
}

#[tokio::test]
async fn a_beat_that_may_not_be_written_keeps_the_host_from_being_ready() {
    let service = service(PLAIN).await;
    service.until(async || service.presence.check().is_ok().then_some(())).await;
    service.faults.set(|_, path| path.contains("/hosts/").then_some(Fault::Refused(StatusCode::FORBIDDEN)));
    service.until(async || service.presence.check().is_err().then_some(())).await;
    let response = service.get("/readyz").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error_code(response).await, "bucket_access_denied");
    // Without a beat of this host, the other hosts would take every stream from it.
    let response = service.post("/synthesize_stream", text(THREE)).await;
    assert_eq!(error_code(response).await, "bucket_access_denied");
    service.faults.clear();
    service.until(async || service.presence.check().is_ok().then_some(())).await;
    assert!(service.start(text(THREE)).await.ready);
}
