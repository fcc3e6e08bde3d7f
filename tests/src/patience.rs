//! Waiting for a condition, with a limit after which it is an error.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Longest that anything may take that the test does not measure.
pub const LONG: Duration = Duration::from_secs(60);

/// Between two looks.
const STEP: Duration = Duration::from_millis(10);

/// Looks until there is something, and returns it.
///
/// # Errors
/// The error of `look`, or that `what` was not there in time.
pub async fn until<T>(
    what: &str,
    patience: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("not within {} s: {what}", patience.as_secs_f32());
        }
        sleep(STEP).await;
    }
}
