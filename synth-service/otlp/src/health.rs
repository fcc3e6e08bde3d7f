//! Lost telemetry: how much, and the log of outages. An outage is one line at its start and one at its end.

use std::{
    fmt,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use url::Url;

use crate::settings::Signal;

/// Learns the number of items that were lost.
type OnLoss = Box<dyn Fn(u64) + Send + Sync>;

/// The state of one signal's export.
pub(crate) struct Health {
    signal: Signal,
    /// The endpoint, as in the log: without a password or a query.
    endpoint: String,
    is_failing: AtomicBool,
    lost: AtomicU64,
    /// The cause of the latest failure.
    fault: Mutex<String>,
    on_loss: OnceLock<OnLoss>,
}

impl Health {
    pub(crate) fn new(signal: Signal, url: &Url) -> Self {
        let endpoint = format!("{}{}", url.origin().ascii_serialization(), url.path());
        Self {
            signal,
            endpoint,
            is_failing: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            fault: Mutex::default(),
            on_loss: OnceLock::new(),
        }
    }

    /// Keeps the cause of a failed request, for the log.
    pub(crate) fn note(&self, fault: String) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// Records an export that was taken.
    pub(crate) fn delivered(&self) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            let (signal, lost) = (self.signal.name(), self.lost.load(Ordering::Relaxed));
            tracing::info!(signal, endpoint = self.endpoint, lost, "telemetry is exported again");
        }
    }

    /// Records an export that was not taken, and the number of lost items.
    pub(crate) fn failed(&self, lost: usize) {
        self.lose(lost);
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            let error = self.fault.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let signal = self.signal.name();
            tracing::warn!(
                signal,
                endpoint = self.endpoint,
                error,
                "telemetry is not exported: check the endpoint"
            );
        }
    }

    /// Records items that there was no room for.
    pub(crate) fn lose(&self, items: usize) {
        let items = items as u64;
        self.lost.fetch_add(items, Ordering::Relaxed);
        if let Some(on_loss) = self.on_loss.get().filter(|_| items > 0) {
            on_loss(items);
        }
    }

    /// Has each loss reported from now on. The first one to ask is told.
    pub(crate) fn on_loss(&self, on_loss: impl Fn(u64) + Send + Sync + 'static) {
        let _ = self.on_loss.set(Box::new(on_loss));
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Health({})", self.endpoint)
    }
}
