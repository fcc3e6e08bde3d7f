//! The pace of requests to Connect. Its quota is two requests a second of one kind, for the whole account.

use std::time::Duration;

use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// Least time between the beginnings of two requests.
pub(crate) const PACE: Duration = Duration::from_millis(500);

/// The pace of one program. The first request waits as well: the program before may have sent its last one just now.
pub(crate) struct Pacer(Mutex<Instant>);

impl Pacer {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Instant::now() + PACE))
    }

    /// Waits for the next request's turn.
    pub(crate) async fn turn(&self) {
        let mut next = self.0.lock().await;
        sleep_until(*next).await;
        *next = Instant::now() + PACE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_more_than_two_requests_begin_in_a_second() {
        let (pacer, begun) = (Pacer::new(), Instant::now());
        for expected in 1..=5 {
            pacer.turn().await;
            assert_eq!(begun.elapsed(), expected * PACE);
        }
        // A long pause earns no burst.
        tokio::time::advance(20 * PACE).await;
        pacer.turn().await;
        let after = Instant::now();
        pacer.turn().await;
        assert_eq!(after.elapsed(), PACE);
    }
}
