//! What tells the service to stop: SIGTERM, Ctrl-C and, where asked for, the end of standard input.

use std::{future::pending, io};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// Listens from its creation on, so that nothing is missed between that and the wait.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
    /// Closed when standard input has ended.
    input: Option<oneshot::Receiver<()>>,
}

impl Stop {
    /// # Errors
    /// When the process can't handle signals.
    pub fn listen(also_when_stdin_ends: bool) -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            input: also_when_stdin_ends.then(watch_stdin),
        })
    }

    /// Returns when the service is to stop.
    pub async fn wait(&mut self) {
        let input_ends = async {
            match &mut self.input {
                Some(input) => {
                    let _ = input.await;
                }
                None => pending().await,
            }
        };
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            () = input_ends => {}
        }
    }
}

/// On a thread of its own: the runtime would wait for a read that nobody can interrupt.
fn watch_stdin() -> oneshot::Receiver<()> {
    let (open, closed) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(open);
    });
    closed
}
