//! This host's heartbeat in the bucket, and the liveness of the other hosts.
//!
//! A running host replaces `hosts/{id}` about once a second. Another host counts as gone when its beat is older than
//! the `gone_after` of [`Presence::start`], by the bucket's own clock: the clocks of the hosts are never compared.
//! While the bucket rejects this host's own beats, other hosts may have the same trouble, so no host counts as gone.
//! After an interruption of its own beats, this host allows the others an interruption of the same length.

use std::{sync::Arc, time::Duration};

use contract::{BEAT_EVERY, HostId, keys};
use serde::Serialize;
use speech::telephone;
use stream_store::{Content, Expected, ObjectStore, StoreError};
use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

/// A host whose last beat is older than this, by its own clock, is not ready: the bucket or the host is in trouble.
const OVERDUE: Duration = Duration::from_secs(3);

/// Longest pause between two beats that does not count as an interruption.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Pause after a successful check of the bucket. Checks are repeated because an operator may empty the bucket or change
/// its permissions.
const CHECK_EVERY: Duration = Duration::from_secs(60);

/// Longest wait of a start for an overdue beat.
const BEAT_WAIT: Duration = Duration::from_secs(2);

/// The heartbeat of this host, and its view of the others. Cheap to clone; the heartbeat stops with the last clone.
#[derive(Clone)]
pub struct Presence {
    inner: Arc<Inner>,
}

struct Inner {
    host: HostId,
    store: ObjectStore,
    gone_after: Duration,
    pulse: watch::Receiver<Pulse>,
    tasks: [AbortHandle; 2],
}

/// The results of the writes of this host's own objects.
struct Pulse {
    started: Instant,
    /// Time of the last beat written.
    last: Option<Instant>,
    /// The last interruption: its length, and the time of the beat that ended it.
    interruption: Option<(Duration, Instant)>,
    /// The result of the last beat; a time-out error before the first one.
    beat: Result<(), StoreError>,
    /// The result of the last check of the bucket's prompts and permissions.
    bucket: Result<(), StoreError>,
}

impl Pulse {
    fn new() -> Self {
        let pending = || Err(StoreError::timed_out("the first beat"));
        Self { started: Instant::now(), last: None, interruption: None, beat: pending(), bucket: pending() }
    }

    fn check(&self) -> Result<(), StoreError> {
        self.beat.clone()?;
        self.bucket.clone()?;
        if self.is_within(OVERDUE) { Ok(()) } else { Err(StoreError::timed_out("beat")) }
    }

    /// Whether the last beat was written at most this long ago.
    fn is_within(&self, time: Duration) -> bool {
        self.last.is_some_and(|last| last.elapsed() < time)
    }

    fn beaten(&mut self, written: Result<(), StoreError>) {
        match (&self.beat, &written) {
            (_, Ok(())) => {
                let now = Instant::now();
                let pause = now - self.last.unwrap_or(self.started);
                if pause > LONGEST_PAUSE {
                    tracing::info!(seconds = pause.as_secs_f64(), "this host beats again");
                    // A single beat between two interruptions does not show that the other hosts were alive, so their
                    // lengths are added.
                    let before = self.interruption.filter(|(_, ended)| now - *ended < 2 * pause);
                    self.interruption =
                        Some((pause + before.map_or(Duration::ZERO, |(length, _)| length), now));
                }
                self.last = Some(now);
            }
            (Ok(()), Err(error)) => tracing::warn!(%error, "the bucket does not take this host's beat"),
            (Err(_), Err(_)) => {}
        }
        self.beat = written;
    }

    /// The reason for which the other hosts may not see this one, if there is one.
    fn unseen(&self) -> Option<StoreError> {
        match &self.beat {
            Err(error) if error.needs_an_operator() => Some(error.clone()),
            _ if self.is_within(OVERDUE) => None,
            Err(error) => Some(error.clone()),
            Ok(()) => Some(StoreError::timed_out("beat")),
        }
    }
}

/// The content of a beat, for operators: hosts read only its age.
#[derive(Serialize)]
struct Beat<'a> {
    host: &'a HostId,
    /// Version of the service.
    version: &'static str,
    beats: u64,
}

