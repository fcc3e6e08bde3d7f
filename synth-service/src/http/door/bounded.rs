//! A connection with bounds on its waits for a slow client: for the head of a request that has begun, and for room to
//! write. After an upgrade only the second bound remains, and the connection can be cut.
//!
//! Hyper bounds the idle time: only it knows when a connection waits for a request.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    time::{Sleep, sleep},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::DoorLimits;

/// Distinguishes the bytes of a request's head from those of its body. Belongs to one connection and its task.
#[derive(Default)]
pub(super) struct Exchanges {
    begun: AtomicU64,
    ended: AtomicU64,
    upgraded: AtomicBool,
}

impl Exchanges {
    /// Records that the head of a request is complete. The exchange ends when the returned guard is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Exchange {
        self.begun.fetch_add(1, Relaxed);
        Exchange(Arc::clone(self))
    }

    /// Records that the connection leaves HTTP with this answer: no further head is expected.
    pub(super) fn upgrade(&self) {
        self.upgraded.store(true, Relaxed);
    }

    fn is_upgraded(&self) -> bool {
        self.upgraded.load(Relaxed)
    }

    fn begun(&self) -> u64 {
        self.begun.load(Relaxed)
    }

    fn is_under_way(&self) -> bool {
        self.begun() != self.ended.load(Relaxed)
    }
}

/// A request whose answer is not complete.
pub(super) struct Exchange(Arc<Exchanges>);

impl Drop for Exchange {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Relaxed);
    }
}

/// Held by a connection until it closes, even after an upgrade has passed it to a handler.
pub(super) struct Lifetime {
    /// Cuts the connection, if it is upgraded.
    pub(super) cut: CancellationToken,
    /// The permit to be served, and the permit to be accepted.
    pub(super) _permits: (Option<OwnedSemaphorePermit>, Option<OwnedSemaphorePermit>),
}

pub(super) struct Bounded<S> {
    stream: S,
    exchanges: Arc<Exchanges>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    _lifetime: Lifetime,
    /// Count of exchanges begun when the current head began.
    known: u64,
    head: Bound,
    write: Bound,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Bounded<S> {
    /// The bound on the first head starts now: a client that connects is expected to send a request.
    pub(super) fn new(stream: S, exchanges: Arc<Exchanges>, lifetime: Lifetime, limits: &DoorLimits) -> Self {
        let known = exchanges.begun();
        let mut head = Bound::new(limits.head);
        head.begin();
        let cut = Box::pin(lifetime.cut.clone().cancelled_owned());
        Self { stream, exchanges, cut, _lifetime: lifetime, known, head, write: Bound::new(limits.write) }
    }

    /// Fails if the connection is upgraded and was cut; otherwise registers the task to be woken by a cut.
    fn check_cut(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let is_cut = self.exchanges.is_upgraded() && self.cut.as_mut().poll(cx).is_ready();
        if is_cut { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(()) }
    }

    /// Ends the wait for room if there was some, else bounds it.
    fn written<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.check_cut(cx)?;
        if result.is_ready() {
            self.write.end();
            return result;
        }
        self.write.begin();
        ready!(self.write.poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_cut(cx)?;
        if self.known != self.exchanges.begun() {
            self.known = self.exchanges.begun();
            self.head.end();
        }
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Ready(result) => {
                if !self.exchanges.is_under_way() && !self.exchanges.is_upgraded() {
                    self.head.begin();
                }
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(self.head.poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(cx, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_flush(cx);
        self.written(cx, result)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.written(cx, result)
    }
}

/// A wait of bounded length.
struct Bound {
    longest: Duration,
    /// The end of the current wait, if there is one.
    over: Option<Pin<Box<Sleep>>>,
}

impl Bound {
    fn new(longest: Duration) -> Self {
        Self { longest, over: None }
    }

    /// Starts the wait, unless it has begun already.
    fn begin(&mut self) {
        let longest = self.longest;
        self.over.get_or_insert_with(|| Box::pin(sleep(longest)));
    }

    fn end(&mut self) {
        self.over = None;
    }

    /// Ready when the wait has taken too long.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.over.as_mut().map_or(Poll::Pending, |over| over.as_mut().poll(cx))
    }
}
