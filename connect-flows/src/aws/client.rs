//! One signed request to a service of AWS.

use std::{env, error::Error, time::Duration};

use http::{HeaderValue, Method, Request, header::CONTENT_TYPE};
use reqwest::{Client, Response, redirect::Policy};
use serde_json::Value;
use signed_requests::{Keys, SignError, Signer};

use crate::http::causes;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest reason of a refusal that is shown, in characters.
const MOST_SHOWN: usize = 300;

/// The reason why a request has no answer.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum AwsError {
    #[error(transparent)]
    Sign(#[from] SignError),
    #[error("{0:?} is no region of AWS")]
    Region(String),
    #[error("the endpoint {0:?} is no http or https URL")]
    Endpoint(String),
    #[error("no answer of {0} in time")]
    TimedOut(String),
    #[error("{base} does not answer: {reason}")]
    Transport { base: String, reason: String },
    #[error("no HTTP client: {0}")]
    Client(String),
}

/// Sends signed requests to one service. Requests are not repeated.
#[derive(Clone, Debug)]
pub struct AwsClient {
    service: &'static str,
    http: Client,
    endpoint: Option<String>,
    keys: Keys,
}

impl AwsClient {
    /// A client of a service by its name in signatures and host names (`lambda`, `connect`). `timeout` bounds each
    /// request. Without `endpoint` requests go to the one in `AWS_ENDPOINT_URL_SERVICE` or `AWS_ENDPOINT_URL`, else to
    /// AWS.
    ///
    /// # Errors
    /// [`AwsError`] when there are no keys, or the endpoint is no URL.
    pub fn new(service: &'static str, endpoint: Option<&str>, timeout: Duration) -> Result<Self, AwsError> {
        let keys = Keys::of_environment();
        keys.check()?;
        // An answer that leads elsewhere would need another signature.
        let http =
            Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(timeout).redirect(Policy::none());
        let http = http.build().map_err(|error| AwsError::Client(causes(error)))?;
        Ok(Self { service, http, endpoint: base(service, endpoint)?, keys })
    }

    /// The region of the environment or the profile.
    ///
    /// # Errors
    /// [`AwsError::Sign`] when there is none.
    pub fn region(&self) -> Result<String, AwsError> {
        Ok(self.keys.region()?)
    }

    /// Sends a request; `path` begins with a slash and is escaped. A body is JSON.
    ///
    /// # Errors
    /// [`AwsError`]; an answer with an error status is none.
    pub async fn send(
        &self,
        region: &str,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response, AwsError> {
        let base = self.base(region)?;
        let refused = |error: &dyn Error| AwsError::Sign(SignError::Request(error.to_string()));
        let request = Request::builder().method(method).uri(format!("{base}{path}")).body(body);
        let mut request = request.map_err(|error| refused(&error))?;
        if !request.body().is_empty() {
            request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Signer::of_keys(self.service, region, self.keys.clone()).sign(&mut request).await?;
        let request = request.try_into().map_err(|error: reqwest::Error| refused(&error))?;
        self.http.execute(request).await.map_err(|error| match error.is_timeout() {
            true => AwsError::TimedOut(base),
            false => AwsError::Transport { base, reason: causes(error) },
        })
    }

    /// The base URL in a region. The region may come from a flow, and must not lead to another host.
    fn base(&self, region: &str) -> Result<String, AwsError> {
        let is_plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if region.is_empty() || !region.chars().all(is_plain) {
            return Err(AwsError::Region(region.to_owned()));
        }
        let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
        let of_aws = || format!("https://{}.{region}.{domain}", self.service);
        Ok(self.endpoint.clone().unwrap_or_else(of_aws))
    }

    /// The reason out of the body of an answer with an error status, in one line. AWS repeats the whole request, with the
    /// session's token, after the first line of some.
    pub fn refusal(body: &[u8]) -> String {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let message = ["message", "Message"].iter().find_map(|key| answer[*key].as_str());
        let text = String::from_utf8_lossy(body);
        let line = message.unwrap_or(&text).trim().lines().next().unwrap_or("no reason is given");
        line.split(" The Canonical String").next().unwrap_or(line).chars().take(MOST_SHOWN).collect()
    }
}

/// The region of an ARN; `None` for a name.
pub fn arn_region(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(2)
}

/// The endpoint that was given, or that of the environment.
fn base(service: &str, endpoint: Option<&str>) -> Result<Option<String>, AwsError> {
    let own = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
    let set = |name: &str| env::var(name).ok().filter(|url| !url.is_empty());
    let Some(endpoint) =
        endpoint.map(str::to_owned).or_else(|| set(&own)).or_else(|| set("AWS_ENDPOINT_URL"))
    else {
        return Ok(None);
    };
    let is_web = url::Url::parse(&endpoint).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    match is_web {
        true => Ok(Some(endpoint.trim_end_matches('/').to_owned())),
        false => Err(AwsError::Endpoint(crate::without_queries(&endpoint))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line_without_the_request() {
        let body = r#"{"message": "The signature does not match.\n\nThe Canonical String was x-amz-security-token:SECRET"}"#;
        assert_eq!(AwsClient::refusal(body.as_bytes()), "The signature does not match.");
        assert_eq!(AwsClient::refusal(br#"{"Message": "no such function"}"#), "no such function");
        assert_eq!(AwsClient::refusal(b"gone"), "gone");
        assert_eq!(AwsClient::refusal(b""), "no reason is given");
    }

    #[test]
    fn an_arn_has_a_region_and_a_name_has_none() {
        assert_eq!(arn_region("arn:aws-cn:lambda:cn-north-1:1:function:f"), Some("cn-north-1"));
        assert_eq!(arn_region("start_stream"), None);
    }
}
