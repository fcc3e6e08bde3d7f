//! A running stack for one test, and the requests that tests send to it.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, ensure};
use connect_flows::clip::Clip;
use contract::{
    StreamId,
    http::{STREAMS, StreamStatus},
    keys,
    stream::Sentinel,
};
use local_stack::{
    service::{ServiceConfig, ServiceProcess},
    stack::{Stack, StackConfig},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::{
    bucket::{self, Bucket},
    functions::{Functions, GET_NEXT_BATCH, START_STREAM, SYNTHESIZE_STREAM_CANCEL, event, http},
    patience::{LONG, until},
    places,
    reply::Reply,
};

/// The only voice that is served: each further voice takes time to load.
const VOICE: &str = "hibari";

/// The running programs. Dropping it kills them; [`Bench::stop`] also checks that they end without an error.
pub struct Bench {
    pub stack: Stack,
    pub functions: Functions,
    pub bucket: Bucket,
    pub http: reqwest::Client,
    logs: TempDir,
}

impl Bench {
    /// Starts everything, the functions' processes included.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// Starts everything, with further settings of the service.
    pub async fn start_with(settings: &[(&str, &str)]) -> Result<Self> {
        Self::start_stack(StackConfig { service_settings: owned(settings), ..StackConfig::default() }).await
    }

    /// Starts everything with two hosts of the service. The functions know both hosts, or only a load balancer in front
    /// of them.
    pub async fn start_two_hosts(balanced: bool) -> Result<Self> {
        Self::start_stack(StackConfig { further_hosts: 1, balanced, ..StackConfig::default() }).await
    }

    /// The same, with further settings of the service.
    pub async fn start_two_hosts_with(settings: &[(&str, &str)]) -> Result<Self> {
        let service_settings = owned(settings);
        Self::start_stack(StackConfig { further_hosts: 1, service_settings, ..StackConfig::default() }).await
    }

    async fn start_stack(config: StackConfig) -> Result<Self> {
        let logs = TempDir::new()?;
        let stack = Stack::start(&StackConfig {
            programs: places::programs()?,
            assets: places::assets()?,
            voices: vec![VOICE.to_owned()],
            logs: logs.path().to_owned(),
            remote_s3: bucket::remote().await?,
            ..config
        })
        .await?;
        stack.warm_functions().await?;
        Ok(Self {
            functions: Functions::new(stack.lambdas().endpoint())?,
            bucket: Bucket::new(&stack.environment())?,
            http: http()?,
            stack,
            logs,
        })
    }

    /// Folder of the programs' logs.
    pub fn logs(&self) -> &Path {
        self.logs.path()
    }

    /// Stops everything. The logs stay until the returned folder is dropped.
    pub async fn stop(self) -> Result<TempDir> {
        self.stack.stop().await?;
        Ok(self.logs)
    }

    /// Starts a further host of the service on the same bucket. The functions do not know it.
    pub async fn another_host(&self, name: &str, settings: &[(&str, &str)]) -> Result<ServiceProcess> {
        let assets = places::assets()?;
        let mut environment = self.stack.environment();
        environment.extend([
            ("FIRSTWORD_BIND".into(), "127.0.0.1:0".into()),
            ("FIRSTWORD_LOG_FORMAT".into(), "json".into()),
            ("FIRSTWORD_ONNXRUNTIME".into(), path_text(&assets.join("onnxruntime/libonnxruntime.so"))),
            ("FIRSTWORD_VOICES".into(), path_text(&assets.join("voices"))),
            ("FIRSTWORD_SERVE".into(), VOICE.into()),
        ]);
        environment.extend(owned(settings));
        let host = ServiceProcess::start(&ServiceConfig {
            program: places::program("synth-service")?,
            log: self.logs().join(format!("{name}.log")),
            environment,
        })
        .await?;
        host.wait_until_ready().await?;
        Ok(host)
    }

    pub async fn start_stream(&self, contact: &str, parameters: Value) -> Result<Reply> {
        self.functions.invoke(START_STREAM, &event(contact, &parameters)).await
    }

    pub async fn next_batch(&self, stream: &StreamId, next: usize) -> Result<Reply> {
        self.next_batch_of(stream, next, contract::STREAM_BATCH).await
    }

    /// Requests the next clips as a flow with `limit` play blocks does.
    pub async fn next_batch_of(&self, stream: &StreamId, next: usize, limit: usize) -> Result<Reply> {
        let parameters = json!({
            "StreamId": stream,
            "NextIndex": next.to_string(),
            "Limit": limit.to_string(),
        });
        self.functions.invoke(GET_NEXT_BATCH, &event("asking", &parameters)).await
    }

    pub async fn cancel(&self, contact: &str, parameters: Value) -> Result<Reply> {
        self.functions.invoke(SYNTHESIZE_STREAM_CANCEL, &event(contact, &parameters)).await
    }

    /// The status of a stream according to one host.
    pub async fn status_at(&self, endpoint: &str, stream: &StreamId) -> Result<StreamStatus> {
        let request = self.http.get(format!("{endpoint}{STREAMS}/{stream}")).bearer_auth(self.stack.token());
        let answer = request.send().await?.error_for_status()?;
        Ok(answer.json().await?)
    }

    pub async fn status(&self, stream: &StreamId) -> Result<StreamStatus> {
        self.status_at(self.stack.service_endpoint(), stream).await
    }

    /// Fetches a clip as Connect does: without any header but those that HTTP requires.
    pub async fn fetch(&self, url: &str) -> Result<(StatusCode, Vec<u8>)> {
        let answer = self.http.get(url).send().await?;
        Ok((answer.status(), answer.bytes().await?.to_vec()))
    }

    /// Fetches a clip, and checks that Connect would play it.
    pub async fn clip(&self, url: &str) -> Result<Clip> {
        let (status, body) = self.fetch(url).await?;
        ensure!(status == StatusCode::OK, "fetching a clip gave {status}");
        Ok(Clip::parse(&body)?)
    }

    /// Waits for the sentinel, and checks that the bucket holds as many parts as the sentinel counts.
    pub async fn sentinel(&self, stream: &StreamId) -> Result<Sentinel> {
        let what = format!("stream {stream} has its sentinel");
        let sentinel = until(&what, LONG, async || self.bucket.sentinel(stream).await).await?;
        self.parts_are_those_of(stream, &sentinel).await?;
        Ok(sentinel)
    }

    /// Checks that the bucket holds the parts that a sentinel counts, and no other.
    pub async fn parts_are_those_of(&self, stream: &StreamId, sentinel: &Sentinel) -> Result<()> {
        let parts = self.bucket.parts(stream).await?;
        ensure!(
            parts == (0..sentinel.parts).collect::<Vec<_>>(),
            "the bucket has parts {parts:?} of a stream with {sentinel:?}"
        );
        Ok(())
    }

    /// Continues from a reply as a flow with `limit` play blocks does, until the stream ends, and fetches every clip.
    /// Returns the numbers of the parts in the order of the replies.
    pub async fn walk(&self, first: &Reply, limit: usize) -> Result<Vec<usize>> {
        timeout(LONG, self.walk_on(first, limit)).await.context("the stream never came to its end")?
    }

    async fn walk_on(&self, first: &Reply, limit: usize) -> Result<Vec<usize>> {
        let stream = first.stream()?;
        let mut handed_out = Vec::new();
        let mut reply = first.clone();
        loop {
            ensure!(["play", "wait", "done"].contains(&reply.status()), "the stream broke off: {reply:?}");
            ensure!(reply.stream()? == stream, "the stream became another one: {reply:?}");
            ensure!(reply.clips().len() <= limit, "more clips than asked for: {reply:?}");
            for offered in reply.clips() {
                let number = keys::part_number(&offered.s3_url)
                    .with_context(|| format!("{} is no part", offered.s3_url))?;
                ensure!(
                    offered.s3_url.ends_with(&keys::part(&stream, number)),
                    "{} is a part of another stream",
                    offered.s3_url
                );
                self.clip(&offered.url).await.with_context(|| format!("part {number}"))?;
                handed_out.push(number);
            }
            ensure!(
                reply.next_index() == handed_out.len(),
                "{} clips were handed out: {reply:?}",
                handed_out.len()
            );
            if reply.is_the_end() {
                return Ok(handed_out);
            }
            reply = self.next_batch_of(&stream, reply.next_index(), limit).await?;
        }
    }
}

fn owned(settings: &[(&str, &str)]) -> BTreeMap<String, String> {
    settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
