//! A small HTTP server, to simulate behaviour that the real programs can't be made to show.

use std::{convert::Infallible, future::Future, net::SocketAddr};

use anyhow::Result;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, task::JoinSet};

/// A request with its whole body.
pub type Whole = Request<Bytes>;
pub type Answer = Response<Full<Bytes>>;

/// A running server. Dropping it closes it.
pub struct Server {
    pub address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Server {
    /// Answers every request with the result of `handler`.
    pub async fn start<F, H>(handler: H) -> Result<Self>
    where
        F: Future<Output = Answer> + Send + 'static,
        H: Fn(Whole) -> F + Clone + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let handler = handler.clone();
                let service =
                    service_fn(move |request: Request<Incoming>| answered(handler.clone(), request));
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                connections.spawn(async move {
                    // Errors are ignored: a client may disconnect.
                    let _ = connection.await;
                });
            }
        });
        Ok(Self { address, _tasks: tasks })
    }
}

async fn answered<F: Future<Output = Answer>>(
    handler: impl Fn(Whole) -> F,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    Ok(handler(Request::from_parts(parts, body)).await)
}
