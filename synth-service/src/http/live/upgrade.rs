//! From a request to a WebSocket.

use std::time::Duration;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    response::Response,
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::server::create_response,
        protocol::{Role, WebSocketConfig},
    },
};

use crate::http::error::ApiError;

/// Bytes that may wait to be written.
const WRITE_BUFFER: usize = 256 * 1024;

/// Time until the connection leaves HTTP, once the answer is on its way.
const PATIENCE: Duration = Duration::from_secs(5);

/// A WebSocket of a client's.
pub(super) type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// A connection on its way out of HTTP.
pub(super) struct Upgrading {
    upgrade: OnUpgrade,
    largest_message: usize,
}

/// Checks a request, and answers it. Of the subprotocols that it offers the first one is taken. A message of the client's
/// may have this many bytes.
///
/// # Errors
/// [`ApiError`] for a request that asks for no WebSocket.
pub(super) fn accept(
    request: &mut Request,
    largest_message: usize,
) -> Result<(Response, Upgrading), ApiError> {
    let mut head = axum::http::Request::new(());
    *head.method_mut() = request.method().clone();
    *head.version_mut() = request.version();
    *head.headers_mut() = request.headers().clone();
    let mut response = create_response(&head).map_err(|_| ApiError::no_upgrade())?.map(|()| Body::empty());
    if let Some(protocol) = offered(request) {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    Ok((response, Upgrading { upgrade: hyper::upgrade::on(request), largest_message }))
}

impl Upgrading {
    /// The socket, once the answer is sent; `None` when the client is gone.
    pub(super) async fn socket(self) -> Option<Socket> {
        let upgraded = timeout(PATIENCE, self.upgrade).await.ok()?.ok()?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(self.largest_message))
            .max_frame_size(Some(self.largest_message))
            .max_write_buffer_size(WRITE_BUFFER);
        let stream = TokioIo::new(upgraded);
        Some(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await)
    }
}

/// The first subprotocol that a client offers.
fn offered(request: &Request) -> Option<HeaderValue> {
    let offered = request.headers().get(header::SEC_WEBSOCKET_PROTOCOL)?.to_str().ok()?;
    HeaderValue::from_str(offered.split(',').next()?.trim()).ok()
}
