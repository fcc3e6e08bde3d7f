//! The bucket's own clock: `Last-Modified` and `Date` come from it, and from no host's.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

/// The system's clock, or one that is ahead of it or behind it. Cheap to clone; clones share the offset.
///
/// Signatures and the expiry of presigned URLs are judged by the system's clock. The AWS SDK takes the time at which
/// it signs from the `Date` of earlier answers, so an offset must stay below the fifteen minutes that a signature may
/// be old.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    offset_ms: Arc<AtomicI64>,
}

impl Clock {
    /// From now on, the clock is this many milliseconds ahead of the system's; behind it when negative.
    pub fn set_offset_ms(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }

    /// The time in the bucket.
    pub fn now(&self) -> SystemTime {
        let offset_ms = self.offset_ms.load(Ordering::Relaxed);
        let offset = Duration::from_millis(offset_ms.unsigned_abs());
        let now = SystemTime::now();
        let shifted = if offset_ms < 0 { now.checked_sub(offset) } else { now.checked_add(offset) };
        shifted.unwrap_or(now)
    }
}
