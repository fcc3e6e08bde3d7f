//! Twilio's door over real sockets: signatures, one-time tokens, the protocol, and input that no protocol has.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use futures::SinkExt;
use live::{FromCaller, ToCaller, Voice};
use local_stack::talk::sign;
use reqwest::StatusCode;
use serde_json::{Value, json};
use synth_service::{
    http::{LineLimits, LiveDoors, TwilioAccess, door::Tokens},
    live::Calls,
};
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_tungstenite::{
    client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};

use crate::support::{
    Bare,
    live::{Client, Held, PATIENCE, TestHolder, closed, hear, parameter, say},
    until, with_live,
};

/// Short enough for a quick test, long enough for a client that keeps to the protocol.
const SHORT: Duration = Duration::from_millis(400);

const SECRET: &str = "auth-token";
const PUBLIC: &str = "https://voice.example.com";

struct Host {
    bare: Bare,
    held: mpsc::UnboundedReceiver<Held>,
    calls: Calls,
}

async fn host(limits: LineLimits, most_calls: usize, secrets: &str) -> Host {
    let (sender, held) = mpsc::unbounded_channel();
    let public_url = (!secrets.is_empty()).then(|| PUBLIC.to_owned());
    let secrets = Tokens::open(secrets, None).expect("secrets");
    let mut calls = None;
    let bare = with_live(|meters| {
        let calls = calls.insert(Calls::new(Arc::new(TestHolder(sender)), most_calls, meters)).clone();
        let voice = Voice { name: Some("test/hum".into()), language: "en-US".into(), system: None };
        LiveDoors::new(calls, voice, Some(TwilioAccess { secrets, public_url }), limits)
    });
    let bare = bare.await;
    Host { bare, held, calls: calls.expect("doors were asked for") }
}

async fn usual_host() -> Host {
    host(LineLimits::default(), 4, SECRET).await
}

fn signature(url: &str, fields: &[(&str, &str)]) -> String {
    sign(SECRET, url, fields)
}

impl Host {
    /// Twilio's request at the begin of a call.
    async fn voice(
        &self,
        query: &str,
        signature: Option<&str>,
        form: &[(&str, &str)],
    ) -> (StatusCode, String) {
        let url = format!("{}/live/twilio/voice{query}", self.bare.url);
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self.bare.http.post(url).body(body);
        if let Some(signature) = signature {
            request = request.header("x-twilio-signature", signature);
        }
        let response = request.send().await.expect("an answer");
        (response.status(), response.text().await.expect("a text"))
    }

    async fn signed_voice(&self, query: &str, form: &[(&str, &str)]) -> String {
        let signature = signature(&format!("{PUBLIC}/live/twilio/voice{query}"), form);
        let (status, text) = self.voice(query, Some(&signature), form).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        text
    }

    /// A token for a call.
    async fn token(&self, call: &str) -> String {
        parameter(&self.signed_voice("", &[("CallSid", call)]).await, "token").expect("a token")
    }

    async fn connect(&self, signature: Option<&str>) -> Result<Client, tungstenite::Error> {
        let url = format!("ws://{}/live/twilio", self.bare.address);
        let mut request = url.into_client_request().expect("a request");
        if let Some(signature) = signature {
            request.headers_mut().insert("x-twilio-signature", signature.parse().expect("a header"));
        }
        let stream = TcpStream::connect(self.bare.address).await.expect("the system takes it");
        client_async(request, stream).await.map(|(client, _)| client)
    }

    async fn socket(&self) -> Client {
        let signature = signature("wss://voice.example.com/live/twilio", &[]);
        self.connect(Some(&signature)).await.expect("an upgrade")
    }

    /// A call on the line, from both sides.
    async fn call(&mut self) -> (Client, Held) {
        let token = self.token("CA1").await;
        let mut client = self.socket().await;
        say(&mut client, json!({"event": "connected", "protocol": "Call", "version": "1.0.0"})).await;
        say(&mut client, start(&token, "CA1")).await;
        (client, self.held().await)
    }

    async fn held(&mut self) -> Held {
        Held::on(&mut self.held).await
    }
}

impl Held {
    /// The number and the first byte of the next frame.
    async fn frame(&mut self) -> (u64, u8) {
        match self.next().await {
            Some(FromCaller::Frame(frame)) => {
                assert_eq!(frame.audio.len(), frame.line.frame_bytes());
                (frame.number, frame.audio[0])
            }
            other => panic!("no frame but {other:?}"),
        }
    }
}

