//! Trouble on the way to the bucket: what a test or a person tells it to do to a request.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use http::{HeaderValue, Method, Request, Response, StatusCode, header::DATE};
use hyper::{body::Incoming, service::Service};
use s3s::{
    Body,
    dto::{Timestamp, TimestampFormat},
    service::S3Service,
};

use super::clock::Clock;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is not done, and answered with this status: 500 as `InternalError`, 503 as
    /// `SlowDown`, 409 as `ConditionalRequestConflict`.
    Refused(StatusCode),
    /// It is not done, and the connection breaks.
    Cut,
    /// It is done, and the connection breaks before the answer.
    AnswerLost,
    /// It is done after this time.
    Slow(Duration),
}

type Decide = dyn Fn(&Method, &str) -> Option<Fault> + Send + Sync;

/// Decides on each request, by its method and path (`/bucket/key`). Cheap to clone; clones share what they decide.
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

    fn of(&self, request: &Request<Incoming>) -> Option<Fault> {
        let decide = self.decide.lock().unwrap_or_else(PoisonError::into_inner).clone();
        decide.and_then(|decide| decide(request.method(), request.uri().path()))
    }
}

/// An S3 with its faults. Its answers are dated by its own clock.
#[derive(Clone)]
pub(super) struct Faulty {
    pub(super) s3: S3Service,
    pub(super) faults: Faults,
    pub(super) clock: Clock,
}

/// Breaks the connection.
#[derive(Debug, thiserror::Error)]
#[error("a fault that was asked for")]
struct Broken;

type Error = Box<dyn std::error::Error + Send + Sync>;

impl Service<Request<Incoming>> for Faulty {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let fault = self.faults.of(&request);
        let Self { s3, clock, .. } = self.clone();
        Box::pin(async move {
            match fault {
                Some(Fault::Refused(status)) => return dated(refusal(status)?, &clock),
                Some(Fault::Cut) => return Err(Broken.into()),
                Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
                Some(Fault::AnswerLost) | None => {}
            }
            let answer = Service::call(&s3, request).await?;
            if fault == Some(Fault::AnswerLost) { Err(Broken.into()) } else { dated(answer, &clock) }
        })
    }
}

fn refusal(status: StatusCode) -> Result<Response<Body>, Error> {
    let code = match status {
        StatusCode::CONFLICT => "ConditionalRequestConflict",
        StatusCode::SERVICE_UNAVAILABLE => "SlowDown",
        _ => "InternalError",
    };
    let body = format!("<Error><Code>{code}</Code><Message>a fault that was asked for</Message></Error>");
    let answer = Response::builder().status(status).header("content-type", "application/xml");
    Ok(answer.body(Body::from(body))?)
}

/// hyper dates an answer by the system's clock unless it has a date.
fn dated(mut answer: Response<Body>, clock: &Clock) -> Result<Response<Body>, Error> {
    let mut date = Vec::new();
    Timestamp::from(clock.now()).format(TimestampFormat::HttpDate, &mut date)?;
    answer.headers_mut().insert(DATE, HeaderValue::from_bytes(&date)?);
    Ok(answer)
}
