//! Streams that change hosts: cancelled, preempted, resumed.
//!
//! Each of these operations runs to its end even if the client disconnects: a stream that was taken over but not
//! continued would have no host.

use std::time::Duration;

use contract::{
    ContactId, StreamId,
    http::{CancelEffect, CancelResponse, ResumeEffect, ResumeResponse},
    metrics::TAKE_OVERS,
    stream::Manifest,
};
use speech::Band;
use stream_store::StoreError;
use tokio::time::{Instant, sleep, timeout};

use super::{
    contact,
    end::{End, EndCause},
    error::StreamError,
    ledger::Ledger,
    progress::Progress,
    protocol::Protocol,
    registry::Handle,
    retry::{MOST_RACES, retry_to_the_end},
    running::{Launched, Running},
    survey::{Rest, rest, survey},
};
use crate::{
    admission::Seat,
    moments::Moments,
    order::Order,
    pipeline::{LineUp, Turn},
};

/// Longest wait of a cancel for the sentinel; after it the answer is `cancelling`.
const CANCEL_WAIT: Duration = Duration::from_secs(2);

/// Pause between two look-ups of a stream that owns its contact but has no manifest yet.
const FIND_STEP: Duration = Duration::from_millis(50);

/// Bound on the attempts to end a stream that moves to another host meanwhile.
const MOST_MOVES: usize = 4;

/// Longest wait for the bucket's answer to a look-up of a contact's owner.
const OWNER_TIMEOUT: Duration = Duration::from_secs(2);

/// Longest time for the attempts to release a stream to the other hosts. Its caller does not wait for longer.
const LEAVE_PATIENCE: Duration = Duration::from_secs(60);

/// The operations that move streams between hosts. Cheap to clone.
#[derive(Clone)]
pub(super) struct TakeOver {
    running: Running,
}

impl TakeOver {
    pub(super) fn new(running: Running) -> Self {
        Self { running }
    }

    /// Ends the stream that a newly started one preempts, as soon as that is known.
    pub(super) fn preempt_for(&self, launched: Launched) -> Handle {
        let Launched { handle, preempted } = launched;
        let this = self.clone();
        // A shutdown need not wait for this task: the older stream's host sees the loss at its next check.
        self.running.spawn_aside(async move {
            if let Ok(older) = preempted.await {
                this.preempt(older).await;
            }
        });
        handle
    }

    /// Cancels the current stream of a contact.
    ///
    /// # Errors
    /// [`StreamError`] when the contact has no stream, or the bucket fails.
    pub(super) async fn end_current(&self, contact_id: &ContactId) -> Result<CancelResponse, StreamError> {
        let give_up = Instant::now() + CANCEL_WAIT;
        loop {
            let owner = self.current_stream(contact_id).await?;
            match self.end(owner, EndCause::Cancelled).await {
                // The manifest of another host's stream may still be in flight.
                Err(StreamError::UnknownStream(_)) if Instant::now() < give_up => sleep(FIND_STEP).await,
                // The stream's host died before it could write the manifest, or the bucket has deleted the manifest.
                Err(StreamError::UnknownStream(_)) => return Err(StreamError::UnknownContact),
                answer => return answer,
            }
        }
    }

    /// Ends a stream. Takes it over from another host if necessary.
    ///
    /// # Errors
    /// [`StreamError`] when there is no such stream, or the bucket fails.
    pub(super) async fn end(
        &self,
        stream_id: StreamId,
        cause: EndCause,
    ) -> Result<CancelResponse, StreamError> {
        let this = self.clone();
        self.to_its_end(async move { this.end_here_or_elsewhere(stream_id, cause).await }).await
    }

    /// Resumes a stream whose host has handed it over, or is gone.
    ///
    /// # Errors
    /// [`StreamError`] when there is no such stream, this host can't continue it, is full or stops, or the bucket
    /// fails.
    pub(super) async fn resume(&self, stream_id: StreamId) -> Result<ResumeResponse, StreamError> {
        let this = self.clone();
        let resuming = async move {
            let Some(_turn) = this.running.registry().try_adopting(&stream_id) else {
                // Another request is already about to take the stream over, or to end it.
                return Ok(ResumeResponse { stream_id, effect: ResumeEffect::Running });
            };
            let effect = match this.running.made_here(&stream_id) {
                Some(handle) if handle.progress.borrow().is_over() => ResumeEffect::Ended,
                Some(_) => ResumeEffect::Running,
                None => this.resume_elsewhere(&stream_id).await?,
            };
            Ok(ResumeResponse { stream_id, effect })
        };
        self.to_its_end(resuming).await
    }

