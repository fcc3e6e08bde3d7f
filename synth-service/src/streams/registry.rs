//! The running streams of this host, and those that ended a short while ago.

use std::{
    collections::{HashMap, VecDeque},
    sync::{self, Arc, MutexGuard, OnceLock, PoisonError},
};

use contract::{ContactId, StreamId, http::StreamStatus, stream::Manifest, timeline::Moment};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, watch},
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{end::EndCause, error::StreamError, progress::Progress};
use crate::{moments::Moments, telemetry::Meters};

/// Ended streams that are kept, with their moments.
const REMEMBERED: usize = 256;

/// A handle on a stream, to watch and to cancel it.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) stream_id: StreamId,
    contact_id: Option<ContactId>,
    /// `voice` or `voice/speaker`.
    pub(super) voice: String,
    /// Whether a language model writes the text.
    pub(super) is_talk: bool,
    pub(super) progress: watch::Receiver<Progress>,
    cancel: CancellationToken,
    cancelled: Arc<OnceLock<EndCause>>,
    pub(super) moments: Moments,
    pub(super) meters: Meters,
    begun: Instant,
}

impl Handle {
    pub(super) fn new(
        manifest: &Manifest,
        cancel: CancellationToken,
        progress: watch::Receiver<Progress>,
        (moments, meters): (Moments, Meters),
    ) -> Self {
        Self {
            stream_id: manifest.stream_id.clone(),
            contact_id: manifest.contact_id.clone(),
            voice: manifest.voice.clone(),
            is_talk: manifest.growing,
            progress,
            cancel,
            cancelled: Arc::new(OnceLock::new()),
            moments,
            meters,
            begun: Instant::now(),
        }
    }

    /// Asks the stream to end. The first cause counts.
    pub(super) fn cancel(&self, cause: EndCause) {
        // A newer turn cancels a stream that has ended, too.
        if self.cancelled.set(cause).is_ok() && self.progress.borrow().end.is_none() {
            self.moments.mark(Moment::Cancelled);
        }
        self.cancel.cancel();
    }

    /// Waits for a request to end. Returns the cause.
    pub(super) async fn cancelled(&self) -> EndCause {
        self.cancel.cancelled().await;
        self.cause()
    }

    /// The cause, once the stream was asked to end.
    pub(super) fn cancel_cause(&self) -> Option<EndCause> {
        self.cancel.is_cancelled().then(|| self.cause())
    }

    /// When this host began to make the stream.
    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.cancelled, &other.cancelled)
    }

    /// Whether another host owns the stream, or this one has released it.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.progress.borrow().elsewhere.is_some()
    }

    /// The state of the stream, with its moments so far.
    pub(super) fn status(&self) -> StreamStatus {
        StreamStatus { timeline: Some(self.moments.timeline()), ..self.progress.borrow().status() }
    }

    /// The cause that was given. If there is none, the host's token was cancelled because the host stops.
    fn cause(&self) -> EndCause {
        self.cancelled.get().copied().unwrap_or(EndCause::Stopping)
    }
}

pub(super) struct Registry {
    max_streams: usize,
    state: sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    live: HashMap<StreamId, Handle>,
    ended: VecDeque<Handle>,
    /// Number of all streams that have ended here.
    retired: u64,
    adopting: HashMap<StreamId, Arc<Mutex<()>>>,
}

/// The streams of a host at one moment.
pub(super) struct Recent {
    /// In no order.
    pub(super) live: Vec<Handle>,
    /// Oldest first.
    pub(super) ended: Vec<Handle>,
    /// Number of all streams that have ended here.
    pub(super) seen: u64,
}

/// A lock on a stream, released when dropped; see [`Registry::adopting`].
pub(super) struct Adopting<'a> {
    registry: &'a Registry,
    stream_id: StreamId,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Drop for Adopting<'_> {
    fn drop(&mut self) {
        let mut state = self.registry.lock();
        self.turn = None;
        // If this is the last holder, no other task waits for the lock.
        if state.adopting.get(&self.stream_id).is_some_and(|turns| Arc::strong_count(turns) == 1) {
            state.adopting.remove(&self.stream_id);
        }
    }
}

impl Registry {
    pub(super) fn new(max_streams: usize) -> Self {
        Self { max_streams, state: sync::Mutex::default() }
    }

