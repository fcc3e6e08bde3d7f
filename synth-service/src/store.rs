//! The bucket. The only module that knows the AWS SDK.
//!
//! One client for the process's life, its connections kept open. Every call has a timeout and a bounded
//! number of attempts.

use std::time::Duration;

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::{DisplayErrorContext, SdkError},
    presigning::PresigningConfig,
    primitives::ByteStream,
};
use bytes::Bytes;

/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Longest wait for one attempt.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);

/// Longest wait for a call with all its attempts.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);

/// Attempts in all, with a jittered pause between them.
const ATTEMPTS: u32 = 3;

/// Longest first pause; doubled each time. The SDK's own second is longer than a caller waits.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

/// A call to the bucket failed. Its text names the operation and the cause, never a credential.
#[derive(Clone, Debug, thiserror::Error)]
#[error("object store: {operation} failed: {cause}")]
pub struct StoreError {
    operation: &'static str,
    cause: String,
}

impl StoreError {
    /// For a call that was given up from outside.
    pub(crate) fn timed_out(operation: &'static str) -> Self {
        Self { operation, cause: "timed out".to_owned() }
    }

    /// For an object whose content could not be put into JSON.
    pub(crate) fn not_serialisable(error: serde_json::Error) -> Self {
        Self { operation: "put", cause: error.to_string() }
    }
}

/// What became of a create-once write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The object is ours.
    New,
    /// Somebody had written it before; it was left as it was.
    Existed,
}

/// The bucket of the streams.
#[derive(Clone)]
pub struct ObjectStore {
    client: Client,
    bucket: String,
    url_ttl: Duration,
}

impl ObjectStore {
    /// Reads region, credentials and endpoint from the environment, as every AWS program does.
    pub async fn connect(bucket: &str, url_ttl: Duration) -> Self {
        Self::new(&aws_config::from_env().load().await, bucket, url_ttl)
    }

    /// `shared` says where S3 is and who asks; timeouts and attempts are this module's.
    pub fn new(shared: &SdkConfig, bucket: &str, url_ttl: Duration) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        // SigV4 signs the body already; a checksum trailer would cost a second pass and chunked uploads.
        let config = aws_sdk_s3::config::Builder::from(shared)
            .timeout_config(timeouts)
            .retry_config(
                RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(FIRST_PAUSE),
            )
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config), bucket: bucket.to_owned(), url_ttl }
    }

    /// Writes an object that must not exist yet (`If-None-Match: *`).
    ///
    /// A repeated attempt may find the object that an earlier attempt of this very call has written, so
    /// callers that retry take [`Created::Existed`] for success only where nobody else writes the key.
    pub async fn create(&self, key: &str, content_type: &str, body: Bytes) -> Result<Created, StoreError> {
        let result = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type)
            .if_none_match("*")
            .body(ByteStream::from(body))
            .send()
            .await;
        match result {
            Ok(_) => Ok(Created::New),
            Err(error) if status(&error) == Some(412) => Ok(Created::Existed),
            Err(error) => Err(failed("create", &error)),
        }
    }

    /// Writes an object, whether or not it exists.
    pub async fn put(&self, key: &str, content_type: &str, body: Bytes) -> Result<(), StoreError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key).content_type(content_type);
        request.body(ByteStream::from(body)).send().await.map_err(|error| failed("put", &error))?;
        Ok(())
    }

    /// The content of an object; `None` when there is none.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => {
                let body = object.body.collect().await;
                body.map(|body| Some(body.into_bytes()))
                    .map_err(|error| StoreError { operation: "get", cause: error.to_string() })
            }
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(failed("get", &error)),
        }
    }

    /// Whether there is an object.
    pub async fn exists(&self, key: &str) -> Result<bool, StoreError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if status(&error) == Some(404) => Ok(false),
            Err(error) => Err(failed("head", &error)),
        }
    }

    /// Number of objects whose key begins with `prefix`, at most 1,000.
    pub async fn count(&self, prefix: &str) -> Result<usize, StoreError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let listing = request.send().await.map_err(|error| failed("list", &error))?;
        Ok(listing.contents().len())
    }

    /// A presigned GET URL. Signing needs credentials but no request.
    pub async fn presign(&self, key: &str) -> Result<String, StoreError> {
        let failed = |cause: String| StoreError { operation: "presign", cause };
        let expiry = PresigningConfig::expires_in(self.url_ttl).map_err(|error| failed(error.to_string()))?;
        let request = self.client.get_object().bucket(&self.bucket).key(key).presigned(expiry).await;
        let request = request.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        Ok(request.uri().to_owned())
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn failed<E: std::error::Error + 'static>(operation: &'static str, error: &SdkError<E>) -> StoreError {
    // The SDK's own text is "service error"; what happened stands in its causes.
    let cause = match error {
        SdkError::ServiceError(context) => context.err().to_string(),
        SdkError::TimeoutError(_) => "timed out".to_owned(),
        SdkError::DispatchFailure(_) => "no connection".to_owned(),
        other => other.to_string(),
    };
    let status = status(error).map(|status| format!("HTTP {status}, ")).unwrap_or_default();
    StoreError { operation, cause: format!("{status}{cause}") }
}
