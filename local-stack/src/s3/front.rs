//! The layer in front of `s3s`: it injects faults, checks the form of the authorization, and dates the answer.

use std::{pin::Pin, sync::Arc};

use http::{HeaderValue, Request, Response, StatusCode, header::DATE};
use hyper::{body::Incoming, service::Service};
use s3s::{
    Body, S3Error, S3ErrorCode,
    dto::{Timestamp, TimestampFormat},
    service::S3Service,
};

use super::{
    authorization,
    clock::Clock,
    faults::{Fault, Faults},
};

/// An S3 with its faults. Its own clock dates the answers.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) s3: S3Service,
    pub(super) faults: Faults,
    pub(super) clock: Clock,
    pub(super) region: Arc<str>,
}

/// The error that makes the server cut the connection.
#[derive(Debug, thiserror::Error)]
#[error("a fault that was asked for")]
struct Broken;

type Error = Box<dyn std::error::Error + Send + Sync>;

impl Service<Request<Incoming>> for Front {
    type Response = Response<Body>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let front = self.clone();
        Box::pin(async move {
            let answer = front.answer(request).await?;
            front.dated(answer)
        })
    }
}

impl Front {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Error> {
        let fault = self.faults.of(&request);
        match fault {
            Some(Fault::Refused(status)) => return refusal(status),
            Some(Fault::Cut) => return Err(Broken.into()),
            Some(Fault::Slow(pause)) => tokio::time::sleep(pause).await,
            Some(Fault::AnswerLost) | None => {}
        }
        let answer = match authorization::check(&request, &self.region) {
            Ok(()) => Service::call(&self.s3, request).await?,
            Err(refused) => refused.to_http_response()?,
        };
        if fault == Some(Fault::AnswerLost) { Err(Broken.into()) } else { Ok(answer) }
    }

    /// Sets the answer's date. Without it hyper would add one by the system's clock.
    fn dated(&self, mut answer: Response<Body>) -> Result<Response<Body>, Error> {
        let mut date = Vec::new();
        Timestamp::from(self.clock.now()).format(TimestampFormat::HttpDate, &mut date)?;
        answer.headers_mut().insert(DATE, HeaderValue::from_bytes(&date)?);
        Ok(answer)
    }
}

fn refusal(status: StatusCode) -> Result<Response<Body>, Error> {
    let code = match status {
        StatusCode::CONFLICT => S3ErrorCode::ConditionalRequestConflict,
        StatusCode::FORBIDDEN => S3ErrorCode::AccessDenied,
        StatusCode::SERVICE_UNAVAILABLE => S3ErrorCode::SlowDown,
        _ => S3ErrorCode::InternalError,
    };
    let mut error = S3Error::with_message(code, Broken.to_string());
    error.set_status_code(status);
    Ok(error.to_http_response()?)
}
