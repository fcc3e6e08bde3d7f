//! Twilio's door over real sockets: signatures, one-time tokens, the protocol, and input that no protocol has.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use bytes::Bytes;
use futures::SinkExt;
use live::{FromCaller, ToCaller, Voice};
use reqwest::StatusCode;
use serde_json::json;
use synth_service::http::LineLimits;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{
    live::{PATIENCE, closed, hear, parameter, say},
    twilio::{host, media, signature, start, usual_host},
    until,
};

#[tokio::test]
async fn a_signed_call_is_heard_and_answered_until_the_service_ends_it() {
    let mut host = usual_host().await;
    let form = [("CallSid", "CA1"), ("From", "+15550100"), ("CallStatus", "ringing")];
    let query = "?language=ko&voice=a%22b%3C&contact=somebody&other=x";
    let instructions = host.signed_voice(query, &form).await;
    assert!(instructions.contains("<Stream url=\"wss://voice.example.com/live/twilio\">"), "{instructions}");
    assert!(instructions.ends_with("</Connect><Hangup/></Response>"), "{instructions}");
    assert_eq!(parameter(&instructions, "voice").as_deref(), Some("a&quot;b&lt;"));
    assert_eq!((parameter(&instructions, "contact"), parameter(&instructions, "other")), (None, None));

    let mut client = host.socket().await;
    say(&mut client, start(&parameter(&instructions, "token").expect("a token"), "CA1")).await;
    let mut held = host.held().await;
    let Voice { name, language, .. } = &held.caller.voice;
    assert_eq!((name.as_deref(), language.as_str()), (None, "ko"), "a voice that speaks the language");
    assert_eq!(held.caller.contact, None, "no caller of a URL is a contact");
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
async fn a_report_of_a_call_that_is_over_gets_no_instructions() {
    let host = usual_host().await;
    for report in [("CallStatus", "completed"), ("StreamEvent", "stream-stopped")] {
        let answer = host.signed_voice("", &[("CallSid", "CA1"), report]).await;
        assert!(answer.ends_with("<Response></Response>"), "{answer}");
    }
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
