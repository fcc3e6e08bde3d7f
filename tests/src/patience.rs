//! Waits for a condition, with a time limit.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// Longest wait for anything whose duration the test does not measure.
pub const LONG: Duration = Duration::from_secs(60);

/// Pause between two looks.
const STEP: Duration = Duration::from_millis(10);

/// Repeats `look` until it returns a value, and returns that value.
///
/// # Errors
/// The error of `look`, or one that says that `what` was not there in time.
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
