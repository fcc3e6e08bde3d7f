//! Phrases: spoken once, kept in a real bucket, used by every host; nothing else is kept.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use contract::http::{WarmRequest, WarmResponse};
use local_stack::s3::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};
use speech::{Band, Job};
use synth_service::voices::Chosen;
use tokio::runtime::Handle;

use crate::support::{self, PLAIN, Service, VOICE_LEXICON, beside, error_code, service};

const FILE: &str = "[en]\nfixed = [\"Welcome to Acme today. We are glad to hear from you.\"]\n";

/// The phrase of the file, and a sentence that is no phrase.
const TEXT: &str = "Welcome to Acme today. Your number is 4571 here.";
const PHRASE: &str = "Welcome to Acme today.";

/// Speaks a text; returns its parts.
async fn speak(service: &Service, body: Value) -> Vec<Vec<u8>> {
    let started = service.start(body).await;
    let ended = service.until_ended(&started.stream_id).await;
    let objects = service.objects(&started.stream_id).await;
    (0..ended.parts).map(|part| objects[&format!("part{part}.wav")].clone()).collect()
}

/// A service whose phrases are those of [`FILE`].
async fn with_phrases() -> Service {
    let service = service(PLAIN).await;
    write_phrases(&service, FILE).await;
    service
}

/// Writes phrases and waits until they count.
async fn write_phrases(service: &Service, content: &str) {
    service.write_lexicon("phrases.toml", content);
    let phrase = text::Sentence::plain(PHRASE);
    let listed = async || service.streams.phrases().of(None).await.holds(&phrase).then_some(());
    service.until(listed).await;
}

async fn kept(service: &Service, number: usize) -> Vec<String> {
    service
        .until(async || {
            let keys = service.keys("phrases/").await;
            (keys.len() >= number).then_some(keys)
        })
        .await
}

/// The counts by origin.
async fn counts(service: &Service) -> BTreeMap<String, u64> {
    let text = service.get("/metrics").await.text().await.expect("text");
    let counts = text.lines().filter_map(|line| {
        let (origin, count) = line.strip_prefix("firstword_phrases_total{origin=\"")?.split_once("\"} ")?;
        Some((origin.to_owned(), count.parse().expect("a count")))
    });
    counts.collect()
}

fn counted(memory: u64, bucket: u64, synthesis: u64) -> BTreeMap<String, u64> {
    [("memory", memory), ("bucket", bucket), ("synthesis", synthesis)]
        .map(|(origin, count)| (origin.to_owned(), count))
        .into()
}

#[tokio::test]
async fn a_phrase_is_spoken_once_for_all_hosts() {
    let service = with_phrases().await;
    let first = speak(&service, json!({"text": TEXT})).await;
    let keys = kept(&service, 1).await;
    assert_eq!(service.object(&keys[0]).await.expect("is there"), first[0], "the part itself is kept");
    assert_eq!(counts(&service).await, counted(0, 0, 1));

    let again = speak(&service, json!({"text": TEXT})).await;
    assert_eq!(again, first);
    assert_eq!(service.spoken().iter().filter(|said| *said == PHRASE).count(), 1);
    assert_eq!(counts(&service).await, counted(1, 0, 1));

    let second = beside(&service, PLAIN).await;
    write_phrases(&second, FILE).await;
    assert_eq!(speak(&second, json!({"text": TEXT})).await, first);
    assert_eq!(second.spoken().len(), 1, "only the other sentence: {:?}", second.spoken());
    assert_eq!(counts(&second).await, counted(0, 1, 0));
    assert_eq!(service.keys("phrases/").await, keys, "nothing else is kept");
}

#[tokio::test]
async fn another_voice_speed_or_reading_is_another_clip() {
    let service = with_phrases().await;
    let texts = [
        json!({"text": PHRASE}),
        json!({"text": PHRASE, "speed": 1.5}),
        json!({"text": PHRASE, "voice": "test/hum"}),
    ];
    for (kept_before, body) in texts.into_iter().enumerate() {
        speak(&service, body).await;
        kept(&service, kept_before + 1).await;
    }
    service.write_lexicon(VOICE_LEXICON, "acme = ack me\n");
    service
        .until(async || {
            speak(&service, json!({"text": PHRASE})).await;
            service.spoken().iter().any(|said| said.contains("ack me")).then_some(())
        })
        .await;
    assert_eq!(kept(&service, 4).await.len(), 4);
}

