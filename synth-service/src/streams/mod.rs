//! The life of streams: start, parts, cancel, sentinel.
//!
//! [`Streams`] admits, finds and cancels; [`maker`] knows what comes next in a stream's life, [`ledger`] writes it
//! down so that all hosts agree, [`stream`] does it; [`progress`] is what everybody may watch of it. None of them
//! knows HTTP or AWS.

mod error;
mod ledger;
pub mod maker;
mod patience;
mod progress;
mod registry;
mod stream;

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use contract::{
    ContactId, HostId, Life, StreamId,
    http::{
        CancelEffect, CancelRequest, CancelResponse, ResumeEffect, ResumeResponse, StartRequest,
        StartResponse, State, StreamStatus,
    },
    keys,
    stream::{Manifest, Sentinel},
};
use speech::{SpeechError, telephone};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::{error::StreamError, progress::Ending, registry::CancelReason};
use self::{
    ledger::{Claim, Ledger},
    maker::Maker,
    patience::Patience,
    progress::Progress,
    registry::{Handle, Registry},
    stream::{Stream, Turn},
};
use crate::{
    admission::{Admission, Demand},
    clock,
    speak::{Order, Wish},
    store::{Content, Expected, ObjectStore, StoreError},
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
    /// A stream of another host may be taken over when nothing of it was written for this long.
    pub resume_after: Duration,
    /// How long a part is tried for when the bucket has trouble.
    pub part_patience: Duration,
    /// Whether texts may stand in the log.
    pub log_text: bool,
}

/// Usual value of [`Limits::part_patience`]. Beyond it the caller has heard silence for so long that the flow's way
/// out is better.
pub const PART_PATIENCE: Duration = Duration::from_secs(8);

/// A start never waits longer than this: a Lambda is given 8 seconds in all by the flow.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// A cancel waits this long for the sentinel before it answers that it is on its way.
const CANCEL_WAIT: Duration = Duration::from_secs(2);

/// How long streams may take to hand themselves over when the host stops.
const HAND_OVER_WAIT: Duration = Duration::from_secs(10);

/// Between two looks for a stream that owns its contact and is not there yet.
const FIND_STEP: Duration = Duration::from_millis(50);

/// A stream may move to another host while it is told to end. So often is a fault.
const MOST_MOVES: usize = 4;

/// The bucket counts as gone when it has not answered for this long.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// All streams of this host. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    shared: Arc<Shared>,
}

struct Shared {
    host: HostId,
    store: ObjectStore,
    voices: Arc<Voices>,
    admission: Admission,
    limits: Limits,
    registry: Registry,
    tasks: TaskTracker,
    /// Cancelled when the host stops and streams must end.
    stop: CancellationToken,
    prompts_stored: tokio::sync::OnceCell<()>,
}

