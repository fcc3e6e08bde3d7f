//! The bucket's own clock, which gives `Last-Modified` and `Date`, independent of the hosts' clocks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

/// The system's clock plus an offset. Cheap to clone; clones share the offset.
///
/// Signatures and the expiry of presigned URLs are judged by the system's clock. The AWS SDK takes the time at which
/// it signs from the `Date` of earlier answers, so an offset must stay below the fifteen minutes that a signature may
/// be old.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// Sets how many milliseconds this clock is ahead of the system's clock; negative when behind.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// The current time by the bucket's clock.
    pub fn now(&self) -> SystemTime {
        let offset_ms = self.offset_ms.load(Ordering::Relaxed);
        let offset = Duration::from_millis(offset_ms.unsigned_abs());
        let now = SystemTime::now();
        let shifted = if offset_ms < 0 { now.checked_sub(offset) } else { now.checked_add(offset) };
        shifted.unwrap_or(now)
    }
}
