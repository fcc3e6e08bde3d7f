//! The browser's door over real sockets: origins, tokens, both codecs, and input that no page sends.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{SinkExt, StreamExt};
use hearing::Line;
use live::{FromCaller, News, ToCaller, Voice};
use opus_pure::{Application, OpusDecoder, OpusEncoder};
use reqwest::StatusCode;
use serde_json::{Value, json};
use synth_service::{
    http::{LineLimits, LiveDoors},
    live::Calls,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{
    Bare, TOKEN,
    live::{Client, Held, PATIENCE, TestHolder, closed, connect, hear},
    pages, with_live,
};

/// Short enough for a quick test.
const SHORT: Duration = Duration::from_millis(400);

struct Host {
    bare: Bare,
    held: mpsc::UnboundedReceiver<Held>,
}

async fn host(limits: LineLimits, most_calls: usize) -> Host {
    let (sender, held) = mpsc::unbounded_channel();
    let bare = with_live(|meters| {
        let calls = Calls::new(Arc::new(TestHolder(sender)), most_calls, meters);
        let voice = Voice { name: Some("test/hum".into()), language: "en-US".into(), system: None };
        LiveDoors::new(calls, voice, None, limits)
    });
    Host { bare: bare.await, held }
}

impl Host {
    async fn connect(&self, origin: Option<&str>) -> Result<Client, tungstenite::Error> {
        let header = origin.map(|origin| ("origin", origin));
        connect(self.bare.address, "/live/browser", header).await
    }

    /// A socket on which this has been said.
    async fn said(&self, first: Message) -> Client {
        let mut client = self.connect(Some(&self.bare.url)).await.expect("an upgrade");
        client.send(first).await.expect("sent");
        client
    }

    /// A call on the line, from both sides.
    async fn call(&mut self, codec: &str) -> (Client, Held) {
        let mut client = self.said(start(codec)).await;
        let started = hear(&mut client).await;
        assert_eq!((&started["type"], &started["codec"]), (&json!("started"), &json!(codec)));
        let held = Held::on(&mut self.held).await;
        assert_eq!(started["call"], held.caller.id);
        (client, held)
    }
}

fn start(codec: &str) -> Message {
    Message::text(json!({"type": "start", "token": TOKEN, "codec": codec, "language": "ko"}).to_string())
}

fn frame(number: u32, payload: &[u8]) -> Message {
    Message::binary([&number.to_be_bytes()[..], payload].concat())
}

/// The head and the payload of the next frame to the client.
async fn listen(client: &mut Client) -> (Vec<u8>, Bytes) {
    match timeout(PATIENCE, client.next()).await.expect("a message in time") {
        Some(Ok(Message::Binary(frame))) => (frame[..8].to_vec(), frame.slice(8..)),
        other => panic!("no frame but {other:?}"),
    }
}

#[tokio::test]
async fn the_page_of_a_call_allows_nothing_from_elsewhere() {
    let host = host(LineLimits::default(), 4).await;
    let get = async |path: &str| host.bare.get(path).await.text().await.expect("text");
    assert!(get("/").await.contains("href=\"/talk\""), "the operators' page links to it");
    assert!(get("/talk").await.contains("data-sign-in=\"needed\""), "the page asks for the token");
    let files = pages::check(&host.bare.http, &host.bare.url, "/talk").await;
    // Those in the audio thread are named in a list.
    for module in ["main", "captions", "codec", "line", "turns", "voice"] {
        assert!(files.contains(&format!("/page/talk/{module}.js")), "{files:?}");
    }
    for module in ["capture", "playback"] {
        let files = pages::check(&host.bare.http, &host.bare.url, &format!("/page/talk/{module}.js")).await;
        assert!(files.contains("/page/talk/resample.js"), "{files:?}");
    }
}

#[tokio::test]
async fn only_our_own_page_may_open_a_socket() {
    let host = host(LineLimits::default(), 4).await;
    for foreign in ["http://evil.example.com", "null", "http://127.0.0.1"] {
        match host.connect(Some(foreign)).await.map(drop) {
            Err(tungstenite::Error::Http(response)) => {
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{foreign}");
            }
            other => panic!("{foreign}: {other:?}"),
        }
    }
    for own in [None, Some(&*host.bare.url)] {
        host.connect(own).await.expect("an upgrade");
    }
}

#[tokio::test]
async fn a_call_needs_the_token_in_a_start() {
    let host = host(LineLimits { start: SHORT, ..LineLimits::default() }, 4).await;
    for token in [json!("wrong"), json!(""), Value::Null] {
        let start = json!({"type": "start", "codec": "opus", "token": token}).to_string();
        let (code, reason) = closed(&mut host.said(Message::text(start)).await).await;
        assert_eq!(code, 4401, "{token}: {reason}");
        assert!(reason.contains("enter the token"), "{reason}");
    }
    let played = json!({"type": "played", "mark": 1}).to_string();
    let mp3 = json!({"type": "start", "codec": "mp3", "token": TOKEN}).to_string();
    for first in [Message::text("hello"), Message::text(played), Message::text(mp3), frame(0, &[1; 640])] {
        let (code, reason) = closed(&mut host.said(first).await).await;
        assert_eq!((code, reason.contains("must be a start")), (1008, true), "{reason}");
    }
    let mut silent = host.connect(None).await.expect("an upgrade");
    assert_eq!(closed(&mut silent).await, (1008, "no start came in time".to_owned()));
}

#[tokio::test]
async fn a_full_host_says_so() {
    let mut host = host(LineLimits::default(), 1).await;
    let (_client, held) = host.call("pcm").await;
    let (code, reason) = closed(&mut host.said(start("pcm")).await).await;
    assert_eq!(code, 1013);
    assert!(reason.contains("try again"), "{reason}");
    drop(held);
    host.bare.until_counted("firstword_live_calls_running 0").await;
    host.call("pcm").await;
}

#[tokio::test]
async fn a_call_of_samples_goes_both_ways() {
    let mut host = host(LineLimits::default(), 4).await;
    let (mut client, mut held) = host.call("pcm").await;
    let Voice { name, language, .. } = &held.caller.voice;
    assert_eq!((name.as_deref(), language.as_str()), (None, "ko"), "a voice that speaks the language");
    for (number, length) in [(0, 640), (0, 640), (1, 639), (2, 640)] {
        client.send(frame(number, &vec![7; length])).await.expect("sent");
    }
    client.send(Message::text(r#"{"type":"played","mark":3}"#)).await.expect("sent");
    for number in [0, 2] {
        let Some(FromCaller::Frame(frame)) = held.next().await else { panic!("a frame") };
        assert_eq!((frame.line, frame.number, frame.audio), (Line::Wide, number, Bytes::from(vec![7; 640])));
    }
    assert_eq!(held.next().await, Some(FromCaller::Mark(3)));
    host.bare.until_counted("firstword_live_frames_dropped_total{reason=\"late\"} 1").await;
    host.bare.until_counted("firstword_live_frames_dropped_total{reason=\"malformed\"} 1").await;

    let audio = Bytes::from(vec![5; 960]);
    held.say(ToCaller::Audio(audio.clone())).await;
    held.say(ToCaller::Mark(9)).await;
    held.say(ToCaller::Clear).await;
    held.say(ToCaller::Audio(audio.clone())).await;
    held.say(ToCaller::News(News::Saying { turn: None, text: "Hello.".into() })).await;
    assert_eq!(listen(&mut client).await, (vec![0, 0, 0, 0, 0, 0, 0, 0], audio.clone()));
    assert_eq!(hear(&mut client).await, json!({"type": "mark", "mark": 9}));
    assert_eq!(hear(&mut client).await, json!({"type": "clear", "generation": 1}));
    assert_eq!(listen(&mut client).await, (vec![0, 0, 0, 1, 0, 0, 0, 1], audio));
    assert_eq!(hear(&mut client).await, json!({"type": "saying", "turn": null, "text": "Hello."}));
    drop(held);
    assert_eq!(closed(&mut client).await.0, 1000);
}

#[tokio::test]
async fn a_call_of_opus_goes_both_ways() {
    let mut host = host(LineLimits::default(), 4).await;
    let (mut client, mut held) = host.call("opus").await;
    let mut encoder = OpusEncoder::new(16_000, 1, Application::Voip).expect("an encoder");
    let mut packet = [0; 1500];
    let length = encoder.encode_s16(&[900; 320], 320, &mut packet).expect("a packet");
    client.send(frame(0, &packet[..length])).await.expect("sent");
    let Some(FromCaller::Frame(opened)) = held.next().await else { panic!("a frame") };
    assert_eq!((opened.number, opened.audio.len()), (0, 640));

    let mut decoder = OpusDecoder::new(24_000, 1).expect("a decoder");
    let mut samples = [0; 480];
    held.say(ToCaller::Audio(Bytes::from(vec![5; 960]))).await;
    let (_, payload) = listen(&mut client).await;
    assert_eq!(decoder.decode_s16(&payload, 480, &mut samples).ok(), Some(480));
}

#[tokio::test]
async fn a_call_ends_with_its_page() {
    let mut host = host(LineLimits { silence: SHORT, ..LineLimits::default() }, 4).await;
    let (mut client, mut held) = host.call("pcm").await;
    client.send(Message::text(r#"{"type":"stop"}"#)).await.expect("sent");
    assert_eq!(held.next().await, None);
    let (client, mut held) = host.call("pcm").await;
    drop(client);
    assert_eq!(held.next().await, None);
    let (mut client, _held) = host.call("pcm").await;
    client.send(Message::text("x".repeat(5000))).await.expect("sent");
    assert_eq!(closed(&mut client).await.0, 1009);
    let (mut client, _held) = host.call("pcm").await;
    assert_eq!(closed(&mut client).await, (1008, "nothing has come for too long".to_owned()));
}
