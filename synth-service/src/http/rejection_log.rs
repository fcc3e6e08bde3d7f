//! Logs requests that are turned away: the first at once, then at most one line per second, so that no client can fill
//! the log.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Shortest time between two lines.
const BETWEEN_LINES: Duration = Duration::from_secs(1);

/// Longest path in a line, in bytes; paths are ASCII.
const LONGEST_PATH: usize = 100;

pub(super) struct RejectionLog {
    message: &'static str,
    rejections: Mutex<Rejections>,
}

#[derive(Default)]
struct Rejections {
    logged_at: Option<Instant>,
    /// Rejections since that line.
    suppressed: u64,
}

impl RejectionLog {
    /// Each line has this message.
    pub(super) fn new(message: &'static str) -> Self {
        Self { message, rejections: Mutex::default() }
    }

    /// Logs only these parts of a request: the rest may hold secrets.
    pub(super) fn rejected(&self, address: Option<SocketAddr>, path: &str) {
        if let Some(others) = self.due() {
            let path = path.get(..LONGEST_PATH).unwrap_or(path);
            let address = address.map(tracing::field::display);
            tracing::warn!(address, path, others, "{}", self.message);
        }
    }

    /// The number of rejections that the next line stands for besides its own; `None` while it is too early for a line.
    fn due(&self) -> Option<u64> {
        let mut rejections = self.rejections.lock().unwrap_or_else(PoisonError::into_inner);
        if rejections.logged_at.is_some_and(|at| at.elapsed() < BETWEEN_LINES) {
            rejections.suppressed += 1;
            return None;
        }
        rejections.logged_at = Some(Instant::now());
        Some(std::mem::take(&mut rejections.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_line_a_second_counts_all() {
        let log = RejectionLog::new("");
        assert_eq!(log.due(), Some(0));
        for _ in 0..1000 {
            assert_eq!(log.due(), None);
        }
        tokio::time::advance(BETWEEN_LINES).await;
        assert_eq!(log.due(), Some(1000));
        assert_eq!(log.due(), None);
    }
}
