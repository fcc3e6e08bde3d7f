//! Tests of the page for operators: its files, its data, and the privacy of callers.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use clap::Parser;
use futures::{StreamExt, stream};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use synth_service::settings::Settings;

use crate::support::{
    Entrance, PLAIN, Service, THREE, Wanted, error_code, pages, service, service_behind, without_bucket,
};

/// Longest wait for an event.
const PATIENCE: Duration = Duration::from_secs(30);

/// Words that only the text of a caller has.
const SECRET: &str = "marzipan";

/// Reads server-sent events until one satisfies `is_it`; returns its name and its data.
struct Events {
    answer: Response,
    rest: String,
}

impl Events {
    async fn of(service: &Service) -> Self {
        let answer = service.get("/page/events").await;
        assert_eq!(answer.status(), StatusCode::OK);
        Self { answer, rest: String::new() }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.rest.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.rest = rest;
                let mut lines = event.lines();
                let name = lines.next().and_then(|line| line.strip_prefix("event: "));
                let data = lines.next().and_then(|line| line.strip_prefix("data: "));
                if let Some((name, data)) = name.zip(data) {
                    return Some((name.to_owned(), serde_json::from_str(data).expect("JSON")));
                }
                continue;
            }
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk()).await.expect("an event comes");
            self.rest.push_str(std::str::from_utf8(&chunk.expect("a whole event")?).expect("UTF-8"));
        }
    }

    async fn find(&mut self, name: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let (found, data) = self.next().await.expect("the events go on");
            if found == name && is_it(&data) {
                return data;
            }
        }
    }
}

async fn ended(service: &Service, body: Value) -> contract::StreamId {
    let id = service.start(body).await.stream_id;
    service.until_ended(&id).await;
    id
}

#[tokio::test]
async fn the_files_need_no_token_and_allow_nothing_from_elsewhere() {
    let service = service(PLAIN).await;
    let page = service.http.get(&service.url).send().await.expect("an answer").text().await.expect("text");
    assert!(page.contains("data-sign-in=\"needed\""), "{page}");
    assert!(!page.contains("/talk"), "a host without live calls has no page for them: {page}");
    let files = pages::check(&service.http, &service.url, "/").await;
    for module in ["now", "talk", "call", "try", "feed", "session", "dom", "sound", "waterfall"] {
        assert!(files.contains(&format!("/page/{module}.js")), "{files:?}");
    }
}

#[tokio::test]
async fn a_service_without_a_token_asks_for_none() {
    let tokens = synth_service::http::door::Tokens::open("", None).expect("no token is fine");
    let service = service_behind(Entrance { tokens, ..Entrance::default() }, PLAIN).await;
    let page = service.http.get(&service.url).send().await.expect("an answer").text().await.expect("text");
    assert!(!page.contains("data-sign-in"), "{page}");
}