    async fn to_its_end<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, StreamError>> + Send + 'static,
    ) -> Result<T, StreamError> {
        self.running.spawn(work).await.unwrap_or_else(|_| Err(End::fault().into()))
    }

    async fn end_here_or_elsewhere(
        &self,
        stream_id: StreamId,
        cause: EndCause,
    ) -> Result<CancelResponse, StreamError> {
        for _ in 0..MOST_MOVES {
            let Some((handle, had_ended)) = self.tell_to_end(&stream_id, cause).await? else {
                return Ok(CancelResponse { stream_id, effect: CancelEffect::AlreadyEnded });
            };
            let mut progress = handle.progress.clone();
            let _ = timeout(CANCEL_WAIT, progress.wait_for(Progress::is_over)).await;
            let effect = effect(&handle.progress.borrow(), had_ended);
            if let Some(effect) = effect {
                return Ok(CancelResponse { stream_id, effect });
            }
        }
        Err(StoreError::contended("cancel").into())
    }

    /// Asks the stream to end. Returns its handle, and whether the stream had ended before; `None` when it ended long
    /// ago, or on another host.
    async fn tell_to_end(
        &self,
        stream_id: &StreamId,
        cause: EndCause,
    ) -> Result<Option<(Handle, bool)>, StreamError> {
        let told = |handle: Handle| {
            let had_ended = handle.progress.borrow().end.is_some();
            handle.cancel(cause);
            Some((handle, had_ended))
        };
        if let Some(handle) = self.running.made_here(stream_id) {
            return Ok(told(handle));
        }
        let _turn = self.running.registry().adopting(stream_id).await;
        // Another task may have taken it over meanwhile, to end or to resume it.
        if let Some(handle) = self.running.made_here(stream_id) {
            return Ok(told(handle));
        }
        Ok(self.end_elsewhere(stream_id, cause).await?.map(|handle| (handle, false)))
    }

    /// Takes over another host's stream, only to end it. Returns `None` when the stream has ended already.
    async fn end_elsewhere(
        &self,
        stream_id: &StreamId,
        cause: EndCause,
    ) -> Result<Option<Handle>, StreamError> {
        let manifest = self.running.manifest(stream_id).await?;
        let mut ledger = self.ledger(&manifest).await?;
        for _ in 0..MOST_RACES {
            if ledger.take_over(Some(cause.word())).await? {
                if ledger.life().end.is_some() && self.running.has_sentinel(stream_id).await? {
                    return Ok(None);
                }
                return self.adopt(manifest, ledger, None).await.map(Some);
            }
        }
        Err(StoreError::contended("take over").into())
    }

    async fn resume_elsewhere(&self, stream_id: &StreamId) -> Result<ResumeEffect, StreamError> {
        let running = &self.running;
        let manifest = self.running.manifest(stream_id).await?;
        let mut ledger = self.ledger(&manifest).await?;
        if ledger.life().end.is_some() && self.running.has_sentinel(stream_id).await? {
            return Ok(ResumeEffect::Ended);
        }
        match &ledger.life().maker {
            Some(maker) if *maker != running.id && !running.presence.is_gone(maker).await? => {
                return Ok(ResumeEffect::Running);
            }
            _ => {}
        }
        // All checks that may fail come before the takeover.
        let rest = self.admit_the_rest(&manifest, &ledger).await?;
        if !ledger.take_over(None).await? {
            // Another host was faster.
            return Ok(ResumeEffect::Running);
        }
        self.adopt(manifest, ledger, rest).await?;
        Ok(ResumeEffect::Resumed)
    }

    /// Admits the sentences left to speak; `None` for a stream that only ends.
    async fn admit_the_rest(
        &self,
        manifest: &Manifest,
        ledger: &Ledger,
    ) -> Result<Option<(Order, Seat)>, StreamError> {
        let running = &self.running;
        if !ledger.is_wanted() {
            return Ok(None);
        }
        let Rest { first, script, .. } = rest(&running.store, manifest).await?;
        // A growing text may have grown when the stream is taken over.
        if first >= script.len() && !manifest.growing {
            return Ok(None);
        }
        let order = Order::of_stream(manifest, script, &running.voices).map_err(StreamError::NotMine)?;
        running.registry().has_room()?;
        let seat = running.admission.admit_taken_over(order.demand(first))?;
        Ok(Some((order, seat)))
    }

    /// Continues a stream that this host has just taken over, or ends it.
    async fn adopt(
        &self,
        manifest: Manifest,
        ledger: Ledger,
        admitted: Option<(Order, Seat)>,
    ) -> Result<Handle, StreamError> {
        let running = &self.running;
        let store = &running.store;
        let patience = running.limits.part_patience;
        let surveyed = retry_to_the_end(
            patience,
            (&manifest.stream_id, &running.meters),
            (store, &manifest, &ledger),
            |stream| {
                let (store, manifest, ledger) = *stream;
                Box::pin(survey(store, manifest, ledger))
            },
        );
        let (preempted, Rest { first, parts, last, script }) = match surveyed.await {
            Ok(surveyed) => surveyed,
            Err(error) => {
                self.leave(manifest, ledger);
                return Err(error.into());
            }
        };
        if let Some(older) = preempted {
            let this = self.clone();
            running.spawn(async move { this.preempt(older).await });
        }
        let life = ledger.life().clone();
        tracing::info!(stream = %manifest.stream_id, term = life.term, parts, "took over a stream");
        running.meters.count(&TAKE_OVERS, &[], 1);
        let text = (script.len(), script.ending());
        let protocol = Protocol::resume(running.id.clone(), life, text, parts, last);
        let line_up = admitted.map(|(order, seat)| {
            let order = Order { script, ..order };
            seat.expect(order.seconds(first));
            LineUp::new(order, Band::Telephone, Turn::Seated(seat)).with_phrases(running.phrases.clone())
        });
        // The stream's contact is claimed already, so this launch preempts no stream.
        Ok(running.launch(manifest, ledger, protocol, (line_up, Moments::taken_over()))?.handle)
    }

    /// Releases a stream that was taken over and can't be continued here, to any host; otherwise the other hosts would
    /// assume that this host makes it.
    fn leave(&self, manifest: Manifest, ledger: Ledger) {
        let meters = self.running.meters.clone();
        self.running.spawn(async move {
            let stream = &manifest.stream_id;
            let of_stream = (stream, &meters);
            let left =
                retry_to_the_end(LEAVE_PATIENCE, of_stream, ledger, |ledger| Box::pin(ledger.hand_over()));
            if let Err(error) = left.await {
                tracing::error!(%stream, %error, "taken over and not continued");
            }
        });
    }

    /// Ends the stream that lost its contact to a newer one. Boxed because of the recursion: to end a stream may need
    /// a takeover, which may preempt another stream.
    fn preempt(&self, older: StreamId) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            match self.end(older.clone(), EndCause::Preempted).await {
                Ok(_) | Err(StreamError::UnknownStream(_)) => {}
                // The older stream's host finds out before the next part that the stream has lost the contact.
                Err(error) => tracing::warn!(stream = %older, %error, "not ended yet, though preempted"),
            }
        })
    }

    async fn current_stream(&self, contact_id: &ContactId) -> Result<StreamId, StreamError> {
        let registry = self.running.registry();
        if let Some(opening) = registry.opening_of(contact_id) {
            return Ok(opening);
        }
        let owner = timeout(OWNER_TIMEOUT, contact::owner(&self.running.store, contact_id)).await;
        let here = || registry.latest_of(contact_id);
        match owner.unwrap_or_else(|_| Err(StoreError::timed_out("owner"))) {
            Ok(owner) => owner.or_else(here).ok_or(StreamError::UnknownContact),
            Err(error) => here().ok_or(StreamError::Store(error)),
        }
    }

    async fn ledger(&self, manifest: &Manifest) -> Result<Ledger, StreamError> {
        Ok(Ledger::read(&self.running.store, &self.running.id, manifest).await?)
    }
}

/// The effect of a cancel on a stream of this host; `None` when another host has resumed it without the cancel.
fn effect(progress: &Progress, had_ended: bool) -> Option<CancelEffect> {
    if let Some(life) = &progress.elsewhere {
        return match (&life.end, &life.cancelled) {
            // Another host was faster to decide on an end.
            (Some(_), _) => Some(CancelEffect::AlreadyEnded),
            (None, Some(_)) => Some(CancelEffect::Cancelling),
            (None, None) => None,
        };
    }
    let is_cancelled =
        progress.end.as_ref().is_some_and(|end| end.outcome() == contract::stream::Outcome::Cancelled);
    Some(match (had_ended, progress.is_over()) {
        (false, false) => CancelEffect::Cancelling,
        // The stream may have completed at the moment of the cancel.
        (false, true) if is_cancelled => CancelEffect::Cancelled,
        _ => CancelEffect::AlreadyEnded,
    })
}
