//! One process of a function, from spawn to kill, with one invocation at a time.
//!
//! It owns the process and its Runtime API. It does not decide whether a process is used again. Dropping a sandbox
//! kills its process.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::time::sleep;

use super::answer::{Ending, InitFailure};
use super::config::Function;
use super::environment;
use super::log::LogPipe;
use super::runtime_api::{Event, RuntimeApi, Work};
use crate::machine;

/// A process that has finished its init.
pub(super) struct Sandbox {
    child: Child,
    api: RuntimeApi,
}

impl Sandbox {
    /// Spawns the process and waits until it asks for work.
    pub(super) async fn start(
        function: &Function,
        region: &str,
        log: &LogPipe,
        limit: Duration,
    ) -> Result<Self, InitFailure> {
        let api = RuntimeApi::start().await.map_err(InitFailure::Spawn)?;
        let child = spawn(function, region, log, &api).map_err(InitFailure::Spawn)?;
        let mut sandbox = Self { child, api };
        let failure = tokio::select! {
            // Messages first: if a message and the exit are ready at once, the message is handled.
            biased;
            event = sandbox.api.events.recv() => match event {
                Some(Event::InitError(document)) => InitFailure::Reported(document),
                // Before the first `next` there is no invocation to answer, so the event can only be `Ready`.
                _ => return Ok(sandbox),
            },
            status = sandbox.child.wait() => InitFailure::Exited(status),
            () = sleep(limit) => InitFailure::TimedOut(limit),
        };
        sandbox.kill().await;
        Err(failure)
    }

    /// Passes `work` to the process and waits for the end of the invocation. The sandbox can be used again only if the
    /// process answered.
    pub(super) async fn invoke(&mut self, work: Work) -> Ending {
        let mut expired = std::pin::pin!(sleep(work.timeout));
        // Sending can't fail: the receiver lives as long as this sandbox's API, and the queue is empty.
        let _ = self.api.work.send(work).await;
        loop {
            tokio::select! {
                biased;
                Some(event) = self.api.events.recv() => match event {
                    Event::Response(body) => return Ending::Response(body),
                    Event::Error(body) => return Ending::HandlerError(body),
                    Event::ResponseTooLarge => return Ending::ResponseTooLarge,
                    Event::Ready | Event::InitError(_) => {}
                },
                status = self.child.wait() => return Ending::Exited(status),
                () = expired.as_mut() => return Ending::TimedOut,
            }
        }
    }

    /// Whether the process still runs; it may end between two invocations.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The memory of the process that is resident now, in bytes; `None` without /proc.
    pub(super) fn resident(&self) -> Option<u64> {
        machine::resident(self.child.id()?)
    }

    /// Kills the process and waits until it is gone.
    pub(super) async fn kill(&mut self) {
        if let Err(error) = self.child.kill().await {
            tracing::debug!(%error, "the process had ended already");
        }
    }
}

fn spawn(function: &Function, region: &str, log: &LogPipe, api: &RuntimeApi) -> io::Result<Child> {
    Command::new(&function.program)
        .env_clear()
        .envs(environment::variables(function, region, api.address()))
        .current_dir(environment::root(&function.program))
        .stdin(Stdio::null())
        .stdout(log.stdio()?)
        .stderr(log.stdio()?)
        .kill_on_drop(true)
        .spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn start(program: &str) -> InitFailure {
        let function = Function::new("test", program);
        let log = LogPipe::open("test", None).unwrap();
        Sandbox::start(&function, "eu-central-1", &log, Duration::from_millis(50)).await.err().unwrap()
    }

    #[tokio::test]
    async fn an_init_that_never_ends_is_cut() {
        assert!(matches!(start("/usr/bin/yes").await, InitFailure::TimedOut(_)));
    }

    #[tokio::test]
    async fn a_program_that_is_none_fails_at_once() {
        assert!(matches!(start("/etc/passwd").await, InitFailure::Spawn(_)));
    }
}
