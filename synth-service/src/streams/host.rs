//! The parts of a host that all its streams use.

use std::{sync::Arc, time::Duration};

use contract::HostId;
use stream_store::ObjectStore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{admission::Admission, presence::Presence, voices::Voices};

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
    pub(super) admission: Admission,
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
}
