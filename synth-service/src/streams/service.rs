//! The operations on streams that the HTTP side offers.

use std::{sync::Arc, time::Duration};

use contract::{
    ContactId, StreamId, TenantId,
    http::{
        CancelRequest, CancelResponse, ResumeResponse, StartRequest, StartResponse, StreamStatus,
        WarmRequest, WarmResponse,
    },
    keys,
    stream::{Manifest, ScriptPage},
    timeline::Moment,
};
use speech::Band;
use stream_store::{ObjectStore, StoreError};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    end::EndCause,
    error::StreamError,
    host::{Host, StreamLimits},
    ledger::Ledger,
    progress::Progress,
    protocol::Protocol,
    registry::Handle,
    running::Running,
    stored,
    takeover::TakeOver,
};
use crate::{
    admission::Admission,
    clock,
    moments::Moments,
    order::{Order, OrderRequest},
    phrases::Phrases,
    pipeline::{LineUp, Turn},
    presence::Presence,
    telemetry::Meters,
    voices::Voices,
};

/// Longest time until a start is answered.
const LONGEST_WAIT: Duration = Duration::from_secs(6);

/// A start is answered this long before its client stops waiting.
const ANSWER_MARGIN: Duration = Duration::from_millis(100);

/// Longest wait for streams to be handed over when the host stops.
const HAND_OVER_WAIT: Duration = Duration::from_secs(10);

/// The streams of one host, as the HTTP side sees them. Cheap to clone.
#[derive(Clone)]
pub struct Streams {
    pub(super) running: Running,
    take_over: TakeOver,
}

impl Streams {
    /// The streams of one host, whose heartbeat is `presence`.
    pub fn new(
        store: ObjectStore,
        presence: Presence,
        voices: Arc<Voices>,
        phrases: Phrases,
        admission: Admission,
        limits: StreamLimits,
        meters: Meters,
    ) -> Self {
        let running = Running::new(Host {
            id: presence.host().clone(),
            store,
            presence,
            voices,
            phrases,
            admission,
            meters,
            limits,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        });
        Self { take_over: TakeOver::new(running.clone()), running }
    }

    /// The phrases of this host.
    pub fn phrases(&self) -> &Phrases {
        &self.running.phrases
    }

    /// The meters of this host.
    pub fn meters(&self) -> &Meters {
        &self.running.meters
    }

    /// Number of streams that this host makes now, and of the talks among them.
    pub fn running(&self) -> (usize, usize) {
        self.running.registry().count()
    }

    /// Makes the clips of phrases that the bucket lacks.
    ///
    /// # Errors
    /// [`StreamError::Refused`] for a voice or a speed that this host does not have.
    pub async fn warm_phrases(&self, request: &WarmRequest) -> Result<WarmResponse, StreamError> {
        Ok(self.running.phrases.warm(&self.running.voices, request).await?)
    }

    /// Checks that this host can take streams: the bucket accepts its beat, and it is not stopping. (Its voices were
    /// warmed up before it started.) Sends no request.
    ///
    /// # Errors
    /// [`StreamError::Stopping`] or [`StreamError::Store`].
    pub fn check_ready(&self) -> Result<(), StreamError> {
        if self.running.is_stopping() {
            return Err(StreamError::Stopping);
        }
        Ok(self.running.presence.check()?)
    }

    /// Waits until the bucket accepts this host's beat.
    pub async fn ready(&self) {
        self.running.presence.ready().await;
    }

    /// Starts a stream and waits until part 0 is stored or the request's wait is over. `client_waits` is the client's
    /// timeout, if known: a client that gives up before the answer can't know the stream's id, so the stream is ended.
    /// Without a timeout the stream continues even if the client disconnects.
    ///
    /// # Errors
    /// [`StreamError`] for a request that can't be met, or a stream that ended before its first part.
    pub async fn start(
        &self,
        request: StartRequest,
        moments: Moments,
        client_waits: Option<Duration>,
    ) -> Result<StartResponse, StreamError> {
        let StartRequest { text, contact_id, voice, tenant, speed, wait_ms, may_wait } = request;
        let start = Start { moments, contact_id, tenant: tenant.clone(), wait_ms, may_wait };
        let running = &self.running;
        let order = || {
            let (voice, tenant) = (voice.as_deref(), tenant.as_ref());
            let request = OrderRequest { text: &text, pronunciations: false, voice, tenant, speed };
            Ok(Order::new(request, &running.voices, running.limits.max_text_chars)?)
        };
        let begun = |stream: &StreamId| {
            if running.limits.log_text {
                tracing::info!(%stream, text = ?text, "stream requested");
            }
        };
        self.start_order(start, client_waits, order, begun).await
    }

