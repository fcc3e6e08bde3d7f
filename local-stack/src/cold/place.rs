//! The place of the cold starts: an S3 with a stream in it, and a service that answers that it is there.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use aws_config::Region;
use aws_sdk_s3::{Client, config::Credentials, primitives::ByteStream};
use axum::{Router, routing::get};
use contract::{STREAM_BATCH, StreamId, http::HEALTHZ, keys};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::timed;
use crate::{
    bucket::Bucket,
    listener::Listener,
    stack::{REGION, function_environment},
};

/// Longest wait for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) struct Place {
    bucket: Bucket,
    service: Listener,
    stream: StreamId,
}

impl Place {
    pub(super) async fn open() -> Result<Self> {
        let bucket = Bucket::open(0, None).await?;
        let router = Router::new().route(HEALTHZ, get(async || "ok"));
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let service = Listener::start(any, TowerToHyperService::new(router)).await?;
        let stream = "cold".parse().context("a stream has this id")?;
        let place = Self { bucket, service, stream };
        place.fill().await?;
        Ok(place)
    }

    /// Writes a stream with two clips, which is still being made, and the silence.
    async fn fill(&self) -> Result<()> {
        let key = Credentials::new(&self.bucket.access_key, &self.bucket.secret_key, None, None, "place");
        let shared = aws_config::from_env()
            .region(Region::new(REGION))
            .endpoint_url(self.bucket.endpoint())
            .credentials_provider(key);
        let client = Client::new(&shared.load().await);
        let parts = (0..STREAM_BATCH).map(|number| keys::part(&self.stream, number));
        for key in parts.chain([keys::silence()]) {
            let body = ByteStream::from(vec![0xFF; 16_000]);
            client.put_object().bucket(&self.bucket.name).key(key).body(body).send().await?;
        }
        Ok(())
    }

    /// The environment of a function.
    pub(super) fn environment(&self) -> BTreeMap<String, String> {
        function_environment(&self.bucket, &format!("http://{}", self.service.address()), "")
    }

    /// The event that asks for the stream's first clips.
    pub(super) fn event(&self) -> Value {
        json!({"Details": {"Parameters": {"StreamId": self.stream.to_string(), "NextIndex": "0"}}})
    }

    /// The time of a new connection to S3, with one answer.
    pub(super) async fn connect(&self) -> Result<Duration> {
        let endpoint = self.bucket.endpoint();
        let address = endpoint.trim_start_matches("http://");
        let connecting = timed(async {
            let mut connection = TcpStream::connect(address).await?;
            let request = format!("HEAD / HTTP/1.1\r\nhost: {address}\r\n\r\n");
            connection.write_all(request.as_bytes()).await?;
            Ok(connection.read_u8().await?)
        });
        tokio::time::timeout(PATIENCE, connecting).await.context("S3 does not answer")?
    }
}
