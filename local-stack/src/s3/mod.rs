//! An S3 server for one machine, with its objects in memory.
//!
//! The way of a request: `listener` (HTTP) → `front` ([`Faults`], and the form of its authorization) → `s3s` (SigV4,
//! presigned URLs, aws-chunked bodies, XML) → `operations` (the answer of each operation) → [`Store`] (the data, and
//! the one lock that makes conditional writes atomic).
//!
//! It owns buckets, objects and the limits on their sizes. It never writes to disk, and keeps no versions. `access`
//! holds the permissions: the owner's keys may do everything, an AWS service as the bucket's `policy` allows, others
//! nothing. Storage classes, tags, encryption and ACLs are accepted and forgotten; multipart uploads and copies are
//! answered `NotImplemented`.

mod access;
mod authorization;
mod clock;
mod faults;
mod front;
mod listing;
mod object;
mod operations;
mod policy;
mod store;
mod translate;
mod upload;
mod wildcard;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use s3s::service::S3ServiceBuilder;

use self::access::Principals;
pub use self::access::{SOURCE_ACCOUNT, SOURCE_ARN, ServiceKey};
pub use self::clock::Clock;
pub use self::faults::{Fault, Faults};
use self::front::Front;
use self::policy::Policy;
pub use self::policy::PolicyError;
pub use self::store::{MAX_OBJECT_BYTES, MAX_TOTAL_BYTES, Store};
use crate::listener::Listener;

/// Settings of an [`S3Server`].
#[derive(Debug, Clone)]
pub struct S3Config {
    /// The address of the server; port 0 takes any free one.
    pub address: SocketAddr,
    /// The region of the server. Requests that are signed for another region are refused.
    pub region: String,
    /// The owner's access key: it may do everything.
    pub access_key: String,
    /// The secret that belongs to `access_key`.
    pub secret_key: String,
    /// Access keys of AWS services, whose permissions come from bucket policies.
    pub services: Vec<ServiceKey>,
    /// Buckets to create at the start. A bucket that is already in the store keeps its objects.
    pub buckets: Vec<String>,
}

/// The reason why an [`S3Server`] did not start.
#[derive(Debug, thiserror::Error)]
pub enum S3ServerError {
    /// The address is taken, or does not belong to this machine.
    #[error("the S3 server cannot listen on {address}: {cause}")]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The reason.
        cause: io::Error,
    },
    /// S3 would not accept this name.
    #[error("{0:?} is not a valid bucket name")]
    BucketName(String),
}

/// A running S3 server. Dropping it closes it in the background; [`S3Server::stop`] waits for that.
pub struct S3Server {
    listener: Listener,
    store: Arc<Store>,
}

impl S3Server {
    /// Starts with an empty store.
    ///
    /// # Errors
    /// See [`S3ServerError`].
    pub async fn start(config: S3Config) -> Result<Self, S3ServerError> {
        Self::start_with(config, Arc::new(Store::default()), Faults::default()).await
    }

    /// Starts with an existing store, and with faults that `faults` decides on.
    ///
    /// # Errors
    /// See [`S3ServerError`].
    pub async fn start_with(
        config: S3Config,
        store: Arc<Store>,
        faults: Faults,
    ) -> Result<Self, S3ServerError> {
        for bucket in config.buckets {
            if !s3s::path::check_bucket_name(&bucket) {
                return Err(S3ServerError::BucketName(bucket));
            }
            store.create_bucket(&bucket);
        }
        let mut builder = S3ServiceBuilder::new(operations::Operations(Arc::clone(&store)));
        let owner = (config.access_key, config.secret_key);
        let principals = Principals::new(owner, config.services, Arc::clone(&store));
        builder.set_auth(principals.clone());
        builder.set_access(principals);
        let (s3, clock, region) = (builder.build(), store.clock().clone(), config.region.into());
        let service = Front { s3, faults, clock, region };
        let listener = Listener::start(config.address, service)
            .await
            .map_err(|cause| S3ServerError::Bind { address: config.address, cause })?;
        Ok(Self { listener, store })
    }

    /// The address of the server, with the port in use.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The value for `AWS_ENDPOINT_URL_S3`, `http://127.0.0.1:PORT`. Only path-style requests are supported.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// The data. Pass it to [`S3Server::start_with`] to reuse it with another server.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Sets the policy of a bucket, in AWS's format, as PutBucketPolicy does.
    ///
    /// # Errors
    /// One line that names the unsupported part of the policy.
    pub fn set_policy(&self, bucket: &str, json: &str) -> Result<(), PolicyError> {
        let policy = Policy::parse(json, bucket)?;
        self.store
            .set_policy(bucket, Some(policy))
            .map_err(|_| PolicyError::new(bucket, "there is no such bucket"))
    }

    /// Frees the port at once. Open requests may continue for one second, then their connections are cut.
    pub async fn stop(self) {
        self.listener.stop().await;
    }
}
