//! The HTTP client of the exporters. Their threads have no runtime, so that each request is a task of the service's.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use signed_requests::Signer;
use tokio::{runtime::Handle, time::timeout};
use url::Url;

use crate::{health::Health, settings::OtlpError};

/// Longest time of one request, its signature included.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest answer that is read, in bytes: a collector has little to say.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The client of one endpoint. It must be made within a runtime.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    signer: Option<Arc<Signer>>,
    health: Arc<Health>,
    runtime: Handle,
}

impl Client {
    pub(crate) fn new(url: &Url, signer: Option<Signer>, health: Arc<Health>) -> Result<Self, OtlpError> {
        let http = outgoing::client(url).connect_timeout(CONNECT_TIMEOUT).timeout(REQUEST_TIMEOUT);
        let http = http.build().map_err(|error| OtlpError::Exporter(error.to_string()))?;
        Ok(Self { http, signer: signer.map(Arc::new), health, runtime: Handle::current() })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = send(self.http.clone(), self.signer.clone(), request);
        let sending = async move { timeout(REQUEST_TIMEOUT, sending).await };
        let sent = match self.runtime.spawn(sending).await {
            Ok(Ok(sent)) => sent,
            Ok(Err(_)) => Err("no answer in time".into()),
            Err(_) => Err("the service stops".into()),
        };
        match &sent {
            Ok(answer) if !answer.status().is_success() => {
                self.health.note(format!("it answered {}", answer.status()));
            }
            Ok(_) => {}
            Err(error) => self.health.note(error.to_string()),
        }
        sent
    }
}

async fn send(
    http: reqwest::Client,
    signer: Option<Arc<Signer>>,
    mut request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    if let Some(signer) = signer {
        signer.sign(&mut request).await?;
    }
    let answer = http.execute(request.try_into()?).await.map_err(|error| outgoing::cause(&error))?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    Ok(response.body(outgoing::body(answer, LONGEST_ANSWER).await?)?)
}
