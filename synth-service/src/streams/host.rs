//! The parts of a host that all its streams use.

use std::{sync::Arc, time::Duration};

use contract::{HostId, StreamId, keys, stream::Manifest};
use stream_store::ObjectStore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::error::StreamError;
use crate::{admission::Admission, phrases::Phrases, presence::Presence, telemetry::Meters, voices::Voices};

/// Bounds of the streams of one host.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Concurrent streams.
    pub max_streams: usize,
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// Default wait of a start for part 0.
    pub wait: Duration,
    /// Longest time for the attempts to store a part.
    pub part_patience: Duration,
    /// Whether texts may be logged.
    pub log_text: bool,
}

/// Default of [`StreamLimits::part_patience`]. After that much silence, the flow's error branch serves the caller
/// better than a late part.
pub const PART_PATIENCE: Duration = Duration::from_secs(8);

/// The resources that the streams of a host share.
pub(super) struct Host {
    pub(super) id: HostId,
    pub(super) store: ObjectStore,
    pub(super) presence: Presence,
    pub(super) voices: Arc<Voices>,
    pub(super) phrases: Phrases,
    pub(super) admission: Admission,
    pub(super) meters: Meters,
    pub(super) limits: StreamLimits,
    /// The running streams; a shutdown waits for them.
    pub(super) tasks: TaskTracker,
    /// Cancelled when the grace of a shutdown is over and streams must end or be handed over.
    pub(super) stop: CancellationToken,
}

impl Host {
    /// Whether the host refuses new streams.
    pub(super) fn is_stopping(&self) -> bool {
        self.tasks.is_closed()
    }

    /// The manifest of a stream. An unreadable one is logged: the stream depends on it.
    ///
    /// # Errors
    /// [`StreamError::UnknownStream`] or [`StreamError::Store`].
    pub(super) async fn manifest(&self, stream_id: &StreamId) -> Result<Manifest, StreamError> {
        let manifest = self.store.manifest(stream_id).await.inspect_err(|error| {
            if !error.may_pass() {
                tracing::error!(stream = %stream_id, %error, "a manifest can't be read");
            }
        });
        let (manifest, _) = manifest?.ok_or_else(|| StreamError::UnknownStream(stream_id.clone()))?;
        Ok(manifest)
    }

    /// Whether a stream has its sentinel.
    ///
    /// # Errors
    /// [`StreamError::Store`].
    pub(super) async fn has_sentinel(&self, stream_id: &StreamId) -> Result<bool, StreamError> {
        let key = keys::sentinel(stream_id);
        Ok(self.store.head(&key).await?.is_some())
    }
}
