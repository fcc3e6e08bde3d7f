//! The service's HTTP door, as a function knocks on it.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use contract::{
    StreamId,
    http::{
        CancelRequest, CancelResponse, ErrorBody, STREAMS, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL,
        StartRequest, StartResponse, StreamStatus,
    },
};
use reqwest::{Client, StatusCode, header::RETRY_AFTER};

/// Longer than the service takes for any answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What came of a start.
pub(super) enum Started {
    Accepted(StartResponse),
    /// 429.
    Refused {
        code: String,
        retry_after: Duration,
    },
}

pub(super) struct Door {
    http: Client,
    endpoint: String,
    token: String,
}

impl Door {
    pub(super) fn new(endpoint: String, token: String) -> Result<Self> {
        // A connection for each request: a thousand functions at once have no shared one.
        let http = Client::builder().no_proxy().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?;
        Ok(Self { http, endpoint, token })
    }

    /// # Errors
    /// For every answer but a stream and a 429.
    pub(super) async fn start(&self, request: &StartRequest) -> Result<Started> {
        let url = format!("{}{SYNTHESIZE_STREAM}", self.endpoint);
        let answer = self.http.post(url).bearer_auth(&self.token).json(request).send().await;
        let answer = answer.map_err(|error| anyhow::anyhow!("start: {}", outline(&error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(Started::Accepted(answer.json().await?));
        }
        let retry_after =
            answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let body: ErrorBody = answer.json().await.with_context(|| format!("start: HTTP {status}"))?;
        match retry_after {
            Some(seconds) if status == StatusCode::TOO_MANY_REQUESTS => {
                Ok(Started::Refused { code: body.error.code, retry_after: Duration::from_secs(seconds) })
            }
            _ => bail!("start: HTTP {status}, {}", body.error.code),
        }
    }

    pub(super) async fn cancel(&self, request: &CancelRequest) -> Result<CancelResponse> {
        let url = format!("{}{SYNTHESIZE_STREAM_CANCEL}", self.endpoint);
        let answer = self.http.post(url).bearer_auth(&self.token).json(request).send().await;
        let answer = answer.map_err(|error| anyhow::anyhow!("cancel: {}", outline(&error)))?;
        let status = answer.status();
        if !status.is_success() {
            bail!("cancel: HTTP {status}");
        }
        Ok(answer.json().await?)
    }

    pub(super) async fn status(&self, stream: &StreamId) -> Result<StreamStatus> {
        let url = format!("{}{STREAMS}/{stream}", self.endpoint);
        let answer = self.http.get(url).bearer_auth(&self.token).send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }
}

/// What went wrong in a few words, the same for each of many.
fn outline(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    }
}
