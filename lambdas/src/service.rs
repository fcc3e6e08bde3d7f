//! The HTTP client of `synth-service`. One per sandbox, its connection kept open.

use std::time::Duration;

use contract::http::{
    CancelRequest, CancelResponse, ErrorBody, HEALTHZ, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL,
    StartRequest, StartResponse,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::settings::Settings;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for an answer: the flow gives the whole invocation 8 seconds.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(7);

/// Why the service gave no answer that can be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("synth-service can't be reached: {0}")]
    Unreachable(&'static str),
    /// It answered with an error of ours.
    #[error("synth-service refused ({status} {code}): {message}")]
    Refused { status: u16, code: String, message: String },
    #[error(
        "synth-service answered {status} with a body that is none of its own: is FIRSTWORD_SERVICE_URL right?"
    )]
    Foreign { status: u16 },
}

/// The service, as the functions see it.
pub struct ServiceClient {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl ServiceClient {
    pub fn new(settings: &Settings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .tcp_nodelay(true)
            // The service is an address of ours; a proxy in the environment is not meant for it.
            .no_proxy()
            .build()?;
        Ok(Self { http, url: settings.service_url.clone(), token: settings.service_token.clone() })
    }

    /// Opens a connection for the first request to use.
    pub async fn warm_up(&self) {
        if let Err(error) = self.http.get(format!("{}{HEALTHZ}", self.url)).send().await {
            tracing::warn!(error = %unreachable(&error), "no connection during init");
        }
    }

    pub async fn start(&self, request: &StartRequest) -> Result<StartResponse, ServiceError> {
        self.post(SYNTHESIZE_STREAM, request).await
    }

    pub async fn cancel(&self, request: &CancelRequest) -> Result<CancelResponse, ServiceError> {
        self.post(SYNTHESIZE_STREAM_CANCEL, request).await
    }

    /// Never tried again: a start that was lost on its way back has taken the contact already.
    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, ServiceError> {
        let mut request = self.http.post(format!("{}{path}", self.url)).json(body);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| unreachable(&error))?;
        let foreign = ServiceError::Foreign { status: status.as_u16() };
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| foreign);
        }
        let ErrorBody { error } = serde_json::from_slice(&body).map_err(|_| foreign)?;
        Err(ServiceError::Refused { status: status.as_u16(), code: error.code, message: error.message })
    }
}

/// In our own words: the library's would put the URL into the flow log.
fn unreachable(error: &reqwest::Error) -> ServiceError {
    ServiceError::Unreachable(if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "no answer in time"
    } else {
        "the connection broke"
    })
}
