//! The service as an ordinary TTS server, from a client's view.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use opus_pure::{MAX_PACKET_SAMPLES, OggOpusReader, Trim};
use reqwest::{Response, StatusCode, header};
use rusty_mp3::Mp3Decoder;
use serde_json::{Value, json};

use crate::support::{self, PLAIN, SAMPLE_RATE, Service, THREE, TOKEN, Wanted, error_code, service};

const SPEECH: &str = "/v1/audio/speech";

const GATED: Wanted = Wanted { gated: true, ..PLAIN };

const ONE: &str = "There is only this one sentence.";

/// A request for `text` in this format.
fn speech(text: &str, format: &str) -> Value {
    json!({"model": "tts-1", "voice": "test", "input": text, "response_format": format})
}

/// The whole answer to a request that must succeed.
async fn audio(service: &Service, text: &str, format: &str) -> (Response, Vec<u8>) {
    let mut response = service.post(SPEECH, speech(text, format)).await;
    assert_eq!(response.status(), StatusCode::OK, "{format}");
    let mut audio = Vec::new();
    while let Some(chunk) = response.chunk().await.expect("it goes on") {
        audio.extend(chunk);
    }
    (response, audio)
}

/// Samples of a WAV file. Unknown sizes are filled in first: this reader relies on them.
fn wav_samples(file: &[u8]) -> Vec<i32> {
    let mut file = file.to_vec();
    for (at, before) in [(4, 8), (40, 44)] {
        let size = file.len() as u32 - before;
        file[at..at + 4].copy_from_slice(&size.to_le_bytes());
    }
    let reader = hound::WavReader::new(file.as_slice()).expect("a WAV file");
    let spec = reader.spec();
    assert_eq!((spec.sample_rate, spec.channels, spec.bits_per_sample), (SAMPLE_RATE, 1, 16));
    reader.into_samples().map(|sample| sample.expect("whole samples")).collect()
}

fn flac_samples(file: &[u8]) -> Vec<i32> {
    let mut reader = claxon::FlacReader::new(file).expect("a FLAC file");
    assert_eq!(reader.streaminfo().sample_rate, SAMPLE_RATE);
    reader.samples().map(|sample| sample.expect("whole frames")).collect()
}

fn mp3_samples(file: &[u8]) -> Vec<f32> {
    let mut decoder = Mp3Decoder::new();
    decoder.push(file);
    decoder.flush();
    let mut samples = Vec::new();
    loop {
        match decoder.next_frame() {
            Ok(frame) => {
                assert_eq!((frame.sample_rate, frame.channels), (24_000, 1));
                samples.extend(frame.samples);
            }
            Err(rusty_mp3::Error::Eof) => return samples,
            Err(error) => panic!("{error}"),
        }
    }
}

fn opus_samples(file: &[u8]) -> Vec<i16> {
    let mut reader = OggOpusReader::new(file).expect("an Ogg file of Opus");
    let mut decoder = reader.head().decoder(48_000).expect("a decoder");
    let mut trim = Trim::new(reader.head(), 48_000, 1).expect("a trim");
    let mut samples = Vec::new();
    let mut decoded = vec![0; MAX_PACKET_SAMPLES];
    while let Some(packet) = reader.read_packet().expect("whole packets") {
        let count = decoder.decode_s16(&packet.data, MAX_PACKET_SAMPLES, &mut decoded).expect("decodes");
        samples.extend_from_slice(trim.keep(&packet, &decoded[..count]));
    }
    samples
}

