//! The state of a stream that another host makes, from the bucket.

use contract::{
    StreamId,
    http::{State, StreamStatus},
    keys,
    timeline::Timeline,
};
use stream_store::ObjectStore;

use super::{error::StreamError, running::Running};
use crate::script::Script;

pub(super) async fn status(running: &Running, stream_id: &StreamId) -> Result<StreamStatus, StreamError> {
    let store = &running.store;
    let manifest = running.manifest(stream_id).await?;
    let script = Script::stored(&manifest, &store.pages(&manifest).await?);
    let sentinel = store.sentinel(stream_id).await?;
    let parts = match &sentinel {
        Some(sentinel) => sentinel.parts,
        None => store.count(&keys::parts_prefix(stream_id)).await?,
    };
    Ok(StreamStatus {
        stream_id: stream_id.clone(),
        contact_id: manifest.contact_id,
        state: sentinel.as_ref().map_or(State::Running, |sentinel| sentinel.outcome.into()),
        sentences: script.len(),
        parts,
        skipped: sentinel.as_ref().map_or(0, |sentinel| sentinel.skipped),
        created_at_ms: manifest.created_at_ms,
        ended_at_ms: sentinel.as_ref().map(|sentinel| sentinel.ended_at_ms),
        reason: sentinel.map(|sentinel| sentinel.reason),
        timeline: timeline(store, stream_id).await,
    })
}

/// The timeline in the bucket. Nothing depends on it, so one that can't be read counts as none.
async fn timeline(store: &ObjectStore, stream_id: &StreamId) -> Option<Timeline> {
    store.timeline(stream_id).await.unwrap_or_else(|error| {
        tracing::warn!(stream = %stream_id, %error, "a timeline can't be read");
        None
    })
}
