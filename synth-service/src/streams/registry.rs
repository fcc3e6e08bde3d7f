//! Which streams this host makes, which one owns a contact, and which have ended a short while ago.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use contract::{ContactId, StreamId, stream::Manifest};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Progress, StreamError};

/// Ended streams whose timings are remembered.
const REMEMBERED: usize = 256;

/// What others hold of a stream: they may watch it and cancel it.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) stream_id: StreamId,
    contact_id: Option<ContactId>,
    pub(super) progress: watch::Receiver<Progress>,
    cancel: CancellationToken,
    reason: Arc<OnceLock<&'static str>>,
}

impl Handle {
    pub(super) fn new(
        manifest: &Manifest,
        cancel: CancellationToken,
        progress: watch::Receiver<Progress>,
    ) -> Self {
        Self {
            stream_id: manifest.stream_id.clone(),
            contact_id: manifest.contact_id.clone(),
            progress,
            cancel,
            reason: Arc::new(OnceLock::new()),
        }
    }

    /// Tells the stream to end. The first reason stays.
    pub(super) fn cancel(&self, reason: &'static str) {
        let _ = self.reason.set(reason);
        self.cancel.cancel();
    }

    /// Returns once the stream is to end, with the reason.
    pub(super) async fn cancelled(&self) -> &'static str {
        self.cancel.cancelled().await;
        self.reason()
    }

    /// The reason when the stream is to end.
    pub(super) fn cancel_reason(&self) -> Option<&'static str> {
        self.cancel.is_cancelled().then(|| self.reason())
    }

    /// A token cancelled from above has no reason of its own: the host stops.
    fn reason(&self) -> &'static str {
        self.reason.get().copied().unwrap_or("stopping")
    }
}

pub(super) struct Registry {
    max_streams: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    live: HashMap<StreamId, Handle>,
    owners: HashMap<ContactId, StreamId>,
    ended: VecDeque<Handle>,
}

impl Registry {
    pub(super) fn new(max_streams: usize) -> Self {
        Self { max_streams, state: Mutex::default() }
    }

    /// Adds a stream and makes it the owner of its contact. Returns the stream that owned it before, if
    /// that one still runs. One lock decides: of two starts at the same time exactly one is the later.
    pub(super) fn insert(&self, handle: Handle) -> Result<Option<Handle>, StreamError> {
        let mut state = self.lock();
        if state.live.len() >= self.max_streams {
            return Err(StreamError::TooManyStreams { limit: self.max_streams });
        }
        let older = match &handle.contact_id {
            Some(contact_id) => state.owners.insert(contact_id.clone(), handle.stream_id.clone()),
            None => None,
        };
        let older = older.and_then(|stream_id| state.live.get(&stream_id).cloned());
        state.live.insert(handle.stream_id.clone(), handle);
        Ok(older)
    }

    /// A stream that runs here or has ended here a short while ago.
    pub(super) fn find(&self, stream_id: &StreamId) -> Option<Handle> {
        let state = self.lock();
        let ended = || state.ended.iter().find(|handle| handle.stream_id == *stream_id);
        state.live.get(stream_id).or_else(ended).cloned()
    }

    /// The running stream that owns a contact.
    pub(super) fn current(&self, contact_id: &ContactId) -> Option<StreamId> {
        self.lock().owners.get(contact_id).cloned()
    }

    /// Moves a stream from the running to the ended ones.
    pub(super) fn retire(&self, stream_id: &StreamId) {
        let mut state = self.lock();
        let Some(handle) = state.live.remove(stream_id) else {
            return;
        };
        if let Some(contact_id) = &handle.contact_id
            && state.owners.get(contact_id) == Some(stream_id)
        {
            state.owners.remove(contact_id);
        }
        state.ended.push_back(handle);
        if state.ended.len() > REMEMBERED {
            state.ended.pop_front();
        }
    }

    /// No code panics while it holds the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
