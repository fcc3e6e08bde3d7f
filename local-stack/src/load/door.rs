//! The HTTP client of the service, which behaves as the functions do.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use contract::{
    StreamId,
    http::{
        CHAT_STREAM, CancelRequest, CancelResponse, ChatRequest, ErrorBody, RESUME_STREAM, ResumeRequest,
        ResumeResponse, STREAMS, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL, StartRequest, StartResponse,
        StreamStatus, code,
    },
};
use reqwest::{Client, StatusCode, header::RETRY_AFTER};
use serde::Serialize;

/// Longest wait for an answer: longer than the service takes for any.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Whether a function asks another host after this answer. 429 is not included.
fn is_for_another_host(status: StatusCode, code: &str) -> bool {
    status == StatusCode::SERVICE_UNAVAILABLE || [code::NOT_MINE, code::UNKNOWN_VOICE].contains(&code)
}

/// The result of a start.
pub(super) enum Started {
    Accepted(StartResponse),
    /// A refusal: 429, or behind a load balancer any answer after which a function asks again.
    Refused {
        code: String,
        retry_after: Duration,
    },
}

pub(super) struct Door {
    http: Client,
    endpoint: String,
    token: String,
    /// Whether a refused start is sent once more with the permission to wait, as the functions do. A load balancer
    /// passes it to the next host.
    asks_again: bool,
}

impl Door {
    pub(super) fn new(endpoint: String, token: String, asks_again: bool) -> Result<Self> {
        // Each request opens a new connection: a thousand functions at once do not share one either.
        let http = Client::builder().no_proxy().timeout(TIMEOUT).pool_max_idle_per_host(0).build()?;
        Ok(Self { http, endpoint, token, asks_again })
    }

    /// # Errors
    /// For every answer that is neither a stream nor a refusal.
    pub(super) async fn start(&self, request: &StartRequest) -> Result<Started> {
        let started = self.start_once(request).await?;
        match started {
            Started::Refused { .. } if self.asks_again => {
                self.start_once(&StartRequest { may_wait: true, ..request.clone() }).await
            }
            started => Ok(started),
        }
    }

    /// Asks the next host to resume a stream. Returns the effect, or the error's code.
    pub(super) async fn resume(&self, stream: &StreamId) -> Result<String> {
        let request = ResumeRequest { stream_id: stream.clone() };
        let url = format!("{}{RESUME_STREAM}", self.endpoint);
        let answer = self.http.post(url).bearer_auth(&self.token).json(&request).send().await;
        let answer = answer.map_err(|error| anyhow::anyhow!("resume: {}", outline(&error)))?;
        if !answer.status().is_success() {
            return Ok(answer.json::<ErrorBody>().await?.error.code);
        }
        Ok(format!("{:?}", answer.json::<ResumeResponse>().await?.effect).to_lowercase())
    }

    async fn start_once(&self, request: &StartRequest) -> Result<Started> {
        self.start_at(SYNTHESIZE_STREAM, request).await
    }

    /// Begins a turn of a talk.
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub(super) async fn chat(&self, request: &ChatRequest) -> Result<Started> {
        self.start_at(CHAT_STREAM, request).await
    }

    async fn start_at(&self, path: &str, request: &impl Serialize) -> Result<Started> {
        let url = format!("{}{path}", self.endpoint);
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
            _ if self.asks_again && is_for_another_host(status, &body.error.code) => {
                Ok(Started::Refused { code: body.error.code, retry_after: Duration::from_secs(1) })
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

/// A short description of the error, the same for equal errors.
fn outline(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_timeout() => "no answer in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    }
}
