//! Deepgram.

use hearing::{
    Heard, HearingError, Line, Recogniser, Session,
    cloud::{Deepgram, DeepgramSettings},
};
use outgoing::Key;
use tokio_tungstenite::tungstenite::Message;

use crate::{
    SHORT, final_text, finalise, format, partial, patience,
    server::{Answer, Got, Peer, Server},
    speak,
};

pub(crate) fn settings(server: &Server) -> DeepgramSettings {
    let settings = DeepgramSettings::new(Key::new("the-key"));
    DeepgramSettings { base_url: server.url.clone(), patience: patience(), ..settings }
}

/// Results: seconds of their begin, their flags, their text. They are a second long.
pub(crate) fn results(begin: f64, flags: &[&str], text: &str) -> String {
    let has = |flag| flags.contains(&flag);
    format!(
        r#"{{"type":"Results","channel_index":[0,1],"start":{begin},"duration":1.0,"is_final":{},
            "speech_final":{},"from_finalize":{},
            "channel":{{"alternatives":[{{"transcript":"{text}","confidence":0.9,"words":[]}}]}}}}"#,
        has("is_final"),
        has("speech_final"),
        has("from_finalize"),
    )
}

async fn connected(settings: DeepgramSettings, server: &mut Server) -> (Deepgram, Session, Peer) {
    let deepgram = Deepgram::new(settings).expect("valid settings");
    let session = deepgram.open(format(Line::Telephone, "en-US")).await.expect("opens");
    let peer = server.socket().await;
    (deepgram, session, peer)
}