#[tokio::test]
async fn sentences_that_are_no_phrases_are_not_kept() {
    let service = with_phrases().await;
    for text in [
        "Your number is 4571 here. It is a secret of yours.",
        "Welcome to Acme today, Nora. Welcome to Acme tonight.",
        "<speak><prosody rate=\"slow\">Welcome to Acme today.</prosody></speak>",
    ] {
        speak(&service, json!({"text": text})).await;
    }
    assert_eq!(counts(&service).await, counted(0, 0, 0));
    // A later phrase is kept, and it alone.
    speak(&service, json!({"text": PHRASE})).await;
    assert_eq!(kept(&service, 1).await.len(), 1);
}

#[tokio::test]
async fn a_listener_hears_phrases_that_are_made_for_it_alone() {
    let service = with_phrases().await;
    let body = json!({"input": PHRASE, "response_format": "wav"});
    assert_eq!(service.post("/v1/audio/speech", body).await.status(), StatusCode::OK);
    assert_eq!(counts(&service).await, counted(0, 0, 0));
}

#[tokio::test]
async fn a_clip_that_cannot_be_had_is_made_anew() {
    let service = with_phrases().await;
    let first = speak(&service, json!({"text": PHRASE})).await;
    let key = kept(&service, 1).await.remove(0);
    service.put(&key, b"RIFF, but not a clip".to_vec()).await;
    let second = beside(&service, PLAIN).await;
    write_phrases(&second, FILE).await;
    assert_eq!(speak(&second, json!({"text": PHRASE})).await, first);
    assert_eq!(counts(&second).await, counted(0, 0, 1));

    let slow = Fault::Slow(Duration::from_secs(5));
    for (fault, is_failure) in
        [(Fault::Refused(StatusCode::SERVICE_UNAVAILABLE), true), (Fault::Cut, true), (slow, false)]
    {
        service.faults.set(move |_, path| path.contains("/phrases/").then_some(fault));
        let host = beside(&service, PLAIN).await;
        write_phrases(&host, FILE).await;
        let started = Instant::now();
        assert_eq!(speak(&host, json!({"text": PHRASE})).await, first);
        assert!(started.elapsed() < Duration::from_secs(4), "the caller waits for {fault:?}");
        assert_eq!(counts(&host).await, counted(0, 0, 1));
        let metrics = host.get("/metrics").await.text().await.expect("text");
        let is_counted = !metrics.contains("firstword_phrase_failures_total 0");
        assert!(is_counted || !is_failure, "{fault:?}: {metrics}");
    }
}

#[tokio::test]
async fn clips_are_made_ahead() {
    let service = with_phrases().await;
    let warmed: WarmResponse =
        service.post("/phrases/warm", json!({})).await.json().await.expect("an answer");
    // Three acknowledgements, an apology, the two sentences of the file, and the six sentences of a live call: the
    // goodbye is two, or one where the first part of an answer is longer.
    assert_eq!((warmed.made, warmed.found, warmed.failed, warmed.left), (12, 0, 0, 0));
    assert_eq!(service.keys("phrases/").await.len(), 12);
    let second = beside(&service, PLAIN).await;
    write_phrases(&second, FILE).await;
    let warmed: WarmResponse = second.post("/phrases/warm", json!({})).await.json().await.expect("an answer");
    assert_eq!((warmed.made, warmed.found), (0, 12));
    speak(&second, json!({"text": PHRASE})).await;
    assert!(second.spoken().is_empty());
    let refused = second.post("/phrases/warm", json!({"voice": "nobody"})).await;
    assert_eq!(error_code(refused).await, "unknown_voice");
}

#[tokio::test]
async fn phrases_of_a_tenant_are_its_own() {
    let service = service(PLAIN).await;
    service.write_lexicon("north.phrases.toml", FILE);
    speak(&service, json!({"text": PHRASE})).await;
    assert_eq!(counts(&service).await, counted(0, 0, 0));
    speak(&service, json!({"text": PHRASE, "tenant": "north"})).await;
    assert_eq!(kept(&service, 1).await.len(), 1);
}

/// The host's phrases, a voice with a gate that is shut, and the voice as a request has chosen it.
async fn gated() -> (Service, support::TestVoices, Chosen) {
    let service = with_phrases().await;
    let voices = support::test_voices(true);
    let voice = voices.voices.find(None, None).expect("the default voice");
    (service, voices, voice)
}

/// A job whose deadline is this far away.
fn job(voice: &Chosen, text: &str, ahead: Duration) -> Job {
    voice.job(text::Sentence::plain(text), 1.0, Band::Telephone, Instant::now(), ahead)
}

