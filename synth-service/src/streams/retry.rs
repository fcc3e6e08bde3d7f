//! Retries with a deadline: an outage of the bucket of some seconds must not end a call.

use std::time::Duration;

use contract::{StreamId, metrics::STORE_RETRIES};
use futures::future::BoxFuture;
use rand::RngExt;
use stream_store::StoreError;
use tokio::time::{Instant, sleep};

use super::{
    end::{End, EndCause},
    registry::Handle,
};
use crate::telemetry::Meters;

/// First backoff; doubled after each attempt up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A conditional write that fails has lost a race. More lost races in a row than this are a fault.
pub(super) const MOST_RACES: usize = 16;

/// The reason why an operation was given up.
#[derive(Clone, Debug)]
pub(super) enum Failed {
    /// The stream was asked to end.
    Stopped(EndCause),
    /// The bucket failed until the deadline.
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

/// Retries an operation until it succeeds, the time is up, or the stream is asked to end. Each attempt borrows the
/// context. (Async closures would need none, but the compiler can't yet prove that their futures are `Send`.)
pub(super) async fn retry<C: Send, T>(
    patience: Duration,
    handle: &Handle,
    context: C,
    attempt: impl for<'a> FnMut(&'a mut C) -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, Failed> {
    let stopped = async { Failed::Stopped(handle.cancelled().await) };
    attempts(patience, (&handle.stream_id, &handle.meters), stopped, context, attempt).await
}

/// The same retries, but not stopped by a cancel: the end of a stream must be written.
pub(super) async fn retry_to_the_end<C: Send, T>(
    patience: Duration,
    (stream, meters): (&StreamId, &Meters),
    context: C,
    attempt: impl for<'a> FnMut(&'a mut C) -> BoxFuture<'a, Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let never = std::future::pending::<StoreError>();
    attempts(patience, (stream, meters), never, context, attempt).await
}

/// The backoff has jitter, from half to all of it, so that streams that failed together don't retry together.
async fn attempts<C: Send, T, E: From<StoreError>>(
    patience: Duration,
    (stream, meters): (&StreamId, &Meters),
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
        meters.count(&STORE_RETRIES, &[], 1);
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