#[tokio::test]
async fn several_final_results_make_one_utterance() {
    let mut server = Server::start().await;
    let settings = settings(&server);
    let (_deepgram, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..200);
    finalise(&session);
    let (audio, asked) = peer.audio().await;
    assert_eq!(audio, (0..200).flat_map(|number| [number; 160]).collect::<Vec<u8>>());
    assert_eq!(asked, r#"{"type":"Finalize"}"#);
    peer.say(r#"{"type":"SpeechStarted","channel":[0],"timestamp":0.1}"#).await;
    for (begin, flags, text) in [
        (0.0, &[][..], "I would"),
        (0.0, &["is_final"], "I'd like to"),
        (1.0, &[], "move my"),
        (1.0, &["is_final"], "move my appointment"),
        (2.0, &["is_final", "from_finalize"], "to Friday."),
    ] {
        peer.say(&results(begin, flags, text)).await;
    }
    for text in ["I would", "I'd like to", "I'd like to move my", "I'd like to move my appointment"] {
        assert_eq!(session.next().await, partial(text));
    }
    let whole = "I'd like to move my appointment to Friday.";
    assert_eq!(session.next().await, final_text(whole, true));
    drop(session);
    assert_eq!(peer.next().await, Got::Text(r#"{"type":"CloseStream"}"#.into()));
    assert_eq!(peer.next().await, Got::Closed);
}

#[tokio::test]
async fn ends_that_deepgram_finds_are_told() {
    let mut server = Server::start().await;
    let settings = settings(&server);
    let (_deepgram, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..200);
    peer.say(&results(0.0, &["is_final", "speech_final"], "Hello.")).await;
    peer.say(&results(1.0, &["is_final"], "Are you there?")).await;
    peer.say(r#"{"type":"UtteranceEnd","channel":[0,1],"last_word_end":2.1}"#).await;
    assert_eq!(session.next().await, final_text("Hello.", false));
    assert_eq!(session.next().await, partial("Are you there?"));
    assert_eq!(session.next().await, final_text("Are you there?", false));
    assert_eq!(session.next().await, Ok(Heard::SpeechEnded));
}

#[tokio::test]
async fn an_empty_end_of_speech_is_no_answer_and_an_empty_flush_is_one() {
    let mut server = Server::start().await;
    let settings = settings(&server);
    let (_deepgram, mut session, mut peer) = connected(settings, &mut server).await;
    speak(&session, 0..100);
    finalise(&session);
    peer.audio().await;
    peer.say(&results(0.0, &["is_final", "speech_final"], "")).await;
    peer.say(&results(0.5, &["is_final", "from_finalize"], "Yes.")).await;
    assert_eq!(session.next().await, final_text("Yes.", true));
    finalise(&session);
    peer.audio().await;
    peer.say(&results(1.0, &["is_final", "from_finalize"], "")).await;
    assert_eq!(session.next().await, final_text("", true));
}

#[tokio::test]
async fn the_key_is_in_a_header_and_options_are_in_the_url() {
    let mut server = Server::with(vec![Answer::status(404, "{}")], vec![Answer::Good]).await;
    let settings = DeepgramSettings { keyterms: vec!["Firstword".into()], ..settings(&server) };
    let deepgram = Deepgram::new(settings).expect("valid settings");
    deepgram.warm_up().await;
    let _session = deepgram.open(format(Line::Wide, "ko")).await.expect("opens");
    let (warm_up, upgrade) = (server.request().await, server.request().await);
    assert_eq!((warm_up.method.as_str(), warm_up.connection), ("HEAD", upgrade.connection));
    assert_eq!(upgrade.path(), "/v1/listen");
    assert_eq!(upgrade.headers["authorization"], "Token the-key");
    let expected = [
        ("channels", "1"),
        ("encoding", "linear16"),
        ("endpointing", "300"),
        ("interim_results", "true"),
        ("keyterm", "Firstword"),
        ("language", "ko"),
        ("model", "nova-3"),
        ("profanity_filter", "false"),
        ("punctuate", "true"),
        ("sample_rate", "16000"),
        ("smart_format", "false"),
        ("utterance_end_ms", "1000"),
        ("vad_events", "true"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(upgrade.options(), expected);
}

#[tokio::test]
async fn a_refused_handshake_is_an_error_that_names_the_remedy() {
    for (status, body, expected) in [
        (400, r#"{"err_code":"INVALID_JSON"}"#, "it refuses the request, status 400 (INVALID_JSON)"),
        (401, r#"{"err_code":"INVALID_AUTH"}"#, "refused the key"),
        (402, "{}", "no credit left"),
        (403, "{}", "refused the key"),
        (429, "{}", "has no channel free"),
        (503, "<html>", "it is out of service, status 503"),
    ] {
        let mut server = Server::with(vec![Answer::Good], vec![Answer::status(status, body)]).await;
        let deepgram = Deepgram::new(settings(&server)).expect("valid settings");
        let error = deepgram.open(format(Line::Telephone, "en")).await.err().expect("an error");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(server.paths(), ["/v1/listen"]);
    }
}

#[tokio::test]
async fn garbage_ends_the_session_with_an_error() {
    for (message, expected) in [
        (Message::text("garbage"), "a message is no JSON"),
        (Message::text("{}"), "a message has no type"),
        (Message::text(r#"{"type":"Results"}"#), "results have no alternatives"),
        (Message::text(results(0.0, &[], &"x".repeat(70_000))), "a message is too long"),
        (Message::binary("garbage"), "a message is binary"),
        (Message::text(r#"{"type":"Error","variant":"NET-0001"}"#), "it reported an error (NET-0001)"),
    ] {
        let mut server = Server::start().await;
        let settings = settings(&server);
        let (_deepgram, mut session, mut peer) = connected(settings, &mut server).await;
        peer.send(message).await;
        let error = session.next().await.expect_err("an error").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn notes_keep_an_idle_session_and_no_answer_ends_it() {
    let mut server = Server::start().await;
    let mut settings = settings(&server);
    settings.patience.keep_alive = SHORT;
    settings.patience.final_text = SHORT;
    let (_deepgram, mut session, mut peer) = connected(settings, &mut server).await;
    for _ in 0..3 {
        assert_eq!(peer.next().await, Got::Text(r#"{"type":"KeepAlive"}"#.into()));
    }
    finalise(&session);
    assert_eq!(session.next().await, Err(HearingError::TooSlow { recogniser: "deepgram", after: SHORT }));
}

#[test]
fn a_fault_of_a_setting_is_named_before_the_first_call() {
    let good = || DeepgramSettings::new(Key::new("sk-secret"));
    for (settings, expected) in [
        (DeepgramSettings::new(Key::new(" ")), "key can't be read"),
        (DeepgramSettings::new(Key::new("sk-secret\u{7f}")), "key can't be read"),
        (DeepgramSettings { base_url: "sk-secret".into(), ..good() }, "not one of http or https"),
        (DeepgramSettings { utterance_end: SHORT, ..good() }, "1 s at least"),
        (DeepgramSettings { channels: usize::MAX, ..good() }, "it has no channel"),
    ] {
        let error = Deepgram::new(settings).err().expect("a fault").to_string();
        assert!(error.contains(expected) && !error.contains("sk-secret"), "{error}");
    }
}
