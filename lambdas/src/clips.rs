//! The functions' view of the bucket: clips, their URLs, and the life of a stream.

use std::time::Duration;

use contract::{HostId, Life, STREAM_BATCH, StreamId, keys, reply::ClipUrl, stream::Sentinel};
use futures::future::{join_all, try_join};
use stream_store::{Head, ObjectStore, StoreConfig, StoreError};

use crate::settings::Settings;

/// The objects of a stream at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Number of consecutive parts, from the first one requested.
    pub parts: usize,
    /// The end of the stream, once it is written.
    pub sentinel: Option<Sentinel>,
}

/// The life of a stream and its age by the bucket's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamLife {
    /// The host that makes the stream, and the stream's end, if decided.
    pub life: Life,
    /// Time since the last change of the life.
    pub age: Duration,
}

/// The bucket of the streams.
pub struct Clips {
    store: ObjectStore,
}

impl Clips {
    /// Builds the S3 client. Region, credentials and endpoint come from the environment.
    pub async fn connect(settings: &Settings) -> Self {
        let config = StoreConfig::of_function(&settings.bucket, settings.url_ttl);
        Self { store: ObjectStore::connect(&config).await }
    }

    /// Looks for clips of a stream that never was, and signs their URLs. That opens the connections, resolves the
    /// credentials, and runs once the code for which the first caller would wait.
    pub async fn warm_up(&self) {
        let Ok(nobody) = StreamId::try_from("warm-up".to_owned()) else { return };
        let looked = self.look(&nobody, 0, STREAM_BATCH);
        if let Err(error) = try_join(looked, self.part_urls(&nobody, 0, STREAM_BATCH)).await {
            tracing::warn!(%error, "no connection during init");
        }
    }

    /// Requests `count` parts from number `first` on and the sentinel, all concurrently.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub async fn look(&self, stream: &StreamId, first: usize, count: usize) -> Result<Look, StoreError> {
        let parts = (first..first + count).map(|number| self.part(stream, number));
        let parts = async { join_all(parts).await.into_iter().collect::<Result<Vec<_>, _>>() };
        let (parts, sentinel) = try_join(parts, self.store.sentinel(stream)).await?;
        Ok(Look { parts: parts.into_iter().take_while(Option::is_some).count(), sentinel })
    }

    /// The age and size of a part; `None` if it does not exist.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub async fn part(&self, stream: &StreamId, number: usize) -> Result<Option<Head>, StoreError> {
        self.store.head(&keys::part(stream, number)).await
    }

    /// The life of a stream; `None` if there is no such stream.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails, or a document can't be read.
    pub async fn life(&self, stream: &StreamId) -> Result<Option<StreamLife>, StoreError> {
        let (manifest, life) = try_join(self.store.manifest(stream), self.store.life(stream)).await?;
        let Some((manifest, begun)) = manifest else { return Ok(None) };
        Ok(Some(match life {
            Some((life, changed)) => StreamLife { life, age: changed.age },
            None => StreamLife { life: manifest.first_life(), age: begun.age },
        }))
    }

    /// Whether a host's last beat is old enough for other hosts to take its streams over.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub async fn is_gone(&self, host: &HostId) -> Result<bool, StoreError> {
        Ok(self.store.beat_age(host).await?.is_none_or(|age| age >= contract::HOST_GONE_AFTER))
    }

    /// The URLs of `count` parts from number `first` on.
    ///
    /// # Errors
    /// [`StoreError`] when a URL can't be signed.
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

    /// The URLs of the silent clip that paces the flow's loop.
    ///
    /// # Errors
    /// [`StoreError`] when a URL can't be signed.
    pub async fn pause_url(&self) -> Result<ClipUrl, StoreError> {
        self.url(keys::silence()).await
    }

    async fn url(&self, key: String) -> Result<ClipUrl, StoreError> {
        let presigned = self.store.presign(&key).await?;
        let plain = presigned.split_once('?').map_or(presigned.as_str(), |(plain, _)| plain).to_owned();
        Ok(ClipUrl { presigned, plain })
    }
}
