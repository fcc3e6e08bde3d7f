//! A plain load balancer: forwards connections to one server, or to several in turn.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
    time::sleep,
};

/// Pause after a failed accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A running load balancer. Dropping it cuts its connections.
pub(crate) struct Door {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Door {
    /// Listens at `address` (port 0: any free one). Each connection goes to the next server in `behind` that accepts
    /// it.
    pub(crate) async fn open(address: SocketAddr, behind: Vec<SocketAddr>) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, accepting: tokio::spawn(pass_on(listener, behind.into())) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn pass_on(listener: TcpListener, behind: Arc<[SocketAddr]>) {
    let mut connections = JoinSet::new();
    for turn in 0.. {
        let client = tokio::select! {
            // Only removes finished connections.
            Some(_) = connections.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        match client {
            Ok((client, _)) => {
                connections.spawn(connect(client, behind.clone(), turn));
            }
            Err(error) => {
                tracing::warn!(%error, "accept failed");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn connect(mut client: TcpStream, behind: Arc<[SocketAddr]>, turn: usize) -> io::Result<(u64, u64)> {
    let mut refused = io::ErrorKind::NotConnected.into();
    for server in behind.iter().cycle().skip(turn % behind.len().max(1)).take(behind.len()) {
        match TcpStream::connect(server).await {
            Ok(mut server) => {
                client.set_nodelay(true)?;
                server.set_nodelay(true)?;
                return copy_bidirectional(&mut client, &mut server).await;
            }
            Err(error) => refused = error,
        }
    }
    Err(refused)
}
