//! Clients that are slow, silent, greedy or too many, over real connections.

#![allow(clippy::expect_used, reason = "a test whose setting fails can only stop")]

use std::time::Duration;

use serde_json::json;
use synth_service::http::door::DoorLimits;

use crate::support::{
    Entrance, PLAIN, Service, TOKEN, Wanted, error_code,
    raw::{Answer, Client},
    service, service_behind,
};

/// Short enough for a quick test, long enough for an ordinary request.
const SHORT: Duration = Duration::from_millis(300);

/// The default service with other limits of its door.
async fn limited(limits: DoorLimits, wanted: Wanted) -> Service {
    service_behind(Entrance { limits, ..Entrance::default() }, wanted).await
}

/// A request's head, without the empty line at its end.
fn head(first_line: &str) -> String {
    format!("{first_line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n")
}

fn is_one_line_error(answer: &Answer, code: &str) {
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(!message.is_empty() && !message.contains('\n'), "{answer:?}");
    assert_eq!(body["error"]["code"], code, "{answer:?}");
}

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let service = limited(DoorLimits { head: SHORT, ..DoorLimits::default() }, PLAIN).await;
    assert_eq!(Client::connect(service.address).await.until_closed().await, "");
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_times_out() {
    let service = limited(DoorLimits { head: SHORT, ..DoorLimits::default() }, PLAIN).await;
    let mut first = Client::connect(service.address).await;
    first.send(head("GET /healthz")).await;
    assert_eq!(first.drip(b'x').await, "");

    let mut second = Client::connect(service.address).await;
    assert_eq!(second.get("/healthz", TOKEN).await.status, 200);
    second.send(head("GET /healthz")).await;
    assert_eq!(second.drip(b'x').await, "", "the second request of a connection is bounded like the first");
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_times_out() {
    let service = limited(DoorLimits { body: SHORT, ..DoorLimits::default() }, PLAIN).await;
    let json = "content-type: application/json\r\n";
    for length in ["content-length: 9000\r\n", "transfer-encoding: chunked\r\n\r\n2000\r\n"] {
        for path in ["/synthesize_stream", "/v1/audio/speech"] {
            let mut client = Client::connect(service.address).await;
            client.send(format!("{}{json}{length}\r\n", head(&format!("POST {path}")))).await;
            let said = client.drip(b' ').await;
            assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("body_too_slow"), "{path}: {said}");
        }
    }
    assert!(service.spoken().is_empty());
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let service = limited(DoorLimits { idle: SHORT, ..DoorLimits::default() }, PLAIN).await;
    let mut client = Client::connect(service.address).await;
    for _ in 0..2 {
        assert_eq!(client.get("/healthz", TOKEN).await.status, 200, "it is kept for a while");
    }
    assert_eq!(client.until_closed().await, "");
}

#[tokio::test]
async fn an_answer_may_take_longer_than_a_head_a_body_or_a_pause() {
    let limits = DoorLimits { head: SHORT, body: SHORT, idle: SHORT, write: SHORT, ..DoorLimits::default() };
    let mut service = limited(limits, Wanted { gated: true, ..PLAIN }).await;
    let mut listener = Client::connect(service.address).await;
    let body = json!({"input": "The first one is here. The second one follows.", "response_format": "mulaw"})
        .to_string();
    let json = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    listener.send(format!("{}{json}\r\n{body}", head("POST /v1/audio/speech"))).await;
    service.until(async || (!service.spoken().is_empty()).then_some(())).await;
    for _ in 0..2 {
        // The server closes a silent connection at its limit: proof that this time has passed.
        assert_eq!(Client::connect(service.address).await.until_closed().await, "");
        service.let_one_go();
    }
    service.open_gate();
    assert_eq!(listener.head().await.0, 200);
    assert!(listener.until_closed().await.ends_with("\r\n0\r\n\r\n"), "the last chunk has come");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off() {
    let service = limited(DoorLimits { write: SHORT, ..DoorLimits::default() }, PLAIN).await;
    let mut listener = Client::connect(service.address).await;
    let text = format!("{}. ", "word ".repeat(18)).repeat(10);
    let body = json!({"input": text, "response_format": "pcm"}).to_string();
    let json = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    listener.send(format!("{}{json}\r\n{body}", head("POST /v1/audio/speech"))).await;
    assert_eq!(listener.head().await.0, 200);
    assert_eq!(service.narrator.underway(), 1);
    // The connection's bound cuts the narration off, long before the narration's own time limit.
    service.until(async || (service.narrator.underway() == 0).then_some(())).await;
    assert!(!listener.until_closed().await.ends_with("\r\n0\r\n\r\n"), "the client sees a broken response");
}

#[tokio::test]
async fn heads_that_are_too_large_are_refused() {
    let limits = DoorLimits { head_bytes: 8 * 1024, ..DoorLimits::default() };
    let service = limited(limits, PLAIN).await;
    let many = |count: usize| (0..count).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
    for (name, further, status) in [
        ("large", format!("x: {}\r\n", "y".repeat(7 * 1024)), 200),
        ("too large", format!("x: {}\r\n", "y".repeat(9 * 1024)), 431),
        ("many", many(98), 200),
        ("too many", many(99), 431),
    ] {
        let mut client = Client::connect(service.address).await;
        client.send(format!("{}{further}\r\n", head("GET /healthz"))).await;
        assert_eq!(client.answer().await.status, status, "{name}");
    }
}

#[tokio::test]
async fn at_capacity_requests_get_a_503_and_health_checks_are_answered() {
    let service = limited(DoorLimits { connections: 2, ..DoorLimits::default() }, PLAIN).await;
    let mut seated = Vec::new();
    for _ in 0..2 {
        let mut client = Client::connect(service.address).await;
        assert_eq!(client.get("/streams/nope", TOKEN).await.status, 404);
        seated.push(client);
    }
    let mut standing = Client::connect(service.address).await;
    let answer = standing.get("/streams/nope", TOKEN).await;
    assert_eq!(answer.status, 503);
    is_one_line_error(&answer, "too_many_connections");
    assert_eq!(standing.until_closed().await, "");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(Client::connect(service.address).await.get(path, "").await.status, 200, "{path}");
    }
    assert_eq!(
        seated[0].get("/streams/nope", TOKEN).await.status,
        404,
        "an earlier connection keeps its permit"
    );
    seated.pop();
    service
        .until(async || {
            let answer = Client::connect(service.address).await.get("/streams/nope", TOKEN).await;
            (answer.status == 404).then_some(())
        })
        .await;
}