/// Waits until the voice has begun these sentences.
async fn until_spoken(service: &Service, voices: &support::TestVoices, expected: &[&str]) {
    let has_spoken = async || (*voices.spoken.lock().expect("not poisoned") == expected).then_some(());
    service.until(has_spoken).await;
}

#[tokio::test]
async fn a_slow_bucket_delays_no_synthesis_and_may_still_be_faster() {
    let service = with_phrases().await;
    let first = speak(&service, json!({"text": PHRASE})).await;
    kept(&service, 1).await;
    let host = beside(&service, PLAIN).await;
    write_phrases(&host, FILE).await;
    let mut voices = support::test_voices(true);
    let voice = voices.voices.find(None, None).expect("the default voice");
    service.faults.set(|method, path| {
        let is_read = method == reqwest::Method::GET && path.contains("/phrases/");
        is_read.then_some(Fault::Slow(Duration::from_millis(300)))
    });
    let clip = host.streams.phrases().clip(&voice, &job(&voice, PHRASE, Duration::ZERO));
    // Nothing polls the clip: the work has begun by itself. The gate stays shut, so the bucket wins.
    until_spoken(&service, &voices, &[PHRASE]).await;
    let clip = clip.expect("a phrase").await.expect("a clip");
    assert!(first[0].ends_with(&clip.clip.audio));
    assert_eq!(counts(&host).await, counted(0, 1, 0));
    voices.gate = None;
}

#[tokio::test]
async fn callers_share_the_synthesis_of_a_phrase() {
    let (service, mut voices, voice) = gated().await;
    let phrases = service.streams.phrases();
    let now = job(&voice, PHRASE, Duration::ZERO);
    let mut clips: Vec<_> = (0..3).map(|_| phrases.clip(&voice, &now).expect("a phrase")).collect();
    until_spoken(&service, &voices, &[PHRASE]).await;
    // One caller hangs up.
    drop(clips.remove(0));
    voices.gate = None;
    for clip in clips {
        clip.await.expect("a clip");
    }
    until_spoken(&service, &voices, &[PHRASE]).await;
    assert_eq!(counts(&service).await, counted(0, 0, 2));
}

#[tokio::test]
async fn a_phrase_that_nobody_waits_for_any_more_is_not_spoken() {
    let (service, mut voices, voice) = gated().await;
    let busy = voice.voice.engine.submit(job(&voice, "Busy.", Duration::ZERO)).expect("room");
    until_spoken(&service, &voices, &["Busy."]).await;
    let phrases = service.streams.phrases();
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let clips: Vec<_> = (0..2)
        .map(|_| phrases.clip(&voice, &job(&voice, PHRASE, Duration::ZERO)).expect("a phrase"))
        .collect();
    let engine = &voice.voice.engine;
    service.until(async || (engine.waiting() > 0).then_some(())).await;
    drop(clips);
    // Dropped futures withdraw their work once their tasks have ended.
    service.until(async || (tasks() <= before).then_some(())).await;
    let later = voice.voice.engine.submit(job(&voice, "Later.", Duration::from_secs(9))).expect("room");
    voices.gate = None;
    busy.await.expect("answered").expect("a clip");
    later.await.expect("answered").expect("a clip");
    until_spoken(&service, &voices, &["Busy.", "Later."]).await;
}

#[tokio::test]
async fn clips_are_made_ahead_in_requests_that_continue_each_other() {
    let (service, mut voices, _) = gated().await;
    let phrases = service.streams.phrases().clone();
    let (all, warming) = (voices.voices.clone(), phrases.clone());
    let gate = voices.gate.clone().expect("a gate");
    gate.send(()).expect("a voice");
    let first = tokio::spawn(async move { warming.warm(&all, &WarmRequest::default()).await });
    let begun = async || (voices.spoken.lock().expect("not poisoned").len() == 2).then_some(());
    service.until(begun).await;
    // The second clip is never made: the request's time is over.
    tokio::time::pause();
    let first = first.await.expect("no panic").expect("a voice");
    tokio::time::resume();
    assert_eq!((first.made, first.found, first.failed, first.left), (1, 0, 0, 11));
    drop(gate);
    voices.gate = None;
    let request = WarmRequest { from: first.tried(), ..WarmRequest::default() };
    let second = phrases.warm(&voices.voices, &request).await.expect("a voice");
    assert_eq!((second.made, second.found, second.failed, second.left), (11, 0, 0, 0));
}
