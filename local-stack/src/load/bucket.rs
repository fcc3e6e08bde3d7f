//! The bucket from the view of a client with a key: the parts that callers play, and the objects that remain at the
//! end. Only this module uses the AWS SDK.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Result, anyhow};
use aws_config::Region;
use aws_sdk_s3::{Client, config::Credentials, error::SdkError};
use connect_flows::clip::SAMPLE_RATE;
use contract::{
    StreamId, env, keys,
    stream::{Manifest, Outcome, ScriptPage, Sentinel},
};
use serde::de::DeserializeOwned;
use text::Sentence;

use super::{integrity::Found, work::Kept};

/// Size of a clip's WAV header, which precedes the samples.
const HEADER_BYTES: u64 = 58;

struct Object {
    written_ms: u64,
    bytes: u64,
}

pub(super) struct Bucket {
    client: Client,
    name: String,
}

impl Bucket {
    /// Opens the bucket of a stack, given the stack's environment.
    pub(super) async fn of(environment: &BTreeMap<String, String>) -> Self {
        let get = |name: &str| environment.get(name).cloned().unwrap_or_default();
        let key =
            Credentials::new(get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY"), None, None, "stack");
        let shared = aws_config::from_env()
            .region(Region::new(get("AWS_REGION")))
            .endpoint_url(get("AWS_ENDPOINT_URL_S3"))
            .credentials_provider(key);
        Self { client: Client::new(&shared.load().await), name: get(env::BUCKET) }
    }

    /// Opens another bucket. Region, credentials and endpoint come from the usual settings of AWS programs.
    pub(super) async fn connect(name: &str) -> Self {
        Self { client: Client::new(&aws_config::from_env().load().await), name: name.to_owned() }
    }

    /// # Errors
    /// When the bucket does not answer.
    pub(super) async fn warm_up(&self) -> Result<()> {
        self.get(&keys::silence()).await?;
        Ok(())
    }

    /// The WAV file of a part; `None` if there is none.
    pub(super) async fn part(&self, stream: &StreamId, number: usize) -> Result<Option<Vec<u8>>> {
        self.get(&keys::part(stream, number)).await
    }

    /// Writes an object.
    pub(super) async fn put(&self, key: &str, body: Vec<u8>) -> Result<()> {
        let put = self.client.put_object().bucket(&self.name).key(key).body(body.into()).send().await;
        put.map(drop).map_err(|error| failed(&error))
    }

    /// The sentences of a stream, in order, from its manifest and the pages of its script.
    pub(super) async fn sentences(&self, stream: &StreamId) -> Result<Vec<String>> {
        let manifest: Option<Manifest> = self.json(&keys::manifest(stream)).await?;
        let mut sentences = manifest.map_or_else(Vec::new, |manifest| manifest.sentences);
        for page in 0.. {
            let page: Option<ScriptPage> = self.json(&keys::script_page(stream, page)).await?;
            let Some(page) = page else { break };
            sentences.extend(page.sentences);
        }
        Ok(sentences.iter().map(Sentence::text).collect())
    }

    pub(super) async fn sentinel(&self, stream: &StreamId) -> Result<Option<Sentinel>> {
        self.json(&keys::sentinel(stream)).await
    }

    /// All objects of one stream in the bucket.
    pub(super) async fn found(&self, stream: &StreamId) -> Result<Found> {
        Ok(Found {
            manifest: self.json(&keys::manifest(stream)).await?,
            sentinel: self.sentinel(stream).await?,
            // The listing comes last, so that it includes all objects that were written in the meantime.
            objects: self.list(&format!("streams/{stream}/")).await?,
        })
    }

    /// The ids of all streams with objects in the bucket.
    pub(super) async fn streams(&self) -> Result<BTreeSet<StreamId>> {
        let keys = self.list("streams/").await?;
        Ok(keys.keys().filter_map(|key| key.split('/').nth(1)?.parse().ok()).collect())
    }

    /// The speech in the bucket, by stream.
    pub(super) async fn kept(&self) -> Result<BTreeMap<StreamId, Kept>> {
        let mut kept: BTreeMap<StreamId, Kept> = BTreeMap::new();
        for (key, object) in self.objects("streams/").await? {
            let Some(stream) = key.split('/').nth(1).and_then(|id| id.parse::<StreamId>().ok()) else {
                continue;
            };
            if keys::part_number(&key).is_some() {
                kept.entry(stream).or_default().audio += clip_length(object.bytes);
            } else if key == keys::sentinel(&stream) {
                let sentinel = self.sentinel(&stream).await?;
                kept.entry(stream).or_default().is_complete =
                    sentinel.is_some_and(|sentinel| sentinel.outcome == Outcome::Complete);
            }
        }
        Ok(kept)
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        match self.client.get_object().bucket(&self.name).key(key).send().await {
            Ok(object) => Ok(Some(object.body.collect().await?.to_vec())),
            Err(error) if status(&error) == Some(404) => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }

    async fn json<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let body = self.get(key).await?;
        Ok(body.map(|body| serde_json::from_slice(&body)).transpose()?)
    }

    /// Keys, each with the time of its last write in milliseconds.
    async fn list(&self, prefix: &str) -> Result<BTreeMap<String, u64>> {
        let objects = self.objects(prefix).await?;
        Ok(objects.into_iter().map(|(key, object)| (key, object.written_ms)).collect())
    }

    async fn objects(&self, prefix: &str) -> Result<BTreeMap<String, Object>> {
        let mut found = BTreeMap::new();
        let mut pages =
            self.client.list_objects_v2().bucket(&self.name).prefix(prefix).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| failed(&error))?;
            for object in page.contents() {
                let written = object.last_modified().and_then(|time| time.to_millis().ok()?.try_into().ok());
                let bytes = object.size().and_then(|bytes| bytes.try_into().ok()).unwrap_or_default();
                let object_found = Object { written_ms: written.unwrap_or_default(), bytes };
                found.insert(object.key().unwrap_or_default().to_owned(), object_found);
            }
        }
        Ok(found)
    }
}

/// The duration of a clip: each byte is one sample.
fn clip_length(bytes: u64) -> Duration {
    Duration::from_secs_f64(bytes.saturating_sub(HEADER_BYTES) as f64 / f64::from(SAMPLE_RATE))
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

fn failed<E>(error: &SdkError<E>) -> anyhow::Error {
    match status(error) {
        Some(status) => anyhow!("S3: HTTP {status}"),
        None => anyhow!("S3: no answer"),
    }
}
