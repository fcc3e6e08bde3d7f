//! Functions and clips over HTTP, for the runner.
//!
//! No message of this module contains a URL's query: that of a presigned URL is a secret.

mod voice;

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use url::{Host, Url};

pub use voice::HttpVoice;

use crate::{
    clip,
    redact::without_queries,
    runner::{Clips, FetchError, InvokeError, Lambdas, function_name},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest wait for an invocation. The runner's own limits are shorter; this one ends requests that outlive them.
pub(crate) const INVOKE_TIMEOUT: Duration = Duration::from_secs(65);
const FETCH_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest reply of a synchronous invocation, in bytes.
const MAX_REPLY_BYTES: usize = 6 * 1024 * 1024;

/// The reason why an HTTP client can't be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum HttpError {
    #[error("endpoint {endpoint:?} is no http or https URL")]
    Endpoint { endpoint: String },
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// Invokes functions through an endpoint with the Invoke API of AWS Lambda. Requests are not signed, so the endpoint
/// must be a local emulator.
#[derive(Clone, Debug)]
pub struct HttpLambdas {
    client: Client,
    endpoint: Url,
}

impl HttpLambdas {
    /// Builds the client. `endpoint` is the base URL, for example `http://127.0.0.1:9001`.
    ///
    /// # Errors
    /// [`HttpError`] when the endpoint is no http or https URL, or TLS cannot be set up.
    pub fn new(endpoint: &str) -> Result<Self, HttpError> {
        let endpoint = web_url(endpoint)?;
        Ok(Self { client: client(INVOKE_TIMEOUT, is_local(&endpoint))?, endpoint })
    }

    fn url(&self, function: &str) -> Url {
        let mut url = self.endpoint.clone();
        // `path_segments_mut` can't fail: http and https URLs always have path segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend([
                "2015-03-31",
                "functions",
                function_name(function),
                "invocations",
            ]);
        }
        url
    }
}

#[async_trait]
impl Lambdas for HttpLambdas {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        post(&self.client, self.url(function), event).await
    }
}

/// A function at an address of its own: the event is posted there, and the body of the answer is the reply.
#[derive(Clone, Debug)]
pub struct HttpFunction {
    client: Client,
    url: Url,
}

impl HttpFunction {
    /// Builds the client.
    ///
    /// # Errors
    /// [`HttpError`] when the address is no http or https URL, or TLS cannot be set up.
    pub fn new(url: &str) -> Result<Self, HttpError> {
        let url = web_url(url)?;
        Ok(Self { client: client(INVOKE_TIMEOUT, is_local(&url))?, url })
    }
}

#[async_trait]
impl Lambdas for HttpFunction {
    async fn invoke(&self, _function: &str, event: &Value) -> Result<Value, InvokeError> {
        post(&self.client, self.url.clone(), event).await
    }
}

/// Posts an event, and reads the answer as that of the Invoke API.
async fn post(client: &Client, url: Url, event: &Value) -> Result<Value, InvokeError> {
    let response = client.post(url).json(event).send().await.map_err(|error| match error.is_timeout() {
        true => InvokeError::TimedOut,
        false => InvokeError::Transport { message: causes(error) },
    })?;
    reply(response).await
}

/// Reads an answer of the Invoke API.
pub(crate) async fn reply(response: Response) -> Result<Value, InvokeError> {
    let status = response.status();
    let failed = response.headers().contains_key("x-amz-function-error");
    let body = bounded_body(response, MAX_REPLY_BYTES).await;
    let body = body.map_err(|error| InvokeError::Transport { message: error.to_string() })?;
    let text = || String::from_utf8_lossy(&body).trim().to_owned();
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(InvokeError::Throttled);
    }
    if status.is_server_error() {
        return Err(InvokeError::Service { status: status.as_u16() });
    }
    if !status.is_success() {
        let message = format!("{}: {}", status.as_u16(), one_line(&text()));
        return Err(InvokeError::Refused { message });
    }
    if failed {
        let error: Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = error["errorMessage"].as_str().map_or_else(text, str::to_owned);
        return Err(InvokeError::Function { message: one_line(&message) });
    }
    serde_json::from_slice(&body)
        .map_err(|error| InvokeError::Refused { message: format!("the reply is not JSON: {error}") })
}

fn web_url(text: &str) -> Result<Url, HttpError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| HttpError::Endpoint { endpoint: without_queries(text) })
}

/// Downloads clips from their URLs, as Connect does: one GET for each, without a cache.
#[derive(Clone, Debug)]
pub struct HttpClips {
    /// For addresses of this machine.
    local: Client,
    /// For all others.
    remote: Client,
}

impl HttpClips {
    /// # Errors
    /// [`HttpError`] when TLS cannot be set up.
    pub fn new() -> Result<Self, HttpError> {
        Ok(Self { local: client(FETCH_TIMEOUT, true)?, remote: client(FETCH_TIMEOUT, false)? })
    }
}

#[async_trait]
impl Clips for HttpClips {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let url = Url::parse(url).map_err(|error| FetchError::Url(error.to_string()))?;
        let client = if is_local(&url) { &self.local } else { &self.remote };
        let response = client.get(url).send().await;
        let response = response.map_err(|error| FetchError::Transport { message: causes(error) })?;
        if response.status() != StatusCode::OK {
            let status = response.status().as_u16();
            return Err(FetchError::Status { status });
        }
        bounded_body(response, clip::MAX_BYTES).await
    }
}

/// A client for addresses of this machine, which no proxy can reach, or for others, with the proxy of the environment.
fn client(timeout: Duration, is_local: bool) -> Result<Client, HttpError> {
    let builder = Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(timeout);
    let builder = if is_local { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| HttpError::Client(causes(error)))
}

/// Whether a URL names this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The body of an answer of at most `limit` bytes.
///
/// # Errors
/// [`FetchError`] when it is larger, or breaks off.
pub async fn bounded_body(mut response: Response, limit: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    let transport = |error| FetchError::Transport { message: causes(error) };
    while let Some(chunk) = response.chunk().await.map_err(transport)? {
        if body.len() + chunk.len() > limit {
            return Err(FetchError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// An error and its causes, in one line, without the URL of the request.
pub(crate) fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        line = format!("{line}: {cause}");
        source = cause.source();
    }
    one_line(&line)
}

fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    without_queries(&words)
}

#[cfg(test)]
mod tests {
    use super::{is_local, web_url};

    #[test]
    fn only_addresses_of_this_machine_are_local() {
        let cases = [
            ("http://127.0.0.1:9001", true),
            ("http://127.8.0.2/", true),
            ("http://[::1]:9001", true),
            ("http://localhost:4566", true),
            ("http://bucket.s3.localhost:4566/a", true),
            ("https://bucket.s3.eu-west-1.amazonaws.com/a.wav", false),
            ("https://localhost.example.com", false),
            ("http://10.0.0.1", false),
        ];
        for (url, local) in cases {
            assert_eq!(web_url(url).map(|url| is_local(&url)), Ok(local), "{url}");
        }
    }
}
