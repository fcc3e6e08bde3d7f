//! The times of a quick poll.

use std::time::Duration;

use contract::env;

/// The times of a poll.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Longest time without a clip before the answer is `wait`.
    pub budget: Duration,
    /// Time from the start of one look to the start of the next.
    pub step: Duration,
    /// Longest time of retries after a look fails: a brief outage must not end a call.
    pub trouble: Duration,
}

impl Patience {
    /// The same times, cut to the `remaining` one.
    #[must_use]
    pub fn within(self, remaining: Duration) -> Self {
        Self { budget: self.budget.min(remaining), trouble: self.trouble.min(remaining), ..self }
    }
}

/// The times of `get_next_batch`, where the operator sets no others.
pub const PATIENCE: Patience = Patience {
    budget: Duration::from_millis(env::DEFAULT_POLL_BUDGET_MS),
    step: Duration::from_millis(env::DEFAULT_POLL_STEP_MS),
    trouble: Duration::from_secs(2),
};
