//! The listener, its connections and their limits; TLS; the tokens. Independent of the routes.
//!
//! A connection holds a permit until it closes. When all permits are taken, a few more connections are accepted over
//! capacity: their health checks are answered, so that a full host is not taken for a dead one, and any other request
//! gets a 503 that says to retry. Further connections wait in the system's backlog.
//!
//! An upgraded connection (WebSocket) keeps its permit and the bound on writing. Its protocol bounds the rest. At a
//! stop it is cut when the grace is over.

mod bounded;
mod connection;
mod error;
mod tls;
mod tokens;
mod watched;

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

pub(super) use self::connection::Caller;
use self::{bounded::Lifetime, connection::Connection};
pub use self::{error::DoorError, tls::Tls, tokens::Tokens};

/// Connections that are accepted over capacity.
const OVER_CAPACITY: usize = 64;

/// Time for the handlers of upgraded connections to notice that these were cut.
const CUT_PATIENCE: Duration = Duration::from_secs(1);

/// Connections in the system's queue until they are accepted.
const BACKLOG: u32 = 1024;

/// The system's send buffer per connection, in bytes (the kernel doubles it). By default it grows to some megabytes:
/// too much memory over all connections, and minutes of telephone audio, during which a client that has stopped
/// reading looks like one that listens.
const SEND_BUFFER: u32 = 128 * 1024;

/// Pause after a failed accept, so that a lack of file descriptors does not cause a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Limits of the connections. Each time is an upper bound.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    /// Concurrent connections, besides the few over capacity.
    pub connections: usize,
    /// Largest head of a request, in bytes. (Hyper allows at most 100 headers.)
    pub head_bytes: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For a request's head, from its first byte; for the first head from the connection.
    pub head: Duration,
    /// For a request's body, from the end of its head.
    pub body: Duration,
    /// For a client to read any of the bytes sent to it.
    pub write: Duration,
    /// Between two requests. Longer than the functions' clients keep a connection (90 s), so that it is not closed
    /// while a request is on its way.
    pub idle: Duration,
    /// For an upgraded connection to end after a stop.
    pub grace: Duration,
}

impl Default for DoorLimits {
    fn default() -> Self {
        Self {
            connections: 1024,
            head_bytes: 16 * 1024,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(10),
            body: Duration::from_secs(10),
            write: Duration::from_secs(30),
            idle: Duration::from_secs(120),
            grace: Duration::from_secs(20),
        }
    }
}

/// A listener. Bound from its creation on, accepts connections once [`Self::serve`] runs.
pub struct Door {
    listener: TcpListener,
    tls: Option<Tls>,
    limits: DoorLimits,
}

impl Door {
    /// Binds the address; connections are TLS if `tls` is given.
    ///
    /// # Errors
    /// When the address is in use, or not one of this machine's.
    pub fn bind(address: SocketAddr, tls: Option<Tls>, limits: DoorLimits) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // Lets the next process bind the port at once, while old connections are still in TIME_WAIT.
        socket.set_reuseaddr(true)?;
        // Accepted connections inherit it.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        Ok(Self { listener: socket.listen(BACKLOG)?, tls, limits })
    }

    /// The bound address, with the real port.
    ///
    /// # Errors
    /// When the system can't report it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until stopped. Then it accepts no more connections, closes the idle ones, and returns when the others
    /// have got their answers and the upgraded ones have ended or were cut. Dropping the future cuts all connections.
    pub async fn serve(self, router: Router, stopping: CancellationToken) {
        let Self { listener, tls, limits } = self;
        let permits = Arc::new(Semaphore::new(limits.connections));
        let accepts = Arc::new(Semaphore::new(limits.connections + OVER_CAPACITY));
        let cut = CancellationToken::new();
        let _cut_when_dropped = cut.clone().drop_guard();
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = stopping.cancelled() => break,
                // Removes ended tasks; without it the set would grow without bound.
                Some(_) = connections.join_next() => {}
                (stream, address, accept) = next(&listener, &accepts) => {
                    let permit = permits.clone().try_acquire_owned().ok();
                    let connection = Connection {
                        caller: Caller { address, over_capacity: permit.is_none() },
                        limits,
                        router: router.clone(),
                        stopping: stopping.clone(),
                        lifetime: Lifetime { cut: cut.clone(), _permits: (permit, accept) },
                    };
                    connections.spawn(connection.serve(stream, tls.clone()));
                }
            }
        }
        // Frees the port for the next process before the last answers are sent.
        drop(listener);
        let mut grace = pin!(sleep(limits.grace));
        loop {
            tokio::select! {
                ended = connections.join_next() => if ended.is_none() { break },
                () = grace.as_mut(), if !cut.is_cancelled() => cut.cancel(),
            }
        }
        // Upgraded connections run in their handlers' tasks; each releases its permits when it closes.
        let all = accepts.acquire_many(u32::try_from(limits.connections + OVER_CAPACITY).unwrap_or(u32::MAX));
        let mut all = pin!(all);
        tokio::select! {
            _ = all.as_mut() => return,
            () = grace, if !cut.is_cancelled() => cut.cancel(),
        }
        let _ = timeout(CUT_PATIENCE, all).await;
    }
}

/// The next connection, once there is a permit to accept it.
async fn next(
    listener: &TcpListener,
    accepts: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let accept = accepts.clone().acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, address, accept),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
