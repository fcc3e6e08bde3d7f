//! Says in the log that somebody without a token is at the door: at once, and then at most once a second, so that
//! nobody can fill the log.

use std::{
    net::SocketAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Between two lines.
const BETWEEN_LINES: Duration = Duration::from_secs(1);

/// Longest path that is repeated, in bytes; it is ASCII.
const LONGEST_PATH: usize = 100;

#[derive(Default)]
pub(super) struct Knocks(Mutex<Heard>);

#[derive(Default)]
struct Heard {
    told_at: Option<Instant>,
    untold: u64,
}

impl Knocks {
    /// A request was turned away. Never called with more of it than this: the rest may hold secrets.
    pub(super) fn turned_away(&self, address: Option<SocketAddr>, path: &str) {
        if let Some(others) = self.others_to_tell() {
            let path = path.get(..LONGEST_PATH).unwrap_or(path);
            let address = address.map(tracing::field::display);
            tracing::warn!(address, path, others, "a request without a valid token was turned away");
        }
    }

    /// How many more there were since the last line; `None` while it is too early for another one.
    fn others_to_tell(&self) -> Option<u64> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.told_at.is_some_and(|at| at.elapsed() < BETWEEN_LINES) {
            heard.untold += 1;
            return None;
        }
        heard.told_at = Some(Instant::now());
        Some(std::mem::take(&mut heard.untold))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_line_a_second_tells_of_all() {
        let knocks = Knocks::default();
        assert_eq!(knocks.others_to_tell(), Some(0));
        for _ in 0..1000 {
            assert_eq!(knocks.others_to_tell(), None);
        }
        tokio::time::advance(BETWEEN_LINES).await;
        assert_eq!(knocks.others_to_tell(), Some(1000));
        assert_eq!(knocks.others_to_tell(), None);
    }
}
