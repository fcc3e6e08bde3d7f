//! Wall-clock time, for stored documents. Waiting goes through `tokio::time`, which tests control.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The current time in milliseconds since the Unix epoch; a clock before 1970 reads as 0.
pub fn now_ms() -> u64 {
    u64::try_from(since_epoch().as_millis()).unwrap_or(u64::MAX)
}

/// The same time with its fractions.
pub fn now_ms_exactly() -> f64 {
    since_epoch().as_secs_f64() * 1e3
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
