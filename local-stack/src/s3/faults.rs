//! Faults that a test or a person injects into requests to the bucket.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{Method, Request, StatusCode};

/// A fault to inject into one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request is not executed. The answer has this status: 403 as `AccessDenied`, 409 as
    /// `ConditionalRequestConflict`, 500 as `InternalError`, 503 as `SlowDown`.
    Refused(StatusCode),
    /// The request is not executed, and its connection is cut.
    Cut,
    /// The request is executed, but its connection is cut before the answer.
    AnswerLost,
    /// The request is executed after this delay.
    Slow(Duration),
}

type Decide = dyn Fn(&Method, &str) -> Option<Fault> + Send + Sync;

/// Decides on a fault for each request, by method and path (`/bucket/key`). Cheap to clone; clones share their
/// decisions.
#[derive(Clone, Default)]
pub struct Faults {
    decide: Arc<Mutex<Option<Arc<Decide>>>>,
}

impl Faults {
    /// Sets the function that decides on the faults of later requests.
    pub fn set(&self, decide: impl Fn(&Method, &str) -> Option<Fault> + Send + Sync + 'static) {
        *self.decide.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(decide));
    }

    /// Removes all faults for later requests.
    pub fn clear(&self) {
        *self.decide.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn of<B>(&self, request: &Request<B>) -> Option<Fault> {
        let decide = self.decide.lock().unwrap_or_else(PoisonError::into_inner).clone();
        decide.and_then(|decide| decide(request.method(), request.uri().path()))
    }
}