    /// Starts a stream like [`Self::start`], for the text that `order` gives once there is room for a stream. `begun`
    /// learns the stream's id at once.
    ///
    /// # Errors
    /// Those of `order`, and as for [`Self::start`].
    pub async fn start_order(
        &self,
        start: Start,
        client_waits: Option<Duration>,
        order: impl FnOnce() -> Result<Order, StreamError>,
        begun: impl FnOnce(&StreamId),
    ) -> Result<StartResponse, StreamError> {
        let limits = &self.running.limits;
        let longest = client_waits.map_or(LONGEST_WAIT, |waits| waits.saturating_sub(ANSWER_MARGIN));
        let wait = start.wait_ms.map_or(limits.wait, Duration::from_millis).min(LONGEST_WAIT).min(longest);
        let (since, moments) = (Instant::now(), start.moments.clone());
        // Held until the stream's task has started, so that a shutdown waits for it.
        let _underway = self.running.tasks.token();
        if self.running.is_stopping() {
            return Err(StreamError::Stopping);
        }
        // Checked before any work on the text.
        self.running.registry().has_room()?;
        self.running.presence.seen().await?;
        let handle = self.begin(start, order()?)?;
        begun(&handle.stream_id);
        let unheard = client_waits.map(|_| Unheard { handle: Some(handle.clone()) });
        let mut progress = handle.progress.clone();
        let first_part_or_end = progress.wait_for(|progress| progress.parts > 0 || is_done(progress));
        // A time-out is no error: the stream continues, and the answer says that it is not ready.
        let _ = timeout_at(since + wait, first_part_or_end).await;
        // But no client learns a stream's id before the other hosts can find it: a cancel may reach any of them.
        let open_or_end = progress.wait_for(|progress| progress.is_open || is_done(progress));
        let _ = timeout_at(since + LONGEST_WAIT.min(longest), open_or_end).await;
        let snapshot = handle.progress.borrow().clone();
        if !snapshot.is_open && !is_done(&snapshot) {
            // No other host could find the stream: its manifest is not stored, or its contact not claimed.
            handle.cancel(EndCause::Unheard);
            return Err(StoreError::timed_out("start").into());
        }
        let response = match &snapshot.end {
            Some(end) if snapshot.parts == 0 => Err(end.clone().into()),
            _ => self.start_response(handle.stream_id.clone(), &snapshot).await,
        };
        if response.as_ref().is_ok_and(|response| response.ready) {
            moments.mark(Moment::FirstClipHandedOut);
        }
        moments.answered();
        if let Some(unheard) = unheard {
            unheard.answered();
        }
        response
    }

    /// Admits or queues a stream, and starts it.
    fn begin(&self, start: Start, order: Order) -> Result<Handle, StreamError> {
        let running = &self.running;
        let demand = order.demand(0);
        let turn = match running.admission.admit(demand.clone()) {
            Ok(seat) => Turn::Seated(seat),
            Err(_) if start.may_wait => Turn::Waiting(running.admission.wait(demand)?),
            Err(full) => return Err(full.into()),
        };
        let ScriptPage { sentences, asides, ending, .. } = order.script.page(0);
        let growing = ending.is_none();
        let manifest = Manifest {
            version: Manifest::version_for(growing),
            // Random from the first character on, so that keys spread over S3's partitions.
            stream_id: StreamId::from_random_bits(uuid::Uuid::new_v4().as_u128()),
            contact_id: start.contact_id,
            voice: order.voice.name(),
            tenant: start.tenant,
            speed: order.speed,
            sentences,
            growing,
            asides,
            created_at_ms: clock::now_ms(),
            host: running.id.clone(),
        };
        let ledger = Ledger::new(running.store.clone(), running.id.clone(), &manifest);
        let protocol = Protocol::begin(running.id.clone(), manifest.sentences.len(), ending.as_ref());
        let line_up = LineUp::new(order, Band::Telephone, turn).with_phrases(running.phrases.clone());
        Ok(self.take_over.preempt_for(running.launch(
            manifest,
            ledger,
            protocol,
            (Some(line_up), start.moments),
        )?))
    }

