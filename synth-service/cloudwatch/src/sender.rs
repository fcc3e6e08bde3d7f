//! The task in the background: at the end of each interval it takes the values and sends them, then those that an earlier
//! interval could not send.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_sdk_cloudwatch::types::MetricDatum;
use tokio::{
    sync::oneshot,
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};

use crate::{
    aggregate::Aggregate,
    call,
    client::{CloudWatch, PutError},
};

/// Calls that wait for a CloudWatch that can't be reached: those of a quarter of an hour on a busy host. Each has 100 kB at
/// most.
const MAX_WAITING: usize = 64;

/// Longest time of a stop, the last values included.
const STOP_TIMEOUT: Duration = Duration::from_millis(1500);

/// Shortest time between two warnings: with an interval of a minute, each one that fails is reported.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(59);

/// The task that sends. It sends the rest and ends when this is dropped.
pub struct Sender {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Sender {
    /// Begins to send the values of `aggregate` whenever `every` is over, which is a minute for alarms that look at
    /// single minutes. `dropped` is told the number of values, one for each metric of an interval, that will never arrive.
    pub fn start(
        cloudwatch: CloudWatch,
        aggregate: Arc<Aggregate>,
        every: Duration,
        dropped: impl Fn(u64) + Send + 'static,
    ) -> Self {
        let (stop, stopped) = oneshot::channel();
        let outbox = Outbox {
            cloudwatch,
            waiting: VecDeque::new(),
            dropped: Box::new(dropped),
            is_failing: false,
            warned_at: None,
        };
        Self { stop, task: tokio::spawn(run(outbox, aggregate, every, stopped)) }
    }

    /// Sends the values of the interval that has begun, and ends. Takes 1.5 seconds at most: values that CloudWatch has
    /// not taken by then are lost.
    pub async fn stop(mut self) {
        let _ = self.stop.send(());
        if timeout(STOP_TIMEOUT, &mut self.task).await.is_err() {
            self.task.abort();
            tracing::warn!("the last metrics are lost: CloudWatch did not take them before the stop");
        }
    }
}

async fn run(
    mut outbox: Outbox,
    aggregate: Arc<Aggregate>,
    every: Duration,
    mut stopped: oneshot::Receiver<()>,
) {
    let mut ticks = interval_at(Instant::now() + until_the_middle(every), every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let is_last = tokio::select! {
            biased;
            _ = &mut stopped => true,
            _ = ticks.tick() => false,
        };
        outbox.add(call::calls(&aggregate.take(), SystemTime::now()));
        // Stops after half an interval, so that the next one is not late.
        let deadline = Instant::now() + every / 2;
        if is_last {
            return outbox.send(deadline).await;
        }
        // A call that a stop interrupts is made again, behind the last values.
        tokio::select! {
            biased;
            _ = &mut stopped => {
                outbox.add(call::calls(&aggregate.take(), SystemTime::now()));
                return outbox.send(deadline).await;
            }
            () = outbox.send(deadline) => {}
        }
    }
}

/// Time until the middle of an interval by the wall clock. At the boundary of two minutes a jitter of a millisecond would
/// leave one of them without values.
fn until_the_middle(every: Duration) -> Duration {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let every = every.as_millis().max(1);
    let wait = (every + every / 2 - since_epoch.as_millis() % every) % every;
    Duration::from_millis(u64::try_from(wait).unwrap_or_default())
}

/// The calls that have not arrived, the oldest one first.
struct Outbox {
    cloudwatch: CloudWatch,
    waiting: VecDeque<Vec<MetricDatum>>,
    dropped: Box<dyn Fn(u64) + Send>,
    is_failing: bool,
    warned_at: Option<Instant>,
}

impl Outbox {
    fn add(&mut self, calls: Vec<Vec<MetricDatum>>) {
        self.waiting.extend(calls);
        while self.waiting.len() > MAX_WAITING
            && let Some(oldest) = self.waiting.pop_front()
        {
            (self.dropped)(oldest.len() as u64);
        }
    }

    /// Makes the calls, the latest one first: alarms look at the last minutes. Gives up for this time after the first
    /// failure that may pass, and after `deadline`.
    async fn send(&mut self, deadline: Instant) {
        while let Some(call) = self.waiting.back() {
            let values = call.len() as u64;
            match self.cloudwatch.put(call.clone()).await {
                Ok(()) => self.succeeded(),
                Err(error) if error.may_pass() => return self.failed(&error),
                Err(error) => {
                    (self.dropped)(values);
                    self.failed(&error);
                }
            }
            self.waiting.pop_back();
            if Instant::now() >= deadline {
                return;
            }
        }
    }

    fn succeeded(&mut self) {
        if self.is_failing {
            self.is_failing = false;
            tracing::info!("metrics reach CloudWatch again");
        }
    }

    fn failed(&mut self, error: &PutError) {
        self.is_failing = true;
        if self.warned_at.is_none_or(|at| at.elapsed() >= BETWEEN_WARNINGS) {
            self.warned_at = Some(Instant::now());
            tracing::warn!(%error, calls_waiting = self.waiting.len(), "metrics do not reach CloudWatch");
        }
    }
}
