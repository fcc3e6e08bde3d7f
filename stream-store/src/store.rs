//! The client of the bucket. There is one per process, with connections that stay open.

use std::time::{Duration, SystemTime};

use aws_config::{SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::DisplayErrorContext,
    presigning::PresigningConfig,
    primitives::{ByteStream, DateTime},
};

use crate::{
    clock::BucketTime,
    error::{StoreError, failed, is_bucket_missing, is_missing, status},
    object::{Content, Expected, Head, Stored, Version},
};

/// The bucket, and the limits on calls to it. Each call is bounded in time and in attempts; writes are attempted once.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// Name of the bucket.
    pub bucket: String,
    /// Validity of a presigned URL.
    pub url_ttl: Duration,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest time of one attempt.
    pub attempt_timeout: Duration,
    /// Longest time of a call with all its attempts.
    pub operation_timeout: Duration,
    /// Largest number of attempts of a read.
    pub attempts: u32,
}

/// Upper bound of the first pause between two attempts, doubled for each further one. The SDK's default of one second
/// is too long for a caller.
const FIRST_PAUSE: Duration = Duration::from_millis(50);

impl StoreConfig {
    /// Settings for the service, which has time for several attempts.
    pub fn of_service(bucket: &str, url_ttl: Duration) -> Self {
        Self {
            bucket: bucket.to_owned(),
            url_ttl,
            connect_timeout: Duration::from_secs(1),
            attempt_timeout: Duration::from_secs(3),
            operation_timeout: Duration::from_secs(8),
            attempts: 3,
        }
    }

    /// Settings for a function: one attempt only, since its polls repeat a failed read anyway.
    pub fn of_function(bucket: &str, url_ttl: Duration) -> Self {
        Self {
            bucket: bucket.to_owned(),
            url_ttl,
            // The first connection of a cold sandbox needs a TLS handshake.
            connect_timeout: Duration::from_millis(800),
            attempt_timeout: Duration::from_secs(1),
            operation_timeout: Duration::from_secs(1),
            attempts: 1,
        }
    }
}

/// The bucket of the streams. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ObjectStore {
    client: Client,
    bucket: String,
    url_ttl: Duration,
}

impl ObjectStore {
    /// Reads region, credentials and endpoint from the environment, as every AWS program does.
    pub async fn connect(config: &StoreConfig) -> Self {
        Self::new(&aws_config::from_env().load().await, config)
    }

