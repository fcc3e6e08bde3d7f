//! The objects of one stream, written with retries: an outage of seconds must not end a call.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use contract::{
    Life, StreamId, keys,
    stream::{Manifest, ScriptPage, Sentinel},
    timeline::Timeline,
};
use speech::telephone;
use stream_store::{Expected, ObjectStore, StoreError};

use super::{
    contact::{Claim, claim},
    ledger::Ledger,
    part,
    protocol::Standing,
    registry::Handle,
    retry::{Failed, retry, retry_to_the_end},
};
use crate::telemetry::Meters;

/// Longest time for the attempts at manifest and contact, and at a handover. A start waits for manifest and contact,
/// and a caller waits for the start.
const OPEN_PATIENCE: Duration = Duration::from_secs(3);

/// Longest time for the attempts at a tombstone. A write that was in flight has arrived by then, or never will.
const TOMBSTONE_PATIENCE: Duration = Duration::from_secs(5);

/// Longest time for the attempts at the end. After it, no caller waits for the stream.
const END_PATIENCE: Duration = Duration::from_secs(60);

/// Length of a tombstone.
pub(super) const TOMBSTONE: Duration = Duration::from_millis(20);

/// A part that could not be stored.
pub(super) struct NotStored {
    pub(super) failed: Failed,
    /// Whether the part may still reach the bucket.
    pub(super) is_unsettled: bool,
}

/// The writer of one stream's objects.
pub(super) struct Records {
    store: ObjectStore,
    manifest: Arc<Manifest>,
    ledger: Ledger,
    /// Pages of the script that are in the bucket.
    pages: usize,
    handle: Handle,
    /// Longest time for the attempts at a part, and separately at the check of ownership.
    part_patience: Duration,
}

impl Records {
    pub(super) fn new(
        store: ObjectStore,
        manifest: Arc<Manifest>,
        ledger: Ledger,
        handle: Handle,
        part_patience: Duration,
    ) -> Self {
        Self { store, manifest, ledger, pages: 0, handle, part_patience }
    }

    fn stream(&self) -> &StreamId {
        &self.manifest.stream_id
    }

    /// Stores the manifest and claims the contact, at the same time.
    pub(super) async fn open(&mut self) -> Result<Claim, Failed> {
        let Self { store, manifest, ledger, handle, .. } = self;
        let documents = (&*ledger, &**manifest);
        let announcing =
            retry(OPEN_PATIENCE, handle, documents, |(ledger, manifest)| Box::pin(ledger.announce(manifest)));
        let claiming = async {
            let Some(contact) = &manifest.contact_id else { return Ok(Claim::Won { older: None }) };
            let claimed = (&*store, contact, &manifest.stream_id);
            retry(OPEN_PATIENCE, handle, claimed, |(store, contact, stream)| {
                Box::pin(claim(store, contact, stream))
            })
            .await
        };
        let ((), claim) = tokio::try_join!(announcing, claiming)?;
        Ok(claim)
    }

    /// Checks that this host still owns the stream, and that the stream still owns its contact.
    pub(super) async fn look(&mut self) -> Result<Standing, Failed> {
        retry(self.part_patience, &self.handle, &mut self.ledger, |ledger| Box::pin(ledger.look())).await
    }

    /// The same check, and at the same time the next page of the script is created.
    pub(super) async fn look_and_record(&mut self, page: &ScriptPage) -> Result<Standing, Failed> {
        let Self { store, manifest, ledger, pages, handle, part_patience } = self;
        let key = keys::script_page(&manifest.stream_id, *pages);
        let looking = retry(*part_patience, handle, ledger, |ledger| Box::pin(ledger.look()));
        let recorded = (&*store, key.as_str(), page);
        let recording = retry(*part_patience, handle, recorded, |(store, key, page)| {
            // An existing page is from an earlier attempt: no other host writes one.
            Box::pin(async move { store.write_document(key, *page, Expected::Nothing).await.map(drop) })
        });
        let (standing, ()) = tokio::try_join!(looking, recording)?;
        *pages += 1;
        Ok(standing)
    }

