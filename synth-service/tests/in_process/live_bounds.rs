//! The bounds of Twilio's door: calls, sockets, messages, and clients that send or take too little.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::SinkExt;
use live::{FromCaller, ToCaller, Voice};
use reqwest::StatusCode;
use serde_json::json;
use synth_service::{
    http::{
        LineLimits, LiveDoors, TwilioAccess,
        door::{DoorLimits, Tokens},
    },
    live::Calls,
    telemetry::Meters,
};
use tokio::{sync::mpsc, time::timeout};
use tokio_tungstenite::tungstenite::{self, Message};

use crate::support::{
    Entrance, PLAIN,
    live::{PATIENCE, TestHolder, closed, parameter, say},
    raw, service_behind,
    twilio::{SECRET, host, media, signature, start, usual_host},
};

/// Short enough for a quick test, long enough for a client that keeps to the protocol.
const SHORT: Duration = Duration::from_millis(400);

#[tokio::test]
async fn a_message_may_not_be_large() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    // The service closes the socket while the message is on its way.
    let _ = client.send(Message::text("x".repeat(100_000))).await;
    assert_eq!(held.next().await, None);
    let (status, _) = host.voice("", None, &[("CallSid", &"x".repeat(70_000))]).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_form_must_come_in_time() {
    let (sender, _held) = mpsc::unbounded_channel();
    let calls = Calls::new(Arc::new(TestHolder(sender)), 1, Meters::new(Vec::new()).expect("meters"));
    let twilio = TwilioAccess { secrets: Tokens::open("", None).expect("none"), public_url: None };
    let live = Some(LiveDoors::new(calls, Voice::default(), Some(twilio), LineLimits::default()));
    let limits = DoorLimits { body: SHORT, ..DoorLimits::default() };
    let service = service_behind(Entrance { limits, live, ..Entrance::default() }, PLAIN).await;
    let mut client = raw::Client::connect(service.address).await;
    client.send("POST /live/twilio/voice HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n").await;
    let said = client.drip(b'x').await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("body_too_slow"), "{said}");
}

#[tokio::test]
async fn a_call_that_is_behind_loses_frames_but_no_keys() {
    let mut host = usual_host().await;
    let (mut client, mut held) = host.call().await;
    for number in 0..400 {
        say(&mut client, media(20 * number, &[1; 160])).await;
    }
    for digit in ["4", "2", "#"] {
        say(&mut client, json!({"event": "dtmf", "dtmf": {"digit": digit}})).await;
    }
    host.bare.until_counted("firstword_live_frames_dropped_total{reason=\"behind\"} 150").await;
    for number in 0..250 {
        assert_eq!(held.frame().await.0, number);
    }
    for key in "42#".chars() {
        assert_eq!(held.next().await, Some(FromCaller::Key(key)));
    }
    say(&mut client, media(8000, &[2; 160])).await;
    assert_eq!(held.frame().await, (400, 2));
}

#[tokio::test]
async fn a_full_host_rejects_a_call_and_keeps_the_place_of_one_that_it_has_taken() {
    let mut host = host(LineLimits::default(), 1, SECRET).await;
    let token = host.token("CA1").await;
    let rejected = host.signed_voice("", &[("CallSid", "CA2")]).await;
    assert!(rejected.ends_with("<Response><Reject reason=\"busy\"/></Response>"), "{rejected}");
    let mut client = host.socket().await;
    say(&mut client, start(&token, "CA1")).await;
    host.held().await;
    host.bare.until_counted("firstword_live_calls_refused_total 1").await;
}

#[tokio::test]
async fn a_stream_that_comes_when_its_place_is_gone_is_turned_away() {
    let limits = LineLimits { reserved: Duration::ZERO, ..LineLimits::default() };
    let mut host = host(limits, 1, SECRET).await;
    let late = host.token("CA2").await;
    host.bare.until_counted("firstword_live_calls_running 0").await;
    let (_client, _held) = host.call().await;
    let mut client = host.socket().await;
    say(&mut client, start(&late, "CA2")).await;
    let (code, reason) = closed(&mut client).await;
    assert_eq!(code, 1013);
    assert!(reason.starts_with("1 callers are on the line already"), "{reason}");
    host.bare.until_counted("firstword_live_calls_refused_total 1").await;
}

#[tokio::test]
async fn sockets_of_strangers_at_the_browsers_door_leave_telephones_free() {
    let limits = LineLimits { unstarted: 1, ..LineLimits::default() };
    let mut host = host(limits, 4, SECRET).await;
    let _stranger = host.socket_at("/live/browser", None).await.expect("an upgrade");
    match host.socket_at("/live/browser", None).await.map(drop) {
        Err(tungstenite::Error::Http(response)) => {
            assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS)
        }
        other => panic!("{other:?}"),
    }
    host.bare.until_counted("firstword_refusals_total{code=\"too_many_sockets\"} 1").await;
    host.call().await;
}

#[tokio::test]
async fn a_call_for_which_too_many_streams_are_awaited_is_rejected_and_counted() {
    let limits = LineLimits { reserved: Duration::ZERO, ..LineLimits::default() };
    let host = host(limits, 4, SECRET).await;
    let signature = signature("https://voice.example.com/live/twilio/voice", &[]);
    let mut tokens = 0;
    let rejected = loop {
        let (_, instructions) = host.voice("", Some(&signature), &[]).await;
        if parameter(&instructions, "token").is_none() {
            break instructions;
        }
        tokens += 1;
        // Its place is free again.
        host.bare.until_counted("firstword_live_calls_running 0").await;
    };
    assert!(rejected.contains("<Reject reason=\"busy\"/>"), "{rejected}");
    assert_eq!(tokens, 1024);
    host.bare.until_counted("firstword_live_calls_refused_total 1").await;
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
