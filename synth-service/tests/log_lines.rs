//! Each log line about a stream has the ids of the stream, its contact and its request; JSON lines are one event each.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

mod support;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use chat::{ChatSettings, DemoSettings, ModelKind, ModelSettings};
use contract::http::{REQUEST_ID_HEADER, StartResponse, TRACEPARENT_HEADER};
use local_stack::s3::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Entrance, PLAIN, Service, TOKEN, service_behind};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

const TRACE: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

/// Modules whose lines belong to a stream, and some of the lines that this test provokes.
const MODULES: [&str; 5] = [
    "synth_service::streams",
    "synth_service::turns",
    "synth_service::pipeline",
    "synth_service::telemetry",
    "chat",
];
const PROVOKED: [&str; 5] = ["stream ended", "waterfall", "asked", "a sentence was skipped", "tried again"];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn lines(&self) -> Vec<String> {
        let log = self.0.lock().expect("not poisoned").clone();
        String::from_utf8(log).expect("UTF-8").lines().map(str::to_owned).collect()
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

/// Starts a stream under ids, and waits for its end. Returns its id.
async fn speak(service: &Service, path: &str, body: &Value) -> String {
    let request = service.http.post(format!("{}{path}", service.url)).bearer_auth(TOKEN).json(body);
    let request = request.header(REQUEST_ID_HEADER, "the-request").header(TRACEPARENT_HEADER, TRACE);
    let response = request.send().await.expect("answered");
    assert_eq!(response.status(), StatusCode::OK);
    let started: StartResponse = response.json().await.expect("a start response");
    service.until_ended(&started.stream_id).await;
    started.stream_id.to_string()
}

#[tokio::test]
async fn every_line_about_a_stream_has_its_ids_in_both_forms() {
    let (text, as_json) = (Log::default(), Log::default());
    let (to_text, to_json) = (text.clone(), as_json.clone());
    let debug = || EnvFilter::new("debug,misaki_rs=off");
    let text_layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(move || to_text.clone());
    let json_layer = tracing_subscriber::fmt::layer().json().flatten_event(true);
    let json_layer = json_layer.with_writer(move || to_json.clone());
    tracing_subscriber::registry()
        .with(text_layer.with_filter(debug()))
        .with(json_layer.with_filter(debug()))
        .init();
    let demo = DemoSettings::default();
    let model = ModelSettings { kind: ModelKind::Demo, demo, ..ModelSettings::default() };
    let model = chat::open(&ChatSettings { model, ..ChatSettings::default() }).expect("a model");
    let service = service_behind(Entrance { model: Some(model), ..Entrance::default() }, PLAIN).await;
    let refused = AtomicBool::new(false);
    service.faults.set(move |_, path| {
        let is_first = path.ends_with("/part1.wav") && !refused.swap(true, Ordering::Relaxed);
        is_first.then_some(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE))
    });

    let said = json!({"text": "It is here. It is unspeakable. It follows. It ends.", "contact_id": "caller"});
    let spoken = speak(&service, "/synthesize_stream", &said).await;
    let turn = json!({"text": "Hello?", "contact_id": "caller"});
    let answered = speak(&service, "/chat_stream", &turn).await;
    // The last line of a stream comes shortly behind its end.
    service
        .until(async || {
            (as_json.lines().iter().filter(|line| line.contains("stream ended")).count() == 2).then_some(())
        })
        .await;

    let parsed = |line: &String| serde_json::from_str::<Value>(line).expect("one event in each line");
    let lines: Vec<Value> = as_json.lines().iter().map(parsed).collect();
    let target = |line: &Value| line["target"].as_str().unwrap_or_default().to_owned();
    let ours: Vec<_> =
        lines.iter().filter(|line| MODULES.iter().any(|module| target(line).starts_with(module))).collect();
    for message in PROVOKED {
        let is_there = |line: &&Value| line["message"].as_str().is_some_and(|said| said.starts_with(message));
        assert!(ours.iter().any(is_there), "no line `{message}`");
    }
    for line in ours {
        let field = |name: &str| -> Option<String> {
            let spans = line["spans"].as_array()?.iter();
            spans.filter_map(|span| span[name].as_str()).next_back().map(str::to_owned)
        };
        let stream = field("stream").unwrap_or_else(|| panic!("no stream: {line}"));
        assert!([&spoken, &answered].contains(&&stream), "{line}");
        assert_eq!(field("contact").as_deref(), Some("caller"), "{line}");
        assert_eq!(field("id").as_deref(), Some("the-request"), "{line}");
        assert_eq!(field("trace").as_deref(), Some(TRACE), "{line}");
    }
    let is_ours = |line: &&String| {
        MODULES
            .iter()
            .any(|module| line.contains(&format!(" {module}:")) || line.contains(&format!(" {module}::")))
    };
    let lines = text.lines();
    let ours: Vec<_> = lines.iter().filter(is_ours).collect();
    assert!(ours.len() > PROVOKED.len(), "{lines:?}");
    for line in &ours {
        let has = |field: String| line.contains(&field);
        assert!(has(format!("stream={spoken}")) || has(format!("stream={answered}")), "{line}");
        assert!(has("contact=caller".into()) && has("the-request".into()) && has(TRACE.into()), "{line}");
    }
    // No event has a line without a time, which nobody could attribute.
    let begins = |line: &&String| line.starts_with("20");
    assert!(lines.iter().all(|line| begins(&line)), "{:?}", lines.iter().find(|line| !begins(line)));
}
