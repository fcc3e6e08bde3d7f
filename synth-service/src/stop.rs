//! The signals that stop the service: SIGTERM, Ctrl-C and, if enabled, the end of standard input.

use std::{future::pending, io};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
};

/// A request to stop. Listens from its creation on, so that a signal before [`Self::wait`] is not lost.
pub struct Stop {
    terminate: Signal,
    interrupt: Signal,
    /// Closed when standard input has ended.
    input: Option<oneshot::Receiver<()>>,
}

impl Stop {
    /// Installs the signal handlers; `also_when_stdin_ends` watches standard input too.
    ///
    /// # Errors
    /// When the process can't handle signals.
    pub fn listen(also_when_stdin_ends: bool) -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            input: also_when_stdin_ends.then(watch_stdin),
        })
    }

    /// Returns on the first request to stop.
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

/// Uses its own thread: the runtime would wait on exit for a read that can't be interrupted.
fn watch_stdin() -> oneshot::Receiver<()> {
    let (open, closed) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        drop(open);
    });
    closed
}
