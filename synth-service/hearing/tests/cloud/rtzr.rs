//! Sessions of RTZR.

use bytes::Bytes;
use hearing::{
    Frame, HearingError, Input, Line, Recogniser, Session,
    cloud::{Rtzr, RtzrSettings},
};
use outgoing::Key;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

use crate::{
    SHORT, WAIT, final_text, finalise, format, frame, korean, partial, patience,
    server::{Got, Peer, Server},
    speak,
};

pub(crate) fn settings(server: &Server) -> RtzrSettings {
    let settings = RtzrSettings::new("the-id", Key::new("the secret&"));
    RtzrSettings { base_url: server.url.clone(), patience: patience(), ..settings }
}

pub(crate) fn rtzr(settings: RtzrSettings) -> Rtzr {
    Rtzr::new(settings).expect("valid settings")
}

/// A result: seconds of its begin and length, and its text.
pub(crate) fn result(begin: f64, length: f64, is_final: bool, text: &str) -> String {
    let (begin, length) = (begin * 1000.0, length * 1000.0);
    format!(
        r#"{{"seq":1,"start_at":{begin},"duration":{length},"final":{is_final},
            "alternatives":[{{"text":"{text}","confidence":0.9}}]}}"#
    )
}

pub(crate) async fn connected(settings: RtzrSettings, server: &mut Server) -> (Rtzr, Session, Peer) {
    let rtzr = rtzr(settings);
    let session = rtzr.open(korean()).await.expect("opens");
    let peer = server.socket().await;
    (rtzr, session, peer)
}

#[tokio::test]
async fn audio_goes_out_unchanged_and_texts_come_back() {
    let mut server = Server::start().await;
    let settings = settings(&server);
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..100);
    finalise(&session);
    let (audio, asked) = peer.audio().await;
    assert_eq!(audio, (0..100).flat_map(|number| [number; 160]).collect::<Vec<u8>>());
    assert_eq!(asked, r#"{"type":"Finalize"}"#);
    peer.say(&result(0.1, 0.4, false, "예약을")).await;
    peer.say(&result(0.1, 0.9, false, "예약 변경")).await;
    peer.say(&result(0.1, 1.5, true, "예약 변경해 주세요.")).await;
    assert_eq!(session.next().await, partial("예약을"));
    assert_eq!(session.next().await, partial("예약 변경"));
    assert_eq!(session.next().await, final_text("예약 변경해 주세요.", true));
    // The next utterance goes through the same socket.
    speak(&session, 100..110);
    peer.say(&result(2.1, 0.1, true, "네.")).await;
    assert_eq!(session.next().await, final_text("네.", false));
    drop(session);
    assert_eq!(peer.audio().await, ((100..110).flat_map(|number| [number; 160]).collect(), "EOS".into()));
    assert_eq!(peer.next().await, Got::Closed);
}

