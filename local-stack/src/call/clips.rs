//! Fetches clips as Connect does: presigned URLs without further credentials, and plain URLs of the bucket as
//! `connect.amazonaws.com`, which needs the bucket policy's permission.

use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    error::SdkError,
    operation::get_object::GetObjectError,
};
use connect_flows::{
    clip,
    http::HttpClips,
    policy::account,
    runner::{Clips, FetchError, INSTANCE_ARN},
};
use percent_encoding::percent_decode_str;

use crate::{
    s3::{SOURCE_ACCOUNT, SOURCE_ARN, ServiceKey},
    stack::{REGION, Stack},
};

const FETCH_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct ConnectClips {
    http: HttpClips,
    /// `None` for an external S3, which has no key for Connect.
    role: Option<Role>,
}

/// Connect's credentials for the stack's S3.
struct Role {
    client: Client,
    endpoint: String,
}

impl ConnectClips {
    pub(super) fn new(stack: &Stack) -> Result<Self> {
        let role = stack.connect().map(|key| Role::new(key, stack.s3_endpoint()));
        Ok(Self { http: HttpClips::new().context("clips can't be fetched")?, role })
    }
}

#[async_trait]
impl Clips for ConnectClips {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        match self.role.as_ref().and_then(|role| Some((role, role.object(url)?))) {
            Some((role, (bucket, key))) => role.read(bucket, &key).await,
            None => self.http.fetch(url).await,
        }
    }
}

impl Role {
    fn new(key: &ServiceKey, endpoint: String) -> Self {
        let credentials =
            Credentials::new(key.access_key.as_str(), key.secret_key.as_str(), None, None, "Connect");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(credentials)
            .endpoint_url(endpoint.as_str())
            .force_path_style(true)
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(FETCH_TIMEOUT).build());
        Self { client: Client::from_conf(config.build()), endpoint }
    }

    /// Bucket and key of a plain URL of this S3.
    fn object<'a>(&self, url: &'a str) -> Option<(&'a str, String)> {
        let path = url.strip_prefix(&self.endpoint)?.strip_prefix('/')?;
        let (bucket, key) = path.split_once('/').filter(|_| !path.contains('?'))?;
        Some((bucket, percent_decode_str(key).decode_utf8().ok()?.into_owned()))
    }

    async fn read(&self, bucket: &str, key: &str) -> Result<Vec<u8>, FetchError> {
        let get = self.client.get_object().bucket(bucket).key(key).customize().mutate_request(|request| {
            request.headers_mut().insert(SOURCE_ACCOUNT, account(INSTANCE_ARN));
            request.headers_mut().insert(SOURCE_ARN, INSTANCE_ARN);
        });
        let mut body = get.send().await.map_err(|error| refusal(&error))?.body;
        let mut file = Vec::new();
        let read = async {
            while let Some(bytes) = body.try_next().await.map_err(|error| transport(&error))? {
                if file.len() + bytes.len() > clip::MAX_BYTES {
                    return Err(FetchError::TooLarge { limit: clip::MAX_BYTES });
                }
                file.extend_from_slice(&bytes);
            }
            Ok(())
        };
        tokio::time::timeout(FETCH_TIMEOUT, read).await.map_err(|error| transport(&error))??;
        Ok(file)
    }
}

fn refusal(error: &SdkError<GetObjectError>) -> FetchError {
    match error.raw_response() {
        Some(response) => FetchError::Status { status: response.status().as_u16() },
        None => transport(&aws_sdk_s3::error::DisplayErrorContext(error)),
    }
}

fn transport(error: &impl std::fmt::Display) -> FetchError {
    FetchError::Transport { message: error.to_string() }
}
