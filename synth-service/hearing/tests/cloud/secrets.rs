//! Keys, tokens and callers' words stay out of logs, errors and `Debug`.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use hearing::{
    FallBack, Heard, Recogniser,
    cloud::{Deepgram, DeepgramSettings, Rtzr, RtzrSettings},
};
use outgoing::Key;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{
    LONG, deepgram, finalise, korean, rtzr,
    server::{Answer, Server},
    speak,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// A key, a token and a caller's words, as servers may send them back.
const SECRETS: [&str; 3] = ["sk-secret", "PIN-1234", "JWT-TOKEN"];

/// One of them alone where a code stands, and in a sentence.
const ECHOES: [&str; 2] = [
    r#"{"type":"error","error":{"code":"PIN-1234","message":"JWT-TOKEN"},
        "code":"JWT-TOKEN","err_code":"PIN-1234","variant":"JWT-TOKEN"}"#,
    r#"{"type":"error","error":{"code":"sk-secret PIN-1234","message":"JWT-TOKEN"},
        "code":"sk-secret","err_code":"no PIN-1234","variant":"JWT-TOKEN sk-secret"}"#,
];

fn rtzr_at(server: &Server) -> Arc<dyn Recogniser> {
    let settings = RtzrSettings { client_secret: Key::new("sk-secret"), ..rtzr::settings(server) };
    assert!(!format!("{settings:?}").contains("sk-secret"));
    Arc::new(Rtzr::new(settings).expect("valid settings"))
}

fn deepgram_at(server: &Server) -> Arc<dyn Recogniser> {
    let settings = DeepgramSettings { key: Key::new("sk-secret"), ..deepgram::settings(server) };
    assert!(!format!("{settings:?}").contains("sk-secret"));
    Arc::new(Deepgram::new(settings).expect("valid settings"))
}

#[tokio::test]
async fn nothing_secret_is_shown_whatever_the_server_sends_back() {
    let log = Log::default();
    // At debug level tungstenite shows the reason with which a server closes, at trace level all messages.
    let filter = EnvFilter::new("debug,tungstenite=info");
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone());
    // For all threads: the tests beside this one say nothing secret either.
    subscriber.init();
    let mut seen = Vec::new();
    for open in [rtzr_at, deepgram_at] {
        for (status, echo) in
            [400, 401, 429, 500].into_iter().flat_map(|status| ECHOES.map(|echo| (status, echo)))
        {
            let answers = vec![Answer::status(status, echo)];
            let server = Server::with(vec![Answer::token("JWT-TOKEN", 21_600)], answers.clone()).await;
            let error = open(&server).open(korean()).await.err().expect("an error");
            seen.push(format!("{error} {error:?}"));
            let server = Server::with(answers.clone(), answers).await;
            let recogniser = open(&server);
            recogniser.warm_up().await;
            let broken = FallBack::new(recogniser.clone(), recogniser, LONG, || {});
            seen.push(broken.open(korean()).await.err().expect("an error").to_string());
        }
        let close = |reason: &'static str| {
            Message::Close(Some(CloseFrame { code: 1011.into(), reason: reason.into() }))
        };
        for message in [
            Message::text(ECHOES[0]),
            Message::text(ECHOES[1]),
            Message::text("sk-secret PIN-1234"),
            Message::text(r#"{"final":"PIN-1234","type":"Results"}"#),
            close("PIN-1234"),
            close("sk-secret PIN-1234 JWT-TOKEN"),
        ] {
            let tokens = vec![Answer::token("JWT-TOKEN", 21_600)];
            let mut server = Server::with(tokens, vec![Answer::Good]).await;
            let recogniser = open(&server);
            let fall_back = FallBack::new(recogniser.clone(), recogniser, LONG, || {});
            let mut session = fall_back.open(korean()).await.expect("opens");
            let mut peer = server.socket().await;
            speak(&session, 0..5);
            finalise(&session);
            peer.say(&rtzr::result(0.0, 0.1, false, "PIN-1234").replace('{', r#"{"type":"Metadata","#)).await;
            peer.send(message.clone()).await;
            // The second one, which fails in the same way.
            server.socket().await.send(message).await;
            let error = loop {
                match session.next().await {
                    Ok(heard) => {
                        let shown = format!("{heard:?}");
                        assert!(matches!(heard, Heard::Partial(text) if text.contains("PIN-1234")));
                        assert!(!shown.contains("PIN-1234"), "{shown}");
                    }
                    Err(error) => break error,
                }
            };
            seen.push(format!("{error} {error:?}"));
        }
    }
    seen.push(String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text"));
    let seen = seen.join("\n");
    assert!(seen.contains("a call takes the other recogniser") && seen.contains("no token in advance"));
    for secret in SECRETS {
        let line = seen.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} in {line:?}");
    }
}
