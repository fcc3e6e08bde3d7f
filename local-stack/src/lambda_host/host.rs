//! The functions by name, their invocations in foreground and background, and the reports.
//!
//! Each invocation runs in its own task: when a client disconnects, the invocation continues, and its process returns
//! to the pool.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::answer::Report;
use super::config::{LambdaHostConfig, LambdaHostError};
use super::pool::{Call, Done, Pool};

/// Largest number of reports that are kept.
const MAX_REPORTS: usize = 10_000;
/// Largest number of background invocations that wait or run, over all functions.
const MAX_EVENTS: usize = 1_000;

/// Too many background invocations wait, or the function's concurrency is exhausted.
#[derive(Debug)]
pub(super) struct Throttled;

pub(super) struct Host {
    pools: BTreeMap<String, Arc<Pool>>,
    reports: Arc<Mutex<VecDeque<Report>>>,
    events: Arc<Semaphore>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Host {
    pub(super) fn new(config: LambdaHostConfig) -> Self {
        let stop = CancellationToken::new();
        let pools = config.functions.into_iter().map(|function| {
            let name = function.name.clone();
            let pool =
                Pool::new(function, &config.region, &config.account, config.logs.clone(), stop.clone());
            (name, Arc::new(pool))
        });
        Self {
            pools: pools.collect(),
            reports: Arc::default(),
            events: Arc::new(Semaphore::new(MAX_EVENTS)),
            tasks: TaskTracker::new(),
            stop,
        }
    }

    /// A guard that ends all invocations when it is dropped.
    pub(super) fn stop_guard(&self) -> DropGuard {
        self.stop.clone().drop_guard()
    }

    pub(super) fn pool(&self, name: &str) -> Option<&Arc<Pool>> {
        self.pools.get(name)
    }

    pub(super) fn pools(&self) -> impl Iterator<Item = &Arc<Pool>> {
        self.pools.values()
    }

    pub(super) fn reports(&self) -> Vec<Report> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Runs an invocation and waits for its end; `None` only if its task panicked.
    pub(super) async fn invoke(&self, pool: &Arc<Pool>, call: Call) -> Result<Option<Done>, Throttled> {
        let permit = pool.try_permit().ok_or(Throttled)?;
        let (pool, reports) = (Arc::clone(pool), Arc::clone(&self.reports));
        let task = self.tasks.spawn(async move {
            let done = pool.run(call, permit).await;
            record(&reports, &done.report);
            done
        });
        Ok(task.await.ok())
    }

    /// Runs an invocation in the background, unless too many background invocations wait or run already.
    pub(super) fn invoke_later(&self, pool: &Arc<Pool>, call: Call) -> Result<(), Throttled> {
        let waiting = Arc::clone(&self.events).try_acquire_owned().map_err(|_| Throttled)?;
        let (pool, reports) = (Arc::clone(pool), Arc::clone(&self.reports));
        self.tasks.spawn(async move {
            let _waiting = waiting;
            let Some(permit) = pool.permit().await else { return };
            let done = pool.run(call, permit).await;
            record(&reports, &done.report);
        });
        Ok(())
    }

    pub(super) async fn warm(&self, name: &str) -> Result<Option<Duration>, LambdaHostError> {
        let pool = self.pool(name).ok_or_else(|| LambdaHostError::UnknownFunction(name.to_owned()))?;
        pool.warm()
            .await
            .map_err(|failure| LambdaHostError::Init { function: name.to_owned(), reason: failure.message() })
    }

    /// Ends all invocations; later ones end at once.
    pub(super) fn begin_stop(&self) {
        self.stop.cancel();
        self.tasks.close();
    }

    /// Waits until no process is left.
    pub(super) async fn finish_stop(&self) {
        self.tasks.wait().await;
        for pool in self.pools() {
            pool.kill_idle().await;
        }
    }
}

fn record(reports: &Mutex<VecDeque<Report>>, report: &Report) {
    let mut reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
    if reports.len() == MAX_REPORTS {
        reports.pop_front();
    }
    reports.push_back(report.clone());
}
