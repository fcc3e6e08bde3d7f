//! Faults that a test or a person injects into requests to the bucket.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{Method, Request, StatusCode};

/// The treatment of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and answered with this status: 403 as `AccessDenied`, 409 as
    /// `ConditionalRequestConflict`, 500 as `InternalError`, 503 as `SlowDown`.
    Refused(StatusCode),
    /// It is not done, and the connection breaks.
    Cut,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done after this time.
    Slow(Duration),
}

type Decide = dyn Fn(&Method, &str) -> Option<Fault> + Send + Sync;

/// Decides on each request, by its method and path (`/bucket/key`). Cheap to clone; clones share their decisions.
#[derive(Clone, Default)]
pub struct Faults {
    decide: Arc<Mutex<Option<Arc<Decide>>>>,
}

impl Faults {
    /// From now on, requests fare as `decide` says.
    pub fn set(&self, decide: impl Fn(&Method, &str) -> Option<Fault> + Send + Sync + 'static) {
        *self.decide.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(decide));
    }

    /// From now on, all is well.
    pub fn clear(&self) {
        *self.decide.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(super) fn of<B>(&self, request: &Request<B>) -> Option<Fault> {
        let decide = self.decide.lock().unwrap_or_else(PoisonError::into_inner).clone();
        decide.and_then(|decide| decide(request.method(), request.uri().path()))
    }
}
