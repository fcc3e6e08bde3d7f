//! One HTTP/1.1 listener: binds, accepts, serves and ends within a bounded time.
//!
//! It owns the socket and the tasks of its connections. It does not read requests itself, and sets no time limits on
//! them: a Runtime API client may wait for its next invocation for hours.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Longest time of open requests after [`Listener::stop`]; then their connections are cut.
const GRACE: Duration = Duration::from_secs(1);
/// Pause after a failed accept, so that a lack of file descriptors does not become a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

type BoxError = Box<dyn Error + Send + Sync>;

/// A running listener. Dropping it closes it in the background.
pub(crate) struct Listener {
    address: SocketAddr,
    closing: DropGuard,
    accepting: JoinHandle<()>,
}

impl Listener {
    /// Binds `address` (port 0: any free one) and serves `service` on it.
    ///
    /// # Errors
    /// When the address is taken, or is not this machine's.
    pub(crate) async fn start<S, B>(address: SocketAddr, service: S) -> io::Result<Self>
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: Body + Send + 'static,
        B::Data: Send,
        B::Error: Into<BoxError>,
    {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        let closing = CancellationToken::new();
        let accepting = tokio::spawn(accept(socket, service, closing.clone()));
        Ok(Self { address, closing: closing.drop_guard(), accepting })
    }

    /// The bound address, with the port in use.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the socket at once and idle connections with it; open requests get [`GRACE`].
    pub(crate) async fn stop(self) {
        drop(self.closing);
        // The task can fail only by a panic, and then there is nothing left to close.
        let _ = self.accepting.await;
    }
}

async fn accept<S, B>(socket: TcpListener, service: S, closing: CancellationToken)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            // Removes finished connections; without this the set would grow without limit.
            Some(_) = connections.join_next() => {}
            accepted = socket.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, service.clone(), closing.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "accept failed");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
        }
    }
    // The port must be free before the last answers are sent: a successor may already wait for it.
    drop(socket);
    let finished = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finished).await.is_err() {
        connections.shutdown().await;
    }
}

async fn serve<S, B>(stream: TcpStream, service: S, closing: CancellationToken)
where
    S: Service<Request<Incoming>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: Body + 'static,
    B::Error: Into<BoxError>,
{
    // Without this option an answer could be delayed: its head and body are two writes, and Nagle's algorithm holds the
    // second one back until a delayed ACK arrives.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY was refused");
    }
    let mut connection =
        std::pin::pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
}