    /// Creates the client. `shared` holds the endpoint, the region and the credentials.
    pub fn new(shared: &SdkConfig, config: &StoreConfig) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(config.connect_timeout)
            .operation_attempt_timeout(config.attempt_timeout)
            .operation_timeout(config.operation_timeout)
            .build();
        let retries =
            RetryConfig::standard().with_max_attempts(config.attempts).with_initial_backoff(FIRST_PAUSE);
        // Without this setting the SDK adds a checksum, which costs a second pass over the body and a chunked upload.
        // SigV4 already signs the body.
        let sdk = aws_sdk_s3::config::Builder::from(shared)
            .timeout_config(timeouts)
            .retry_config(retries)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(sdk), bucket: config.bucket.clone(), url_ttl: config.url_ttl }
    }

    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// Writes an object if its state in the bucket is the expected one. Returns `None` if it is not.
    ///
    /// There is one attempt. If the caller repeats the call, the second call may find the object that the first one
    /// wrote. A caller that gets `None` therefore reads the object and compares it with its own.
    ///
    /// # Errors
    /// [`StoreError`]; unless [`StoreError::was_answered`], the write may have been made.
    pub async fn write(
        &self,
        key: &str,
        content: Content,
        expected: Expected<'_>,
    ) -> Result<Option<Version>, StoreError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(content.content_type);
        let put = put.body(ByteStream::from(content.body));
        let metadata = content.metadata.into_iter().map(|(name, value)| (name.to_owned(), value));
        let put = put.set_metadata(Some(metadata.collect()));
        let put = match expected {
            Expected::Anything => put,
            Expected::Nothing => put.if_none_match("*"),
            Expected::This(version) => put.if_match(version.as_str()),
        };
        // One attempt: after several, the SDK would not report the outcome of the earlier ones.
        let once = aws_sdk_s3::config::Builder::new().retry_config(RetryConfig::disabled());
        match put.customize().config_override(once).send().await {
            Ok(written) => Ok(Some(Version::of(written.e_tag()))),
            // 412: the object has another state. 404: there is no object.
            Err(error) if matches!(status(&error), Some(404 | 412)) && !is_bucket_missing(&error) => Ok(None),
            // 409: another write of the same key is under way, and its outcome is not known yet.
            Err(error) if status(&error) == Some(409) => Err(self.failed("write", key, &error).unsettled()),
            Err(error) => Err(self.failed("write", key, &error)),
        }
    }

    /// Reads an object; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let time = BucketTime::default();
        let get = self.client.get_object().bucket(&self.bucket).key(key);
        match get.customize().interceptor(time.clone()).send().await {
            Ok(object) => {
                let head = head(
                    &time,
                    object.e_tag(),
                    object.last_modified(),
                    object.content_length(),
                    object.metadata.clone(),
                );
                let body = object.body.collect().await;
                let body = body.map_err(|error| StoreError::unanswered("read", error.to_string()))?;
                Ok(Some(Stored { body: body.into_bytes(), head }))
            }
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.failed("read", key, &error)),
        }
    }

    /// Reads an object's metadata without its content; `None` when there is no object.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn head(&self, key: &str) -> Result<Option<Head>, StoreError> {
        let time = BucketTime::default();
        let request = self.client.head_object().bucket(&self.bucket).key(key);
        match request.customize().interceptor(time.clone()).send().await {
            Ok(found) => Ok(Some(head(
                &time,
                found.e_tag(),
                found.last_modified(),
                found.content_length(),
                found.metadata.clone(),
            ))),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.failed("read", key, &error)),
        }
    }

    /// The number of objects whose key begins with `prefix`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count(&self, prefix: &str) -> Result<usize, StoreError> {
        let mut count = 0;
        let mut pages =
            self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).into_paginator().send();
        while let Some(page) = pages.next().await {
            count += page.map_err(|error| self.failed("list", prefix, &error))?.contents().len();
        }
        Ok(count)
    }

    /// A presigned GET URL. Signing needs credentials but no request.
    ///
    /// # Errors
    /// [`StoreError`] where there are no credentials.
    pub async fn presign(&self, key: &str) -> Result<String, StoreError> {
        let failed = |cause: String| StoreError::unanswered("presign", cause);
        let expiry = PresigningConfig::expires_in(self.url_ttl).map_err(|error| failed(error.to_string()))?;
        let request = self.client.get_object().bucket(&self.bucket).key(key).presigned(expiry).await;
        let request = request.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
        Ok(request.uri().to_owned())
    }

    fn failed<E>(
        &self,
        operation: &'static str,
        key: &str,
        error: &aws_sdk_s3::error::SdkError<E>,
    ) -> StoreError
    where
        E: aws_sdk_s3::error::ProvideErrorMetadata + std::error::Error + 'static,
    {
        failed(&self.bucket, operation, key, error)
    }
}

fn head(
    time: &BucketTime,
    etag: Option<&str>,
    written: Option<&DateTime>,
    length: Option<i64>,
    metadata: Option<std::collections::HashMap<String, String>>,
) -> Head {
    let written_at = written.and_then(|time| SystemTime::try_from(*time).ok());
    let written_at = written_at.unwrap_or(SystemTime::UNIX_EPOCH);
    Head {
        metadata: metadata.unwrap_or_default(),
        version: Version::of(etag),
        length: length.and_then(|length| length.try_into().ok()).unwrap_or_default(),
        written_at,
        age: time.since(written_at),
    }
}
