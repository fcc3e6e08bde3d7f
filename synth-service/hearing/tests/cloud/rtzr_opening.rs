//! RTZR: its settings, tokens and handshakes, up to a session.

use hearing::{
    HearingError, Line, Recogniser,
    cloud::{Rtzr, RtzrSettings},
};
use outgoing::Key;

use crate::{
    LONG, SHORT, WAIT, final_text, finalise, format, korean,
    rtzr::{connected, result, rtzr, settings},
    server::{Answer, Got, Server},
    speak,
};

#[tokio::test]
async fn the_token_is_fetched_with_the_key_and_options_are_in_the_url() {
    let mut server = Server::start().await;
    let settings = RtzrSettings {
        keywords: vec!["퍼스트워드:3.5".into(), "예약".into()],
        noise_threshold: Some(0.5),
        ..settings(&server)
    };
    let (rtzr, _session, _peer) = connected(settings, &mut server).await;
    let token = server.request().await;
    assert_eq!((token.method.as_str(), token.target.as_str()), ("POST", "/v1/authenticate"));
    assert_eq!(token.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(token.body, "client_id=the-id&client_secret=the+secret%26");
    let upgrade = server.request().await;
    assert_eq!(upgrade.path(), "/v1/transcribe:streaming");
    assert_eq!(upgrade.headers["authorization"], "Bearer token");
    let expected = [
        ("domain", "CALL"),
        ("encoding", "MULAW"),
        ("epd_time", "0.5"),
        ("keywords", "퍼스트워드:3.5,예약"),
        ("max_utter_duration", "12"),
        ("model_name", "sommers_ko"),
        ("noise_threshold", "0.5"),
        ("sample_rate", "8000"),
        ("use_disfluency_filter", "false"),
        ("use_itn", "true"),
        ("use_profanity_filter", "false"),
        ("use_punctuation", "true"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(upgrade.options(), expected);
    // The token's connection was kept for the socket.
    assert_eq!(upgrade.connection, token.connection);

    let _english = rtzr.open(format(Line::Wide, "en-US")).await.expect("opens");
    let options = server.request().await.options();
    let expected =
        [("encoding", "LINEAR16"), ("language", "en"), ("model_name", "whisper"), ("sample_rate", "16000")];
    for (name, value) in expected {
        assert!(options.contains(&(name.into(), value.into())), "{name}: {options:?}");
    }
    assert!(!options.iter().any(|(name, _)| name == "keywords"), "{options:?}");
    let unknown = rtzr.open(format(Line::Wide, "?")).await.err();
    assert!(matches!(unknown, Some(HearingError::UnknownLanguage { .. })), "{unknown:?}");
}

#[tokio::test]
async fn a_refused_handshake_is_an_error_that_names_the_remedy() {
    for (status, body, expected) in [
        (400, r#"{"code":"H0001","msg":"no"}"#, "it refuses the request, status 400 (H0001)"),
        (401, r#"{"code":"H0002","msg":"no"}"#, "refused the key"),
        (429, r#"{"code":"A0002","msg":"no"}"#, "has no channel free"),
        (500, r#"{"code":"E500","msg":"no"}"#, "it is out of service, status 500 (E500)"),
        (302, "", "it redirects, status 302"),
        (200, "Hello", "it is out of service, status 200"),
    ] {
        let answers = vec![Answer::status(status, body)];
        let mut server = Server::with(vec![Answer::token("token", 21_600)], answers).await;
        let error = rtzr(settings(&server)).open(korean()).await.err().expect("an error");
        assert!(error.to_string().contains(expected), "{error}");
        let tries = if status == 401 { 4 } else { 2 };
        assert_eq!(server.paths().len(), tries, "{status}: tokens and upgrades");
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let tokens = vec![Answer::token("old", 21_600), Answer::token("new", 21_600)];
    let upgrades = vec![Answer::status(401, "{}"), Answer::Good];
    let mut server = Server::with(tokens, upgrades).await;
    let rtzr = rtzr(settings(&server));
    rtzr.open(korean()).await.expect("opens");
    let requests = [server.request().await, server.request().await, server.request().await];
    assert_eq!(requests[1].headers["authorization"], "Bearer old");
    assert_eq!(requests[2].path(), "/v1/authenticate");
    assert_eq!(server.request().await.headers["authorization"], "Bearer new");
    rtzr.open(korean()).await.expect("opens");
    assert_eq!(server.request().await.headers["authorization"], "Bearer new");
}

#[tokio::test]
async fn calls_that_begin_together_fetch_one_token() {
    let mut server = Server::start().await;
    let rtzr = rtzr(RtzrSettings { channels: 20, ..settings(&server) });
    let opening = futures::future::join_all((0..20).map(|_| rtzr.open(korean())));
    let ((), sessions) = tokio::join!(rtzr.warm_up(), opening);
    assert!(sessions.iter().all(Result::is_ok));
    let paths = server.paths();
    assert_eq!(paths.len(), 21);
    assert_eq!(paths.iter().filter(|path| *path == "/v1/authenticate").count(), 1);
}

#[tokio::test]
async fn a_token_that_expires_in_mid_call_leaves_the_call_alone_and_the_next_one_renews_it() {
    let mut server =
        Server::with(vec![Answer::token("short", 290), Answer::token("long", 21_600)], vec![Answer::Good])
            .await;
    let settings = RtzrSettings { channels: 1_000, ..settings(&server) };
    let (rtzr, mut session, mut peer) = connected(settings, &mut server).await;
    let mut bearers = Vec::new();
    // No call waits for the new token, so a few may begin before it comes.
    while bearers.last().is_none_or(|bearer| bearer == "Bearer short") && bearers.len() < 500 {
        rtzr.open(korean()).await.expect("opens");
        bearers.extend(server.bearers());
    }
    assert_eq!(bearers[..2], ["Bearer short", "Bearer short"], "the call before, and the next one");
    assert_eq!(bearers.last().map(String::as_str), Some("Bearer long"));
    speak(&session, 0..50);
    finalise(&session);
    peer.audio().await;
    peer.say(&result(0.0, 0.9, true, "네.")).await;
    assert_eq!(session.next().await, final_text("네.", true));
}

#[tokio::test]
async fn a_token_that_can_not_be_renewed_is_used_to_its_end() {
    for failure in [Answer::status(500, "{}"), Answer::Never] {
        let tokens = vec![Answer::token("short", 290), failure];
        let mut server = Server::with(tokens, vec![Answer::Good]).await;
        let mut settings = settings(&server);
        settings.patience.open = WAIT;
        let rtzr = rtzr(settings);
        for _ in 0..3 {
            rtzr.open(korean()).await.expect("opens");
        }
        let (mut tokens, mut bearers) = (0, Vec::new());
        while tokens < 2 || bearers.len() < 3 {
            match server.request().await.headers.get("authorization").cloned() {
                Some(bearer) => bearers.push(bearer),
                None => tokens += 1,
            }
        }
        assert_eq!(bearers, ["Bearer short"; 3]);
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_an_error() {
    for (answer, expected) in [
        (Answer::status(400, r#"{"code":"H0001"}"#), "it refuses the request, status 400 (H0001)"),
        (Answer::status(401, r#"{"code":"H0002"}"#), "refused the key"),
        (Answer::status(500, "<html>"), "it is out of service, status 500"),
        (Answer::status(200, "garbage"), "its token can't be read"),
        (Answer::status(200, r#"{"access_token":7,"expire_at":9}"#), "its token can't be read"),
        (Answer::status(200, r#"{"access_token":"a\nb","expire_at":99999999999}"#), "its token"),
        (Answer::status(200, &"x".repeat(100_000)), "its answer is too long"),
        (Answer::Raw("garbage"), "can't be reached"),
        (Answer::Raw(""), "can't be reached"),
    ] {
        let server = Server::with(vec![answer], vec![Answer::Good]).await;
        let error = rtzr(settings(&server)).open(korean()).await.err().expect("an error");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_handshake_that_never_ends_or_is_none_is_an_error() {
    let upgrade = "HTTP/1.1 101 OK\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    for (answer, open, expected) in [
        (Answer::Never, SHORT, "gave no result within 30ms"),
        (Answer::Raw(upgrade), LONG, "its upgrade is not one to a WebSocket"),
        (Answer::Raw("garbage"), LONG, "can't be reached"),
    ] {
        let server = Server::with(vec![Answer::token("token", 21_600)], vec![answer]).await;
        let mut settings = settings(&server);
        settings.patience.open = open;
        let rtzr = rtzr(settings);
        if open == SHORT {
            // The token takes no part of the time.
            rtzr.warm_up().await;
        }
        let error = rtzr.open(korean()).await.err().expect("an error");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_can_not_be_reached() {
    let server = Server::start().await;
    let settings = RtzrSettings { base_url: "http://127.0.0.1:1".into(), ..settings(&server) };
    let error = rtzr(settings).open(korean()).await.err().expect("an error");
    assert!(matches!(error, HearingError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn no_more_sessions_are_open_than_the_plan_has_channels() {
    let mut server = Server::start().await;
    let mut settings = RtzrSettings { channels: 2, ..settings(&server) };
    settings.patience.channel = SHORT;
    let (rtzr, first, mut peer) = connected(settings, &mut server).await;
    let _second = rtzr.open(korean()).await.expect("opens");
    let error = rtzr.open(korean()).await.err();
    assert_eq!(error, Some(HearingError::NoChannel { recogniser: "rtzr" }));
    drop(first);
    assert_eq!(peer.next().await, Got::Text("EOS".into()));
    assert_eq!(peer.next().await, Got::Closed);
    rtzr.open(korean()).await.expect("opens");
}

#[tokio::test]
async fn a_session_that_waits_for_a_channel_gets_the_one_that_becomes_free() {
    let mut server = Server::start().await;
    let settings = RtzrSettings { channels: 1, ..settings(&server) };
    let (rtzr, first, _peer) = connected(settings, &mut server).await;
    let waiting = rtzr.open(korean());
    tokio::pin!(waiting);
    assert!(futures::poll!(&mut waiting).is_pending());
    drop(first);
    waiting.await.expect("opens");
}

#[test]
fn a_fault_of_a_setting_is_named_before_the_first_call() {
    let good = || RtzrSettings::new("id", Key::new("sk-secret"));
    let keywords = |keywords: Vec<String>| RtzrSettings { keywords, ..good() };
    for (settings, expected) in [
        (RtzrSettings { client_id: " ".into(), ..good() }, "no client id"),
        (RtzrSettings { client_secret: Key::new(""), ..good() }, "client secret can't be read"),
        (RtzrSettings { base_url: "wss://openapi.vito.ai".into(), ..good() }, "not one of http or https"),
        (RtzrSettings { channels: 0, ..good() }, "it has no channel"),
        (RtzrSettings { noise_threshold: Some(f32::NAN), ..good() }, "threshold"),
        (keywords(vec!["예약".into(); 101]), "keywords"),
        (keywords(vec!["가".repeat(21)]), "keywords"),
        (keywords(vec!["가,나".into()]), "keywords"),
    ] {
        let error = Rtzr::new(settings).err().expect("a fault").to_string();
        assert!(error.contains(expected) && !error.contains("sk-secret"), "{error}");
    }
    assert!(Rtzr::new(keywords(vec!["가".repeat(20) + ":3.5"])).is_ok());
}
