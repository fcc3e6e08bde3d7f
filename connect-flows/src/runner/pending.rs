//! Invocations whose replies the flow has not asked for yet.

use std::collections::HashMap;

use tokio::{task::JoinSet, time::Instant};

use super::attempt::{Attempt, Verdict};

/// Invocations in the background. Dropping it aborts those that run.
#[derive(Default)]
pub(super) struct Pending {
    running: JoinSet<(String, Verdict)>,
    /// By the invocation's id; `None` while it runs.
    verdicts: HashMap<String, Option<Verdict>>,
}

impl Pending {
    /// Makes an attempt in the background.
    pub(super) fn start(&mut self, id: String, attempt: Attempt, deadline: Instant) {
        self.verdicts.insert(id.clone(), None);
        self.running.spawn(async move { (id, attempt.make(deadline).await) });
    }

    /// Takes the verdict on an invocation. `Some(None)`: it still runs; `None`: there is no such invocation.
    pub(super) fn take(&mut self, id: &str) -> Option<Option<Verdict>> {
        while let Some(finished) = self.running.try_join_next() {
            if let Ok((id, verdict)) = finished {
                self.verdicts.insert(id, Some(verdict));
            }
        }
        match self.verdicts.get(id)? {
            None => Some(None),
            Some(_) => self.verdicts.remove(id),
        }
    }

    /// Waits for the end of an invocation; for ever when there is no such invocation.
    pub(super) async fn returned(&mut self, id: &str) {
        loop {
            if matches!(self.verdicts.get(id), Some(Some(_))) {
                return;
            }
            match self.running.join_next().await {
                Some(Ok((id, verdict))) => {
                    self.verdicts.insert(id, Some(verdict));
                }
                Some(Err(_)) => {}
                None => std::future::pending().await,
            }
        }
    }
}