#[tokio::test]
async fn every_format_decodes_to_the_same_speech() {
    let service = service(PLAIN).await;
    for text in [ONE, THREE] {
        let is_single = text == ONE;
        let (response, wav) = audio(&service, text, "wav").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "audio/wav");
        assert_eq!(response.headers().contains_key(header::CONTENT_LENGTH), is_single);
        let size = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().expect("four bytes"));
        let (file_size, data_size) = (wav.len() as u32 - 8, wav.len() as u32 - 44);
        let sizes = if is_single { (file_size, data_size) } else { (u32::MAX, u32::MAX) };
        assert_eq!((size(4), size(40)), sizes);
        let wav = wav_samples(&wav);
        let seconds = wav.len() as f64 / f64::from(SAMPLE_RATE);
        assert!(seconds > 1.5);

        let (response, flac) = audio(&service, text, "flac").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "audio/flac");
        assert_eq!(flac_samples(&flac), wav, "FLAC loses nothing");
        let told = claxon::FlacReader::new(flac.as_slice()).expect("a FLAC file").streaminfo().samples;
        assert_eq!(told, Some(wav.len() as u64));

        let (response, opus) = audio(&service, text, "opus").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "audio/ogg");
        let (pcm_response, pcm) = audio(&service, text, "pcm").await;
        assert_eq!(pcm_response.headers()[header::CONTENT_TYPE], "audio/pcm");
        let (mulaw_response, mulaw) = audio(&service, text, "mulaw").await;
        assert_eq!(mulaw_response.headers()[header::CONTENT_TYPE], "audio/basic");
        for (format, samples, rate) in [
            ("opus", opus_samples(&opus).len(), 48_000),
            ("pcm", pcm.len() / 2, 24_000),
            ("mulaw", mulaw.len(), 8_000),
        ] {
            let length = samples as f64 / f64::from(rate);
            assert!((length - seconds).abs() < 0.002, "{format}: {length} s and not {seconds} s");
        }

        let (response, mp3) = audio(&service, text, "mp3").await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "audio/mpeg");
        let length = mp3_samples(&mp3).len() as f64 / 24_000.0;
        // Encoding adds silence at both ends; only a whole file can say how much.
        assert!((seconds..seconds + 0.1).contains(&length), "mp3: {length} s and not {seconds} s");
        assert_eq!(mp3.windows(4).any(|tag| tag == b"Info"), is_single);
    }
}

#[tokio::test]
async fn the_first_sentence_is_heard_before_the_second_is_made() {
    let mut service = service(GATED).await;
    for format in ["mp3", "wav", "pcm", "mulaw", "opus"] {
        service.let_one_go();
        let mut response = service.post(SPEECH, speech(THREE, format)).await;
        let first = response.chunk().await.expect("it goes on").expect("the first sentence");
        assert!(first.len() > 4000, "{format}: {} bytes", first.len());
        let count = service.spoken().len();
        service.let_one_go();
        service.let_one_go();
        let mut rest = 0;
        while let Some(chunk) = response.chunk().await.expect("it goes on") {
            rest += chunk.len();
        }
        assert!(rest > first.len(), "{format}");
        assert!(count % 3 != 0, "{format}: the third sentence had not begun");
    }
    service.open_gate();
}

#[tokio::test]
async fn a_flac_of_any_length_states_it_and_is_answered_before_it_is_complete() {
    let mut service = service(GATED).await;
    service.let_one_go();
    let response = service.post(SPEECH, speech(THREE, "flac")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(service.spoken().len() < 3, "the third sentence had not begun");
    service.open_gate();
    let flac = response.bytes().await.expect("all of it");
    let stated = claxon::FlacReader::new(&*flac).expect("a FLAC file").streaminfo().samples;
    assert_eq!(stated, Some(flac_samples(&flac).len() as u64));
}

#[tokio::test]
async fn speech_may_take_longer_than_the_time_limit_of_an_answers_start() {
    let mut service = service(GATED).await;
    service.let_one_go();
    let mut response = service.post(SPEECH, speech(THREE, "pcm")).await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(120)).await;
    tokio::time::resume();
    service.open_gate();
    while response.chunk().await.expect("it goes on").is_some() {}
    assert_eq!(service.spoken().len(), 3);
}

#[tokio::test]
async fn requests_of_all_kinds_of_clients_succeed() {
    let service = service(PLAIN).await;
    for body in [
        json!({"input": ONE}),
        json!({"input": ONE, "voice": "alloy", "model": "gpt-4o-mini-tts", "instructions": "Be kind."}),
        json!({"input": ONE, "voice": {"id": "test/hum"}, "stream_format": "audio"}),
        json!({"input": ONE, "voice": "", "speed": 0.5, "unknown": [1, 2]}),
        json!({"input": ONE, "voice": null, "speed": null, "response_format": null, "stream_format": null}),
    ] {
        let response = service.post(SPEECH, body.clone()).await;
        assert_eq!(response.status(), StatusCode::OK, "{body}");
        assert_eq!(response.headers()["x-request-id"].len(), 32);
        assert!(!mp3_samples(&response.bytes().await.expect("the whole file")).is_empty());
    }
}

