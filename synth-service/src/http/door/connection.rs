//! One connection, from the handshake to its end.

use std::{io, net::SocketAddr, pin::pin, sync::Arc};

use axum::{
    Router,
    body::{Body, HttpBody},
    http::{Request, Response, StatusCode},
};
use http_body_util::BodyExt;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use tower_http::timeout::DeadlineBody;

use super::{
    DoorLimits, Tls,
    bounded::{Bounded, Exchanges, Lifetime},
};

/// The sender of a request; an extension on every request.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Caller {
    pub(in crate::http) address: SocketAddr,
    /// Whether all permits were taken when the client connected.
    pub(in crate::http) over_capacity: bool,
}

pub(super) struct Connection {
    pub(super) caller: Caller,
    pub(super) limits: DoorLimits,
    pub(super) router: Router,
    pub(super) stopping: CancellationToken,
    pub(super) lifetime: Lifetime,
}

impl Connection {
    pub(super) async fn serve(self, stream: TcpStream, tls: Option<Tls>) {
        // Answers are small: they are sent at once, not when a segment is full.
        let _ = stream.set_nodelay(true);
        let address = self.caller.address;
        let result = match tls {
            None => self.serve_stream(stream).await,
            Some(tls) => match timeout(self.limits.handshake, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.serve_stream(stream).await,
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            },
        };
        if let Err(error) = result {
            tracing::debug!(%address, error, "a connection ended early");
        }
    }

    async fn serve_stream(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let Self { caller, limits, router, stopping, lifetime } = self;
        let exchanges = Arc::new(Exchanges::default());
        let stream = Bounded::new(stream, exchanges.clone(), lifetime, &limits);
        let service = service_fn(|request| answer(request, caller, limits, router.clone(), &exchanges));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // Hyper measures it from the start of its wait for a request, so it bounds the idle time.
            .header_read_timeout(limits.idle)
            .max_header_size(limits.head_bytes)
            // A connection over capacity closes after one answer.
            .keep_alive(!caller.over_capacity)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        tokio::select! {
            result = connection.as_mut() => return Ok(result?),
            () = stopping.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }
}

async fn answer(
    request: Request<Incoming>,
    caller: Caller,
    limits: DoorLimits,
    router: Router,
    exchanges: &Arc<Exchanges>,
) -> Result<Response<impl HttpBody<Data = bytes::Bytes, Error = axum::Error> + use<>>, std::convert::Infallible>
{
    let exchange = exchanges.begin();
    let mut request = request.map(|body| Body::new(DeadlineBody::new(limits.body, body)));
    request.extensions_mut().insert(caller);
    let response = router.oneshot(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        exchanges.upgrade();
    }
    // The exchange ends with the last frame of the body.
    Ok(response.map(|body| {
        body.map_frame(move |frame| {
            let _ = &exchange;
            frame
        })
    }))
}
