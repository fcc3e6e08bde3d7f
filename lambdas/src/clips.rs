//! The bucket, as the functions see it: which clips are there, and their URLs. The only module that knows
//! the AWS SDK.

use std::time::{Duration, SystemTime};

use aws_config::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_s3::{
    Client,
    config::{RequestChecksumCalculation, ResponseChecksumValidation},
    error::SdkError,
    presigning::PresigningConfig,
};
use contract::{
    Life, StreamId, keys,
    reply::ClipUrl,
    stream::{Manifest, Sentinel},
};
use futures::future::{join_all, try_join};

use serde::de::DeserializeOwned;

use crate::settings::Settings;

/// Longest wait for a connection. The first one of a cold sandbox needs a TLS handshake.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(800);

/// Longest wait for one attempt. Polling repeats what fails, so one is all there is.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);

/// The bucket could not be asked.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the clips in S3 can't be reached: {0}")]
pub struct ClipsError(String);

/// What stands in the bucket for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Consecutive parts that are there, from the one that was asked for.
    pub parts: usize,
    pub sentinel: Option<Sentinel>,
}

/// What a HEAD says of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub at: SystemTime,
    pub bytes: u64,
}

/// What a stream's manifest says of its making.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    pub life: Life,
    pub at: SystemTime,
}

/// The bucket of the streams.
pub struct Clips {
    client: Client,
    bucket: String,
    url_ttl: Duration,
}

impl Clips {
    /// Region, credentials and endpoint come from the environment.
    pub async fn connect(settings: &Settings) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let shared = aws_config::from_env()
            .timeout_config(timeouts)
            .retry_config(RetryConfig::disabled())
            .load()
            .await;
        let config = aws_sdk_s3::config::Builder::from(&shared)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config), bucket: settings.bucket.clone(), url_ttl: settings.url_ttl }
    }

    /// Resolves the credentials and opens as many connections as one look uses.
    pub async fn warm_up(&self) {
        let silence = keys::silence();
        for result in join_all((0..=contract::STREAM_BATCH).map(|_| self.written(&silence))).await {
            if let Err(error) = result {
                tracing::warn!(%error, "no connection during init");
            }
        }
    }

    /// Asks for parts `first …` (`count` of them) and the sentinel, all at the same time.
    pub async fn look(&self, stream: &StreamId, first: usize, count: usize) -> Result<Look, ClipsError> {
        let parts = (first..first + count).map(|number| self.part_exists(stream, number));
        let parts = async { join_all(parts).await.into_iter().collect::<Result<Vec<bool>, _>>() };
        let (parts, sentinel) = try_join(parts, self.sentinel(stream)).await?;
        Ok(Look { parts: parts.into_iter().take_while(|exists| *exists).count(), sentinel })
    }

    async fn part_exists(&self, stream: &StreamId, number: usize) -> Result<bool, ClipsError> {
        Ok(self.written(&keys::part(stream, number)).await?.is_some())
    }

    /// When an object was written and how long it is; `None` where there is none.
    pub async fn written(&self, key: &str) -> Result<Option<Written>, ClipsError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(object) => {
                let at = object.last_modified().and_then(|time| SystemTime::try_from(*time).ok());
                let bytes = object.content_length().and_then(|length| u64::try_from(length).ok());
                Ok(Some(Written {
                    at: at.unwrap_or(SystemTime::UNIX_EPOCH),
                    bytes: bytes.unwrap_or_default(),
                }))
            }
            Err(error) => missing(&error).then_some(None).ok_or_else(|| failed(&error)),
        }
    }

    /// Who makes a stream, and when that was last changed; `None` where there is no such stream.
    pub async fn manifest(&self, stream: &StreamId) -> Result<Option<Announced>, ClipsError> {
        let read: Option<(Manifest, _)> = self.json(keys::manifest(stream)).await?;
        let Some((manifest, at)) = read else { return Ok(None) };
        let life = self.json(keys::life(stream)).await?.map(|(life, _)| life);
        Ok(Some(Announced { life: life.unwrap_or_else(|| manifest.first_life()), at }))
    }

    async fn sentinel(&self, stream: &StreamId) -> Result<Option<Sentinel>, ClipsError> {
        Ok(self.json(keys::sentinel(stream)).await?.map(|(sentinel, _)| sentinel))
    }

    /// An object's content, and when it was written.
    async fn json<T: DeserializeOwned>(&self, key: String) -> Result<Option<(T, SystemTime)>, ClipsError> {
        match self.client.get_object().bucket(&self.bucket).key(&key).send().await {
            Ok(object) => {
                let at = object.last_modified().and_then(|time| SystemTime::try_from(*time).ok());
                let body = object.body.collect().await.map_err(|error| ClipsError(error.to_string()))?;
                let value = serde_json::from_slice(&body.into_bytes());
                let value = value.map_err(|error| ClipsError(format!("{key} is damaged: {error}")))?;
                Ok(Some((value, at.unwrap_or(SystemTime::UNIX_EPOCH))))
            }
            Err(error) => missing(&error).then_some(None).ok_or_else(|| failed(&error)),
        }
    }

    /// The URLs of parts `first …` (`count` of them).
    pub async fn part_urls(
        &self,
        stream: &StreamId,
        first: usize,
        count: usize,
    ) -> Result<Vec<ClipUrl>, ClipsError> {
        join_all((first..first + count).map(|number| self.url(keys::part(stream, number))))
            .await
            .into_iter()
            .collect()
    }

    /// The URLs of the clip that paces the flow's loop.
    pub async fn pause_url(&self) -> Result<ClipUrl, ClipsError> {
        self.url(keys::silence()).await
    }

    /// Signing needs credentials but no request.
    async fn url(&self, key: String) -> Result<ClipUrl, ClipsError> {
        let expiry =
            PresigningConfig::expires_in(self.url_ttl).map_err(|error| ClipsError(error.to_string()))?;
        let request = self.client.get_object().bucket(&self.bucket).key(key).presigned(expiry).await;
        let presigned = request.map_err(|error| failed(&error))?.uri().to_owned();
        let plain = presigned.split_once('?').map_or(presigned.as_str(), |(plain, _)| plain).to_owned();
        Ok(ClipUrl { presigned, plain })
    }
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

fn missing<E>(error: &SdkError<E>) -> bool {
    status(error) == Some(404)
}

fn failed<E>(error: &SdkError<E>) -> ClipsError {
    ClipsError(match (error, status(error)) {
        // What S3 says for a missing key to somebody who may not list the bucket.
        (_, Some(403)) => "403: grant s3:GetObject and s3:ListBucket to this function".into(),
        (_, Some(status)) => format!("HTTP {status}"),
        (SdkError::TimeoutError(_), _) => "no answer in time".into(),
        (SdkError::DispatchFailure(_), _) => "no connection".into(),
        (SdkError::ConstructionFailure(_), _) => "no region or credentials: see AWS_REGION".into(),
        _ => "the answer can't be read".into(),
    })
}
