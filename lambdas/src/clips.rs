//! The functions' view of the bucket: clips, their URLs and prompts, and the life of a stream.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use contract::{
    HostId, Life, STREAM_BATCH, StreamId, keys, prompts::PROMPT, reply::ClipUrl, stream::Sentinel,
};
use futures::future::{join, join_all, try_join};
use stream_store::{Head, ObjectStore, StoreConfig, StoreError};
use tokio::time::Instant;

use crate::settings::Settings;

/// The ARN of the silence's prompt is looked up again when it is this old.
const PAUSE_KEPT: Duration = Duration::from_secs(60);

/// A part in the bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// ARN of the prompt that Connect has of the same clip, if there is one.
    pub prompt: Option<String>,
}

/// The objects of a stream at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Consecutive parts, from the first one requested.
    pub parts: Vec<Part>,
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
    /// The ARN of the silence's prompt, and the time of its look-up.
    pause: Mutex<Option<(Option<String>, Instant)>>,
}

impl Clips {
    /// Builds the S3 client. Region, credentials and endpoint come from the environment.
    pub async fn connect(settings: &Settings) -> Self {
        let config = StoreConfig::of_function(&settings.bucket, settings.url_ttl);
        Self { store: ObjectStore::connect(&config).await, pause: Mutex::default() }
    }

    /// Looks for clips of a stream that never was, and signs their URLs. That opens the connections, resolves the
    /// credentials, and runs once the code for which the first caller would wait.
    pub async fn warm_up(&self) {
        let Ok(nobody) = StreamId::try_from("warm-up".to_owned()) else { return };
        let looked = self.look(&nobody, 0, STREAM_BATCH);
        let signed = self.part_urls(&nobody, 0, vec![Part::default(); STREAM_BATCH]);
        let (opened, ()) = join(try_join(looked, signed), self.refresh_pause()).await;
        if let Err(error) = opened {
            tracing::warn!(%error, "no connection during init");
        }
    }

    /// Looks up the ARN of the silence's prompt, when the last look-up is a minute old. A failure leaves it as it was.
    pub async fn refresh_pause(&self) {
        let kept = self.pause.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if kept.is_some_and(|(_, looked_up)| looked_up.elapsed() < PAUSE_KEPT) {
            return;
        }
        match self.store.head(&keys::silence()).await {
            Ok(silence) => self.keep_pause(silence),
            Err(error) => tracing::debug!(%error, "the prompt of the silence can't be looked up"),
        }
    }

    fn keep_pause(&self, silence: Option<Head>) {
        let prompt = silence.and_then(prompt);
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some((prompt, Instant::now()));
    }

    /// Requests `count` parts from number `first` on and the sentinel, all concurrently.
    ///
    /// # Errors
    /// [`StoreError`] when the bucket fails.
    pub async fn look(&self, stream: &StreamId, first: usize, count: usize) -> Result<Look, StoreError> {
        let parts = (first..first + count).map(|number| self.part(stream, number));
        let parts = async { join_all(parts).await.into_iter().collect::<Result<Vec<_>, _>>() };
        let (parts, sentinel) = try_join(parts, self.store.sentinel(stream)).await?;
        let parts = parts.into_iter().map_while(|part| part.map(|head| Part { prompt: prompt(head) }));
        Ok(Look { parts: parts.collect(), sentinel })
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

    /// The addresses of these parts, of which the first has the number `first`.
    ///
    /// # Errors
    /// [`StoreError`] when a URL can't be signed.
    pub async fn part_urls(
        &self,
        stream: &StreamId,
        first: usize,
        parts: Vec<Part>,
    ) -> Result<Vec<ClipUrl>, StoreError> {
        let urls =
            (first..).zip(parts).map(|(number, part)| self.url(keys::part(stream, number), part.prompt));
        join_all(urls).await.into_iter().collect()
    }

    /// The addresses of the silent clip that paces the flow's loop. [`Self::refresh_pause`] keeps its prompt current.
    ///
    /// # Errors
    /// [`StoreError`] when a URL can't be signed.
    pub async fn pause_url(&self) -> Result<ClipUrl, StoreError> {
        let kept = self.pause.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.url(keys::silence(), kept.and_then(|(prompt, _)| prompt)).await
    }

    async fn url(&self, key: String, prompt: Option<String>) -> Result<ClipUrl, StoreError> {
        let presigned = self.store.presign(&key).await?;
        let plain = presigned.split_once('?').map_or(presigned.as_str(), |(plain, _)| plain).to_owned();
        Ok(ClipUrl { presigned, plain, prompt })
    }
}

/// The ARN of a clip's prompt.
fn prompt(mut clip: Head) -> Option<String> {
    clip.metadata.remove(PROMPT)
}
