//! The processes of one function: which process gets an invocation, and when another process is started.
//!
//! Each running invocation holds a permit; there are as many as the function's concurrency. A process is started only
//! by the holder of a permit, and only if no process is idle. So the busy and the idle processes together are never
//! more than the permits.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::answer::{Ending, InitFailure, Outcome, Report};
use super::config::Function;
use super::log::LogPipe;
use super::process::Process;
use super::runtime_api::Work;
use super::sandbox::Sandbox;

/// AWS's time limit for an init: from a process's spawn to its first request for work.
const INIT_LIMIT: Duration = Duration::from_secs(10);

/// One invocation, as received by the Invoke API.
pub(super) struct Call {
    pub(super) request_id: String,
    pub(super) trace_id: String,
    pub(super) payload: Bytes,
    /// Whether the client requests the end of the log.
    pub(super) tail: bool,
}

/// One finished invocation.
pub(super) struct Done {
    pub(super) report: Report,
    pub(super) payload: Bytes,
    /// The end of the log; empty if it was not requested.
    pub(super) tail: Vec<u8>,
}

pub(super) struct Pool {
    pub(super) function: Function,
    pub(super) arn: String,
    region: String,
    logs: Option<PathBuf>,
    permits: Arc<Semaphore>,
    /// The idle processes, used as a stack: as in AWS, the process that worked last works next.
    idle: Mutex<Vec<Process>>,
    stopping: CancellationToken,
}

impl Pool {
    pub(super) fn new(
        function: Function,
        region: &str,
        account: &str,
        logs: Option<PathBuf>,
        stopping: CancellationToken,
    ) -> Self {
        Self {
            arn: format!("arn:aws:lambda:{region}:{account}:function:{}", function.name),
            region: region.to_owned(),
            logs,
            // A semaphore can't have more permits than this, and the machine could not run as many processes.
            permits: Arc::new(Semaphore::new(function.concurrency.min(Semaphore::MAX_PERMITS))),
            idle: Mutex::default(),
            function,
            stopping,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Process>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The right to run one invocation now, or `None` if too many run already.
    pub(super) fn try_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.permits).try_acquire_owned().ok()
    }

    /// Waits for the right to run one invocation; `None` if the host stops first.
    pub(super) async fn permit(&self) -> Option<OwnedSemaphorePermit> {
        tokio::select! {
            permit = Arc::clone(&self.permits).acquire_owned() => permit.ok(),
            () = self.stopping.cancelled() => None,
        }
    }

    /// Runs one invocation to its end, in an idle process or a new one.
    pub(super) async fn run(&self, call: Call, permit: OwnedSemaphorePermit) -> Done {
        let mut process = match self.take_idle() {
            Some(process) => process,
            None => self.start().await,
        };
        process.open_log(&call.request_id);
        let began = Instant::now();
        let ending = self.ending(&mut process, &call).await;
        let report = Report {
            function: self.function.name.clone(),
            request_id: call.request_id,
            duration_ms: milliseconds(began.elapsed()),
            init_ms: process.init.take().map(milliseconds),
            outcome: ending.outcome(),
        };
        let payload = ending.payload(&report.request_id, self.function.timeout);
        let tail = process.close_log(&report, &payload, self.function.memory_mb, call.tail).await;
        self.put_back(process, report.outcome).await;
        // Not earlier: the process must be idle again, or gone, before another invocation may begin.
        drop(permit);
        Done { report, payload, tail }
    }

    async fn ending(&self, process: &mut Process, call: &Call) -> Ending {
        let sandbox = match &mut process.sandbox {
            Ok(sandbox) => sandbox,
            Err(failure) => return Ending::Init(std::mem::replace(failure, InitFailure::Stopped)),
        };
        let work = Work {
            request_id: call.request_id.clone(),
            payload: call.payload.clone(),
            arn: self.arn.clone(),
            trace_id: call.trace_id.clone(),
            timeout: self.function.timeout,
        };
        tokio::select! {
            ending = sandbox.invoke(work) => ending,
            () = self.stopping.cancelled() => Ending::Stopped,
        }
    }

    /// Starts one more process, unless the function's concurrency is reached; see
    /// [`LambdaHost::warm`](super::LambdaHost::warm).
    pub(super) async fn warm(&self) -> Result<Option<Duration>, InitFailure> {
        if self.function.concurrency == 0 {
            return Ok(None);
        }
        let Some(_permit) = self.permit().await else {
            return Err(InitFailure::Stopped);
        };
        let running = self.function.concurrency.saturating_sub(self.permits.available_permits());
        if running + self.idle().len() > self.function.concurrency {
            return Ok(None);
        }
        let mut process = self.start().await;
        let init = process.init.take();
        match process.sandbox {
            Ok(_) => {
                self.idle().push(process);
                Ok(init)
            }
            Err(failure) => Err(failure),
        }
    }

    async fn start(&self) -> Process {
        let began = Instant::now();
        let log = match LogPipe::open(&self.function.name, self.logs.as_deref()) {
            Ok(log) => log,
            Err(error) => {
                return Process { sandbox: Err(InitFailure::Spawn(error)), log: None, init: None };
            }
        };
        let sandbox = tokio::select! {
            sandbox = Sandbox::start(&self.function, &self.region, &log, INIT_LIMIT) => sandbox,
            () = self.stopping.cancelled() => Err(InitFailure::Stopped),
        };
        Process { sandbox, log: Some(log), init: Some(began.elapsed()) }
    }

    fn take_idle(&self) -> Option<Process> {
        loop {
            let mut process = self.idle().pop()?;
            // A process that has ended in the meantime is dropped, and another one is used or started, as in AWS.
            if process.sandbox.as_mut().is_ok_and(Sandbox::is_alive) {
                return Some(process);
            }
        }
    }

    async fn put_back(&self, mut process: Process, outcome: Outcome) {
        let usable = matches!(outcome, Outcome::Success | Outcome::HandlerError);
        if usable && !self.stopping.is_cancelled() {
            self.idle().push(process);
        } else if let Ok(sandbox) = &mut process.sandbox {
            sandbox.kill().await;
        }
    }

    /// Kills the idle processes. The busy ones end through the cancellation token.
    pub(super) async fn kill_idle(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for mut process in idle {
            if let Ok(sandbox) = &mut process.sandbox {
                sandbox.kill().await;
            }
        }
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
