//! The ground that every stream of a host stands on.

use std::{sync::Arc, time::Duration};

use contract::HostId;
use stream_store::ObjectStore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{admission::Admission, presence::Presence, voices::Voices};

/// Bounds of the streams of one host.
#[derive(Clone, Copy, Debug)]
pub struct StreamLimits {
    /// Streams at the same time.
    pub max_streams: usize,
    /// Longest text, in characters.
    pub max_text_chars: usize,
    /// How long a start waits for part 0 when the request does not say.
    pub wait: Duration,
    /// How long a part is tried for when the bucket has trouble.
    pub part_patience: Duration,
    /// Whether texts may stand in the log.
    pub log_text: bool,
}

/// Usual value of [`StreamLimits::part_patience`]. Beyond it the caller has heard silence for so long that the flow's
/// way out is better.
pub const PART_PATIENCE: Duration = Duration::from_secs(8);

/// Everything of a host that its streams share.
pub(super) struct Host {
    pub(super) id: HostId,
    pub(super) store: ObjectStore,
    pub(super) presence: Presence,
    pub(super) voices: Arc<Voices>,
    pub(super) admission: Admission,
    pub(super) limits: StreamLimits,
    /// A stop waits for them.
    pub(super) tasks: TaskTracker,
    /// Cancelled when the host stops and streams must end or be handed over.
    pub(super) stop: CancellationToken,
}

impl Host {
    /// Whether no new stream begins here any more.
    pub(super) fn is_stopping(&self) -> bool {
        self.tasks.is_closed()
    }
}
