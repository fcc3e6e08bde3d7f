//! A caller's turn, from the function's trace to the model's: all spans arrive at a collector, as one trace.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

#[path = "../otlp/tests/collector/mod.rs"]
mod collector;
mod support;

use std::collections::HashMap;

use chat::{ChatSettings, ModelKind, ModelSettings};
use collector::{Collector, spans, text};
use contract::http::{REQUEST_ID_HEADER, StartResponse, TRACEPARENT_HEADER};
use opentelemetry_proto::tonic::trace::v1::Span;
use otlp::{Settings, Traces};
use serde_json::json;
use support::{Entrance, PLAIN, TOKEN, service_behind};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

/// The trace of the function, and its span.
const TRACE: &str = "5759e988bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

/// A word of the caller's, and one of the model's.
const SAID: &str = "Xylophonist";
const ANSWERED: &str = "Glockenspiel";

/// A service whose model is a chatbot at this address.
async fn talking_to(model: &Collector) -> support::Service {
    let model =
        ModelSettings { kind: ModelKind::ChatUrl, base_url: Some(model.url()), ..ModelSettings::default() };
    let settings = ChatSettings { model, ..ChatSettings::default() };
    let model = chat::open(&settings).expect("a model");
    service_behind(Entrance { model: Some(model), ..Entrance::default() }, PLAIN).await
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_turn_is_one_trace_from_the_function_to_the_model() {
    let collector = Collector::start(200).await;
    let settings = Settings { endpoint: Some(collector.url()), ..Settings::default() };
    let traces = Traces::start(&settings).await.expect("started").expect("an endpoint is set");
    tracing_subscriber::registry().with(traces.layer()).init();
    let answer = r#"{"answer": "The Glockenspiel is ready. You can fetch it any time. We close at ten."}"#;
    let model = Collector::answering(200, "application/json", answer).await;
    let service = talking_to(&model).await;

    let request = service.http.post(format!("{}/chat_stream", service.url)).bearer_auth(TOKEN);
    let request = request
        .header(TRACEPARENT_HEADER, format!("00-{TRACE}-{PARENT}-01"))
        .header(REQUEST_ID_HEADER, "the-request")
        .json(&json!({"text": format!("Where is my {SAID}?"), "contact_id": "c"}));
    let started: StartResponse =
        request.send().await.expect("answered").json().await.expect("a start response");
    service.until_ended(&started.stream_id).await;
    let is_there = |spans: &[Span], name: &str| spans.iter().any(|span| span.name == name);
    let all =
        |spans: &[Span]| ["request", "model", "stream", "sentence"].iter().all(|name| is_there(spans, name));
    let found = collector.until(|received| Some(spans(received)).filter(|spans| all(spans))).await;

    assert!(found.iter().all(|span| hex(&span.trace_id) == TRACE), "one trace: {found:?}");
    let by_id: HashMap<_, _> = found.iter().map(|span| (span.span_id.clone(), span)).collect();
    let parent = |span: &Span| by_id.get(&span.parent_span_id).map(|parent| parent.name.as_str());
    let one = |name: &str| {
        let found: Vec<_> = found.iter().filter(|span| span.name == name).collect();
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found[0]
    };
    let (request, model_span, stream) = (one("request"), one("model"), one("stream"));
    assert_eq!(hex(&request.parent_span_id), PARENT);
    assert_eq!((parent(model_span), parent(stream)), (Some("request"), Some("request")));
    assert!(request.end_time_unix_nano < stream.end_time_unix_nano, "the request ends with its answer");
    for (name, below) in
        [("sentence", "stream"), ("queue", "sentence"), ("speech", "sentence"), ("store", "sentence")]
    {
        let stages: Vec<_> = found.iter().filter(|span| span.name == name).collect();
        assert_eq!(stages.len(), 3, "one for each sentence: {stages:?}");
        for stage in stages {
            assert_eq!(parent(stage), Some(below), "{name}");
            assert!(stage.start_time_unix_nano <= stage.end_time_unix_nano);
            let within = by_id[&stage.parent_span_id];
            assert!(name == "sentence" || within.end_time_unix_nano >= stage.start_time_unix_nano, "{name}");
        }
    }
    let moments: Vec<_> = model_span.events.iter().map(|event| event.name.as_str()).collect();
    assert_eq!(moments, ["asked", "first_token"]);
    for span in [model_span, stream] {
        assert_eq!(text(&span.attributes, "stream").as_deref(), Some(started.stream_id.as_str()));
        assert_eq!(text(&span.attributes, "contact").as_deref(), Some("c"));
    }

    let question = &model.received()[0];
    let passed_on = question.head.headers[TRACEPARENT_HEADER].to_str().expect("text");
    assert_eq!(passed_on, format!("00-{TRACE}-{}-01", hex(&model_span.span_id)));
    let everything = format!("{found:?}");
    assert!(!everything.contains(SAID) && !everything.contains(ANSWERED), "words in a span: {everything}");
    traces.stop().await;
}
