//! Waits for Ctrl-C or SIGTERM.

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listener for Ctrl-C and SIGTERM. It is created before any process is started that an unhandled signal would leave
/// behind.
pub(super) struct Interrupt {
    terminate: Signal,
    ctrl_c: Signal,
}

impl Interrupt {
    pub(super) fn listen() -> Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, ctrl_c: signal(SignalKind::interrupt())? })
    }

    pub(super) async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.ctrl_c.recv() => {}
        }
    }
}
