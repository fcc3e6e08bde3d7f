//! Bounded tries: the bucket may have trouble for seconds without a call ending.

use std::time::Duration;

use rand::RngExt;
use tokio::time::{Instant, sleep};

use super::{progress::Ending, registry::Handle};
use crate::store::StoreError;

/// First pause between two tries; doubled each time up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);

const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The pauses between tries. Each is a random share of its length, at least half of it, so that streams that failed
/// together don't come back together.
struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pauses {
    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause.mul_f64(rand::rng().random_range(0.5..=1.0))
    }
}

/// How long something is tried again that failed.
pub(super) struct Patience {
    give_up: Instant,
    pauses: Pauses,
}

impl Patience {
    pub(super) fn of(duration: Duration) -> Self {
        Self { give_up: Instant::now() + duration, pauses: Pauses::default() }
    }

    /// Pauses before the next try; the error is the stream's ending when patience is over or it is cancelled.
    pub(super) async fn after(&mut self, error: StoreError, handle: &Handle) -> Result<(), Ending> {
        let pause = self.pauses.next();
        if Instant::now() + pause > self.give_up {
            return Err(Ending::Store(error));
        }
        tracing::warn!(stream = %handle.stream_id, %error, "tried again");
        tokio::select! {
            reason = handle.cancelled() => Err(Ending::Cancelled(reason)),
            () = sleep(pause) => Ok(()),
        }
    }

    /// The same, whatever is cancelled meanwhile.
    pub(super) async fn after_all(&mut self, error: StoreError) -> Result<(), StoreError> {
        let pause = self.pauses.next();
        if Instant::now() + pause > self.give_up {
            return Err(error);
        }
        tracing::warn!(%error, "tried again");
        sleep(pause).await;
        Ok(())
    }
}
