//! The end that a person or a supervisor asks for.

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C or SIGTERM, listened for before anything is started that would be left behind.
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
