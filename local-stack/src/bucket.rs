//! The bucket of a stack: in this process, or in another S3 behind a proxy that can be closed.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use anyhow::{Context, Result};
use connect_flows::{
    policy::{CONNECT, connect_reads_streams},
    runner::INSTANCE_ARN,
};

use crate::{
    door::Door,
    s3::{Faults, S3Config, S3Server, ServiceKey, Store},
};

/// The bucket's region.
pub(crate) const REGION: &str = "us-east-1";

/// Name and keys of the bucket in this process. The server listens on the loopback address, and no other server accepts
/// the keys.
const BUCKET: &str = "firstword-local";
/// The id of the key.
pub const ACCESS_KEY: &str = "FIRSTWORDLOCAL";
/// The secret of the key.
pub const SECRET_KEY: &str = "only-for-the-local-stack";

/// The keys of the runner in the role of Connect. No program of the stack has them.
const CONNECT_ACCESS_KEY: &str = "FIRSTWORDCONNECT";
const CONNECT_SECRET_KEY: &str = "only-for-the-local-runner";

/// An existing bucket of another S3.
#[derive(Clone, Debug)]
pub struct RemoteS3 {
    /// The address of the S3.
    pub address: SocketAddr,
    /// The id of a key that may read and write the bucket.
    pub access_key: String,
    /// The secret of the same key.
    pub secret_key: String,
    /// The bucket's name.
    pub bucket: String,
}

/// The bucket of the streams.
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    /// The key with which the runner acts as Connect; another S3 has no such key.
    pub(crate) connect: Option<ServiceKey>,
    pub(crate) faults: Faults,
    address: SocketAddr,
    place: Place,
}

enum Place {
    Here { server: Option<S3Server>, objects: Arc<Store> },
    Elsewhere { door: Option<Door>, address: SocketAddr },
}

impl Bucket {
    /// Opens the bucket. The server in this process listens at `port` of the loopback address; 0 takes any free one.
    pub(crate) async fn open(port: u16, remote: Option<&RemoteS3>) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let owned = |text: &str| text.to_owned();
        let mut bucket = match remote {
            None => Self {
                name: owned(BUCKET),
                access_key: owned(ACCESS_KEY),
                secret_key: owned(SECRET_KEY),
                connect: Some(ServiceKey {
                    service: owned(CONNECT),
                    access_key: owned(CONNECT_ACCESS_KEY),
                    secret_key: owned(CONNECT_SECRET_KEY),
                }),
                faults: Faults::default(),
                address,
                place: Place::Here { server: None, objects: Arc::default() },
            },
            Some(remote) => Self {
                name: remote.bucket.clone(),
                access_key: remote.access_key.clone(),
                secret_key: remote.secret_key.clone(),
                connect: None,
                faults: Faults::default(),
                address,
                place: Place::Elsewhere { door: None, address: remote.address },
            },
        };
        bucket.reopen().await?;
        Ok(bucket)
    }

    /// The bucket's endpoint, for `AWS_ENDPOINT_URL_S3`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Makes the bucket unreachable; its objects are kept.
    pub(crate) async fn shut(&mut self) {
        match &mut self.place {
            Place::Here { server, .. } => {
                if let Some(server) = server.take() {
                    server.stop().await;
                }
            }
            Place::Elsewhere { door, .. } => *door = None,
        }
    }

    /// Makes the bucket reachable again at the same address.
    pub(crate) async fn reopen(&mut self) -> Result<()> {
        match &mut self.place {
            Place::Here { server, objects } => {
                let config = S3Config {
                    address: self.address,
                    region: REGION.to_owned(),
                    access_key: self.access_key.clone(),
                    secret_key: self.secret_key.clone(),
                    services: self.connect.clone().into_iter().collect(),
                    buckets: vec![self.name.clone()],
                };
                let started = S3Server::start_with(config, objects.clone(), self.faults.clone()).await?;
                started.set_policy(&self.name, &connect_reads_streams(&self.name, INSTANCE_ARN))?;
                self.address = started.address();
                *server = Some(started);
            }
            Place::Elsewhere { door, address } => {
                let opened = Door::open(self.address, vec![*address])
                    .await
                    .with_context(|| format!("no door to the S3 at {address}"))?;
                self.address = opened.address();
                *door = Some(opened);
            }
        }
        Ok(())
    }
}
