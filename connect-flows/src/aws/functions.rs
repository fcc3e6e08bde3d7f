//! Functions in AWS Lambda.

use async_trait::async_trait;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{AwsClient, AwsError, arn_region};
use crate::{
    http::{INVOKE_TIMEOUT, bounded_body, reply},
    runner::{InvokeError, Lambdas},
};

/// Everything but the characters that a path holds unescaped in any case.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Longest answer with the reason of a refusal that is read, in bytes.
const MAX_REASON_BYTES: usize = 64 * 1024;

/// Invokes functions where their ARNs say, with the keys of the environment or a profile. A function by its name alone is
/// looked for in the region of the environment.
#[derive(Clone, Debug)]
pub struct AwsLambdas {
    client: AwsClient,
}

impl AwsLambdas {
    /// The endpoint is AWS, or that of `AWS_ENDPOINT_URL_LAMBDA` or `AWS_ENDPOINT_URL`.
    ///
    /// # Errors
    /// [`AwsError`] when there are no keys, or the endpoint is no URL.
    pub fn of_environment() -> Result<Self, AwsError> {
        Ok(Self { client: AwsClient::new("lambda", None, INVOKE_TIMEOUT)? })
    }
}

#[async_trait]
impl Lambdas for AwsLambdas {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let refused = |message| InvokeError::Refused { message };
        let region = match arn_region(function) {
            Some(region) => region.to_owned(),
            None => self.client.region().map_err(|error| refused(error.to_string()))?,
        };
        let name = utf8_percent_encode(function, ESCAPED);
        let path = format!("/2015-03-31/functions/{name}/invocations");
        let sent = self.client.send(&region, Method::POST, &path, event.to_string().into_bytes()).await;
        let response = sent.map_err(|error| match error {
            AwsError::TimedOut(_) => InvokeError::TimedOut,
            AwsError::Transport { .. } => InvokeError::Transport { message: error.to_string() },
            _ => refused(error.to_string()),
        })?;
        let status = response.status();
        if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return reply(response).await;
        }
        let reason = bounded_body(response, MAX_REASON_BYTES).await.unwrap_or_default();
        Err(refused(format!("{}: {}", status.as_u16(), AwsClient::refusal(&reason))))
    }
}