fn start(token: &str, call: &str) -> Value {
    json!({
        "event": "start", "sequenceNumber": "1", "streamSid": "MZ1",
        "start": {
            "streamSid": "MZ1", "accountSid": "AC1", "callSid": call, "tracks": ["inbound"],
            "customParameters": {"token": token, "language": "ko", "contact": "contact-1"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    })
}

fn media(at_ms: u64, audio: &[u8]) -> Value {
    let payload = BASE64_STANDARD.encode(audio);
    let (chunk, timestamp) = ((at_ms / 20 + 1).to_string(), at_ms.to_string());
    json!({
        "event": "media", "sequenceNumber": "2", "streamSid": "MZ1",
        "media": {"track": "inbound", "chunk": chunk, "timestamp": timestamp, "payload": payload},
    })
}

#[tokio::test]
async fn a_signed_call_is_heard_and_answered_until_the_service_ends_it() {
    let mut host = usual_host().await;
    let form = [("CallSid", "CA1"), ("From", "+15550100"), ("CallStatus", "ringing")];
    let query = "?language=ko&voice=a%22b%3C&contact=contact-1&other=x";
    let instructions = host.signed_voice(query, &form).await;
    assert!(instructions.contains("<Stream url=\"wss://voice.example.com/live/twilio\">"), "{instructions}");
    assert!(instructions.ends_with("</Connect><Hangup/></Response>"), "{instructions}");
    assert_eq!(parameter(&instructions, "voice").as_deref(), Some("a&quot;b&lt;"));
    assert_eq!(parameter(&instructions, "contact").as_deref(), Some("contact-1"));
    assert_eq!(parameter(&instructions, "other"), None);

    let mut client = host.socket().await;
    say(&mut client, start(&parameter(&instructions, "token").expect("a token"), "CA1")).await;
    let mut held = host.held().await;
    let Voice { name, language, .. } = &held.caller.voice;
    assert_eq!((name.as_deref(), language.as_str()), (None, "ko"), "a voice that speaks the language");
    assert_eq!(held.caller.contact.as_ref().map(ToString::to_string).as_deref(), Some("contact-1"));
    host.bare.until_counted("firstword_live_calls_running 1").await;

    say(&mut client, media(0, &[1; 160])).await;
    say(&mut client, media(20, &[2; 160])).await;
    say(&mut client, json!({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": "5"}})).await;
    say(&mut client, json!({"event": "mark", "mark": {"name": "3"}})).await;
    assert_eq!((held.frame().await, held.frame().await), ((0, 1), (1, 2)));
    assert_eq!(held.next().await, Some(FromCaller::Key('5')));
    assert_eq!(held.next().await, Some(FromCaller::Mark(3)));

    held.say(ToCaller::Audio(Bytes::from_static(&[0xff, 0x7f]))).await;
    held.say(ToCaller::Mark(3)).await;
    held.say(ToCaller::Clear).await;
    let expected = json!({"event": "media", "streamSid": "MZ1", "media": {"payload": "/38="}});
    assert_eq!(hear(&mut client).await, expected);
    assert_eq!(hear(&mut client).await, json!({"event": "mark", "streamSid": "MZ1", "mark": {"name": "3"}}));
    assert_eq!(hear(&mut client).await, json!({"event": "clear", "streamSid": "MZ1"}));
    drop(held);
    assert_eq!(closed(&mut client).await.0, 1000);
    host.bare.until_counted("firstword_live_calls_running 0").await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_ends_the_call() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    say(&mut client, json!({"event": "stop", "stop": {"accountSid": "AC1", "callSid": "CA1"}})).await;
    assert_eq!(held.next().await, None);
    // Another one closes its socket in the middle of a word.
    let (mut client, mut held) = host.call().await;
    say(&mut client, media(0, &[1; 100])).await;
    drop(client);
    assert_eq!(held.next().await, None);
    assert!(held.caller.to.send(ToCaller::Clear).await.is_err());
}

#[tokio::test]
async fn a_stop_of_the_host_waits_for_calls_and_then_ends_them_in_order() {
    let mut host = usual_host().await;
    let (mut client, held) = host.call().await;
    let stopping = tokio::spawn({
        let calls = host.calls.clone();
        async move { calls.shut_down(PATIENCE).await }
    });
    let rejects = async || host.signed_voice("", &[("CallSid", "CA2")]).await.contains("<Reject");
    until(async || rejects().await.then_some(())).await;
    assert!(!stopping.is_finished(), "a call is on the line");
    drop(held);
    assert_eq!(closed(&mut client).await.0, 1000);
    drop(client);
    timeout(PATIENCE, stopping).await.expect("in time").expect("no panic");

    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    held.say(ToCaller::Mark(7)).await;
    assert_eq!(hear(&mut client).await["mark"]["name"], "7");
    let stopping = tokio::spawn({
        let calls = host.calls.clone();
        async move { calls.shut_down(Duration::ZERO).await }
    });
    assert_eq!(held.next().await, None, "the line is closed, and the call ends by itself");
    assert_eq!(closed(&mut client).await, (1013, "the service is stopping: call again".to_owned()));
    assert!(!stopping.is_finished(), "what the call keeps is waited for");
    drop((client, held));
    timeout(PATIENCE, stopping).await.expect("in time").expect("no panic");
}

#[tokio::test]
async fn forged_requests_are_refused() {
    let host = usual_host().await;
    let url = "https://voice.example.com/live/twilio/voice";
    let form = [("CallSid", "CA1")];
    for forged in [None, Some(""), Some("AAAA"), Some(&*signature(url, &[])), Some(&*signature("x", &form))] {
        assert_eq!(host.voice("", forged, &form).await.0, StatusCode::FORBIDDEN, "{forged:?}");
    }
    for forged in [None, Some("AAAA"), Some(&*signature(url, &[]))] {
        match host.connect(forged).await.map(drop) {
            Err(tungstenite::Error::Http(response)) => assert_eq!(response.status(), StatusCode::FORBIDDEN),
            other => panic!("{forged:?}: {other:?}"),
        }
    }
    let plain = host.bare.http.get(format!("{}/live/twilio", host.bare.url));
    let signature = signature("wss://voice.example.com/live/twilio/", &[]);
    let plain = plain.header("x-twilio-signature", signature).send().await.expect("an answer");
    assert_eq!(plain.status(), StatusCode::UPGRADE_REQUIRED);
}

#[tokio::test]
async fn a_stream_starts_with_its_own_token_once() {
    let mut host = usual_host().await;
    let token = host.token("CA1").await;
    let mut client = host.socket().await;
    say(&mut client, start(&token, "CA2")).await;
    let invalid = (1008, "the parameter `token` is not valid".to_owned());
    assert_eq!(closed(&mut client).await, invalid);
    let token = host.token("CA1").await;
    let mut client = host.socket().await;
    say(&mut client, start(&token, "CA1")).await;
    let _held = host.held().await;
    for token in [token.as_str(), "", "guessed"] {
        let mut other = host.socket().await;
        say(&mut other, start(token, "CA1")).await;
        assert_eq!(closed(&mut other).await, invalid);
    }
}

#[tokio::test]
async fn a_stream_must_begin_with_a_start_of_our_format() {
    let host = usual_host().await;
    let token = host.token("CA1").await;
    let mut wide = start(&token, "CA1");
    wide["start"]["mediaFormat"]["sampleRate"] = json!("16000");
    for (message, code) in [
        (Message::text(media(0, &[1; 160]).to_string()), 1008),
        (Message::text(json!({"event": "stop", "stop": {}}).to_string()), 1008),
        (Message::binary(vec![0; 160]), 1008),
        (Message::text(wide.to_string()), 1003),
    ] {
        let mut client = host.socket().await;
        client.send(message).await.expect("sent");
        assert_eq!(closed(&mut client).await.0, code);
    }
}

#[tokio::test]
async fn a_call_outlives_messages_that_are_wrong() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    for text in ["", "{", "[1]", "{\"event\":\"media\",\"media\":{\"payload\":\"not base64!\"}}"] {
        client.send(Message::text(text)).await.expect("sent");
    }
    say(&mut client, start("again", "CA1")).await;
    say(&mut client, media(u64::MAX, &[1; 160])).await;
    say(&mut client, json!({"event": "of the future"})).await;
    say(&mut client, media(0, &[1; 160])).await;
    say(&mut client, media(0, &[1; 160])).await;
    say(&mut client, media(40, &[2; 33])).await;
    say(&mut client, media(20, &[9; 160])).await;
    say(&mut client, media(44, &[3; 127])).await;
    assert_eq!((held.frame().await, held.frame().await), ((0, 1), (2, 2)));
    for series in ["malformed\"} 6", "unknown\"} 1", "late\"} 2"] {
        host.bare.until_counted(&format!("firstword_live_frames_dropped_total{{reason=\"{series}")).await;
    }
    client.send(Message::binary(vec![0; 160])).await.expect("sent");
    assert_eq!(closed(&mut client).await, (1003, "messages must be texts".to_owned()));
    assert_eq!(held.next().await, None);
}

#[tokio::test]
async fn a_message_may_not_be_large() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    // The service closes the socket while the message is on its way.
    let _ = client.send(Message::text("x".repeat(100_000))).await;
    assert_eq!(held.next().await, None);
}

#[tokio::test]
async fn a_call_that_is_behind_loses_frames_and_keeps_its_line() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    for number in 0..400 {
        say(&mut client, media(20 * number, &[1; 160])).await;
    }
    host.bare.until_counted("firstword_live_frames_dropped_total{reason=\"behind\"} 150").await;
    for number in 0..250 {
        assert_eq!(held.frame().await.0, number);
    }
    say(&mut client, media(8000, &[2; 160])).await;
    assert_eq!(held.frame().await, (400, 2));
}

#[tokio::test]
async fn a_full_host_rejects_a_call() {
    let mut host = host(LineLimits::default(), 1, SECRET).await;
    let late = host.token("CA2").await;
    let (_client, _held) = host.call().await;
    let rejected = host.signed_voice("", &[("CallSid", "CA3")]).await;
    assert!(rejected.ends_with("<Response><Reject reason=\"busy\"/></Response>"), "{rejected}");
    let mut client = host.socket().await;
    say(&mut client, start(&late, "CA2")).await;
    let (code, reason) = closed(&mut client).await;
    assert_eq!(code, 1013);
    assert!(reason.starts_with("1 callers are on the line already"), "{reason}");
    host.bare.until_counted("firstword_live_calls_refused_total 2").await;
}

#[tokio::test]
async fn a_report_of_a_call_that_is_over_gets_no_instructions() {
    let host = usual_host().await;
    for report in [("CallStatus", "completed"), ("StreamEvent", "stream-stopped")] {
        let answer = host.signed_voice("", &[("CallSid", "CA1"), report]).await;
        assert!(answer.ends_with("<Response></Response>"), "{answer}");
    }
}

#[tokio::test]
async fn five_hundred_sockets_that_send_nothing_leave_the_line_free() {
    let limits = LineLimits { start: SHORT, ..LineLimits::default() };
    let mut host = host(limits, 4, SECRET).await;
    let signature = signature("wss://voice.example.com/live/twilio", &[]);
    let (mut open, mut refused) = (Vec::new(), 0);
    for _ in 0..500 {
        match host.connect(Some(&signature)).await {
            Ok(client) => open.push(client),
            Err(tungstenite::Error::Http(response)) => {
                assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(open.len() >= limits.unstarted && refused > 0, "{} open, {refused} refused", open.len());
    for client in &mut open {
        assert_eq!(closed(client).await, (1008, "no start came in time".to_owned()));
    }
    let (mut client, mut held) = host.call().await;
    say(&mut client, media(0, &[1; 160])).await;
    assert_eq!(held.frame().await, (0, 1));
}

#[tokio::test]
async fn a_socket_that_sends_nothing_more_is_closed() {
    let limits = LineLimits { silence: SHORT, ..LineLimits::default() };
    let mut host = host(limits, 4, SECRET).await;
    let (mut client, mut held) = host.call().await;
    assert_eq!(closed(&mut client).await, (1008, "nothing has come for too long".to_owned()));
    assert_eq!(held.next().await, None);
}

#[tokio::test]
async fn a_socket_that_takes_nothing_more_is_closed() {
    let limits = LineLimits { write: SHORT, ..LineLimits::default() };
    let mut host = host(limits, 4, SECRET).await;
    let (client, held) = host.call().await;
    let speech = Bytes::from(vec![0xff; 8000]);
    // Far more than the buffers of two sockets hold.
    let filling = async { while held.caller.to.send(ToCaller::Audio(speech.clone())).await.is_ok() {} };
    timeout(PATIENCE, filling).await.expect("the line is closed in time");
    drop(client);
}

#[tokio::test]
async fn without_an_auth_token_a_stream_still_needs_its_one_time_token() {
    let mut host = host(LineLimits::default(), 4, "").await;
    let (status, instructions) = host.voice("", None, &[]).await;
    assert_eq!(status, StatusCode::OK);
    let url = format!("<Stream url=\"ws://{}/live/twilio\">", host.bare.address);
    assert!(instructions.contains(&url), "{instructions}");
    let token = parameter(&instructions, "token").expect("a token");
    let mut client = host.connect(None).await.expect("an upgrade");
    say(&mut client, start("guessed", "CA1")).await;
    assert_eq!(closed(&mut client).await.0, 1008);
    let mut client = host.connect(None).await.expect("an upgrade");
    say(&mut client, start(&token, "CA1")).await;
    host.held().await;
}
