//! One call of `PutMetricData`, bounded in time and attempts, and the reason when it fails.

use std::{error::Error, time::Duration};

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_cloudwatch::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::MetricDatum,
};
use contract::Namespace;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Longest time of one attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
/// Longest time of a call with both of its attempts.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// Attempts of a call. CloudWatch adds the values of a call twice when it took the first attempt and its answer was lost.
const ATTEMPTS: u32 = 2;

/// The codes of answers about credentials: those of a query API and those of a JSON or CBOR API.
const BAD_CREDENTIALS: [&str; 8] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// CloudWatch, and the namespace of the metrics.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
    namespace: Namespace,
}

/// The reason of a failed call, in one line that names the remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum PutError {
    #[error(
        "CloudWatch denies it ({code}): allow cloudwatch:PutMetricData for the namespace `{namespace}` in this program's role"
    )]
    Denied { code: String, namespace: String },
    #[error("CloudWatch does not accept the credentials ({0}): check the keys and the time of this machine")]
    Credentials(String),
    #[error("no region or credentials: set AWS_REGION, and give this program a role or keys")]
    NoCredentials,
    /// The same call would be refused again.
    #[error("CloudWatch takes no such data ({0})")]
    Invalid(String),
    #[error("CloudWatch did not answer in time")]
    Timeout,
    #[error("no connection to CloudWatch: check the network, and AWS_ENDPOINT_URL_CLOUDWATCH if it is set")]
    NoConnection,
    /// A failure on CloudWatch's side.
    #[error("CloudWatch failed ({0})")]
    Failed(String),
}

impl CloudWatch {
    /// Reads region, credentials and endpoint from the environment, as every AWS program does.
    pub async fn connect(namespace: Namespace) -> Self {
        Self::new(&aws_config::from_env().load().await, namespace)
    }

    /// Creates the client. `shared` holds the endpoint, the region and the credentials.
    pub fn new(shared: &SdkConfig, namespace: Namespace) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(CALL_TIMEOUT)
            .build();
        let sdk = aws_sdk_cloudwatch::config::Builder::from(shared)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .build();
        Self { client: Client::from_conf(sdk), namespace }
    }

    /// Sends the data of one call.
    ///
    /// # Errors
    /// [`PutError`], within five seconds.
    pub async fn put(&self, data: Vec<MetricDatum>) -> Result<(), PutError> {
        let call =
            self.client.put_metric_data().namespace(self.namespace.to_string()).set_metric_data(Some(data));
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.reason(&error)),
        }
    }

    fn reason<E: ProvideErrorMetadata + Error + 'static>(&self, error: &SdkError<E>) -> PutError {
        match error {
            SdkError::ConstructionFailure(_) => PutError::NoCredentials,
            SdkError::TimeoutError(_) => PutError::Timeout,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => PutError::Timeout,
            SdkError::DispatchFailure(_) => PutError::NoConnection,
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                self.refusal(status, answer.err().code().unwrap_or_default())
            }
            // An answer that the SDK can't read.
            _ => PutError::Failed("its answer is not CloudWatch's".to_owned()),
        }
    }

    /// The reason of an answer that is an error.
    fn refusal(&self, status: u16, code: &str) -> PutError {
        let shown = if code.is_empty() { format!("HTTP {status}") } else { code.to_owned() };
        let is_throttled = status == 429 || code.contains("Throttl") || code.contains("LimitExceeded");
        match status {
            _ if code.starts_with("AccessDenied") => {
                PutError::Denied { code: shown, namespace: self.namespace.to_string() }
            }
            _ if BAD_CREDENTIALS.contains(&code) => PutError::Credentials(shown),
            403 => PutError::Denied { code: shown, namespace: self.namespace.to_string() },
            400..500 if !is_throttled => PutError::Invalid(shown),
            _ => PutError::Failed(shown),
        }
    }
}

impl PutError {
    /// Whether the same call may succeed later.
    pub fn may_pass(&self) -> bool {
        !matches!(self, Self::Invalid(_))
    }
}
