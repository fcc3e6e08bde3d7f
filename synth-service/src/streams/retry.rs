//! Bounded tries: the bucket may have trouble for seconds without a call ending.

use std::time::Duration;

use contract::StreamId;
use futures::future::BoxFuture;
use rand::RngExt;
use stream_store::StoreError;
use tokio::time::{Instant, sleep};

use super::{
    end::{End, EndCause},
    registry::Handle,
};

/// First pause between two tries; doubled each time up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A conditional write that fails has lost a race. More lost races in a row than this are a fault.
pub(super) const MOST_RACES: usize = 16;

/// Why something was not done.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    /// The stream is to end.
    Stopped(EndCause),
    /// The bucket failed for longer than there was patience.
    Store(StoreError),
}

impl From<Failed> for End {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Stopped(cause) => cause.into(),
            Failed::Store(error) => error.into(),
        }
    }
}

/// Tries until it goes well, for as long as there is patience and the stream is not to end. Each attempt borrows the
/// context. (Async closures would do without one, but the compiler can't see yet that theirs may change threads.)
pub(super) async fn retry<C: Send, T>(
    patience: Duration,
    handle: &Handle,
    context: C,
    attempt: impl for<'a> FnMut(&'a mut C) -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, Failed> {
    let stopped = async { Failed::Stopped(handle.cancelled().await) };
    attempts((patience, &handle.stream_id), stopped, context, attempt).await
}

/// The same, whatever is cancelled meanwhile: how a stream ends must be written.
pub(super) async fn retry_to_the_end<C: Send, T>(
    patience: Duration,
    stream: &StreamId,
    context: C,
    attempt: impl for<'a> FnMut(&'a mut C) -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let never = std::future::pending::<StoreError>();
    attempts((patience, stream), never, context, attempt).await
}

/// Pauses are a random share of their length, at least half of it, so that streams that failed together don't come back
/// together.
async fn attempts<C: Send, T, E: From<StoreError>>(
    (patience, stream): (Duration, &StreamId),
    stopped: impl Future<Output = E>,
    mut context: C,
    mut attempt: impl for<'a> FnMut(&'a mut C) -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, E> {
    let give_up = Instant::now() + patience;
    let mut longest = FIRST_PAUSE;
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let error = match attempt(&mut context).await {
            Ok(done) => return Ok(done),
            Err(error) => error,
        };
        let pause = longest.mul_f64(rand::rng().random_range(0.5..=1.0));
        longest = (longest * 2).min(LONGEST_PAUSE);
        if !error.may_pass() || Instant::now() + pause > give_up {
            return Err(error.into());
        }
        tracing::warn!(%stream, %error, "tried again");
        tokio::select! {
            stop = &mut stopped => return Err(stop),
            () = sleep(pause) => {}
        }
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
