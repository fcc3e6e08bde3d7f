//! The running streams of this host: each is a task.

use std::{ops::Deref, sync::Arc};

use contract::{StreamId, stream::Manifest};
use tokio::sync::{oneshot, watch};
use tracing::Instrument;

use super::{
    error::StreamError,
    host::Host,
    ledger::Ledger,
    progress::Progress,
    protocol::Protocol,
    records::Records,
    registry::{Handle, Registry},
    stream::Stream,
};
use crate::{moments::Moments, pipeline::LineUp};

/// The streams that run on this host. Cheap to clone.
#[derive(Clone)]
pub(super) struct Running {
    shared: Arc<(Host, Registry)>,
}

/// A stream that was just started.
pub(super) struct Launched {
    pub(super) handle: Handle,
    /// Receives the stream that this one preempts, once that is known.
    pub(super) preempted: oneshot::Receiver<StreamId>,
}

impl Running {
    pub(super) fn new(host: Host) -> Self {
        let registry = Registry::new(host.limits.max_streams);
        Self { shared: Arc::new((host, registry)) }
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.shared.1
    }

    /// The stream, if this host makes it or was the last host to do so.
    pub(super) fn made_here(&self, stream_id: &StreamId) -> Option<Handle> {
        self.registry().find(stream_id).filter(|handle| !handle.is_elsewhere())
    }

    /// Registers a stream and starts its task. Without a line-up the stream only ends. The limit holds for new streams
    /// alone: a stream that was taken over has no other host any more.
    ///
    /// # Errors
    /// [`StreamError::TooManyStreams`].
    pub(super) fn launch(
        &self,
        manifest: Manifest,
        ledger: Ledger,
        protocol: Protocol,
        (line_up, moments): (Option<LineUp>, Moments),
    ) -> Result<Launched, StreamError> {
        let (sender, progress) = watch::channel(Progress::new(&manifest, &protocol));
        let handle =
            Handle::new(&manifest, self.stop.child_token(), progress, (moments, self.meters.clone()));
        self.registry().insert(handle.clone(), !protocol.is_open())?;
        let manifest = Arc::new(manifest);
        let patience = self.limits.part_patience;
        let records = Records::new(self.store.clone(), manifest.clone(), ledger, handle.clone(), patience);
        let (preempts, preempted) = oneshot::channel();
        let stream = Stream::new(manifest, records, protocol, (handle.clone(), sender), preempts);
        let retire = Retire { running: self.clone(), handle: handle.clone() };
        let making = async move {
            let _retire = retire;
            stream.run(line_up).await;
        };
        // The task's log lines carry the id of the request that started it.
        self.tasks.spawn(making.in_current_span());
        Ok(Launched { handle, preempted })
    }
}

impl Deref for Running {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.shared.0
    }
}

/// Moves a stream to the ended ones when dropped, however its task ends.
struct Retire {
    running: Running,
    handle: Handle,
}

impl Drop for Retire {
    fn drop(&mut self) {
        self.running.registry().retire(&self.handle);
    }
}
