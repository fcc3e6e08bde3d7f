//! The last flush. The SDK's own shutdown blocks its caller, and that of the metrics ignores its limit.

use std::{thread, time::Duration};

use tokio::{sync::oneshot, time::timeout};

/// Longest wait for the last flush.
pub(crate) const LAST_FLUSH: Duration = Duration::from_millis(1500);

/// Waits for the last flush, which is abandoned when it takes too long: its thread ends with the process.
pub(crate) async fn flush_within(limit: Duration, flush: impl FnOnce() + Send + 'static) -> bool {
    let (flushed, done) = oneshot::channel();
    let thread = thread::Builder::new().name("otlp-stop".into()).spawn(move || {
        flush();
        let _ = flushed.send(());
    });
    thread.is_ok() && matches!(timeout(limit, done).await, Ok(Ok(())))
}
