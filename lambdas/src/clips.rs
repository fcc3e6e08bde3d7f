//! The bucket, as the functions see it: which clips are there, their URLs, and whether a stream is still made.

use std::time::Duration;

use contract::{
    HostId, Life, StreamId,
    document::parse_unversioned,
    keys,
    reply::ClipUrl,
    stream::{Manifest, Sentinel},
};
use futures::future::{join_all, try_join};
use stream_store::{Head, ObjectStore, StoreConfig, StoreError};

use crate::settings::Settings;

/// What stands in the bucket for a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Consecutive parts that are there, from the one that was asked for.
    pub parts: usize,
    pub sentinel: Option<Sentinel>,
}

/// A stream's life, and its age by the bucket's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Making {
    pub life: Life,
    /// Time since the last change.
    pub age: Duration,
}

/// The bucket of the streams.
pub struct Clips {
    store: ObjectStore,
}

impl Clips {
    /// Region, credentials and endpoint come from the environment.
    pub async fn connect(settings: &Settings) -> Self {
        let config = StoreConfig::of_function(&settings.bucket, settings.url_ttl);
        Self { store: ObjectStore::connect(&config).await }
    }

    /// Resolves the credentials and opens as many connections as one look uses.
    pub async fn warm_up(&self) {
        let silence = keys::silence();
        for result in join_all((0..=contract::STREAM_BATCH).map(|_| self.store.head(&silence))).await {
            if let Err(error) = result {
                tracing::warn!(%error, "no connection during init");
            }
        }
    }

    /// Asks for parts `first …` (`count` of them) and the sentinel, all at the same time.
    pub async fn look(&self, stream: &StreamId, first: usize, count: usize) -> Result<Look, StoreError> {
        let parts = (first..first + count).map(|number| self.part(stream, number));
        let parts = async { join_all(parts).await.into_iter().collect::<Result<Vec<_>, _>>() };
        let (parts, sentinel) = try_join(parts, self.store.sentinel(stream)).await?;
        Ok(Look { parts: parts.into_iter().take_while(Option::is_some).count(), sentinel })
    }

    /// When a part was written and how long it is; `None` where there is none.
    pub async fn part(&self, stream: &StreamId, number: usize) -> Result<Option<Head>, StoreError> {
        self.store.head(&keys::part(stream, number)).await
    }

    /// A stream's life; `None` where there is no such stream.
    pub async fn making(&self, stream: &StreamId) -> Result<Option<Making>, StoreError> {
        let manifest = self.store.document(keys::manifest(stream), Manifest::parse);
        let life = self.store.document(keys::life(stream), parse_unversioned::<Life>);
        let (manifest, life) = try_join(manifest, life).await?;
        let Some((manifest, begun)) = manifest else { return Ok(None) };
        Ok(Some(match life {
            Some((life, changed)) => Making { life, age: changed.age },
            None => Making { life: manifest.first_life(), age: begun.age },
        }))
    }

    /// Whether a host has not given its beat for so long that its streams are others' to go on with.
    pub async fn is_gone(&self, host: &HostId) -> Result<bool, StoreError> {
        Ok(self.store.beat_age(host).await?.is_none_or(|age| age >= contract::HOST_GONE_AFTER))
    }

    /// The URLs of parts `first …` (`count` of them).
    pub async fn part_urls(
        &self,
        stream: &StreamId,
        first: usize,
        count: usize,
    ) -> Result<Vec<ClipUrl>, StoreError> {
        join_all((first..first + count).map(|number| self.url(keys::part(stream, number))))
            .await
            .into_iter()
            .collect()
    }

    /// The URLs of the clip that paces the flow's loop.
    pub async fn pause_url(&self) -> Result<ClipUrl, StoreError> {
        self.url(keys::silence()).await
    }

    async fn url(&self, key: String) -> Result<ClipUrl, StoreError> {
        let presigned = self.store.presign(&key).await?;
        let plain = presigned.split_once('?').map_or(presigned.as_str(), |(plain, _)| plain).to_owned();
        Ok(ClipUrl { presigned, plain })
    }
}