    /// Adds a stream. A stream that is not `limited` is added even above the limit.
    ///
    /// # Errors
    /// [`StreamError::TooManyStreams`].
    pub(super) fn insert(&self, handle: Handle, limited: bool) -> Result<(), StreamError> {
        let mut state = self.lock();
        if limited {
            self.check_room(&state)?;
        }
        state.live.insert(handle.stream_id.clone(), handle);
        Ok(())
    }

    /// Checks that one more stream may start.
    ///
    /// # Errors
    /// [`StreamError::TooManyStreams`].
    pub(super) fn has_room(&self) -> Result<(), StreamError> {
        self.check_room(&self.lock())
    }

    fn check_room(&self, state: &State) -> Result<(), StreamError> {
        let limit = self.max_streams;
        if state.live.len() < limit { Ok(()) } else { Err(StreamError::TooManyStreams { limit }) }
    }

    /// Locks a stream against takeovers by other tasks of this host.
    pub(super) async fn adopting(&self, stream_id: &StreamId) -> Adopting<'_> {
        // Created before the wait, so that a wait that is dropped cleans up as well.
        let mut adopting = Adopting { registry: self, stream_id: stream_id.clone(), turn: None };
        let turns = self.lock().adopting.entry(stream_id.clone()).or_default().clone();
        adopting.turn = Some(turns.lock_owned().await);
        adopting
    }

    /// The same lock, without a wait; `None` while another task holds it.
    pub(super) fn try_adopting(&self, stream_id: &StreamId) -> Option<Adopting<'_>> {
        let mut adopting = Adopting { registry: self, stream_id: stream_id.clone(), turn: None };
        let turns = self.lock().adopting.entry(stream_id.clone()).or_default().clone();
        adopting.turn = Some(turns.try_lock_owned().ok()?);
        Some(adopting)
    }

    /// Number of running streams, and of the talks among them.
    pub(super) fn count(&self) -> (usize, usize) {
        let state = self.lock();
        (state.live.len(), state.live.values().filter(|handle| handle.is_talk).count())
    }

    /// The running streams, and those that ended after the first `seen` ones: the latest, `most` at most.
    pub(super) fn recent(&self, seen: u64, most: usize) -> Recent {
        let state = self.lock();
        let new = usize::try_from(state.retired.saturating_sub(seen)).unwrap_or(usize::MAX);
        let old = state.ended.len().saturating_sub(new.min(most));
        Recent {
            live: state.live.values().cloned().collect(),
            ended: state.ended.range(old..).cloned().collect(),
            seen: state.retired,
        }
    }

    /// A stream that runs on this host or ended here a short while ago.
    pub(super) fn find(&self, stream_id: &StreamId) -> Option<Handle> {
        let state = self.lock();
        let ended = || state.ended.iter().rev().find(|handle| handle.stream_id == *stream_id);
        state.live.get(stream_id).or_else(ended).cloned()
    }

    /// The contact's latest stream on this host that still runs.
    pub(super) fn latest_of(&self, contact_id: &ContactId) -> Option<StreamId> {
        self.latest(contact_id, |_| true)
    }

    /// The contact's latest stream on this host whose claim is in progress.
    pub(super) fn opening_of(&self, contact_id: &ContactId) -> Option<StreamId> {
        self.latest(contact_id, |progress| !progress.is_open && progress.end.is_none())
    }

    fn latest(&self, contact_id: &ContactId, is_meant: impl Fn(&Progress) -> bool) -> Option<StreamId> {
        let state = self.lock();
        let of_contact = state.live.values().filter(|handle| {
            handle.contact_id.as_ref() == Some(contact_id) && is_meant(&handle.progress.borrow())
        });
        of_contact.max_by_key(|handle| handle.begun).map(|handle| handle.stream_id.clone())
    }

    /// Moves a stream from the running to the ended ones. If it was taken over again meanwhile, its new run stays.
    pub(super) fn retire(&self, handle: &Handle) {
        let mut state = self.lock();
        if state.live.get(&handle.stream_id).is_some_and(|live| live.is(handle)) {
            state.live.remove(&handle.stream_id);
        }
        state.ended.push_back(handle.clone());
        state.retired += 1;
        if state.ended.len() > REMEMBERED {
            state.ended.pop_front();
        }
    }

    /// No code panics while it holds the lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