    async fn start_response(
        &self,
        stream_id: StreamId,
        progress: &Progress,
    ) -> Result<StartResponse, StreamError> {
        let ready = progress.parts > 0;
        let first_url =
            if ready { Some(self.running.store.presign(&keys::part(&stream_id, 0)).await?) } else { None };
        Ok(StartResponse {
            stream_id,
            ready,
            first_url,
            last: ready && progress.is_last(0),
            first_prompt: progress.first_prompt.as_deref().map(str::to_owned),
            pause_prompt: self.running.phrases.pause_prompt().as_deref().map(str::to_owned),
        })
    }

    /// Cancels a stream, given by its id or its contact, and waits for its sentinel. Takes it over from another host if
    /// necessary.
    ///
    /// # Errors
    /// [`StreamError`] when no stream is given or known, or the bucket fails.
    pub async fn cancel(&self, request: CancelRequest) -> Result<CancelResponse, StreamError> {
        match (request.stream_id, request.contact_id) {
            (Some(stream_id), _) => self.take_over.end(stream_id, EndCause::Cancelled).await,
            (None, Some(contact_id)) => self.take_over.end_current(&contact_id).await,
            (None, None) => Err(StreamError::NothingNamed),
        }
    }

    /// Resumes a stream whose host has handed it over, or is gone.
    ///
    /// # Errors
    /// [`StreamError`] when there is no such stream, this host can't continue it, is full or stops, or the bucket
    /// fails.
    pub async fn resume(&self, stream_id: StreamId) -> Result<ResumeResponse, StreamError> {
        if self.running.is_stopping() {
            return Err(StreamError::Stopping);
        }
        self.take_over.resume(stream_id).await
    }

    /// The state of a stream, from memory if this host makes it or has just made it, else from the bucket.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub async fn status(&self, stream_id: &StreamId) -> Result<StreamStatus, StreamError> {
        match self.running.made_here(stream_id) {
            Some(handle) => Ok(handle.status()),
            None => stored::status(&self.running, stream_id).await,
        }
    }

    /// Waits up to `grace` for running streams to finish, then hands the rest over to other hosts. Returns when each
    /// has its sentinel or is handed over. New starts are refused from now on.
    pub async fn shut_down(&self, grace: Duration) {
        let tasks = &self.running.tasks;
        tasks.close();
        if timeout(grace, tasks.wait()).await.is_err() {
            tracing::warn!(streams = tasks.len(), "handing over streams that did not finish in time");
            self.running.stop.cancel();
            if timeout(HAND_OVER_WAIT, tasks.wait()).await.is_err() {
                tracing::error!(streams = tasks.len(), "not handed over: free once this host is gone");
            }
        }
    }
}

/// A start, besides its text.
#[derive(Clone, Debug)]
pub struct Start {
    /// The record of the request.
    pub moments: Moments,
    /// The contact that will hear the stream.
    pub contact_id: Option<ContactId>,
    /// The tenant whose lexicon is used.
    pub tenant: Option<TenantId>,
    /// Longest wait of the answer for part 0, in milliseconds.
    pub wait_ms: Option<u64>,
    /// Whether the stream may be queued when the host is full.
    pub may_wait: bool,
}

/// Whether this host makes no more parts of the stream.
fn is_done(progress: &Progress) -> bool {
    progress.end.is_some() || progress.elsewhere.is_some()
}

/// Ends a stream whose client gave up waiting for the answer to its start.
struct Unheard {
    handle: Option<Handle>,
}

impl Unheard {
    fn answered(mut self) {
        self.handle = None;
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        if let Some(handle) = &self.handle {
            handle.cancel(EndCause::Unheard);
        }
    }
}
