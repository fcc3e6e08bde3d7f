//! Polls a health check while callers are busy. It runs in a separate thread: otherwise delays among a thousand callers
//! in this process would count as the service's.

use std::{thread::JoinHandle, time::Duration};

use anyhow::{Result, anyhow};
use reqwest::Client;
use tokio::{
    runtime,
    task::spawn_blocking,
    time::{Instant, MissedTickBehavior, interval},
};
use tokio_util::sync::{CancellationToken, DropGuard};

const STEP: Duration = Duration::from_millis(100);

/// Longest wait for an answer: longer than any load balancer waits.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The results of the health checks.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) after: Vec<Duration>,
    /// Answers with a status other than 200.
    pub(super) bad: usize,
}

/// Polls the health check until it is stopped.
pub(super) struct Probe {
    asking: JoinHandle<Answers>,
    stop: DropGuard,
}

impl Probe {
    pub(super) fn start(url: String) -> Result<Self> {
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        let stop = CancellationToken::new();
        let (runtime, stopped) = (runtime::Builder::new_current_thread().enable_all().build()?, stop.clone());
        let asking = std::thread::Builder::new().spawn(move || runtime.block_on(ask(http, url, stopped)))?;
        Ok(Self { asking, stop: stop.drop_guard() })
    }

    pub(super) async fn stop(self) -> Result<Answers> {
        drop(self.stop);
        spawn_blocking(|| self.asking.join()).await?.map_err(|_| anyhow!("a health check was broken off"))
    }
}

async fn ask(http: Client, url: String, stop: CancellationToken) -> Answers {
    let mut answers = Answers::default();
    let mut steps = interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !stop.is_cancelled() {
        steps.tick().await;
        let sent = Instant::now();
        let answer = http.get(&url).send().await;
        answers.after.push(sent.elapsed());
        answers.bad += usize::from(!answer.is_ok_and(|answer| answer.status().is_success()));
    }
    answers
}
