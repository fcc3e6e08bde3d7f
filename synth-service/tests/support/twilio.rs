//! Twilio's side of a call: signed requests, and the messages of a stream.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use live::{FromCaller, Voice};
use local_stack::talk::sign;
use reqwest::StatusCode;
use serde_json::{Value, json};
use synth_service::{
    http::{LineLimits, LiveDoors, TwilioAccess, door::Tokens},
    live::Calls,
};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite;

use super::{
    Bare,
    live::{Client, Held, TestHolder, connect, parameter, say},
    with_live,
};

pub(crate) const SECRET: &str = "auth-token";
pub(crate) const PUBLIC: &str = "https://voice.example.com";

/// The service with a door for Twilio.
pub(crate) struct Host {
    pub(crate) bare: Bare,
    held: mpsc::UnboundedReceiver<Held>,
    pub(crate) calls: Calls,
}

pub(crate) async fn host(limits: LineLimits, most_calls: usize, secrets: &str) -> Host {
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

pub(crate) async fn usual_host() -> Host {
    host(LineLimits::default(), 4, SECRET).await
}

pub(crate) fn signature(url: &str, fields: &[(&str, &str)]) -> String {
    sign(SECRET, url, fields)
}

impl Host {
    /// Twilio's request at the begin of a call.
    pub(crate) async fn voice(
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

    pub(crate) async fn signed_voice(&self, query: &str, form: &[(&str, &str)]) -> String {
        let signature = signature(&format!("{PUBLIC}/live/twilio/voice{query}"), form);
        let (status, text) = self.voice(query, Some(&signature), form).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        text
    }

    /// A token for a call.
    pub(crate) async fn token(&self, call: &str) -> String {
        parameter(&self.signed_voice("", &[("CallSid", call)]).await, "token").expect("a token")
    }

    pub(crate) async fn connect(&self, signature: Option<&str>) -> Result<Client, tungstenite::Error> {
        self.socket_at("/live/twilio", signature).await
    }

    /// A socket of any door.
    pub(crate) async fn socket_at(
        &self,
        path: &str,
        signature: Option<&str>,
    ) -> Result<Client, tungstenite::Error> {
        let header = signature.map(|signature| ("x-twilio-signature", signature));
        connect(self.bare.address, path, header).await
    }

    pub(crate) async fn socket(&self) -> Client {
        let signature = signature("wss://voice.example.com/live/twilio", &[]);
        self.connect(Some(&signature)).await.expect("an upgrade")
    }

    /// A call on the line, from both sides.
    pub(crate) async fn call(&mut self) -> (Client, Held) {
        let token = self.token("CA1").await;
        let mut client = self.socket().await;
        say(&mut client, json!({"event": "connected", "protocol": "Call", "version": "1.0.0"})).await;
        say(&mut client, start(&token, "CA1")).await;
        (client, self.held().await)
    }

    pub(crate) async fn held(&mut self) -> Held {
        Held::on(&mut self.held).await
    }
}

impl Held {
    /// The number and the first byte of the next frame.
    pub(crate) async fn frame(&mut self) -> (u64, u8) {
        match self.next().await {
            Some(FromCaller::Frame(frame)) => {
                assert_eq!(frame.audio.len(), frame.line.frame_bytes());
                (frame.number, frame.audio[0])
            }
            other => panic!("no frame but {other:?}"),
        }
    }
}

pub(crate) fn start(token: &str, call: &str) -> Value {
    json!({
        "event": "start", "sequenceNumber": "1", "streamSid": "MZ1",
        "start": {
            "streamSid": "MZ1", "accountSid": "AC1", "callSid": call, "tracks": ["inbound"],
            "customParameters": {"token": token, "language": "ko"},
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        },
    })
}

pub(crate) fn media(at_ms: u64, audio: &[u8]) -> Value {
    let payload = BASE64_STANDARD.encode(audio);
    let (chunk, timestamp) = ((at_ms / 20 + 1).to_string(), at_ms.to_string());
    json!({
        "event": "media", "sequenceNumber": "2", "streamSid": "MZ1",
        "media": {"track": "inbound", "chunk": chunk, "timestamp": timestamp, "payload": payload},
    })
}
