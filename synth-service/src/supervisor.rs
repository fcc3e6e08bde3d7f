//! Tells systemd the state of the service, where systemd asks for it (`Type=notify`, `WatchdogSec=`).
//!
//! A sign of life is sent only after a request has gone through the router in a task of its own: a runtime that hangs
//! sends none, and systemd restarts the service.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use contract::http::HEALTHZ;
use sd_notify::NotifyState;
use tokio::{
    task::AbortHandle,
    time::{MissedTickBehavior, interval, timeout},
};
use tower::ServiceExt;

use crate::streams::Streams;

/// Pause between two reports of the reason for which the service is not ready yet.
const REPORT_EVERY: Duration = Duration::from_secs(5);

/// The reports to systemd. They end when it is dropped.
pub struct Supervisor(AbortHandle);

impl Supervisor {
    /// Reports that the service is ready when its bucket accepts its beat, or at once where it has none, and then signs
    /// of life as often as systemd asks for.
    pub fn start(router: Router, streams: Option<Streams>) -> Self {
        let reports = async move {
            if let Some(streams) = streams {
                until_ready(&streams).await;
            }
            tell(&[NotifyState::Ready, NotifyState::Status("ready")]);
            if let Some(longest_silence) = sd_notify::watchdog_enabled() {
                show_life(&router, longest_silence / 3).await;
            }
        };
        Self(tokio::spawn(reports).abort_handle())
    }

    /// Reports that the service stops. Signs of life go on: a stop may take as long as its streams.
    pub fn stopping(&self) {
        tell(&[NotifyState::Stopping, NotifyState::Status("finishing the running streams")]);
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Waits for the bucket. Systemd and the log have the reason for a long wait.
async fn until_ready(streams: &Streams) {
    while timeout(REPORT_EVERY, streams.ready()).await.is_err() {
        if let Err(error) = streams.check_ready() {
            tracing::warn!(%error, "not ready yet");
            tell(&[NotifyState::Status(&format!("not ready yet: {error}"))]);
        }
    }
}

async fn show_life(router: &Router, every: Duration) {
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // A task of its own goes to any worker of the runtime.
        let answer = tokio::spawn(is_alive(router.clone())).await;
        if answer.unwrap_or(false) {
            tell(&[NotifyState::Watchdog]);
        }
    }
}

async fn is_alive(router: Router) -> bool {
    let Ok(request) = Request::get(HEALTHZ).body(Body::empty()) else { return false };
    let answer: Result<_, Infallible> = router.oneshot(request).await;
    answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
}

/// Does nothing where systemd has not started the service.
fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd does not take a report");
    }
}
