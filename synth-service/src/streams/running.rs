//! The running streams of this host: each is a task.

use std::{ops::Deref, sync::Arc};

use contract::{StreamId, stream::Manifest};
use tokio::{
    sync::{oneshot, watch},
    task::JoinHandle,
};
use tracing::{Instrument, Span, field::display};

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

    /// Starts work that a shutdown waits for. Its log lines have the ids of the current request.
    pub(super) fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tasks.spawn(work.in_current_span())
    }

    /// Starts work that a shutdown does not wait for.
    pub(super) fn spawn_aside(&self, work: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(work.in_current_span());
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
        let span = span(&manifest);
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
        self.tasks.spawn(making.instrument(span));
        Ok(Launched { handle, preempted })
    }
}

/// The span of a stream, within that of the request that started it: the log lines of its task carry the ids of both.
fn span(manifest: &Manifest) -> Span {
    let contact = manifest.contact_id.as_ref().map(display);
    tracing::error_span!("stream", stream = %manifest.stream_id, contact)
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
