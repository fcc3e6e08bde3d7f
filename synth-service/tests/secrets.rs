//! The log at its default level contains no caller's text, no token and no presigned URL.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

mod support;

use std::{
    io,
    sync::{Arc, LazyLock, Mutex},
    time::{Duration, Instant},
};

use chat::DemoSettings;
use live::{Answerer, Progress};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{
    Entrance, PLAIN, Service, TOKEN, admission,
    live::{answerer, question},
    raw::Client,
    service, service_behind, test_voices,
    twilio::usual_host,
};
use synth_service::logging::DEFAULT_FILTER;
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;

/// The log of the whole process, over all threads.
static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(DEFAULT_FILTER))
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    log
});

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines_with(&self, part: &str) -> Vec<String> {
        let log = self.0.lock().expect("not poisoned").clone();
        let log = String::from_utf8(log).expect("UTF-8");
        log.lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A word in every text of this test.
const SAID: &str = "Xylophonist";

/// An invalid token.
const WRONG: &str = "wr0ng-token-of-a-stranger";

async fn post(service: &Service, path: &str, token: &str, body: &Value) -> StatusCode {
    let request = service.http.post(format!("{}{path}", service.url)).bearer_auth(token);
    request.json(body).send().await.expect("answered").status()
}

/// Sends texts that are spoken, that fail, and that are refused for each reason.
async fn send_all_kinds_of_texts(service: &Service) {
    for (body, status) in [
        (json!({"text": format!("{SAID} is here. {SAID} is unspeakable. {SAID} is silent.")}), 200),
        (json!({"text": format!("{SAID} is unspeakable.")}), 422),
        (json!({"text": format!("<speak>{SAID} <{SAID}></speak>")}), 422),
        (json!({"text": format!("{SAID} ").repeat(200)}), 413),
        (json!({"text": SAID, "voice": SAID}), 422),
        (json!({"text": SAID, "speed": SAID}), 422),
        (json!({"text": [SAID]}), 422),
        (json!({"text": SAID, "contact_id": format!("{SAID}/..")}), 422),
    ] {
        assert_eq!(post(service, "/synthesize_stream", TOKEN, &body).await.as_u16(), status, "{body}");
    }
    for (body, status) in [
        (json!({"input": format!("{SAID} is here. {SAID} is unspeakable. The end."), "voice": "test"}), 200),
        (json!({"input": format!("{SAID} is unspeakable.")}), 422),
        (json!({"input": SAID, "response_format": SAID}), 422),
    ] {
        assert_eq!(post(service, "/v1/audio/speech", TOKEN, &body).await.as_u16(), status, "{body}");
    }
}

/// Has a live caller's question answered by a model whose answer has this word as well.
async fn ask_live(word: &str, log_text: bool) {
    let folder = TempDir::new().expect("a folder");
    let script = folder.path().join("script.toml");
    let answer = format!("[[languages]]\nletters = '.'\notherwise = [\"{word} it is.\"]\nrules = []");
    std::fs::write(&script, answer).expect("written");
    let demo = DemoSettings { script: Some(script), first_token: Duration::ZERO, ..DemoSettings::default() };
    let answerer = answerer(&test_voices(false), admission(), demo, log_text);
    let mut answer = answerer.answer(question(&format!("Is it {word}?")));
    let mut spoken = String::new();
    loop {
        match answer.next().await.expect("a last step").progress {
            Progress::Clip(clip) => spoken.push_str(&clip.text),
            Progress::Failed(reason) => panic!("{reason}"),
            Progress::Ended => break,
            _ => {}
        }
    }
    assert!(spoken.contains(word), "{spoken}");
}

#[tokio::test]
async fn strangers_at_twilios_door_have_a_line_a_second() {
    let log = &*LOG;
    let host = usual_host().await;
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(host.voice("", Some("AAAA"), &[("CallSid", "CA1")]).await.0, StatusCode::FORBIDDEN);
    }
    let lines = log.lines_with("a request that Twilio has not signed was turned away");
    assert!((1..=1 + began.elapsed().as_secs()).contains(&(lines.len() as u64)), "{lines:?}");
    assert!(lines[0].contains("address=127.0.0.1:") && lines[0].contains("/live/twilio/voice"), "{lines:?}");
}

#[tokio::test]
async fn no_text_no_token_and_no_presigned_url_is_logged() {
    let log = &*LOG;
    let mut service = service(PLAIN).await;
    send_all_kinds_of_texts(&service).await;
    let started = service.start(json!({"text": format!("{SAID} said so."), "contact_id": "c"})).await;
    let url = started.first_url.expect("a first part");
    assert!(url.contains("X-Amz-Signature"), "{url}");
    service.until_ended(&started.stream_id).await;
    assert_eq!(post(&service, "/synthesize_stream", WRONG, &json!({"text": SAID})).await.as_u16(), 401);
    let signed = format!("/streams/nope?X-Amz-Signature={WRONG}&token={TOKEN}");
    assert_eq!(Client::connect(service.address).await.get(&signed, WRONG).await.status, 401);
    for id in ["%00", "..%2fx"] {
        let answer = Client::connect(service.address).await.get(&format!("/streams/{id}"), TOKEN).await;
        assert_eq!(answer.status, 422);
    }
    service.stop_s3().await;
    post(&service, "/synthesize_stream", TOKEN, &json!({"text": SAID})).await;
    post(&service, "/synthesize_stream_cancel", TOKEN, &json!({"contact_id": "c"})).await;
    service.restart_s3().await;
    ask_live(SAID, false).await;

    assert!(!log.lines_with("a sentence was skipped").is_empty(), "the log reaches this test");
    let rejections = log.lines_with("turned away");
    assert!(
        rejections
            .iter()
            .any(|line| line.contains("address=127.0.0.1:") && line.contains("/synthesize_stream"))
    );
    for secret in [SAID, TOKEN, WRONG, "X-Amz-Signature", "SECRET"] {
        assert_eq!(log.lines_with(secret), Vec::<String>::new(), "{secret}");
    }
}

#[tokio::test]
async fn with_log_text_each_text_is_logged_once_with_its_stream() {
    let log = &*LOG;
    let service = service_behind(Entrance { log_text: true, ..Entrance::default() }, PLAIN).await;
    let said = "Heliotrope\nand more.";
    let started = service.start(json!({ "text": said })).await;
    service.until_ended(&started.stream_id).await;
    let lines = log.lines_with("Heliotrope");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(started.stream_id.as_str()) && lines[0].contains("and more"), "{lines:?}");

    let response = service.post("/v1/audio/speech", json!({"input": "Amaranthine.", "voice": "test"})).await;
    let id = response.headers()["x-request-id"].to_str().expect("ASCII").to_owned();
    response.bytes().await.expect("all of it");
    let lines = log.lines_with("Amaranthine");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains(&id), "{lines:?}");
    assert_eq!(log.lines_with(TOKEN), Vec::<String>::new());

    ask_live("Vermilion", true).await;
    let lines = log.lines_with("Vermilion");
    let is_there = |message: &str| lines.iter().any(|line| line.contains(message) && line.contains("call-1"));
    assert!(is_there("the caller said") && is_there("the model answered"), "{lines:?}");
}
