//! One WebSocket to a recogniser. The upgrade is a request of the HTTP client that the workspace has anyway: its TLS,
//! names, proxies and limits hold here too.

use futures::{SinkExt, StreamExt};
use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Upgraded, Version,
    header::{
        AUTHORIZATION, CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
        SEC_WEBSOCKET_VERSION, UPGRADE,
    },
};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};
use url::Url;

use super::{fault, protocol::Note, settings::Patience};
use crate::HearingError;

/// Longest message that is read, in bytes: half a minute of words with their times is a third of it.
const LONGEST_MESSAGE: usize = 64 * 1024;

/// Longest body of a refusal that is read, in bytes.
const LONGEST_REFUSAL: usize = 4 * 1024;

/// The reason why there is no socket.
pub(super) enum Refusal {
    /// A status, and the body's text.
    Status(u16, String),
    Fault(HearingError),
}

/// Something that came from the server.
pub(super) enum Received {
    Text(String),
    Pong,
}

/// A socket to a recogniser.
pub(super) struct Socket {
    stream: WebSocketStream<Upgraded>,
    recogniser: &'static str,
    patience: Patience,
}

impl Socket {
    /// Opens a socket. The caller bounds the time.
    pub(super) async fn open(
        recogniser: &'static str,
        http: &Client,
        url: Url,
        authorization: HeaderValue,
        patience: Patience,
    ) -> Result<Self, Refusal> {
        let key = generate_key();
        let request = upgrade(http.get(url), &key).header(AUTHORIZATION, authorization);
        let unreachable = |error| Refusal::Fault(fault::unreachable(recogniser, &error));
        let answer = request.send().await.map_err(unreachable)?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refused(answer).await);
        }
        if !accepts(&answer, &key) {
            let reason = "its upgrade is not one to a WebSocket".into();
            return Err(Refusal::Fault(HearingError::Protocol { recogniser, reason }));
        }
        let upgraded = answer.upgrade().await.map_err(unreachable)?;
        let config = WebSocketConfig::default()
            .read_buffer_size(8 * 1024)
            .max_message_size(Some(LONGEST_MESSAGE))
            .max_frame_size(Some(LONGEST_MESSAGE));
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await;
        Ok(Self { stream, recogniser, patience })
    }

    pub(super) async fn send(&mut self, note: Note) -> Result<(), HearingError> {
        self.put(match note {
            Note::Text(text) => Message::text(text),
            Note::Audio(audio) => Message::binary(audio),
        })
        .await
    }

    /// Asks for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), HearingError> {
        self.put(Message::Ping(Default::default())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), HearingError> {
        let recogniser = self.recogniser;
        let sent = timeout(self.patience.send, self.stream.send(message)).await;
        let slow = |_| HearingError::Ended { recogniser, reason: "it takes no audio".into() };
        sent.map_err(slow)?.map_err(|error| fault::broken(recogniser, &error))
    }

    /// The next thing from the server. Safe to cancel.
    pub(super) async fn next(&mut self) -> Result<Received, HearingError> {
        let recogniser = self.recogniser;
        let ended = |reason: String| HearingError::Ended { recogniser, reason };
        loop {
            let message = self.stream.next().await.ok_or_else(|| ended("it hung up".into()))?;
            return Ok(match message.map_err(|error| fault::broken(recogniser, &error))? {
                Message::Text(text) => Received::Text(text.as_str().to_owned()),
                Message::Pong(_) => Received::Pong,
                Message::Binary(_) => {
                    let reason = "a message is binary".into();
                    return Err(HearingError::Protocol { recogniser, reason });
                }
                Message::Close(frame) => {
                    let close =
                        frame.map(|frame| (u16::from(frame.code), fault::code(frame.reason.as_str())));
                    let (status, code) = close.unwrap_or((1005, String::new()));
                    return Err(ended(format!("it closed the connection, status {status}{code}")));
                }
                Message::Ping(_) | Message::Frame(_) => continue,
            });
        }
    }

    /// Says farewell and closes, without waiting for an answer.
    pub(super) async fn close(mut self, farewell: &'static str) {
        // Nobody is left to hear of a fault.
        let _ = self.send(Note::Text(farewell)).await;
        let _ = timeout(self.patience.send, self.stream.close(None)).await;
    }
}

/// A request for an upgrade to a WebSocket.
fn upgrade(request: RequestBuilder, key: &str) -> RequestBuilder {
    request
        .version(Version::HTTP_11)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, key)
}

fn accepts(answer: &Response, key: &str) -> bool {
    let accept = answer.headers().get(SEC_WEBSOCKET_ACCEPT);
    accept.is_some_and(|accept| accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes())
}

async fn refused(answer: Response) -> Refusal {
    let status = answer.status().as_u16();
    let body = outgoing::body(answer, LONGEST_REFUSAL).await.unwrap_or_default();
    Refusal::Status(status, String::from_utf8_lossy(&body).into_owned())
}
