//! The bucket. The only module that knows the AWS SDK.
//!
//! One client for the process's life, its connections kept open. Every call has a timeout and a bounded
//! number of attempts.

use std::{collections::HashMap, time::Duration};

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::head_object::HeadObjectOutput,
    presigning::PresigningConfig,
    primitives::{ByteStream, DateTime},
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
    answered: bool,
}

impl StoreError {
    /// For a call that was given up from outside.
    pub(crate) fn timed_out(operation: &'static str) -> Self {
        Self { operation, cause: "timed out".to_owned(), answered: false }
    }

    /// For a conditional write that others have always been faster than.
    pub(crate) fn contended(operation: &'static str) -> Self {
        Self { operation, cause: "others were always faster".to_owned(), answered: true }
    }

    /// For an object that is neither there nor can be written.
    pub(crate) fn elusive(operation: &'static str) -> Self {
        Self { operation, cause: "neither there nor not there".to_owned(), answered: false }
    }

    /// For an object whose content could not be put into JSON.
    pub(crate) fn not_serialisable(error: serde_json::Error) -> Self {
        Self { operation: "put", cause: error.to_string(), answered: true }
    }

    /// Whether the bucket said so itself. Otherwise a write may have been made, or be made still.
    pub fn was_answered(&self) -> bool {
        self.answered
    }
}

/// One state of an object, as the bucket tells states apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(String);

/// What must be there for a conditional write to happen.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// No object (`If-None-Match: *`).
    Nothing,
    /// The object as it was when it had this version (`If-Match`).
    This(&'a Version),
}

/// What is to be written.
#[derive(Clone, Debug)]
pub struct Content {
    content_type: &'static str,
    body: Bytes,
    /// `x-amz-meta-NAME: VALUE`.
    metadata: Option<(&'static str, String)>,
}

impl Content {
    pub fn clip(body: Bytes) -> Self {
        Self { content_type: "audio/wav", body, metadata: None }
    }

    pub fn json(body: Bytes) -> Self {
        Self { content_type: "application/json", body, metadata: None }
    }

    pub fn text(body: Bytes) -> Self {
        Self { content_type: "text/plain", body, metadata: None }
    }

    /// Says something about itself, in ASCII.
    pub fn saying(self, name: &'static str, value: String) -> Self {
        Self { metadata: Some((name, value)), ..self }
    }
}

/// An object as it was read.
#[derive(Clone, Debug)]
pub struct Stored {
    pub body: Bytes,
    /// What it says about itself.
    pub metadata: HashMap<String, String>,
    pub version: Version,
    /// Milliseconds since the Unix epoch, by the bucket's clock.
    pub written_at_ms: u64,
}

/// The parts that a stream has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub count: usize,
    /// When the latest was written: milliseconds since the Unix epoch, by the bucket's clock.
    pub written_at_ms: u64,
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

    /// Writes an object if the bucket holds what is expected. `None` when it does not.
    ///
    /// It is tried once. A repeated call may find what the first one has written: whoever gets `None` reads the object
    /// and sees whether it is the one that was to be written.
    pub async fn write(
        &self,
        key: &str,
        content: Content,
        expected: Expected<'_>,
    ) -> Result<Option<Version>, StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content.content_type);
        let put = put.body(ByteStream::from(content.body));
        let put = match content.metadata {
            Some((name, value)) => put.metadata(name, value),
            None => put,
        };
        let put = match expected {
            Expected::Nothing => put.if_none_match("*"),
            Expected::This(version) => put.if_match(&version.0),
        };
        // One attempt: the SDK would not say what became of the others.
        let once = aws_sdk_s3::config::Builder::new().retry_config(RetryConfig::disabled());
        match put.customize().config_override(once).send().await {
            Ok(written) => Ok(Some(Version::of(written.e_tag()))),
            // 412: it does not hold that. 404: it holds nothing.
            Err(error) if matches!(status(&error), Some(404 | 412)) && !no_bucket(&error) => Ok(None),
            // 409: another write of the same key is under way, and nobody knows yet what becomes of it.
            Err(error) if status(&error) == Some(409) => {
                Err(StoreError { answered: false, ..failed("write", &error) })
            }
            Err(error) => Err(failed("write", &error)),
        }
    }

    /// An object; `None` when there is none.
    pub async fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        match self.client.get_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => {
                let version = Version::of(object.e_tag());
                let written_at_ms = milliseconds(object.last_modified());
                let metadata = object.metadata.unwrap_or_default();
                let body = object.body.collect().await;
                let body = body.map_err(|error| StoreError {
                    operation: "read",
                    cause: error.to_string(),
                    answered: false,
                })?;
                Ok(Some(Stored { body: body.into_bytes(), metadata, version, written_at_ms }))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(failed("read", &error)),
        }
    }

    /// The version of an object; `None` when there is none.
    pub async fn version(&self, key: &str) -> Result<Option<Version>, StoreError> {
        Ok(self.head(key).await?.map(|head| Version::of(head.e_tag())))
    }

    /// What an object says about itself; `None` when there is no object.
    pub async fn metadata(&self, key: &str) -> Result<Option<HashMap<String, String>>, StoreError> {
        Ok(self.head(key).await?.map(|head| head.metadata.unwrap_or_default()))
    }

    async fn head(&self, key: &str) -> Result<Option<HeadObjectOutput>, StoreError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(head) => Ok(Some(head)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(failed("head", &error)),
        }
    }

    /// The objects whose key begins with `prefix`.
    pub async fn parts(&self, prefix: &str) -> Result<Parts, StoreError> {
        let mut parts = Parts::default();
        let mut pages =
            self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed("list", &error))?;
            parts.count += page.contents().len();
            let latest = page.contents().iter().map(|object| milliseconds(object.last_modified())).max();
            parts.written_at_ms = parts.written_at_ms.max(latest.unwrap_or_default());
        }
        Ok(parts)
    }

    /// A presigned GET URL. Signing needs credentials but no request.
    pub async fn presign(&self, key: &str) -> Result<String, StoreError> {
        let failed = |cause: String| StoreError { operation: "presign", cause, answered: true };
        let expiry = PresigningConfig::expires_in(self.url_ttl).map_err(|error| failed(error.to_string()))?;
        let request = self.client.get_object().bucket(&self.bucket).key(key).presigned(expiry).await;
        let request = request.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        Ok(request.uri().to_owned())
    }
}

impl Version {
    /// Every S3 gives one. Without its quotes, which S3 doesn't need in a condition and Ceph's radosgw 16 doesn't take.
    fn of(etag: Option<&str>) -> Self {
        Self(etag.unwrap_or_default().trim_matches('"').to_owned())
    }
}

fn milliseconds(time: Option<&DateTime>) -> u64 {
    time.and_then(|time| time.to_millis().ok()?.try_into().ok()).unwrap_or_default()
}

fn is_missing<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    status(error) == Some(404) && !no_bucket(error)
}

/// A bucket that is not there is trouble, not an answer.
fn no_bucket<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code) == Some("NoSuchBucket")
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
    StoreError { operation, cause: format!("{status}{cause}"), answered: !status.is_empty() }
}