#[tokio::test]
async fn all_data_needs_the_token_and_is_kept_by_no_cache() {
    let service = service(PLAIN).await;
    let id = ended(&service, json!({"text": THREE})).await;
    let paths =
        ["/page/events".into(), format!("/page/streams/{id}"), format!("/page/streams/{id}/shapes/0")];
    let clip = format!("/page/streams/{id}/clips/0");
    for path in paths.iter().chain([&clip]) {
        for token in ["", "wrong"] {
            let request = service.http.get(format!("{}{path}", service.url)).bearer_auth(token);
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
        }
        let answer = service.get(path).await;
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
    let words = service.http.post(format!("{}/page/words", service.url)).json(&json!({"text": "Hello."}));
    assert_eq!(words.send().await.expect("an answer").status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_text_is_read_as_it_will_be_said() {
    let service = service(PLAIN).await;
    service.write_lexicon("acme.lexicon", "SQL = sequel\n");
    let text = "The total is $12.50. Ask for SQL on March 3rd.";
    let read: Value = service
        .post("/page/words", json!({"text": text, "tenant": "acme"}))
        .await
        .json()
        .await
        .expect("JSON");
    assert_eq!(read["voice"], "test");
    let sentences = read["sentences"].as_array().expect("a list");
    assert_eq!(sentences[0]["text"], "The total is $12.50.");
    assert_eq!(sentences[0]["words"], "The total is twelve dollars and fifty cents.");
    assert_eq!(sentences[1]["words"], "Ask for sequel on March third.");
    assert!(service.spoken().is_empty(), "nothing is spoken");
    for (body, code) in [
        (json!({"text": ""}), "nothing_to_say"),
        (json!({"text": "Hello.", "voice": "nobody"}), "unknown_voice"),
        (json!({"text": "a".repeat(2000)}), "text_too_long"),
        (json!({"text": "<speak>Hello</s>"}), "invalid_ssml"),
    ] {
        assert_eq!(error_code(service.post("/page/words", body).await).await, code);
    }
}

#[tokio::test]
async fn a_running_stream_is_shown_as_it_grows_and_then_as_ended() {
    let mut service = service(Wanted { gated: true, ..PLAIN }).await;
    let mut events = Events::of(&service).await;
    let host = events.find("host", |_| true).await;
    assert_eq!(
        (&host["has_bucket"], &host["has_model"], &host["logs_text"]),
        (&json!(true), &json!(false), &json!(false))
    );
    assert_eq!(host["voices"][0]["device"], "cpu");
    assert_eq!(host["not_ready"], Value::Null);
    service.let_one_go();
    let id = service.start(json!({"text": THREE, "contact_id": "c-1"})).await.stream_id;
    let has_parts = |parts: u64| move |data: &Value| data["running"][0]["parts"] == parts;
    let first = events.find("streams", has_parts(1)).await["running"][0].clone();
    assert_eq!(
        (&first["stream_id"], &first["contact_id"], &first["end"]),
        (&json!(id), &json!("c-1"), &Value::Null)
    );
    assert_eq!(first["clips"].as_array().map(Vec::len), Some(1));
    assert!(first["first_audio_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{first}");
    service.let_one_go();
    let second = events.find("streams", has_parts(2)).await["running"][0].clone();
    assert_eq!(second["clips"].as_array().map(Vec::len), Some(2));
    service.open_gate();
    let over = events.find("streams", |data| data["ended"][0]["end"] == "complete").await;
    assert_eq!((&over["ended"][0]["parts"], &over["running"]), (&json!(3), &json!([])));
}

#[tokio::test]
async fn many_streams_make_a_page_no_larger() {
    let service = service(PLAIN).await;
    let started = stream::iter(0..130).map(|_| ended(&service, json!({"text": "Hello there."})));
    started.buffer_unordered(4).collect::<Vec<_>>().await;
    let mut events = Events::of(&service).await;
    let data = events.find("streams", |data| data["ended"] != json!([])).await;
    assert_eq!(data["ended"].as_array().map(Vec::len), Some(100));
    assert!(data.to_string().len() < 64 * 1024, "{} bytes", data.to_string().len());
}

#[tokio::test]
async fn few_pages_can_watch_at_once_and_a_closed_one_makes_room() {
    let service = service(PLAIN).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(Events::of(&service).await);
    }
    let refused = service.get("/page/events").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(error_code(refused).await, "too_many_pages");
    open.pop();
    service.until(async || service.get("/page/events").await.status().is_success().then_some(())).await;
}

#[tokio::test]
async fn the_events_end_when_the_host_stops() {
    let service = service(PLAIN).await;
    let mut events = Events::of(&service).await;
    events.find("host", |_| true).await;
    service.narrator.shut_down(Duration::ZERO).await;
    while events.next().await.is_some() {}
    service.stopping.cancel();
    service.serving.await.expect("the door closes");
}

async fn everything(service: &Service, id: &contract::StreamId) -> String {
    let mut events = Events::of(service).await;
    let overview = events.find("streams", |data| data["ended"] != json!([])).await;
    let detail = service.get(&format!("/page/streams/{id}")).await.text().await.expect("text");
    let shapes = service.get(&format!("/page/streams/{id}/shapes/0")).await.text().await.expect("text");
    format!("{overview}{detail}{shapes}")
}

#[tokio::test]
async fn callers_are_private_unless_texts_may_be_logged() {
    let text =
        json!({"text": format!("The word is {SECRET}. This is the second sentence."), "contact_id": "c-1"});
    let private = service(PLAIN).await;
    let id = ended(&private, text.clone()).await;
    let shown = everything(&private, &id).await;
    assert!(!shown.contains(SECRET), "{shown}");
    let clip = private.get(&format!("/page/streams/{id}/clips/0")).await;
    assert_eq!((clip.status(), error_code(clip).await.as_str()), (StatusCode::FORBIDDEN, "private"));

    let open = service_behind(Entrance { log_text: true, ..Entrance::default() }, PLAIN).await;
    let id = ended(&open, text).await;
    let detail: Value = open.get(&format!("/page/streams/{id}")).await.json().await.expect("JSON");
    assert_eq!(
        (&detail["is_open"], &detail["words"][0]),
        (&json!(true), &json!(format!("The word is {SECRET}.")))
    );
    let clip = open.get(&format!("/page/streams/{id}/clips/0")).await;
    assert_eq!(clip.headers()["content-type"], "audio/wav");
    assert_eq!(clip.bytes().await.expect("sound").as_ref(), open.objects(&id).await["part0.wav"]);
    assert_eq!(error_code(open.get(&format!("/page/streams/{id}/clips/9")).await).await, "unknown_clip");
}

/// A service whose callers talk with the demo model.
async fn talking(log_text: bool) -> Service {
    let settings = ["synth-service", "--chat-model", "demo", "--demo-first-token-ms", "0"];
    let settings = Settings::try_parse_from(settings).expect("settings").chat.settings();
    let model = chat::open(&settings.expect("a known model").expect("a model")).expect("it opens");
    service_behind(Entrance { model: Some(model), log_text, ..Entrance::default() }, PLAIN).await
}

#[tokio::test]
async fn the_words_of_a_caller_are_shown_only_where_texts_may_be_logged() {
    for log_text in [false, true] {
        let service = talking(log_text).await;
        let body = json!({"text": format!("Is there {SECRET}?"), "contact_id": "c-1"});
        let started = service.post("/chat_stream", body).await;
        let started: contract::http::StartResponse = started.json().await.expect("a start response");
        service.until_ended(&started.stream_id).await;
        let path = format!("/page/streams/{}/said", started.stream_id);
        if log_text {
            // The memory of the talk is written beside the answer.
            let call = service.until(async || {
                let call: Value = service.get(&path).await.json().await.ok()?;
                call["said"].is_string().then_some(call)
            });
            let call = call.await;
            assert_eq!(call["said"], format!("Is there {SECRET}?"));
            let detail = service.get(&format!("/page/streams/{}", started.stream_id)).await;
            let detail: Value = detail.json().await.expect("JSON");
            assert_eq!(detail["kind"], "talk");
            let age =
                detail["now_ms"].as_f64().zip(detail["created_at_ms"].as_f64()).map(|(now, at)| now - at);
            assert!(age.is_some_and(|ms| ms >= 0.0), "{age:?} ms by the service's clock");
        } else {
            let shown = everything(&service, &started.stream_id).await;
            assert!(!shown.contains(SECRET) && shown.contains("\"words\":[]"), "{shown}");
            assert_eq!(error_code(service.get(&path).await).await, "private");
        }
    }
}

#[tokio::test]
async fn a_contact_of_the_page_itself_is_no_caller() {
    let service = service(PLAIN).await;
    let id = ended(&service, json!({"text": THREE, "contact_id": "firstword-page-1"})).await;
    let detail: Value = service.get(&format!("/page/streams/{id}")).await.json().await.expect("JSON");
    assert_eq!(detail["words"].as_array().map(Vec::len), Some(3));
    assert_eq!(service.get(&format!("/page/streams/{id}/clips/2")).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_call_has_the_shape_of_its_sound() {
    let service = service(PLAIN).await;
    let id = ended(&service, json!({"text": THREE})).await;
    let detail: Value = service.get(&format!("/page/streams/{id}")).await.json().await.expect("JSON");
    let clips = detail["clips"].as_array().expect("a list");
    assert_eq!((clips.len(), &detail["voice"], &detail["kind"]), (3, &json!("test"), &json!("text")));
    assert_eq!(detail["state"], "complete");
    let shapes: Value =
        service.get(&format!("/page/streams/{id}/shapes/1")).await.json().await.expect("JSON");
    let peaks = shapes["clips"].as_array().expect("a list");
    assert_eq!(peaks.len(), 2, "from the second clip on");
    let (from, until) = (clips[1][1].as_f64().expect("ms"), clips[1][2].as_f64().expect("ms"));
    let length =
        peaks[0].as_array().map_or(0, Vec::len) as f64 * shapes["peak_every_ms"].as_f64().expect("ms");
    assert!((length - (until - from)).abs() <= 20.0, "{length} ms of {} ms", until - from);
    assert!(peaks[0].as_array().expect("a list").iter().any(|peak| peak.as_u64() > Some(10)), "{peaks:?}");
    let none = service.get("/page/streams/0123456789abcdef/shapes/0").await;
    assert_eq!(error_code(none).await, "unknown_stream");
}

#[tokio::test]
async fn without_a_bucket_texts_can_be_tried_and_calls_have_a_clear_answer() {
    let bare = without_bucket().await;
    assert_eq!(bare.post("/page/words", json!({"text": "Hello."})).await.status(), StatusCode::OK);
    assert_eq!(error_code(bare.get("/page/streams/abc").await).await, "no_bucket");
}
