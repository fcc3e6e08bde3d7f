//! The listener, its connections and their limits; TLS; the tokens. Knows no route.
//!
//! A connection holds a permit for as long as it lives. When all permits are taken, a few more connections are accepted
//! over capacity: their health checks are answered, so that a full host is not taken for a dead one, and any other
//! request is told to come back. Further connections wait in the system's backlog.
//!
//! A connection that a handler upgraded (WebSocket) keeps its permit and the bound on writing. Its protocol bounds
//! the rest. At a stop it is cut when the grace is over.

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

/// For the handlers of upgraded connections to notice that these were cut.
const CUT_PATIENCE: Duration = Duration::from_secs(1);

/// Connections that the system holds for us until they are accepted.
const BACKLOG: u32 = 1024;

/// What the system may hold of an answer for a client that is slow to read it, in bytes (it takes the double). Without
/// a bound it is some megabytes: for all connections too much memory, and minutes of telephone audio, in which nobody
/// could tell a client that listens from one that has stopped.
const SEND_BUFFER: u32 = 128 * 1024;

/// Pause after a failed accept, so that a lack of file descriptors does not become a busy loop.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct DoorLimits {
    /// Connections at the same time, beside the few that are told to come back.
    pub connections: usize,
    /// Largest head of a request, in bytes. (It has at most 100 headers, as hyper has it.)
    pub head_bytes: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// For a request's head, from its first byte on; for the first one from the connection on.
    pub head: Duration,
    /// For a request's body, from the end of its head on.
    pub body: Duration,
    /// For a client to take any of what it is sent.
    pub write: Duration,
    /// Between two requests. Longer than the clients of the functions keep a connection (90 s), so that it is not
    /// closed while a request is on its way.
    pub idle: Duration,
    /// For an upgraded connection to end, from a stop on.
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

/// Listens from its creation on, accepts when it is told to serve.
pub struct Door {
    listener: TcpListener,
    tls: Option<Tls>,
    limits: DoorLimits,
}

impl Door {
    /// # Errors
    /// Those of binding: the address is taken, or not this machine's.
    pub fn bind(address: SocketAddr, tls: Option<Tls>, limits: DoorLimits) -> io::Result<Self> {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // The port is free at once for the next process, although old connections are not forgotten yet.
        socket.set_reuseaddr(true)?;
        // Connections inherit it.
        socket.set_send_buffer_size(SEND_BUFFER)?;
        socket.bind(address)?;
        Ok(Self { listener: socket.listen(BACKLOG)?, tls, limits })
    }

    /// The bound address, with the real port.
    ///
    /// # Errors
    /// When the system does not know it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until it is stopped. Then it takes no connection any more, closes those that are idle, and returns when
    /// the others have got their answers and the upgraded ones have ended or were cut. Dropping the future cuts all of
    /// them.
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
                // Only to forget the ended ones; without it the set would grow for ever.
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
        // Free for the next process before the last answers are out.
        drop(listener);
        let mut grace = pin!(sleep(limits.grace));
        loop {
            tokio::select! {
                ended = connections.join_next() => if ended.is_none() { break },
                () = grace.as_mut(), if !cut.is_cancelled() => cut.cancel(),
            }
        }
        // The tasks of upgraded connections are their handlers' own; each gives its permits back when it ends.
        let all = accepts.acquire_many(u32::try_from(limits.connections + OVER_CAPACITY).unwrap_or(u32::MAX));
        let mut all = pin!(all);
        tokio::select! {
            _ = all.as_mut() => return,
            () = grace, if !cut.is_cancelled() => cut.cancel(),
        }
        let _ = timeout(CUT_PATIENCE, all).await;
    }
}

/// The next connection, once another one may be accepted.
async fn next(
    listener: &TcpListener,
    accepts: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    // It is never closed.
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
