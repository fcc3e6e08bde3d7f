//! Live calls whose caller the test is, on both sides of a door.

use std::time::Duration;

use async_trait::async_trait;
use contract::ContactId;
use futures::{SinkExt, StreamExt};
use hearing::Line;
use live::{Caller, FromCaller, ToCaller, Voice};
use serde_json::Value;
use synth_service::live::Holder;
use tokio::{
    net::TcpStream,
    sync::{mpsc, oneshot},
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};
use tokio_util::sync::CancellationToken;

/// Longest wait for anything in a test.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A client's end of a socket.
pub(crate) type Client = WebSocketStream<TcpStream>;

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