impl Presence {
    /// Starts the heartbeat. Another host counts as gone once its beat is `gone_after` old.
    pub fn start(host: HostId, store: ObjectStore, gone_after: Duration) -> Self {
        let (sender, pulse) = watch::channel(Pulse::new());
        let tasks = [
            tokio::spawn(beat(host.clone(), store.clone(), sender.clone())).abort_handle(),
            // A separate task, so that a slow check never delays a beat.
            tokio::spawn(keep_checking(store.clone(), sender)).abort_handle(),
        ];
        Self { inner: Arc::new(Inner { host, store, gone_after, pulse, tasks }) }
    }

    /// The id of this host, which is in the life of every stream that it makes.
    pub fn host(&self) -> &HostId {
        &self.inner.host
    }

    /// Checks that the bucket accepts this host's writes.
    ///
    /// # Errors
    /// The [`StoreError`] of the last beat or of the last check of the bucket, or a time-out when the beat is overdue.
    pub fn check(&self) -> Result<(), StoreError> {
        self.inner.pulse.borrow().check()
    }

    /// Waits until [`Self::check`] succeeds; for ever after [`Self::stop`].
    pub async fn ready(&self) {
        let mut pulse = self.inner.pulse.clone();
        if pulse.wait_for(|pulse| pulse.check().is_ok()).await.is_err() {
            std::future::pending().await
        }
    }

    /// Waits until the other hosts can see that this one is alive; otherwise they would take a new stream from it.
    ///
    /// # Errors
    /// The [`StoreError`] that prevents its beats: at once where an operator has to help, else after two seconds.
    pub async fn seen(&self) -> Result<(), StoreError> {
        let mut pulse = self.inner.pulse.clone();
        let settled = pulse.wait_for(|pulse| pulse.unseen().is_none_or(|error| error.needs_an_operator()));
        let _ = timeout(BEAT_WAIT, settled).await;
        self.inner.pulse.borrow().unseen().map_or(Ok(()), Err)
    }

    /// Whether another host is gone, so that its streams may be taken over.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or when this host's own beats failed a moment ago.
    pub async fn is_gone(&self, other: &HostId) -> Result<bool, StoreError> {
        if *other == self.inner.host {
            return Ok(false);
        }
        let age = self.inner.store.beat_age(other).await?;
        let gone_after = self.inner.gone_after;
        if age.is_some_and(|age| age < gone_after) {
            return Ok(false);
        }
        let pulse = self.inner.pulse.borrow();
        pulse.beat.clone()?;
        if !pulse.is_within(LONGEST_PAUSE) {
            // This host has just woken up, perhaps together with the other one.
            return Err(StoreError::timed_out("beat"));
        }
        let allowance = match pulse.interruption {
            Some((length, ended)) if ended.elapsed() < gone_after => length,
            _ => Duration::ZERO,
        };
        Ok(age.is_none_or(|age| age >= gone_after + allowance))
    }

    /// Stops the heartbeat, as the death of the host does.
    pub fn stop(&self) {
        self.inner.stop();
    }
}

impl Inner {
    fn stop(&self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Writes beats until the task is aborted.
async fn beat(host: HostId, store: ObjectStore, pulse: watch::Sender<Pulse>) {
    let key = keys::beat(&host);
    let mut ticks = interval(BEAT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for beats in 0.. {
        ticks.tick().await;
        let beat = Beat { host: &host, version: env!("CARGO_PKG_VERSION"), beats };
        let written = in_time(store.write_document(&key, &beat, Expected::Anything)).await;
        pulse.send_modify(|pulse| pulse.beaten(written));
    }
}

/// Checks, until the task is aborted, that the bucket holds the fixed prompts and permits the requests that streams
/// need.
async fn keep_checking(store: ObjectStore, pulse: watch::Sender<Pulse>) {
    loop {
        let checked = check_bucket(&store).await;
        let pause = if checked.is_ok() { CHECK_EVERY } else { BEAT_EVERY };
        pulse.send_modify(|pulse| pulse.bucket = checked);
        sleep(pause).await;
    }
}

/// Bounds a write, so that a hanging one does not delay the next beat.
async fn in_time<T>(write: impl Future<Output = Result<T, StoreError>>) -> Result<(), StoreError> {
    let written = timeout(BEAT_EVERY, write).await;
    written.unwrap_or_else(|_| Err(StoreError::timed_out("beat"))).map(drop)
}

async fn check_bucket(store: &ObjectStore) -> Result<(), StoreError> {
    let key = keys::silence();
    if store.head(&key).await?.is_none() {
        let silence = telephone::silence(keys::SILENCE_MS).into();
        store.write(&key, Content::clip(silence), Expected::Nothing).await?;
    }
    store.check_permissions().await
}
