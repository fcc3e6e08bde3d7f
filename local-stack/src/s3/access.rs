//! Permissions: the owner may do everything, an AWS service only as much as the bucket's policy allows, others nothing.

use std::{collections::BTreeMap, sync::Arc};

use http::HeaderMap;
use s3s::{
    S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
    path::S3Path,
    s3_error,
};

use super::{
    policy::{Action, Caller},
    store::Store,
};

/// The access key of an AWS service. Requests with the key name the account and the resource for which the service
/// acts, in [`SOURCE_ACCOUNT`] and [`SOURCE_ARN`].
#[derive(Clone, Debug)]
pub struct ServiceKey {
    /// The service's principal in policies, for example `connect.amazonaws.com`.
    pub service: String,
    /// The id of the access key.
    pub access_key: String,
    /// The secret that belongs to `access_key`.
    pub secret_key: String,
}

/// The header with the value for `aws:SourceAccount` in conditions of a policy.
pub const SOURCE_ACCOUNT: &str = "x-amz-source-account";
/// The header with the value for `aws:SourceArn` in conditions of a policy.
pub const SOURCE_ARN: &str = "x-amz-source-arn";

/// The principal of each access key.
#[derive(Clone)]
pub(super) struct Principals {
    by_key: Arc<BTreeMap<String, (SecretKey, Principal)>>,
    store: Arc<Store>,
}

enum Principal {
    Owner,
    Service(String),
}

impl Principals {
    pub(super) fn new(owner: (String, String), services: Vec<ServiceKey>, store: Arc<Store>) -> Self {
        let services = services
            .into_iter()
            .map(|key| (key.access_key, (key.secret_key.into(), Principal::Service(key.service))));
        let owner = (owner.0, (owner.1.into(), Principal::Owner));
        Self { by_key: Arc::new(services.chain([owner]).collect()), store }
    }

    /// S3 reports a key as missing only to callers that may list the bucket. To others a missing key looks like a key
    /// that they may not read.
    fn may_read(&self, caller: &Caller<'_>, bucket: &str, key: &str) -> bool {
        let Ok(policy) = self.store.policy(bucket) else { return false };
        policy.allows(caller, Action::GetObject, bucket, Some(key))
            && (self.store.get(bucket, key).is_ok()
                || policy.allows(caller, Action::ListBucket, bucket, None))
    }

    fn may_list(&self, caller: &Caller<'_>, bucket: &str) -> bool {
        self.store.policy(bucket).is_ok_and(|policy| policy.allows(caller, Action::ListBucket, bucket, None))
    }
}

#[async_trait::async_trait]
impl S3Auth for Principals {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let (secret, _) = self.by_key.get(access_key).ok_or_else(|| {
            s3_error!(InvalidAccessKeyId, "The AWS Access Key Id you provided does not exist in our records.")
        })?;
        Ok(secret.clone())
    }
}

#[async_trait::async_trait]
impl S3Access for Principals {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let principal = context.credentials().and_then(|known| self.by_key.get(&known.access_key));
        let allowed = match principal {
            None => false,
            Some((_, Principal::Owner)) => true,
            Some((_, Principal::Service(service))) => {
                let caller = caller(service, context.headers());
                match (context.s3_op().name(), context.s3_path()) {
                    ("GetObject" | "HeadObject", S3Path::Object { bucket, key }) => {
                        self.may_read(&caller, bucket, key)
                    }
                    ("ListObjectsV2" | "HeadBucket", S3Path::Bucket { bucket }) => {
                        self.may_list(&caller, bucket)
                    }
                    _ => false,
                }
            }
        };
        if allowed { Ok(()) } else { Err(s3_error!(AccessDenied, "Access Denied")) }
    }
}

fn caller<'a>(service: &'a str, headers: &'a HeaderMap) -> Caller<'a> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    Caller { service, source_account: header(SOURCE_ACCOUNT), source_arn: header(SOURCE_ARN) }
}
