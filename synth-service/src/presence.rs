//! This host's heartbeat in the bucket, and the liveness of the other hosts.
//!
//! A running host replaces `hosts/{id}` about once a second. Another host counts as gone when its beat is older than
//! the `gone_after` of [`Presence::start`], by the bucket's own clock: the clocks of the hosts are never compared.
//! While the bucket rejects this host's own beats, the others may have the same trouble, so no host counts as gone.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contract::{BEAT_EVERY, HostId, keys};
use serde::Serialize;
use speech::telephone;
use stream_store::{Content, Expected, ObjectStore, StoreError};
use tokio::{
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// A host whose last beat is older than this, by its own clock, is not ready: the bucket or the host is in trouble.
const OVERDUE: Duration = Duration::from_secs(3);

/// The heartbeat of this host, and its view of the others. Cheap to clone; the beat ends with the last clone.
#[derive(Clone)]
pub struct Presence {
    inner: Arc<Inner>,
}

struct Inner {
    host: HostId,
    store: ObjectStore,
    gone_after: Duration,
    pulse: Arc<Mutex<Pulse>>,
    beating: AbortHandle,
}

/// The results of the writes of this host's own objects.
struct Pulse {
    /// Time of the last beat written; before the first one, the start of the host.
    last: Instant,
    /// Time of the last beat that failed.
    failed: Option<Instant>,
    /// The result of the last beat; a time-out error before the first one.
    beat: Result<(), StoreError>,
    /// The result of the last write of the fixed prompts.
    prompts: Result<(), StoreError>,
}

impl Pulse {
    fn new() -> Self {
        let pending = || Err(StoreError::timed_out("the first beat"));
        Self { last: Instant::now(), failed: None, beat: pending(), prompts: pending() }
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
        let pulse = Arc::new(Mutex::new(Pulse::new()));
        let beating = tokio::spawn(beat(host.clone(), store.clone(), pulse.clone())).abort_handle();
        Self { inner: Arc::new(Inner { host, store, gone_after, pulse, beating }) }
    }

    /// The id of this host, which is in the life of every stream that it makes.
    pub fn host(&self) -> &HostId {
        &self.inner.host
    }

    /// Checks that the bucket accepts this host's writes.
    ///
    /// # Errors
    /// The [`StoreError`] of the last beat or of the fixed prompts, or a time-out when the beat is overdue.
    pub fn check(&self) -> Result<(), StoreError> {
        let pulse = self.pulse();
        pulse.beat.clone()?;
        pulse.prompts.clone()?;
        if pulse.last.elapsed() < OVERDUE { Ok(()) } else { Err(StoreError::timed_out("beat")) }
    }

    /// Checks that the other hosts still see this one as alive, and so leave its streams alone.
    ///
    /// # Errors
    /// The [`StoreError`] that prevents the beat.
    pub fn check_seen(&self) -> Result<(), StoreError> {
        let pulse = self.pulse();
        if pulse.last.elapsed() < self.inner.gone_after.max(OVERDUE) {
            return Ok(());
        }
        pulse.beat.clone()?;
        Err(StoreError::timed_out("beat"))
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
        if age.is_some_and(|age| age < self.inner.gone_after) {
            return Ok(false);
        }
        let pulse = self.pulse();
        pulse.beat.clone()?;
        // After an outage the other hosts, too, need a moment to beat again.
        Ok(pulse.failed.is_none_or(|failed| failed.elapsed() >= OVERDUE))
    }

    /// Stops the heartbeat, as the death of the host does.
    pub fn stop(&self) {
        self.inner.beating.abort();
    }

    fn pulse(&self) -> MutexGuard<'_, Pulse> {
        lock(&self.inner.pulse)
    }
}

/// No code panics while it holds the lock, so a poisoned one is still consistent.
fn lock(pulse: &Mutex<Pulse>) -> MutexGuard<'_, Pulse> {
    pulse.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.beating.abort();
    }
}

/// Writes beats until the task is aborted.
async fn beat(host: HostId, store: ObjectStore, pulse: Arc<Mutex<Pulse>>) {
    let key = keys::beat(&host);
    let mut ticks = interval(BEAT_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for beats in 0.. {
        ticks.tick().await;
        let beat = Beat { host: &host, version: env!("CARGO_PKG_VERSION"), beats };
        let written = in_time(store.write_document(&key, &beat, Expected::Anything)).await;
        lock(&pulse).beaten(written);
        let has_prompts = lock(&pulse).prompts.is_ok();
        if !has_prompts || beats % PROMPTS_EVERY == 0 {
            let stored = in_time(keep_prompts(&store)).await;
            lock(&pulse).prompts = stored;
        }
    }
}

/// Bounds a write, so that a hanging one does not delay the next beat.
async fn in_time<T>(write: impl Future<Output = Result<T, StoreError>>) -> Result<(), StoreError> {
    let written = timeout(BEAT_EVERY, write).await;
    written.unwrap_or_else(|_| Err(StoreError::timed_out("beat"))).map(drop)
}

impl Pulse {
    fn beaten(&mut self, written: Result<(), StoreError>) {
        let now = Instant::now();
        match &written {
            Ok(()) => self.last = now,
            Err(error) => {
                if self.beat.is_ok() {
                    tracing::warn!(%error, "the bucket does not take this host's beat");
                }
                self.failed = Some(now);
            }
        }
        if self.failed.is_some() && self.beat.is_err() && written.is_ok() {
            tracing::info!("the bucket takes this host's beat again");
        }
        self.beat = written;
    }
}

/// Beats between two checks of the fixed prompts: an operator may have emptied the bucket.
const PROMPTS_EVERY: u64 = 60;

/// Stores the fixed prompts that are missing.
async fn keep_prompts(store: &ObjectStore) -> Result<(), StoreError> {
    let key = keys::silence();
    if store.head(&key).await?.is_none() {
        let silence = telephone::silence(keys::SILENCE_MS).into();
        store.write(&key, Content::clip(silence), Expected::Nothing).await?;
    }
    Ok(())
}
