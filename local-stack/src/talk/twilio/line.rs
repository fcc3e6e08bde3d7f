//! The messages of a media stream.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderValue, StatusCode},
    },
};

use super::ticket::{Exchange, Refused};

/// Longest wait for the upgrade, and for the service to take a message.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The answers of a service that has as many callers as it may have.
const BUSY: [StatusCode; 2] = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];

/// The audio of the stream, as `start` describes it.
const AUDIO: &str = "audio/x-mulaw";

/// A message of the service.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum FromService {
    /// Mu-law at 8000 Hz, of any length.
    Media(Vec<u8>),
    /// To be returned when everything before it has been played.
    Mark(String),
    /// The buffer is emptied.
    Clear,
    /// A message that Twilio would warn about, as one line.
    Wrong(String),
}

/// A connected media stream. Dropping it breaks the connection.
pub(crate) struct Line {
    socket: WebSocketStream<TcpStream>,
    stream: String,
    call: String,
    account: String,
    sequence: u64,
    chunk: u64,
}

impl Line {
    /// Reports a call, connects the stream that the service names, and starts it.
    ///
    /// # Errors
    /// One line when the service refuses the call or the stream.
    pub(crate) async fn open(exchange: &Exchange) -> Result<Self> {
        let id = |prefix: &str| format!("{prefix}{}", uuid::Uuid::new_v4().simple());
        let (call, account, stream) = (id("CA"), id("AC"), id("MZ"));
        let ticket = exchange.ticket(&call, &account).await?;
        let opened = timeout(TIMEOUT, connect(exchange, &ticket.url)).await;
        let socket = opened.context("the media stream is not accepted in time")??;
        let mut line = Self { socket, stream, call, account, sequence: 0, chunk: 0 };
        line.tell(json!({"event": "connected", "protocol": "Call", "version": "1.0.0"})).await?;
        let parameters: Value =
            ticket.parameters.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        line.start(parameters).await?;
        Ok(line)
    }

    async fn start(&mut self, parameters: Value) -> Result<()> {
        let start = json!({
            "streamSid": self.stream,
            "accountSid": self.account,
            "callSid": self.call,
            "tracks": ["inbound"],
            "customParameters": parameters,
            "mediaFormat": {"encoding": AUDIO, "sampleRate": 8000, "channels": 1},
        });
        self.tell_numbered("start", start).await
    }

    /// Sends a frame of the caller's; `at` counts from the start of the stream.
    pub(crate) async fn send_media(&mut self, at: Duration, mu_law: &[u8]) -> Result<()> {
        self.chunk += 1;
        let media = json!({
            "track": "inbound",
            "chunk": self.chunk.to_string(),
            "timestamp": at.as_millis().to_string(),
            "payload": STANDARD.encode(mu_law),
        });
        self.tell_numbered("media", media).await
    }

    /// Returns a mark.
    pub(crate) async fn send_mark(&mut self, name: &str) -> Result<()> {
        self.tell_numbered("mark", json!({"name": name})).await
    }

    /// Presses a key.
    pub(crate) async fn send_key(&mut self, key: char) -> Result<()> {
        self.tell_numbered("dtmf", json!({"track": "inbound_track", "digit": key.to_string()})).await
    }

    /// Hangs up.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let stop = json!({"accountSid": self.account, "callSid": self.call});
        self.tell_numbered("stop", stop).await?;
        // A service that has closed already is no fault.
        let _ = timeout(TIMEOUT, self.socket.close(None)).await;
        Ok(())
    }

    async fn tell_numbered(&mut self, event: &str, body: Value) -> Result<()> {
        self.sequence += 1;
        let sequence = self.sequence.to_string();
        self.tell(json!({"event": event, "sequenceNumber": sequence, "streamSid": self.stream, event: body}))
            .await
    }

    async fn tell(&mut self, message: Value) -> Result<()> {
        let sent = timeout(TIMEOUT, self.socket.send(Message::text(message.to_string()))).await;
        sent.context("the service takes no more messages")?.context("the media stream broke")
    }

    /// The next message with the time of its arrival; `None` when the service has closed the stream. Safe to cancel.
    ///
    /// # Errors
    /// When the connection broke.
    pub(crate) async fn next(&mut self) -> Result<Option<(Instant, FromService)>> {
        loop {
            let Some(message) = self.socket.next().await else { return Ok(None) };
            let at = Instant::now();
            match message.context("the media stream broke")? {
                Message::Text(text) => return Ok(Some((at, read(&text, &self.stream)))),
                Message::Binary(_) => {
                    return Ok(Some((at, FromService::Wrong("a binary message (31950)".into()))));
                }
                Message::Close(_) => return Ok(None),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Id of the call.
    pub(crate) fn call(&self) -> &str {
        &self.call
    }
}

/// Upgrades a connection to the service here, as if a proxy stood at the public URL.
async fn connect(exchange: &Exchange, url: &str) -> Result<WebSocketStream<TcpStream>> {
    let path = url.strip_prefix("wss://").and_then(|rest| Some(&rest[rest.find('/')?..]));
    let path = path.context("the stream's URL has no path")?;
    let address = exchange.endpoint.strip_prefix("http://").context("the service's URL is not http")?;
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    let signature = HeaderValue::from_str(&exchange.sign_upgrade(url))?;
    request.headers_mut().insert("x-twilio-signature", signature);
    let connection = TcpStream::connect(address).await.context("the service can't be reached")?;
    connection.set_nodelay(true)?;
    match client_async(request, connection).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) if BUSY.contains(&response.status()) => Err(Refused.into()),
        Err(error) => bail!("the media stream is refused: {error}"),
    }
}

/// Reads a message as Twilio would.
fn read(text: &str, stream: &str) -> FromService {
    let wrong = |reason: &str| FromService::Wrong(format!("{reason} (31924)"));
    let Ok(message) = serde_json::from_str::<Value>(text) else { return wrong("a message that is no JSON") };
    if message["streamSid"] != stream {
        return wrong("a message without the stream's id");
    }
    match message["event"].as_str() {
        Some("media") => {
            let payload =
                message["media"]["payload"].as_str().and_then(|payload| STANDARD.decode(payload).ok());
            payload.map_or_else(|| wrong("media that is not base64"), FromService::Media)
        }
        Some("mark") => match message["mark"]["name"].as_str() {
            Some(name) => FromService::Mark(name.to_owned()),
            None => wrong("a mark without a name"),
        },
        Some("clear") => FromService::Clear,
        _ => wrong("an unknown message"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_twilio_reads_them() {
        let media = r#"{"event":"media","streamSid":"MZ1","media":{"payload":"/38="}}"#;
        assert_eq!(read(media, "MZ1"), FromService::Media(vec![0xFF, 0x7F]));
        let mark = r#"{"event":"mark","streamSid":"MZ1","mark":{"name":"7"}}"#;
        assert_eq!(read(mark, "MZ1"), FromService::Mark("7".into()));
        assert_eq!(read(r#"{"event":"clear","streamSid":"MZ1"}"#, "MZ1"), FromService::Clear);
        for wrong in [
            "",
            r#"{"event":"clear","streamSid":"MZ2"}"#,
            r#"{"event":"media","streamSid":"MZ1","media":{"payload":"*"}}"#,
            r#"{"event":"mark","streamSid":"MZ1"}"#,
            r#"{"event":"hello","streamSid":"MZ1"}"#,
        ] {
            assert!(matches!(read(wrong, "MZ1"), FromService::Wrong(_)), "{wrong}");
        }
    }
}
