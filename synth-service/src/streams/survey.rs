//! The state of a stream in the bucket, before and after a takeover.

use contract::{StreamId, stream::Manifest};
use stream_store::{ObjectStore, StoreError};

use super::{
    contact::{self, Claim},
    ledger::Ledger,
    part,
};
use crate::script::Script;

/// The state of a stream in the bucket, and the sentences left to speak.
pub(super) struct Rest {
    /// The sentence to go on with.
    pub(super) first: usize,
    pub(super) parts: usize,
    /// The sentence of the last part.
    pub(super) last: Option<usize>,
    /// All that is certain of the text.
    pub(super) script: Script,
}

/// Counts the parts of a stream, and reads its text.
pub(super) async fn rest(store: &ObjectStore, manifest: &Manifest) -> Result<Rest, StoreError> {
    let stream = &manifest.stream_id;
    let (parts, last) = part::survey(store, stream).await?;
    let script = Script::stored(manifest, &store.pages(manifest).await?);
    Ok(Rest { first: last.map_or(0, |last| last + 1), parts, last, script })
}

/// Claims the contact of a stream that was taken over, and reads the rest of it. Returns the stream that it
/// preempts, and the rest.
pub(super) async fn survey(
    store: &ObjectStore,
    manifest: &Manifest,
    ledger: &Ledger,
) -> Result<(Option<StreamId>, Rest), StoreError> {
    let mut preempted = None;
    if let Some(contact) = manifest.contact_id.as_ref().filter(|_| ledger.is_wanted())
        // A stream that has lost its contact finds out before its next part.
        && let Claim::Won { older } = contact::claim(store, contact, &manifest.stream_id).await?
    {
        preempted = older;
    }
    // Read last, to include the writes of the former host since it lost the stream.
    Ok((preempted, rest(store, manifest).await?))
}