    /// Creates a part, which says the ARN of its prompt. Returns the sentence of the part that is in the bucket.
    pub(super) async fn store_part(
        &mut self,
        part: usize,
        audio: &Bytes,
        sentence: usize,
        prompt: Option<&str>,
    ) -> Result<Option<usize>, NotStored> {
        if let Some(cause) = self.handle.cancel_cause() {
            return Err(NotStored { failed: Failed::Stopped(cause), is_unsettled: false });
        }
        let key = keys::part(self.stream(), part);
        let mut is_unsettled = false;
        let content = part::content(audio, self.manifest.created_at_ms, prompt);
        let written = (&self.store, key.as_str(), content, &mut is_unsettled);
        let created =
            retry(self.part_patience, &self.handle, written, |(store, key, content, is_unsettled)| {
                Box::pin(async move {
                    let created = part::create(store, key, content.clone(), sentence).await;
                    created.inspect_err(|error| **is_unsettled |= !error.was_answered())
                })
            });
        let created = created.await;
        created.map_err(|failed| NotStored { failed, is_unsettled })
    }

    /// The same check as [`Self::look`], for a stream that is about to end: a cancel does not stop its retries.
    pub(super) async fn look_again(&mut self) -> Result<Standing, StoreError> {
        let (stream, ledger) = ((&self.manifest.stream_id, &self.handle.meters), &mut self.ledger);
        retry_to_the_end(END_PATIENCE, stream, ledger, |ledger| Box::pin(ledger.look())).await
    }

    /// Takes the place of the next part, so that no part can follow the sentinel. Returns the sentence of the part that
    /// is in that place.
    pub(super) async fn place_tombstone(
        &mut self,
        part: usize,
        sentence: Option<usize>,
    ) -> Result<Option<usize>, StoreError> {
        let silence = telephone::silence(TOMBSTONE.as_millis() as u32).into();
        let key = keys::part(self.stream(), part);
        let written = (&self.store, key.as_str(), silence);
        retry_to_the_end(
            TOMBSTONE_PATIENCE,
            (self.stream(), &self.handle.meters),
            written,
            |(store, key, silence)| Box::pin(part::bury(store, key, silence, sentence)),
        )
        .await
    }

    /// Decides on the end of the stream; the first decision of any host counts. Returns the life that is in force.
    ///
    /// At the same time the timeline is created, whether the decision counts or not.
    pub(super) async fn decide(
        &mut self,
        end: &Sentinel,
        timeline: impl Future<Output = Timeline>,
    ) -> Result<Life, StoreError> {
        let (stream, ledger) = ((&self.manifest.stream_id, &self.handle.meters), &mut self.ledger);
        let decision = (ledger, end);
        let deciding =
            retry_to_the_end(END_PATIENCE, stream, decision, |(ledger, end)| Box::pin(ledger.decide(end)));
        let keeping = async { keep_timeline(&self.store, stream, &timeline.await).await };
        let (life, ()) = tokio::join!(deciding, keeping);
        life
    }

    /// Writes the sentinel. Without it the caller would wait for further parts.
    pub(super) async fn seal(&mut self, end: &Sentinel) -> Result<(), StoreError> {
        let sealed = (&self.ledger, end);
        retry_to_the_end(END_PATIENCE, (self.stream(), &self.handle.meters), sealed, |(ledger, end)| {
            Box::pin(ledger.seal(end))
        })
        .await
    }

    /// Releases the stream to any host that resumes it.
    pub(super) async fn hand_over(&mut self) -> Result<Life, StoreError> {
        let (stream, ledger) = ((&self.manifest.stream_id, &self.handle.meters), &mut self.ledger);
        retry_to_the_end(OPEN_PATIENCE, stream, ledger, |ledger| Box::pin(ledger.hand_over())).await
    }
}

/// Creates the timeline. No reader depends on it, so a refusal is only logged. But a write without an answer is repeated,
/// like a tombstone's: once the object exists, the earlier write can't arrive behind the sentinel any more.
async fn keep_timeline(store: &ObjectStore, (stream, meters): (&StreamId, &Meters), timeline: &Timeline) {
    let key = keys::timeline(stream);
    let written = (store, key.as_str(), timeline);
    let kept = retry_to_the_end(TOMBSTONE_PATIENCE, (stream, meters), written, |(store, key, timeline)| {
        Box::pin(async move {
            match store.write_document(key, *timeline, Expected::Nothing).await {
                Err(error) if error.was_answered() => Ok(Err(error)),
                written => written.map(Ok),
            }
        })
    });
    if let Err(error) | Ok(Err(error)) = kept.await {
        tracing::warn!(%stream, %error, "the timeline was not kept");
    }
}
