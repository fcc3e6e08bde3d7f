//! Live calls whose caller the test is, on both sides of a door.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use chat::{ChatSettings, DemoSettings, ModelKind, ModelSettings};
use contract::ContactId;
use futures::{SinkExt, StreamExt};
use hearing::Line;
use live::{Caller, FromCaller, Question, ToCaller, Voice};
use serde_json::Value;
use synth_service::{
    admission::Admission,
    live::{Holder, ServiceAnswerer, Speakers},
    phrases::Books,
    telemetry::Meters,
};
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{self, Message, client::IntoClientRequest},
};
use tokio_util::sync::CancellationToken;

use super::TestVoices;

/// Longest wait for anything in a test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A client's end of a socket.
pub(crate) type Client = WebSocketStream<TcpStream>;

/// A socket at a door, with this header where there is one.
pub(crate) async fn connect(
    address: SocketAddr,
    path: &str,
    header: Option<(&'static str, &str)>,
) -> Result<Client, tungstenite::Error> {
    let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
    if let Some((name, value)) = header {
        request.headers_mut().insert(name, value.parse().expect("a header"));
    }
    let stream = TcpStream::connect(address).await.expect("the system takes it");
    client_async(request, stream).await.map(|(client, _)| client)
}

/// Hands each call to the test, and holds it until the test lets it go.
pub(crate) struct TestHolder(pub(crate) mpsc::UnboundedSender<Held>);

/// A call on the line.
pub(crate) struct Held {
    pub(crate) caller: Caller,
    /// Dropped by the test to end the call.
    _end: oneshot::Sender<()>,
}

#[async_trait]
impl Holder for TestHolder {
    async fn hold(&self, caller: Caller, _: &CancellationToken) {
        let (_end, ended) = oneshot::channel();
        let _ = self.0.send(Held { caller, _end });
        let _ = ended.await;
    }
}

impl Held {
    /// The next call.
    pub(crate) async fn on(calls: &mut mpsc::UnboundedReceiver<Self>) -> Self {
        timeout(PATIENCE, calls.recv()).await.expect("a call in time").expect("a call")
    }

    pub(crate) async fn next(&mut self) -> Option<FromCaller> {
        timeout(PATIENCE, self.caller.from.recv()).await.expect("something in time")
    }

    pub(crate) async fn say(&self, to: ToCaller) {
        self.caller.to.send(to).await.expect("the line is open");
    }
}

/// A parameter of the stream in the answer to Twilio's webhook.
pub(crate) fn parameter(instructions: &str, name: &str) -> Option<String> {
    let (_, rest) = instructions.split_once(&format!("<Parameter name=\"{name}\" value=\""))?;
    Some(rest.split_once('"')?.0.to_owned())
}

pub(crate) async fn say(client: &mut Client, message: Value) {
    client.send(Message::text(message.to_string())).await.expect("sent");
}

/// The next message to the client.
pub(crate) async fn hear(client: &mut Client) -> Value {
    match timeout(PATIENCE, client.next()).await.expect("a message in time") {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text).expect("JSON"),
        other => panic!("no text but {other:?}"),
    }
}

/// The code and the reason with which the socket is closed.
pub(crate) async fn closed(client: &mut Client) -> (u16, String) {
    loop {
        match timeout(PATIENCE, client.next()).await.expect("an end in time") {
            Some(Ok(Message::Close(Some(frame)))) => return (frame.code.into(), frame.reason.to_string()),
            Some(Ok(_)) => {}
            other => panic!("no close but {other:?}"),
        }
    }
}

/// Answers callers with these voices and the demo model.
pub(crate) fn answerer(
    voices: &TestVoices,
    admission: Admission,
    demo: DemoSettings,
    log_text: bool,
) -> ServiceAnswerer {
    let books = Books::open(voices.lexicons.path()).expect("phrases");
    let meters = Meters::new(Vec::new()).expect("meters");
    let voices = voices.voices.clone();
    let speakers = Speakers { voices, admission, books, phrases: None, meters, log_text };
    let model = ModelSettings { kind: ModelKind::Demo, demo, ..ModelSettings::default() };
    let model = chat::open(&ChatSettings { model, ..ChatSettings::default() }).expect("a model");
    ServiceAnswerer::new(speakers, Some(model))
}

/// A question by telephone.
pub(crate) fn question(text: &str) -> Question {
    Question {
        call: "call-1".into(),
        contact: None,
        turn: 0,
        text: text.into(),
        turns: Vec::new(),
        voice: Voice { language: "en".into(), ..Voice::default() },
        line: Line::Telephone,
    }
}

/// A caller by telephone.
pub(crate) fn caller(
    id: &str,
    contact: Option<&ContactId>,
    from: mpsc::Receiver<FromCaller>,
    to: mpsc::Sender<ToCaller>,
) -> Caller {
    let voice = Voice { language: "en".into(), ..Voice::default() };
    Caller { id: id.into(), contact: contact.cloned(), line: Line::Telephone, voice, from, to }
}