#[tokio::test]
async fn beyond_the_extra_connections_others_wait_until_one_closes() {
    let limits = DoorLimits { connections: 2, head: SHORT, ..DoorLimits::default() };
    let service = limited(limits, PLAIN).await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(Client::connect(service.address).await);
    }
    assert_eq!(Client::connect(service.address).await.get("/healthz", "").await.status, 200);
}

#[tokio::test]
async fn a_stop_closes_idle_connections_and_lets_requests_under_way_finish() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    let mut idle = Client::connect(service.address).await;
    assert_eq!(idle.get("/healthz", TOKEN).await.status, 200);
    let mut asking = Client::connect(service.address).await;
    let body = json!({"text": "Just one sentence."}).to_string();
    let json = format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
    asking.send(format!("{}{json}\r\n{body}", head("POST /synthesize_stream"))).await;
    service.until(async || (!service.spoken().is_empty()).then_some(())).await;

    service.stopping.cancel();
    assert_eq!(idle.until_closed().await, "");
    service.until(async || tokio::net::TcpStream::connect(service.address).await.err()).await;
    assert!(!service.serving.is_finished());
    service.open_gate();
    assert_eq!(asking.answer().await.status, 200);
    assert_eq!(asking.until_closed().await, "");
    service.serving.await.expect("it has ended");
}

#[tokio::test]
async fn invalid_ids_are_refused_in_one_line() {
    let service = service(PLAIN).await;
    let long = "a".repeat(10_000);
    for (id, status, code) in [
        ("../x", 404, "not_found"),
        ("..", 422, "invalid_id"),
        ("%2e%2e%2fx", 422, "invalid_id"),
        ("..%2F..%2Fetc%2Fpasswd", 422, "invalid_id"),
        ("%252e%252e%252f", 422, "invalid_id"),
        ("a%00b", 422, "invalid_id"),
        ("a%0ab", 422, "invalid_id"),
        ("a%20b", 422, "invalid_id"),
        ("%c3%a9", 422, "invalid_id"),
        ("%ff", 400, "invalid_path"),
        (long.as_str(), 422, "invalid_id"),
    ] {
        let answer = Client::connect(service.address).await.get(&format!("/streams/{id}"), TOKEN).await;
        let shown = &id[..id.len().min(40)];
        assert_eq!(answer.status, status, "{shown}");
        is_one_line_error(&answer, code);
        assert!(answer.body.len() < 300, "{shown}: an id of any length is not repeated");
    }
    // No URL can hold these characters: hyper refuses them.
    for id in ["a\0b", "a\nb", "a\u{1b}[31mb"] {
        let answer = Client::connect(service.address).await.get(&format!("/streams/{id}"), TOKEN).await;
        assert_eq!(answer.status, 400, "{id:?}");
    }
    let too_long =
        Client::connect(service.address).await.get(&format!("/streams/{}", long.repeat(3)), TOKEN).await;
    assert_eq!(too_long.status, 431);
    for path in ["/synthesize_stream_cancel", "/resume_stream"] {
        for id in ["../x", "a\0b", "a\nb", "", long.as_str()] {
            let response = service.post(path, json!({"stream_id": id})).await;
            assert_eq!(response.status().as_u16(), 422, "{path}");
            assert_eq!(error_code(response).await, "invalid_field", "{path}");
        }
    }
}