#[tokio::test]
async fn garbage_ends_the_session_with_an_error() {
    let long = result(0.0, 1.0, true, &"가".repeat(50_000));
    for (message, expected) in [
        (Message::text("garbage"), "a message is no JSON"),
        (Message::text("[1]"), "a message is no object"),
        (Message::text(r#"{"final":"yes"}"#), "`final` is no boolean"),
        (Message::text(r#"{"final":true,"alternatives":7}"#), "`alternatives` is no list"),
        (Message::text(long), "a message is too long"),
        (Message::binary(vec![0; 160]), "a message is binary"),
        (Message::text(r#"{"error":"E500"}"#), "it reported an error (E500)"),
        (Message::text(r#"{"type":"error","message":"no 네"}"#), "ended the session: it reported an error"),
        (Message::Close(None), "it closed the connection, status 1005"),
        (
            Message::Close(Some(CloseFrame { code: 1011.into(), reason: "NET-0001".into() })),
            "it closed the connection, status 1011 (NET-0001)",
        ),
    ] {
        let mut server = Server::start().await;
        let settings = settings(&server);
        let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
        speak(&session, 0..5);
        peer.say(&result(0.0, 0.1, false, "네")).await;
        peer.send(message).await;
        assert_eq!(session.next().await, partial("네"));
        let error = session.next().await.expect_err("an error").to_string();
        assert!(error.contains(expected), "{error}");
        assert!(matches!(session.next().await, Err(HearingError::Ended { .. })));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_in_mid_utterance_ends_the_session() {
    let mut server = Server::start().await;
    let settings = settings(&server);
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..5);
    peer.next().await;
    drop(peer);
    let error = session.next().await.expect_err("an error");
    assert!(matches!(error, HearingError::Ended { .. } | HearingError::Protocol { .. }), "{error}");
}

#[tokio::test]
async fn a_server_that_takes_no_more_audio_ends_the_session() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.send = SHORT;
    let (_rtzr, mut session, _peer) = connected(settings, &mut server).await;
    // It fills the buffers of both systems at last.
    let audio = Bytes::from(vec![0; 1_000_000]);
    let frame = |number| Frame { line: Line::Telephone, number, audio: audio.clone() };
    for number in 0.. {
        if session.give(Input::Audio(frame(number))).await.is_err() {
            break;
        }
    }
    let error = session.next().await.expect_err("an error").to_string();
    assert!(error.contains("it takes no audio"), "{error}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_too_slow() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.final_text = SHORT;
    let (_rtzr, mut session, _peer) = connected(settings, &mut server).await;
    speak(&session, 0..5);
    finalise(&session);
    let error = session.next().await;
    assert_eq!(error, Err(HearingError::TooSlow { recogniser: "rtzr", after: SHORT }));
}

#[tokio::test]
async fn a_collected_utterance_has_time_for_its_length() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.final_text = SHORT;
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    for number in 0..1_000 {
        session.give(Input::Audio(frame(number))).await.expect("it listens");
    }
    finalise(&session);
    peer.audio().await;
    peer.say(&result(0.0, 12.0, false, "예약을")).await;
    assert_eq!(session.next().await, partial("예약을"));
    assert!(timeout(WAIT, session.next()).await.is_err(), "20 s of audio take 5 s");
    peer.say(&result(0.0, 20.0, true, "예약을 변경해 주세요.")).await;
    assert_eq!(session.next().await, final_text("예약을 변경해 주세요.", true));
}

#[tokio::test]
async fn silence_of_a_living_server_is_an_empty_text() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.final_text = WAIT;
    settings.patience.mute_audio = std::time::Duration::from_millis(400);
    let (_rtzr, mut session, peer) = connected(settings, &mut server).await;
    peer.be_mute();
    for _ in 0..2 {
        speak(&session, 0..9);
        finalise(&session);
    }
    assert_eq!(session.next().await, final_text("", true));
    assert_eq!(session.next().await, final_text("", true));
    // 0.4 s of audio without a message are too many.
    speak(&session, 0..2);
    finalise(&session);
    assert!(matches!(session.next().await, Err(HearingError::Mute { .. })));
}

#[tokio::test]
async fn the_silence_that_keeps_a_session_needs_no_message() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.final_text = WAIT;
    settings.patience.keep_alive = SHORT;
    settings.patience.mute_audio = std::time::Duration::from_millis(400);
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    for _ in 0..5 {
        assert_eq!(peer.next().await, Got::Audio(vec![0xFF; 800]));
    }
    peer.be_mute();
    speak(&session, 0..9);
    finalise(&session);
    assert_eq!(session.next().await, final_text("", true));
}

#[tokio::test]
async fn a_partial_text_is_final_where_the_final_one_is_late_and_its_words_come_once() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.final_text = WAIT;
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..50);
    finalise(&session);
    peer.audio().await;
    peer.say(&result(0.0, 0.9, false, "좋아요")).await;
    assert_eq!(session.next().await, partial("좋아요"));
    assert_eq!(session.next().await, final_text("좋아요", true));
    peer.say(&result(0.0, 1.0, true, "좋아요.")).await;
    speak(&session, 50..100);
    peer.say(&result(1.1, 0.5, true, "고마워요.")).await;
    assert_eq!(session.next().await, final_text("고마워요.", false));
}

#[tokio::test]
async fn more_words_behind_a_final_text_are_waited_for_shortly() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.more_words = WAIT;
    let (_rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..50);
    peer.say(&result(0.0, 0.5, true, "네.")).await;
    assert_eq!(session.next().await, final_text("네.", false));
    finalise(&session);
    peer.audio().await;
    peer.be_mute();
    assert_eq!(session.next().await, final_text("", true));
}

#[tokio::test]
async fn silence_keeps_an_idle_session() {
    for (line, byte) in [(Line::Telephone, 0xFF), (Line::Wide, 0)] {
        let mut server = Server::start().await;
        let mut settings = settings(&server);
        settings.patience.keep_alive = SHORT;
        let session = rtzr(settings).open(format(line, "ko")).await.expect("opens");
        let mut peer = server.socket().await;
        let bytes = line.frame_bytes() * 5;
        for _ in 0..3 {
            assert_eq!(peer.next().await, Got::Audio(vec![byte; bytes]));
        }
        session
            .tell(Input::Audio(Frame { line, number: 0, audio: Bytes::from_static(b"x") }))
            .expect("listens");
        loop {
            let Got::Audio(audio) = peer.next().await else { panic!("no audio") };
            if audio.len() == 1 {
                break;
            }
        }
    }
}
