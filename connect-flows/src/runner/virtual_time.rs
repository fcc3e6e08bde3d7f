//! Calls in virtual time: tokio's clock stands still while something is computed, and jumps to the next timer when
//! everything waits. A call of ten minutes takes milliseconds, and its outcome is the same every time.

use std::{future::Future, io};

/// Runs a future, such as [`Runner::run`](super::Runner::run), on this thread in virtual time.
///
/// Everything that the future waits for must be a timer of tokio or wrapped by [`RealTime`](super::RealTime): a plain
/// request over the network would let the clock run on, and time out at once.
///
/// # Errors
/// When the system gives no runtime.
///
/// # Panics
/// Within another runtime of tokio: call it from a thread of its own, such as one of `spawn_blocking`.
pub fn in_virtual_time<F: Future>(future: F) -> io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
    Ok(runtime.block_on(future))
}
