//! Tests of `GET /metrics`: values of real streams, and series that don't grow with the number of calls.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::collections::BTreeSet;

use contract::http::StartResponse;
use futures::{StreamExt, stream};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{PLAIN, Service, service};

/// Contacts of the second round of calls.
const CONTACTS: usize = 100;

/// Calls at the same time.
const AT_ONCE: usize = 8;

async fn call(service: &Service, contact: &str) {
    let body = json!({"text": "Hello, and thank you for your call. This is the second sentence of it.", "contact_id": contact});
    // A busy machine refuses some starts, and a function then tries again.
    let accepted = async || {
        let response = service.post("/synthesize_stream", body.clone()).await;
        let is_full = response.status() == StatusCode::TOO_MANY_REQUESTS;
        assert!(is_full || response.status() == StatusCode::OK, "{}", response.status());
        (!is_full).then_some(response)
    };
    let response = service.until(accepted).await;
    let started: StartResponse = response.json().await.expect("a start response");
    service.until_ended(&started.stream_id).await;
}

/// One call that is whole, one that is cancelled, unless it is faster, and one that is refused.
async fn calls(service: &Service, contact: &str) {
    call(service, contact).await;
    service.post("/synthesize_stream", json!({"text": "Hello there.", "contact_id": contact})).await;
    service.post("/synthesize_stream_cancel", json!({"contact_id": contact})).await;
    let refused = service.post("/synthesize_stream", json!({"text": "", "contact_id": contact})).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

async fn metrics(service: &Service) -> String {
    service.get("/metrics").await.text().await.expect("text")
}

fn series(metrics: &str) -> BTreeSet<String> {
    let lines = metrics.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| Some(line.rsplit_once(' ')?.0.to_owned())).collect()
}

fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in\n{metrics}")).parse().expect("a number")
}

#[tokio::test]
async fn a_call_is_in_the_metrics_when_it_is_over() {
    let service = service(PLAIN).await;
    call(&service, "c-1").await;
    let ended = "firstword_streams_ended_total{kind=\"text\",reason=\"complete\"}";
    let counted = async || (metrics(&service).await.contains(ended)).then_some(());
    service.until(counted).await;
    let metrics = metrics(&service).await;
    assert_eq!(value(&metrics, ended), 1.0);
    assert_eq!(value(&metrics, "firstword_upload_seconds_count"), 2.0);
    for (name, expected) in [
        ("firstword_start_to_part0_seconds", 1.0),
        ("firstword_first_audio_seconds", 1.0),
        ("firstword_part_interval_seconds", 1.0),
        ("firstword_caller_starved_seconds", 1.0),
        ("firstword_real_time_factor_ratio", 2.0),
        ("firstword_queue_wait_seconds", 2.0),
    ] {
        let count = metrics.lines().find(|line| line.starts_with(&format!("{name}_count{{")));
        let count = count.unwrap_or_else(|| panic!("no {name} in\n{metrics}"));
        assert!(count.ends_with(&format!(" {expected}")), "{count}");
    }
    assert_eq!(value(&metrics, "firstword_host_ready"), 1.0);
}

#[tokio::test]
async fn more_contacts_make_no_more_series_and_none_has_an_id_or_a_text() {
    let service = service(PLAIN).await;
    calls(&service, "first").await;
    let settled = async || {
        let before = metrics(&service).await;
        before.contains("reason=\"complete\"").then(|| series(&before))
    };
    let before = service.until(settled).await;
    let contacts = stream::iter(0..CONTACTS).map(|contact| {
        let service = &service;
        async move { calls(service, &format!("contact-{contact}")).await }
    });
    contacts.buffer_unordered(AT_ONCE).collect::<()>().await;
    let metrics = metrics(&service).await;
    let new: Vec<_> = series(&metrics).difference(&before).cloned().collect();
    // A stream may end in a way that none of the first calls did.
    let is_known = |series: &String| series.contains("reason=") || series.contains("code=");
    assert!(new.iter().all(is_known) && new.len() < 8, "{new:?}");
    for private in ["contact-", "Hello", "sentence of it"] {
        assert!(!metrics.contains(private), "{private}");
    }
    assert_eq!(
        value(&metrics, "firstword_request_errors_total{code=\"nothing_to_say\"}"),
        1.0 + CONTACTS as f64
    );
}