#[tokio::test]
async fn a_pronunciation_in_the_text_is_used_where_the_request_asks_for_it() {
    let service = service(PLAIN).await;
    for (pronunciations, spoken) in
        [(false, "Hello Nguyen, how are you?"), (true, "Hello /wɪn/ how are you?")]
    {
        let mut body = speech("Hello [Nguyen](/wɪn/), how are you?", "wav");
        body["pronunciations"] = pronunciations.into();
        assert_eq!(service.post(SPEECH, body).await.status(), StatusCode::OK);
        assert_eq!(service.spoken().pop().as_deref(), Some(spoken));
    }
}

#[tokio::test]
async fn wrong_requests_get_the_right_status_and_code() {
    let service = service(PLAIN).await;
    let with = |field: &str, value: Value| {
        let mut body = speech(ONE, "wav");
        body[field] = value;
        body
    };
    for (body, status, code) in [
        (with("input", json!("")), 422, "nothing_to_say"),
        (with("input", json!("🎉 …")), 422, "nothing_to_say"),
        (with("input", json!("word ".repeat(201))), 413, "text_too_long"),
        (with("input", json!(null)), 422, "invalid_field"),
        (json!({"model": "tts-1", "voice": "test"}), 422, "invalid_field"),
        (with("input", json!("All of it is unspeakable.")), 422, "unpronounceable"),
        (with("voice", json!("nobody")), 422, "unknown_voice"),
        (with("voice", json!("test/nobody")), 422, "unknown_voice"),
        (with("voice", json!({"id": "no\nbody"})), 422, "unknown_voice"),
        (with("voice", json!({"name": "test"})), 422, "invalid_field"),
        (with("speed", json!(0.2)), 422, "bad_speed"),
        (with("speed", json!(4.5)), 422, "bad_speed"),
        (with("speed", json!("fast")), 422, "invalid_field"),
        (with("response_format", json!("aac\n")), 422, "unknown_format"),
        (with("stream_format", json!("websocket")), 422, "invalid_field"),
    ] {
        let response = service.post(SPEECH, body.clone()).await;
        assert_eq!(response.status().as_u16(), status, "{body}");
        assert_eq!(error_code(response).await, code, "{body}");
    }
    let named = async |field: &str, value: &str| {
        let answer: Value = service.post(SPEECH, with(field, json!(value))).await.json().await.expect("JSON");
        answer["error"]["message"].as_str().expect("a message").to_owned()
    };
    assert!(named("voice", "nobody").await.ends_with("the voices are: test (test/tone, test/hum)"));
    assert!(named("response_format", "aac").await.ends_with("are: mp3, wav, pcm, mulaw, flac, opus"));
    assert_eq!(service.spoken(), ["All of it is unspeakable."], "no other text reached the voice");
}

#[tokio::test]
async fn malformed_bodies_and_invalid_tokens_are_refused() {
    let service = service(PLAIN).await;
    for (body, token, status, code) in [
        (b"{\"input\": ".to_vec(), TOKEN, 400, "invalid_json"),
        (b"{\"input\": \"\xff\xfe\"}".to_vec(), TOKEN, 400, "invalid_json"),
        (vec![b' '; 20 * 1024], TOKEN, 413, "body_too_large"),
        (speech(ONE, "wav").to_string().into_bytes(), "another", 401, "unauthorised"),
    ] {
        let request = service.http.post(format!("{}{SPEECH}", service.url)).bearer_auth(token);
        let request = request.header("content-type", "application/json").body(body);
        let response = request.send().await.expect("answered");
        assert_eq!(response.status().as_u16(), status);
        assert_eq!(error_code(response).await, code);
    }
}

#[tokio::test]
async fn a_sentence_that_fails_is_left_out() {
    let service = service(PLAIN).await;
    let (_, whole) = audio(&service, "The first is here. The last one is fine.", "pcm").await;
    let text = "This is unspeakable. The first is here. This one is silent. The last one is fine.";
    let (_, rest) = audio(&service, text, "pcm").await;
    assert_eq!(rest, whole);
}

#[tokio::test]
async fn a_client_that_disconnects_causes_no_more_work() {
    let mut service = service(GATED).await;
    let request = |text: &str| {
        let request = service.http.post(format!("{}{SPEECH}", service.url)).bearer_auth(TOKEN);
        request.json(&speech(text, "pcm")).send()
    };
    // One disconnects while it reads, another while its first sentence waits.
    service.let_one_go();
    let hearing = request(THREE).await.expect("answered");
    service.until(async || (service.spoken().len() == 2).then_some(())).await;
    let waiting = tokio::spawn(request("This one waits in the queue."));
    service.until(async || (service.narrator.underway() == 2).then_some(())).await;
    waiting.abort();
    service.until(async || (service.narrator.underway() == 1).then_some(())).await;
    drop(hearing);
    service.until(async || (service.narrator.underway() == 0).then_some(())).await;
    service.open_gate();
    audio(&service, ONE, "pcm").await;
    assert_eq!(service.spoken(), ["The first sentence is here.", "The second sentence follows.", ONE]);
}

