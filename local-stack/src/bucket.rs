//! The bucket of a stack: in this process, or that of another S3 behind a door which can be shut.

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

/// Where the bucket is.
pub(crate) const REGION: &str = "us-east-1";

/// Name of the bucket, and the keys to it: good for the server in this process, on the loopback address, and for
/// nothing else.
const BUCKET: &str = "firstword-local";
const ACCESS_KEY: &str = "FIRSTWORDLOCAL";
const SECRET_KEY: &str = "only-for-the-local-stack";

/// Of the runner in the role of Connect, and of no program.
const CONNECT_ACCESS_KEY: &str = "FIRSTWORDCONNECT";
const CONNECT_SECRET_KEY: &str = "only-for-the-local-runner";

/// A bucket of another S3, which must be there.
#[derive(Clone, Debug)]
pub struct RemoteS3 {
    /// Where it listens.
    pub address: SocketAddr,
    /// Of a key that may read and write the bucket.
    pub access_key: String,
    /// Of the same key.
    pub secret_key: String,
    /// Its name.
    pub bucket: String,
}

/// Where the streams go.
pub(crate) struct Bucket {
    pub(crate) name: String,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    /// How the runner shows that it is Connect; another S3 knows no such key.
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
    /// At `port` of the loopback address; 0 takes any free one.
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

    /// The value for `AWS_ENDPOINT_URL_S3`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes the bucket away; its objects are kept.
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

    /// Brings it back, at the same address.
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
