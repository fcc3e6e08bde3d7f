//! Requests as clients of other servers send them: names of formats, voices and models, speeds, paths, web pages.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use speech::{Device, Engine, EngineConfig, Interrupt, Line, SpeechError, Utterance, Voice};
use synth_service::{
    http::Cors,
    voices::{LoadedVoice, Voices},
};
use text::{LexiconFile, LexiconFolder};

use crate::support::{Entrance, PLAIN, Service, TOKEN, error_code, service, service_behind};

const SPEECH: &str = "/v1/audio/speech";

const ONE: &str = "There is only this one sentence.";

const PAGE: &str = "https://chat.example.com";

async fn speak(service: &Service, field: &str, value: Value) -> Response {
    let mut body = json!({"model": "tts-1", "voice": "test", "input": ONE, "response_format": "pcm"});
    body[field] = value;
    service.post(SPEECH, body).await
}

#[tokio::test]
async fn formats_are_named_in_any_case_and_ogg_is_opus() {
    let service = service(PLAIN).await;
    for (name, content_type) in [
        ("MP3", "audio/mpeg"),
        ("Wav", "audio/wav"),
        (" PCM ", "audio/pcm"),
        ("FLAC", "audio/flac"),
        ("Opus", "audio/ogg"),
        ("ogg", "audio/ogg"),
        ("OGG", "audio/ogg"),
    ] {
        let response = speak(&service, "response_format", json!(name)).await;
        assert_eq!(response.status(), StatusCode::OK, "{name}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], content_type, "{name}");
    }
}

#[tokio::test]
async fn a_model_can_be_asked_for_by_its_id() {
    let service = service(PLAIN).await;
    let models: Value = service.get("/v1/models").await.json().await.expect("JSON");
    let model: Value = service.get("/v1/models/firstword").await.json().await.expect("JSON");
    assert_eq!(model, models["data"][0]);
    let response = service.get("/v1/models/gpt-4o").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(error_code(response).await, "unknown_model");
}

#[tokio::test]
async fn a_path_may_end_with_a_slash() {
    let service = service(PLAIN).await;
    for path in ["/v1/models/", "/v1/models/firstword/", "/v1/voices/", "/v1/audio/voices/", "/healthz/"] {
        assert_eq!(service.get(path).await.status(), StatusCode::OK, "{path}");
    }
    let response = service.post("/v1/audio/speech/", json!({"input": ONE})).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(error_code(service.get("/v1/nothing/").await).await, "not_found");
    let stranger = service.http.get(format!("{}/v1/models/", service.url)).send().await.expect("answered");
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn speeds_that_no_voice_has_are_held_to_the_nearest_one() {
    let service = service(PLAIN).await;
    for (requested, used) in [
        (json!(0.25), "0.5"),
        (json!(0.5), "0.5"),
        (json!(1.25), "1.25"),
        (json!(4.0), "2"),
        (json!(null), "1"),
    ] {
        let response = speak(&service, "speed", requested.clone()).await;
        assert_eq!(response.status(), StatusCode::OK, "{requested}");
        assert_eq!(response.headers()["x-speed-used"], used, "{requested}");
    }
    for wrong in [0.24, 4.01, 0.0, -1.0] {
        let response = speak(&service, "speed", json!(wrong)).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let answer: Value = response.json().await.expect("JSON");
        assert_eq!(
            answer["error"],
            json!({"code": "bad_speed", "message": "speed must be from 0.25 to 4.0"}),
            "{wrong}"
        );
    }
    let stream = service.post("/synthesize_stream", json!({"text": ONE, "speed": 0.25})).await;
    assert_eq!(stream.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error_code(stream).await, "bad_speed");
}

#[tokio::test]
async fn a_speakers_name_alone_finds_its_voice() {
    let service = service(PLAIN).await;
    assert_eq!(speak(&service, "voice", json!("hum")).await.status(), StatusCode::OK);
    assert_eq!(error_code(speak(&service, "voice", json!("af_heart")).await).await, "unknown_voice");
    for (name, voice) in [("hum", "test/hum"), (" hum ", "test/hum"), ("tone", "test"), ("test", "test")] {
        let stream = service.start(json!({"text": ONE, "voice": name})).await;
        assert_eq!(service.manifest(&stream.stream_id).await.expect("written").voice, voice, "{name}");
    }
}

/// A voice of these speakers that says everything in one tone.
fn voice(name: &str, speakers: &[&str]) -> LoadedVoice {
    struct Tone;
    impl Voice for Tone {
        fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
            let waveform: Vec<_> = (0..16_000).map(|index| 0.5 * (index as f32 * 0.2).sin()).collect();
            let tone = Utterance { waveform, sample_rate: 16_000, ..Utterance::default() };
            lines.iter().map(|_| Ok(tone.clone())).collect()
        }
    }
    let engine = Engine::start(EngineConfig::new(Device::Cpu, 1, 1), "en-US", |_| Ok(Box::new(Tone)));
    LoadedVoice {
        name: name.into(),
        version: "1".into(),
        language: "en-US".into(),
        sample_rate: 16_000,
        speakers: speakers.iter().map(|&speaker| speaker.to_owned()).collect(),
        engine: engine.expect("the voice warms up"),
        lexicon: LexiconFile::open("none.lexicon").expect("none is fine"),
    }
}

#[test]
fn of_several_voices_with_a_speaker_the_default_one_speaks() {
    let loaded = || vec![voice("a", &["ann", "bob", "c"]), voice("b", &["ann", "eve"]), voice("c", &["bob"])];
    for (default, name, found) in [
        ("a", "ann", "a"),
        ("b", "ann", "b"),
        ("c", "ann", "a"),
        ("b", "bob", "a/bob"),
        ("a", "eve", "b/eve"),
        // A voice comes before a speaker.
        ("a", "c", "c"),
        ("a", "a/c", "a/c"),
    ] {
        let voices = Voices::new(loaded(), default, LexiconFolder::open("none")).expect("there is a default");
        assert_eq!(voices.find(Some(name), None).expect(name).name(), found, "{name} of {default}");
    }
}

fn cors(origins: &[&str]) -> Cors {
    let origins: Vec<_> = origins.iter().map(|&origin| origin.to_owned()).collect();
    Cors::new(&origins).expect("origins")
}

async fn preflight(service: &Service, origin: &str) -> Response {
    let request = service.http.request(Method::OPTIONS, format!("{}{SPEECH}", service.url));
    let request = request.header(header::ORIGIN, origin);
    let request = request.header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
    let request =
        request.header(header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type,x-stainless-os");
    request.send().await.expect("answered")
}

#[tokio::test]
async fn pages_of_allowed_origins_may_speak() {
    let entrance = Entrance {
        cors: cors(&["HTTPS://Chat.example.com", "http://localhost:3000"]),
        ..Entrance::default()
    };
    let service = service_behind(entrance, PLAIN).await;
    for origin in [PAGE, "http://localhost:3000"] {
        let response = preflight(&service, origin).await;
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers();
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], origin);
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_METHODS], "GET,POST");
        assert_eq!(
            headers[header::ACCESS_CONTROL_ALLOW_HEADERS],
            "authorization,content-type,x-stainless-os"
        );
    }
    for origin in ["https://example.com", "http://chat.example.com", "null"] {
        let response = preflight(&service, origin).await;
        assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN), "{origin}");
    }
    // The page can read errors too, and the headers of a response.
    for (token, status) in [(TOKEN, StatusCode::OK), ("wrong", StatusCode::UNAUTHORIZED)] {
        let request = service.http.post(format!("{}{SPEECH}", service.url)).bearer_auth(token);
        let request = request.header(header::ORIGIN, PAGE).json(&json!({"input": ONE}));
        let response = request.send().await.expect("answered");
        assert_eq!(response.status(), status);
        let headers = response.headers();
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], PAGE);
        assert_eq!(headers[header::ACCESS_CONTROL_EXPOSE_HEADERS], "x-request-id,x-speed-used");
    }
}

#[tokio::test]
async fn a_star_allows_every_page() {
    let entrance = Entrance { cors: cors(&["*"]), ..Entrance::default() };
    let service = service_behind(entrance, PLAIN).await;
    for origin in [PAGE, "null"] {
        assert_eq!(preflight(&service, origin).await.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    }
}

#[tokio::test]
async fn no_page_is_allowed_by_default() {
    for cors in [Cors::default(), cors(&[" ", ""])] {
        let service = service_behind(Entrance { cors, ..Entrance::default() }, PLAIN).await;
        let response = preflight(&service, PAGE).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
    }
}