impl Streams {
    pub fn new(store: ObjectStore, voices: Arc<Voices>, admission: Admission, limits: Limits) -> Self {
        Self {
            shared: Arc::new(Shared {
                host: HostId::from_random_bits(uuid::Uuid::new_v4().as_u128()),
                store,
                voices,
                admission,
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
        if self.shared.tasks.is_closed() {
            return Err(StreamError::Stopping);
        }
        self.store_prompts().await?;
        let asked = timeout(PROBE_TIMEOUT, self.shared.store.version(&keys::silence())).await;
        if asked.map_err(|_| StreamError::Store(StoreError::timed_out("probe")))??.is_none() {
            // Somebody has deleted it since.
            self.create_prompts().await?;
        }
        Ok(())
    }

    /// Stores the fixed prompts the first time that the bucket answers.
    async fn store_prompts(&self) -> Result<(), StoreError> {
        self.shared.prompts_stored.get_or_try_init(|| self.create_prompts()).await?;
        Ok(())
    }

    async fn create_prompts(&self) -> Result<(), StoreError> {
        let silence: Bytes = telephone::silence(keys::SILENCE_MS).into();
        let (store, key) = (&self.shared.store, keys::silence());
        let mut patience = Patience::of(PROBE_TIMEOUT);
        while let Err(error) = store.write(&key, Content::clip(silence.clone()), Expected::Nothing).await {
            patience.after_all(error).await?;
        }
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
        if self.shared.tasks.is_closed() {
            return Err(StreamError::Stopping);
        }
        // Before anything is made of the text.
        self.shared.registry.has_room()?;
        if !self.shared.prompts_stored.initialized() {
            let streams = self.clone();
            self.shared.tasks.spawn(async move { streams.store_prompts().await });
        }
        let may_wait = request.may_wait;
        let (manifest, demand) = self.order(request)?;
        let turn = match self.shared.admission.admit(demand.clone()) {
            Ok(seat) => Turn::Come(seat),
            Err(_) if may_wait => Turn::Waiting(self.shared.admission.wait(demand)?),
            Err(full) => return Err(full.into()),
        };
        let host = self.shared.host.clone();
        let maker = Maker::begin(host.clone(), manifest.sentences.len());
        let ledger = Ledger::new(self.shared.store.clone(), host, manifest);
        let handle = self.launch(ledger, maker, turn)?;
        let mut progress = handle.progress.clone();
        let first_part_or_end = progress.wait_for(|progress| progress.parts > 0 || progress.ending.is_some());
        // Out of patience is as good an answer as a part: the stream goes on.
        let _ = timeout_at(answer_by, first_part_or_end).await;
        // But nobody learns a stream's id before the other hosts can: a cancel may reach any of them.
        let open_or_end = progress.wait_for(|progress| progress.open || progress.ending.is_some());
        let _ = timeout_at(begun + LONGEST_WAIT, open_or_end).await;
        let snapshot = handle.progress.borrow().clone();
        if !snapshot.open && snapshot.ending.is_none() {
            // No other host could find it.
            handle.cancel(CancelReason::Requested);
            return Err(StoreError::timed_out("start").into());
        }
        match &snapshot.ending {
            Some(ending) if snapshot.parts == 0 && !matches!(ending, Ending::TakenOver) => {
                Err(ending.clone().into())
            }
            _ => self.start_response(handle.stream_id, &snapshot).await,
        }
    }

    async fn start_response(
        &self,
        stream_id: StreamId,
        progress: &Progress,
    ) -> Result<StartResponse, StreamError> {
        let ready = progress.parts > 0;
        let first_url =
            if ready { Some(self.shared.store.presign(&keys::part(&stream_id, 0)).await?) } else { None };
        Ok(StartResponse { stream_id, ready, first_url, last: ready && progress.is_last(0) })
    }

    /// Checks a request, splits its text, and says what it will cost.
    fn order(&self, request: StartRequest) -> Result<(Manifest, Demand), StreamError> {
        let wish = Wish {
            text: &request.text,
            voice: request.voice.as_deref(),
            tenant: request.tenant.as_ref(),
            speed: request.speed,
        };
        let order = Order::new(wish, &self.shared.voices, self.shared.limits.max_text_chars)?;
        let demand = Demand::new(order.voice.voice, &order.sentences, order.speed);
        // Random from its first character, so that keys spread over S3's partitions.
        let stream_id = StreamId::from_random_bits(uuid::Uuid::new_v4().as_u128());
        if self.shared.limits.log_text {
            tracing::info!(stream = %stream_id, text = ?request.text, "stream asked for");
        }
        let manifest = Manifest {
            stream_id,
            contact_id: request.contact_id,
            voice: order.voice.name(),
            tenant: request.tenant,
            speed: order.speed,
            sentences: order.sentences,
            created_at_ms: clock::now_ms(),
            life: Life::begun_by(self.shared.host.clone()),
        };
        Ok((manifest, demand))
    }

    /// Registers a stream and sets it going. One that only ends is registered whatever the limit.
    fn launch(&self, ledger: Ledger, maker: Maker, turn: Turn) -> Result<Handle, StreamError> {
        let manifest = &ledger.manifest;
        let (sender, progress) = tokio::sync::watch::channel(Progress::new(manifest, &maker));
        let handle = Handle::new(manifest, self.shared.stop.child_token(), progress);
        self.shared.registry.insert(handle.clone(), !matches!(turn, Turn::None))?;
        let stream = Stream::new(ledger, maker, handle.clone(), sender, turn);
        let (streams, retired) = (self.clone(), handle.clone());
        self.shared.tasks.spawn(async move {
            let _retire = Retire { shared: &streams.shared, handle: retired };
            stream.run(&streams).await;
        });
        Ok(handle)
    }

    /// Cancels a stream, named by itself or by its contact, and waits until its sentinel is written. Whichever host
    /// makes it: where that is another one, this one takes it over and ends it.
    ///
    /// # Errors
    /// [`StreamError`] when no stream is named or known, or the bucket fails.
    pub async fn cancel(&self, request: CancelRequest) -> Result<CancelResponse, StreamError> {
        match (request.stream_id, request.contact_id) {
            (Some(stream_id), _) => self.end(stream_id, CancelReason::Requested).await,
            (None, Some(contact_id)) => self.end_current(&contact_id).await,
            (None, None) => Err(StreamError::NothingNamed),
        }
    }

    /// The owner of a contact may be a stream of another host whose manifest is still on its way.
    async fn end_current(&self, contact_id: &ContactId) -> Result<CancelResponse, StreamError> {
        let give_up = Instant::now() + CANCEL_WAIT;
        loop {
            let owner = self.current_stream(contact_id).await?;
            match self.end(owner, CancelReason::Requested).await {
                Err(StreamError::UnknownStream(_)) if Instant::now() < give_up => sleep(FIND_STEP).await,
                answer => return answer,
            }
        }
    }

    async fn end(&self, stream_id: StreamId, reason: CancelReason) -> Result<CancelResponse, StreamError> {
        let streams = self.clone();
        self.undisturbed(async move { streams.end_undisturbed(stream_id, reason).await }).await
    }

    /// Does something to its end, though whoever has asked for it may go away: between taking a stream over and going
    /// on with it nobody would make it.
    async fn undisturbed<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StreamError>> + Send + 'static,
    ) -> Result<T, StreamError> {
        let fault = || Ending::Speech(SpeechError::Synthesis("a fault in the service".into()));
        self.shared.tasks.spawn(work).await.unwrap_or_else(|_| Err(fault().into()))
    }

    async fn end_undisturbed(
        &self,
        stream_id: StreamId,
        reason: CancelReason,
    ) -> Result<CancelResponse, StreamError> {
        for _ in 0..MOST_MOVES {
            let Some((handle, had_ended)) = self.tell_to_end(&stream_id, reason).await? else {
                return Ok(CancelResponse { stream_id, effect: CancelEffect::AlreadyEnded });
            };
            let mut progress = handle.progress.clone();
            let is_sealed = timeout(CANCEL_WAIT, progress.wait_for(Progress::is_sealed)).await.is_ok();
            let ending = handle.progress.borrow().ending.clone();
            let effect = match &ending {
                // Another host goes on with it, and knows of no cancel.
                Some(Ending::TakenOver) => continue,
                Some(Ending::Cancelled(CancelReason::Elsewhere)) => CancelEffect::Cancelling,
                // Another host was faster, whatever it has decided on.
                Some(Ending::Decided(_)) => CancelEffect::AlreadyEnded,
                _ if !is_sealed && !had_ended => CancelEffect::Cancelling,
                // It may have come to its own end in the very moment of the cancel.
                Some(ending) if !had_ended && ending.is_cancelled() => CancelEffect::Cancelled,
                _ => CancelEffect::AlreadyEnded,
            };
            return Ok(CancelResponse { stream_id, effect });
        }
        Err(StoreError::contended("cancel").into())
    }

    /// The stream, told to end, and whether it had ended before; `None` when it ended long ago, or elsewhere.
    async fn tell_to_end(
        &self,
        stream_id: &StreamId,
        reason: CancelReason,
    ) -> Result<Option<(Handle, bool)>, StreamError> {
        let told = |handle: Handle| {
            let had_ended = handle.progress.borrow().ending.is_some();
            handle.cancel(reason);
            Some((handle, had_ended))
        };
        if let Some(handle) = self.made_here(stream_id) {
            return Ok(told(handle));
        }
        let _turn = self.shared.registry.adopting(stream_id).await;
        // Somebody else may have taken it over meanwhile, and told it to end or not.
        if let Some(handle) = self.made_here(stream_id) {
            return Ok(told(handle));
        }
        Ok(self.end_elsewhere(stream_id, reason).await?.map(|handle| (handle, false)))
    }

    /// A stream that this host makes, or was the last one to make.
    fn made_here(&self, stream_id: &StreamId) -> Option<Handle> {
        self.shared.registry.find(stream_id).filter(|handle| !handle.is_lost())
    }

    /// Takes a stream over that this host does not make, only to end it. `None` when it has ended.
    async fn end_elsewhere(
        &self,
        stream_id: &StreamId,
        reason: CancelReason,
    ) -> Result<Option<Handle>, StreamError> {
        let Shared { store, host, .. } = &*self.shared;
        let ledger = Ledger::take_over(store, host, stream_id, Some(reason.as_str())).await?;
        let ledger = ledger.ok_or_else(|| StreamError::UnknownStream(stream_id.clone()))?;
        if ledger.manifest.life.end.is_some() && self.has_sentinel(stream_id).await? {
            return Ok(None);
        }
        self.adopt(ledger, Turn::None).await.map(Some)
    }

    async fn has_sentinel(&self, stream_id: &StreamId) -> Result<bool, StreamError> {
        Ok(self.shared.store.version(&keys::sentinel(stream_id)).await?.is_some())
    }

    /// Goes on with a stream that this host has just taken over.
    async fn adopt(&self, ledger: Ledger, turn: Turn) -> Result<Handle, StreamError> {
        let mut patience = Patience::of(self.shared.limits.part_patience);
        let (parts, last) = loop {
            match self.survey(&ledger).await {
                Ok(found) => break found,
                Err(error) => patience.after_all(error).await?,
            }
        };
        let (life, sentences) = (ledger.manifest.life.clone(), ledger.manifest.sentences.len());
        tracing::info!(stream = %ledger.manifest.stream_id, term = life.term, parts, "took over a stream");
        let maker = Maker::resume(self.shared.host.clone(), life, sentences, parts, last);
        self.launch(ledger, maker, turn)
    }

    /// The parts of a stream that was taken over, and the sentence that the last one holds. Its contact is claimed.
    async fn survey(&self, ledger: &Ledger) -> Result<(usize, Option<usize>), StoreError> {
        let store = &self.shared.store;
        let stream_id = &ledger.manifest.stream_id;
        if let Some(contact) = ledger.manifest.contact_id.as_ref().filter(|_| ledger.is_wanted())
            // One that has lost its contact sees so before its next part.
            && let Claim::Won { older } = ledger::claim(store, contact, stream_id).await?
        {
            self.preempt(older);
        }
        // Counted only now: what the host before has written since it lost the stream is seen.
        let parts = store.parts(&keys::parts_prefix(stream_id)).await?.count;
        let last = match parts.checked_sub(1) {
            Some(last) => ledger::sentence_of(store, &keys::part(stream_id, last)).await?,
            None => None,
        };
        Ok((parts, last))
    }

    /// Goes on with a stream whose host has handed it over, or has written nothing for so long that it may have
    /// died.
    ///
    /// # Errors
    /// [`StreamError`] when there is no such stream, this host is full or stops, or the bucket fails.
    pub async fn resume(&self, stream_id: StreamId) -> Result<ResumeResponse, StreamError> {
        if self.shared.tasks.is_closed() {
            return Err(StreamError::Stopping);
        }
        let streams = self.clone();
        self.undisturbed(async move { streams.resume_undisturbed(stream_id).await }).await
    }

    async fn resume_undisturbed(&self, stream_id: StreamId) -> Result<ResumeResponse, StreamError> {
        let _turn = self.shared.registry.adopting(&stream_id).await;
        let effect = match self.made_here(&stream_id) {
            Some(handle) if handle.progress.borrow().is_sealed() => ResumeEffect::Ended,
            Some(_) => ResumeEffect::Running,
            None => self.resume_elsewhere(&stream_id).await?,
        };
        Ok(ResumeResponse { stream_id, effect })
    }

    async fn resume_elsewhere(&self, stream_id: &StreamId) -> Result<ResumeEffect, StreamError> {
        let Shared { store, host, limits, .. } = &*self.shared;
        let (manifest_key, parts_prefix) = (keys::manifest(stream_id), keys::parts_prefix(stream_id));
        let (stored, parts) = tokio::try_join!(store.read(&manifest_key), store.parts(&parts_prefix))?;
        let unknown = || StreamError::UnknownStream(stream_id.clone());
        let stored = stored.ok_or_else(unknown)?;
        let manifest: Manifest = serde_json::from_slice(&stored.body).map_err(|_| unknown())?;
        if manifest.life.end.is_some() && self.has_sentinel(stream_id).await? {
            return Ok(ResumeEffect::Ended);
        }
        let idle = clock::now_ms().saturating_sub(stored.written_at_ms.max(parts.written_at_ms));
        if manifest.life.maker.is_some() && u128::from(idle) < limits.resume_after.as_millis() {
            return Ok(ResumeEffect::Running);
        }
        let turn = self.turn_of_the_rest(&manifest, parts.count);
        if !matches!(turn, Turn::None) {
            self.shared.registry.has_room()?;
        }
        let ledger = Ledger::take_over(store, host, stream_id, None).await?.ok_or_else(unknown)?;
        self.adopt(ledger, turn).await?;
        Ok(ResumeEffect::Resumed)
    }

    /// For what is still to be spoken of a stream that has so many parts. Its caller is on the line, and goes before
    /// all who only want to begin.
    fn turn_of_the_rest(&self, manifest: &Manifest, parts: usize) -> Turn {
        let rest = manifest.sentences.get(parts..).unwrap_or_default();
        let is_wanted = manifest.life.end.is_none() && manifest.life.cancelled.is_none();
        // Without its voice it can only be ended.
        let chosen = self.shared.voices.find(Some(&manifest.voice), manifest.tenant.as_ref());
        match chosen.ok().filter(|_| is_wanted && !rest.is_empty()) {
            Some(chosen) => {
                let demand = Demand::new(chosen.voice, rest, manifest.speed);
                Turn::Come(self.shared.admission.oblige(demand))
            }
            None => Turn::None,
        }
    }

    /// Ends the stream that owned a contact before a newer one did.
    fn preempt(&self, older: Option<StreamId>) {
        let Some(older) = older else { return };
        let streams = self.clone();
        self.shared.tasks.spawn(async move {
            match streams.end(older.clone(), CancelReason::Preempted).await {
                Ok(_) | Err(StreamError::UnknownStream(_)) => {}
                // Its maker sees before the next part that the contact is another stream's.
                Err(error) => tracing::warn!(stream = %older, %error, "not ended yet, though preempted"),
            }
        });
    }

    async fn current_stream(&self, contact_id: &ContactId) -> Result<StreamId, StreamError> {
        if let Some(opening) = self.shared.registry.opening_of(contact_id) {
            return Ok(opening);
        }
        let stored = timeout(PROBE_TIMEOUT, ledger::owner(&self.shared.store, contact_id)).await;
        let here = || self.shared.registry.latest_of(contact_id);
        match stored.unwrap_or_else(|_| Err(StoreError::timed_out("owner"))) {
            Ok(owner) => owner.or_else(here).ok_or(StreamError::UnknownContact),
            Err(error) => here().ok_or(StreamError::Store(error)),
        }
    }

    /// The state of a stream, from memory where this host makes or has just made it, else from the bucket.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn status(&self, stream_id: &StreamId) -> Result<StreamStatus, StreamError> {
        match self.made_here(stream_id) {
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
        let (manifest, sentinel) = tokio::try_join!(store.read(&manifest_key), store.read(&sentinel_key))?;
        let manifest: Manifest = manifest
            .and_then(|stored| serde_json::from_slice(&stored.body).ok())
            .ok_or_else(|| StreamError::UnknownStream(stream_id.clone()))?;
        let sentinel: Option<Sentinel> =
            sentinel.and_then(|stored| serde_json::from_slice(&stored.body).ok());
        let parts = match &sentinel {
            Some(sentinel) => sentinel.parts,
            None => store.parts(&keys::parts_prefix(stream_id)).await?.count,
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

    /// Lets running streams finish for `grace`, then hands them over to other hosts. Returns when every one has its
    /// sentinel or another maker to come. New starts are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        self.shared.tasks.close();
        if timeout(grace, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!(
                streams = self.shared.tasks.len(),
                "handing over streams that did not finish in time"
            );
            self.shared.stop.cancel();
            if timeout(HAND_OVER_WAIT, self.shared.tasks.wait()).await.is_err() {
                tracing::error!(streams = self.shared.tasks.len(), "left to whoever finds out");
            }
        }
    }
}

/// Moves a stream to the ended ones, however its task ends.
struct Retire<'a> {
    shared: &'a Shared,
    handle: Handle,
}

impl Drop for Retire<'_> {
    fn drop(&mut self) {
        self.shared.registry.retire(&self.handle);
    }
}
