//! The life of streams: start, parts, cancel, sentinel.
//!
//! [`Streams`] admits, finds and cancels; [`stream`] makes one; [`progress`] is what everybody may watch
//! of it. None of them knows HTTP or AWS.

mod error;
mod progress;
mod registry;
mod stream;

use std::{sync::Arc, time::Duration};

use contract::{
    ContactId, StreamId,
    http::{CancelEffect, CancelRequest, CancelResponse, StartRequest, StartResponse, State, StreamStatus},
    keys,
    stream::{Manifest, Sentinel},
};
use speech::telephone;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{error::StreamError, progress::Ending};
use self::{
    progress::Progress,
    registry::{Handle, Registry},
    stream::Stream,
};
use crate::{
    clock,
    speak::{Order, Wish},
    store::{ObjectStore, StoreError},
    voices::Voices,
};

/// What one host allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Streams at the same time.
    pub max_streams: usize,
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// How long a start waits for part 0 when the request does not say.
    pub wait: Duration,
}

/// A start never waits longer than this: a Lambda is given 8 seconds in all by the flow.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// A cancel waits this long for the sentinel before it answers that it is on its way.
const CANCEL_WAIT: Duration = Duration::from_secs(2);

/// The bucket counts as gone when it has not answered for this long.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// All streams of this host. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    shared: Arc<Shared>,
}

struct Shared {
    store: ObjectStore,
    voices: Arc<Voices>,
    limits: Limits,
    registry: Registry,
    tasks: TaskTracker,
    /// Cancelled when the host stops and streams must end.
    stop: CancellationToken,
    prompts_stored: tokio::sync::OnceCell<()>,
}

