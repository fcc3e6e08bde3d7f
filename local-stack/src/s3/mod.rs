//! An S3 server for one machine, with its objects in memory.
//!
//! The way of a request: `listener` (HTTP) → [`Faults`] (trouble that was asked for) → `s3s` (SigV4, presigned URLs, aws-chunked bodies, XML)
//! → `operations` (what each operation answers) → [`Store`] (the data, and the one lock that makes
//! conditional writes atomic).
//!
//! It owns buckets, objects and their bounds. It never writes to disk, never keeps versions, and
//! knows no policies: the one pair of keys may do everything, nobody else anything. Storage classes,
//! tags, encryption and ACLs are accepted and forgotten; multipart uploads and copies are answered
//! `NotImplemented`.

mod faults;
mod listing;
mod object;
mod operations;
mod store;
mod translate;
mod upload;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;

use self::faults::Faulty;
pub use self::faults::{Fault, Faults};
pub use self::store::{MAX_OBJECT_BYTES, MAX_TOTAL_BYTES, Store};
use crate::listener::Listener;

/// Settings of an [`S3Server`].
#[derive(Debug, Clone)]
pub struct S3Config {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// The only access key that is known.
    pub access_key: String,
    /// The secret that belongs to `access_key`.
    pub secret_key: String,
    /// Buckets that exist from the start; those already in the store are kept as they are.
    pub buckets: Vec<String>,
}

/// Why an [`S3Server`] did not start.
#[derive(Debug, thiserror::Error)]
pub enum S3ServerError {
    /// The address is taken, or not this machine's.
    #[error("the S3 server cannot listen on {address}: {cause}")]
    Bind {
        /// The address that was asked for.
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

    /// Starts on a store that an earlier server may have filled, with trouble where `faults` say so.
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
        builder.set_auth(SimpleAuth::from_single(config.access_key, config.secret_key));
        let listener = Listener::start(config.address, Faulty { s3: builder.build(), faults })
            .await
            .map_err(|cause| S3ServerError::Bind { address: config.address, cause })?;
        Ok(Self { listener, store })
    }

    /// The address with its real port.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// What goes into `AWS_ENDPOINT_URL_S3`, as `http://127.0.0.1:PORT`. Path style only.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// The data; hand it to [`S3Server::start_with`] to go on with it.
    pub fn store(&self) -> Arc<Store> {
        Arc::clone(&self.store)
    }

    /// Frees the port at once, lets open requests end, and cuts them after one second.
    pub async fn stop(self) {
        self.listener.stop().await;
    }
}