#[tokio::test]
async fn narrations_above_the_limit_are_refused_with_a_retry_time() {
    let mut service = service(Wanted { gated: true, max_streams: 1, ..PLAIN }).await;
    service.let_one_go();
    let running = service.post(SPEECH, speech(THREE, "pcm")).await;
    let response = service.post(SPEECH, speech(ONE, "pcm")).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "1");
    assert_eq!(error_code(response).await, "too_many_narrations");
    assert!(!service.start(support::text(THREE)).await.last, "streams have seats of their own");
    service.open_gate();
    running.bytes().await.expect("all of it");
    audio(&service, ONE, "pcm").await;
}

#[tokio::test]
async fn server_sent_events_carry_the_same_audio() {
    let service = service(PLAIN).await;
    for text in [ONE, THREE] {
        let (_, plain) = audio(&service, text, "pcm").await;
        let mut body = speech(text, "pcm");
        body["stream_format"] = json!("sse");
        let response = service.post(SPEECH, body).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        let events = response.text().await.expect("all events");
        let mut events: Vec<Value> = events
            .split_terminator("\n\n")
            .map(|event| serde_json::from_str(event.strip_prefix("data: ").expect("data")).expect("JSON"))
            .collect();
        let done = events.pop().expect("the last event");
        assert_eq!(done["type"], "speech.audio.done");
        assert!(done["usage"]["total_tokens"].is_u64());
        assert!(events.iter().all(|event| event["type"] == "speech.audio.delta"));
        let deltas = events.iter().map(|event| BASE64.decode(event["audio"].as_str().expect("text")));
        let heard: Vec<u8> = deltas.flat_map(|audio| audio.expect("base64")).collect();
        assert_eq!(heard, plain);
    }
}

#[tokio::test]
async fn a_stop_lets_speech_finish_within_the_grace_and_refuses_more() {
    let mut service = service(GATED).await;
    service.let_one_go();
    let running = service.post(SPEECH, speech(THREE, "pcm")).await;
    let narrator = service.narrator.clone();
    let stopping = tokio::spawn(async move { narrator.shut_down(Duration::from_secs(60)).await });
    // A stop in progress refuses at once; a request before it would wait at the gate.
    tokio::task::yield_now().await;
    let response = service.post(SPEECH, speech(ONE, "pcm")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(error_code(response).await, "stopping");
    service.open_gate();
    assert!(running.bytes().await.expect("all of it").len() > 100_000);
    stopping.await.expect("stops");
}

#[tokio::test]
async fn speech_that_a_stop_ends_is_a_broken_response_not_a_short_one() {
    let service = service(GATED).await;
    service.let_one_go();
    let running = service.post(SPEECH, speech(THREE, "pcm")).await;
    service.narrator.shut_down(Duration::ZERO).await;
    assert!(running.bytes().await.is_err());
}

#[tokio::test]
async fn speech_needs_no_s3() {
    let mut service = service(PLAIN).await;
    service.stop_s3().await;
    audio(&service, THREE, "wav").await;
}

#[tokio::test]
async fn clients_can_ask_for_voices_and_models() {
    let service = service(PLAIN).await;
    let speaker = |id: &str, default: bool| {
        json!({
            "id": id, "name": id, "language": "en-US", "speakers": ["tone", "hum"], "sample_rate": SAMPLE_RATE,
            "default": default,
        })
    };
    let expected = json!({"voices": [speaker("test/tone", true), speaker("test/hum", false)]});
    for path in ["/v1/voices", "/v1/audio/voices"] {
        assert_eq!(service.get(path).await.json::<Value>().await.expect("JSON"), expected, "{path}");
    }
    let models: Value = service.get("/v1/models").await.json().await.expect("JSON");
    assert_eq!((&models["object"], &models["data"][0]["id"]), (&json!("list"), &json!("firstword")));
    let stranger = service.http.get(format!("{}/v1/voices", service.url)).send().await.expect("answered");
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
}
