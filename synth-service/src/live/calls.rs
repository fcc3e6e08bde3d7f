//! The calls of a host: a bound on their number, and their end when the host stops.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use contract::metrics::{LIVE_CALLS, LIVE_CALLS_REFUSED};
use live::Caller;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{interval, timeout},
};
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use crate::telemetry::Meters;

/// Time between two reports that no call has caused.
const BETWEEN_REPORTS: Duration = Duration::from_secs(10);

/// Talks to callers.
#[async_trait]
pub trait Holder: Send + Sync {
    /// Holds one call to its end. `stop` is cancelled when the host stops; the caller's line is closed then, so that the
    /// call ends by itself.
    async fn hold(&self, caller: Caller, stop: &CancellationToken);
}

/// Finds out who calls, before the call begins.
#[async_trait]
pub trait Arrival: Send {
    /// The caller with a contact and a voice, where they are found in time.
    async fn settle(self: Box<Self>, caller: Caller) -> Caller;
}

/// The calls of a host. Cheap to clone.
#[derive(Clone)]
pub struct Calls(Arc<Shared>);

struct Shared {
    holder: Arc<dyn Holder>,
    limit: usize,
    places: Arc<Semaphore>,
    meters: Meters,
    tasks: TaskTracker,
    /// Cancelled when the host's grace is over.
    stop: CancellationToken,
}

/// The reason why a call is not taken. Each message is one line that names the remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum NoPlace {
    #[error("{limit} callers are on the line already: try again in a few seconds, or raise --max-live-calls")]
    TooMany { limit: usize },
    #[error("the service is stopping: ask another host")]
    Stopping,
}

/// A place for one call. Released when dropped.
pub struct Place {
    calls: Calls,
    permit: Option<OwnedSemaphorePermit>,
    arrival: Option<Box<dyn Arrival>>,
    underway: TaskTrackerToken,
}

impl Calls {
    /// Longest time for calls to end once the host's grace is over: their lines are closed, and their talks kept.
    pub const ENDING: Duration = Duration::from_secs(4);

    /// At most `limit` calls at a time, each held by `holder`.
    pub fn new(holder: Arc<dyn Holder>, limit: usize, meters: Meters) -> Self {
        meters.set(&LIVE_CALLS, &[], 0.0);
        let (places, tasks) = (Arc::new(Semaphore::new(limit)), TaskTracker::new());
        Self(Arc::new(Shared { holder, limit, places, meters, tasks, stop: CancellationToken::new() }))
    }

    /// A place for a call.
    ///
    /// # Errors
    /// [`NoPlace`]. Callers who find all places taken are counted.
    pub fn place(&self) -> Result<Place, NoPlace> {
        let underway = self.0.tasks.token();
        if self.0.tasks.is_closed() {
            return Err(NoPlace::Stopping);
        }
        let Ok(permit) = self.0.places.clone().try_acquire_owned() else {
            self.0.meters.count(&LIVE_CALLS_REFUSED, &[], 1);
            return Err(NoPlace::TooMany { limit: self.0.limit });
        };
        self.report();
        Ok(Place { calls: self.clone(), permit: Some(permit), arrival: None, underway })
    }

    /// Number of calls.
    pub fn running(&self) -> usize {
        self.0.limit - self.0.places.available_permits()
    }

    /// The meters of this host.
    pub fn meters(&self) -> &Meters {
        &self.0.meters
    }

    /// Waits up to `grace` for the calls to end, then closes their lines, and waits a moment for all of it to be over. New
    /// ones are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        self.0.tasks.close();
        if timeout(grace, self.0.tasks.wait()).await.is_ok() {
            return;
        }
        tracing::warn!(calls = self.running(), "ending live calls that did not end in time");
        self.0.stop.cancel();
        if timeout(Self::ENDING, self.0.tasks.wait()).await.is_err() {
            tracing::warn!(calls = self.running(), "leaving live calls behind that do not end");
        }
    }

    /// Reports the number of calls again and again: receivers of metrics forget a value that is not repeated.
    pub async fn watch(self) {
        let mut ticks = interval(BETWEEN_REPORTS);
        loop {
            ticks.tick().await;
            self.report();
        }
    }

    fn report(&self) {
        self.0.meters.set(&LIVE_CALLS, &[], self.running() as f64);
    }
}

impl Place {
    /// The place for a call that begins behind an arrival.
    #[must_use]
    pub fn behind(mut self, arrival: Box<dyn Arrival>) -> Self {
        self.arrival = Some(arrival);
        self
    }

    /// A sign that something of the call is underway, even when the call itself is over.
    pub fn underway(&self) -> TaskTrackerToken {
        self.underway.clone()
    }

    /// Cancelled when the line must be closed: the host stops, and its grace is over.
    pub fn stop(&self) -> CancellationToken {
        self.calls.0.stop.clone()
    }

    /// Holds a call to its end.
    pub async fn hold(mut self, caller: Caller) {
        let caller = match self.arrival.take() {
            Some(arrival) => arrival.settle(caller).await,
            None => caller,
        };
        self.calls.0.holder.hold(caller, &self.calls.0.stop).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.calls.report();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    #[async_trait]
    impl Holder for Nobody {
        async fn hold(&self, _: Caller, _: &CancellationToken) {}
    }

    #[tokio::test(start_paused = true)]
    async fn the_number_of_calls_is_reported_without_any() {
        let meters = Meters::new(Vec::new()).expect("meters");
        let calls = Calls::new(Arc::new(Nobody), 2, meters.clone());
        let watching = tokio::spawn(calls.watch());
        tokio::time::sleep(Duration::from_millis(1)).await;
        meters.set(&LIVE_CALLS, &[], f64::NAN);
        tokio::time::sleep(BETWEEN_REPORTS).await;
        let text = meters.prometheus().render();
        assert!(text.contains("firstword_live_calls_running 0"), "{text}");
        watching.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn places_are_bounded_counted_and_gone_once_the_host_stops() {
        let meters = Meters::new(Vec::new()).expect("meters");
        let calls = Calls::new(Arc::new(Nobody), 2, meters.clone());
        let (first, second) = (calls.place().expect("free"), calls.place().expect("free"));
        assert_eq!(calls.place().map(drop), Err(NoPlace::TooMany { limit: 2 }));
        drop(first);
        assert_eq!((calls.running(), calls.place().map(drop)), (1, Ok(())));
        let text = meters.prometheus().render();
        assert!(text.contains("firstword_live_calls_running 1"), "{text}");
        assert!(text.contains("firstword_live_calls_refused_total 1"), "{text}");
        let stopping = tokio::spawn({
            let calls = calls.clone();
            async move { calls.shut_down(Duration::from_secs(20)).await }
        });
        second.stop().cancelled().await;
        assert_eq!(calls.place().map(drop), Err(NoPlace::Stopping));
        drop(second);
        stopping.await.expect("no panic");
        assert_eq!(calls.running(), 0);
    }
}
