//! A Wait that lets the flow go on: it is woken by a function's reply, or when its time is over.

use tokio::time::{Instant, sleep_until};

use super::pending::Pending;

/// A Wait that runs beside the flow.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    /// The action that waits, and the number of flows on the stack at its time.
    pub action: String,
    pub depth: usize,
    /// The invocation whose reply ends it, but not before this instant.
    pub invocation: Option<String>,
    pub not_before: Instant,
    /// The end of its time.
    pub until: Instant,
}

/// The event that ends a Wait: an operand of its conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    LambdaReturned,
    WaitCompleted,
}

impl Woken {
    pub(super) fn operand(self) -> &'static str {
        match self {
            Self::LambdaReturned => "LambdaReturned",
            Self::WaitCompleted => "WaitCompleted",
        }
    }
}

/// Waits until a Wait is over; for ever without one.
pub(super) async fn woken(watch: Option<&Watch>, pending: &mut Pending) -> Woken {
    let Some(watch) = watch else {
        return std::future::pending().await;
    };
    let returned = async {
        let Some(invocation) = &watch.invocation else {
            return std::future::pending().await;
        };
        sleep_until(watch.not_before.min(watch.until)).await;
        pending.returned(invocation).await;
    };
    tokio::select! {
        biased;
        () = returned => Woken::LambdaReturned,
        () = sleep_until(watch.until) => Woken::WaitCompleted,
    }
}