impl Streams {
    pub fn new(store: ObjectStore, voices: Arc<Voices>, limits: Limits) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                voices,
                limits,
                registry: Registry::new(limits.max_streams),
                tasks: TaskTracker::new(),
                stop: CancellationToken::new(),
                prompts_stored: tokio::sync::OnceCell::new(),
            }),
        }
    }

    /// Whether this host can take streams now: its voices have spoken (or it would not have started), the
    /// bucket answers, and it is not stopping.
    ///
    /// # Errors
    /// [`StreamError::Stopping`] or [`StreamError::Store`].
    pub async fn ready(&self) -> Result<(), StreamError> {
        self.store_prompts().await?;
        let asked = timeout(PROBE_TIMEOUT, self.shared.store.exists(&keys::silence())).await;
        if !asked.map_err(|_| StreamError::Store(StoreError::timed_out("probe")))?? {
            // Somebody has deleted it since.
            self.create_prompts().await?;
        }
        Ok(())
    }

    /// Stores the fixed prompts the first time that the bucket answers.
    async fn store_prompts(&self) -> Result<(), StreamError> {
        if self.shared.tasks.is_closed() {
            return Err(StreamError::Stopping);
        }
        self.shared.prompts_stored.get_or_try_init(|| self.create_prompts()).await?;
        Ok(())
    }

    async fn create_prompts(&self) -> Result<(), StoreError> {
        let silence = telephone::silence(keys::SILENCE_MS).into();
        self.shared.store.create(&keys::silence(), stream::CLIP_TYPE, silence).await?;
        Ok(())
    }

    /// Starts a stream and waits until part 0 is stored or the request's patience is over. The stream goes
    /// on when the caller of this function goes away.
    ///
    /// # Errors
    /// [`StreamError`] for a request that can't be met, or a stream that ended before it had a part.
    pub async fn start(&self, request: StartRequest) -> Result<StartResponse, StreamError> {
        let wait = request.wait_ms.map_or(self.shared.limits.wait, Duration::from_millis).min(LONGEST_WAIT);
        let begun = Instant::now();
        let answer_by = begun + wait;
        // Held until the stream is a task of its own, so that a stop waits for it.
        let _underway = self.shared.tasks.token();
        let manifest = self.manifest(request)?;
        let prompts_by = answer_by.max(Instant::now() + PROBE_TIMEOUT);
        timeout_at(prompts_by, self.store_prompts())
            .await
            .map_err(|_| StreamError::Store(StoreError::timed_out("store prompts")))??;
        let handle = self.launch(manifest)?;
        let mut progress = handle.progress.clone();
        let first_part_or_end =
            progress.wait_for(|progress| progress.parts() > 0 || progress.ending.is_some());
        // Out of patience is as good an answer as a part: the stream goes on.
        let _ = timeout_at(answer_by, first_part_or_end).await;
        let snapshot = handle.progress.borrow().clone();
        match &snapshot.ending {
            Some(ending) if snapshot.parts() == 0 => Err(ending.clone().into()),
            _ => self.start_response(handle.stream_id, &snapshot).await,
        }
    }

    async fn start_response(
        &self,
        stream_id: StreamId,
        progress: &Progress,
    ) -> Result<StartResponse, StreamError> {
        let ready = progress.parts() > 0;
        let first_url =
            if ready { Some(self.shared.store.presign(&keys::part(&stream_id, 0)).await?) } else { None };
        Ok(StartResponse { stream_id, ready, first_url, last: ready && progress.is_last(0) })
    }

    /// Checks a request and splits its text.
    fn manifest(&self, request: StartRequest) -> Result<Manifest, StreamError> {
        let wish = Wish {
            text: &request.text,
            voice: request.voice.as_deref(),
            tenant: request.tenant.as_ref(),
            speed: request.speed,
        };
        let order = Order::new(wish, &self.shared.voices, self.shared.limits.max_text_chars)?;
        Ok(Manifest {
            // Random from its first character, so that keys spread over S3's partitions.
            stream_id: StreamId::from_random_bits(uuid::Uuid::new_v4().as_u128()),
            contact_id: request.contact_id,
            voice: order.voice.name(),
            tenant: request.tenant,
            speed: order.speed,
            sentences: order.sentences,
            created_at_ms: clock::now_ms(),
        })
    }

    /// Registers the stream, which cancels an older one of the same contact, and sets it going.
    fn launch(&self, manifest: Manifest) -> Result<Handle, StreamError> {
        let (sender, progress) = tokio::sync::watch::channel(Progress::new(&manifest));
        let cancel = self.shared.stop.child_token();
        let handle = Handle::new(&manifest, cancel, progress);
        let older = self.shared.registry.insert(handle.clone())?;
        if let Some(older) = &older {
            older.cancel("preempted");
        }
        let shared = self.shared.clone();
        let stream = Stream::new(manifest, handle.clone(), sender, older);
        self.shared.tasks.spawn(async move {
            let _retire = Retire { shared: &shared, stream_id: stream.id().clone() };
            stream.run(&shared.store, &shared.voices).await;
        });
        Ok(handle)
    }

    /// Cancels a stream, named by itself or by its contact, and waits until its sentinel is written.
    ///
    /// # Errors
    /// [`StreamError`] when no stream is named or known, or another host makes it.
    pub async fn cancel(&self, request: CancelRequest) -> Result<CancelResponse, StreamError> {
        let stream_id = match (request.stream_id, request.contact_id) {
            (Some(stream_id), _) => stream_id,
            (None, Some(contact_id)) => self.current_stream(&contact_id).await?,
            (None, None) => return Err(StreamError::NothingNamed),
        };
        let Some(handle) = self.shared.registry.find(&stream_id) else {
            return self.cancel_unknown(stream_id).await;
        };
        let had_ended = handle.progress.borrow().ending.is_some();
        handle.cancel("cancelled");
        let mut progress = handle.progress.clone();
        let is_sealed = timeout(CANCEL_WAIT, progress.wait_for(Progress::is_sealed)).await.is_ok();
        // It may have come to its own end in the very moment of the cancel.
        let was_cancelled = handle.progress.borrow().ending.as_ref().is_some_and(Ending::is_cancelled);
        let effect = match (had_ended, is_sealed) {
            (false, false) => CancelEffect::Cancelling,
            (false, true) if was_cancelled => CancelEffect::Cancelled,
            _ => CancelEffect::AlreadyEnded,
        };
        Ok(CancelResponse { stream_id, effect })
    }

    async fn current_stream(&self, contact_id: &ContactId) -> Result<StreamId, StreamError> {
        if let Some(stream_id) = self.shared.registry.current(contact_id) {
            return Ok(stream_id);
        }
        let current = self.shared.store.get(&keys::current_stream(contact_id)).await?;
        current
            .and_then(|body| std::str::from_utf8(&body).ok()?.trim().parse().ok())
            .ok_or(StreamError::UnknownContact)
    }

    /// A stream that this host no longer or never had: the bucket knows whether it has ended.
    async fn cancel_unknown(&self, stream_id: StreamId) -> Result<CancelResponse, StreamError> {
        match self.stored_status(&stream_id).await?.state {
            State::Running => Err(StreamError::Elsewhere),
            _ => Ok(CancelResponse { stream_id, effect: CancelEffect::AlreadyEnded }),
        }
    }

    /// The state of a stream, from memory where this host makes or has just made it, else from the bucket.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn status(&self, stream_id: &StreamId) -> Result<StreamStatus, StreamError> {
        match self.shared.registry.find(stream_id) {
            Some(handle) => {
                let status = handle.progress.borrow().status();
                Ok(status)
            }
            None => self.stored_status(stream_id).await,
        }
    }

    async fn stored_status(&self, stream_id: &StreamId) -> Result<StreamStatus, StreamError> {
        let store = &self.shared.store;
        let (manifest_key, sentinel_key) = (keys::manifest(stream_id), keys::sentinel(stream_id));
        let (manifest, sentinel) = tokio::try_join!(store.get(&manifest_key), store.get(&sentinel_key))?;
        let manifest: Manifest = manifest
            .and_then(|body| serde_json::from_slice(&body).ok())
            .ok_or_else(|| StreamError::UnknownStream(stream_id.clone()))?;
        let sentinel: Option<Sentinel> = sentinel.and_then(|body| serde_json::from_slice(&body).ok());
        let parts = match &sentinel {
            Some(sentinel) => sentinel.parts,
            None => store.count(&keys::parts_prefix(stream_id)).await?,
        };
        Ok(StreamStatus {
            stream_id: stream_id.clone(),
            contact_id: manifest.contact_id,
            state: sentinel.as_ref().map_or(State::Running, |sentinel| sentinel.outcome.into()),
            sentences: manifest.sentences.len(),
            parts,
            skipped: sentinel.as_ref().map_or(0, |sentinel| sentinel.skipped),
            created_at_ms: manifest.created_at_ms,
            ended_at_ms: sentinel.as_ref().map(|sentinel| sentinel.ended_at_ms),
            reason: sentinel.map(|sentinel| sentinel.reason),
            timings: Vec::new(),
        })
    }

    /// Lets running streams finish for `grace`, then cancels them. Returns when every one has its sentinel
    /// or has given up on writing it. New starts are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        self.shared.tasks.close();
        if timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(
                streams = self.shared.tasks.len(),
                "cancelling streams that did not finish in time"
            );
            self.shared.stop.cancel();
            self.shared.tasks.wait().await;
        }
    }
}

/// Moves a stream to the ended ones, however its task ends.
struct Retire<'a> {
    shared: &'a Shared,
    stream_id: StreamId,
}

impl Drop for Retire<'_> {
    fn drop(&mut self) {
        self.shared.registry.retire(&self.stream_id);
    }
}
