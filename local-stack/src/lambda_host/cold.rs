//! One cold start, measured: from the spawn of the process to its first reply, and the replies after it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use uuid::Uuid;

use super::answer::Ending;
use super::config::Function;
use super::log::LogPipe;
use super::runtime_api::Work;
use super::sandbox::Sandbox;

/// Longest init, as on AWS.
const INIT: Duration = Duration::from_secs(10);

/// The times of one process.
pub(crate) struct ColdStart {
    /// From the spawn to the request for work.
    pub(crate) init: Duration,
    /// From the spawn to the first reply.
    pub(crate) total: Duration,
    /// The first invocation alone.
    pub(crate) first: Duration,
    /// The invocations after it.
    pub(crate) later: Vec<Duration>,
    /// The memory that was resident at the first reply, in bytes.
    pub(crate) resident: u64,
    /// The first reply.
    pub(crate) reply: Bytes,
}

impl ColdStart {
    /// Starts a process, has it answer one event `1 + later` times, and kills it.
    ///
    /// # Errors
    /// When the process does not start, or an invocation fails.
    pub(crate) async fn of(
        function: &Function,
        region: &str,
        logs: &Path,
        event: &Bytes,
        later: usize,
    ) -> Result<Self> {
        let log = LogPipe::open(&function.name, Some(logs))?;
        let spawned = Instant::now();
        let mut sandbox = match Sandbox::start(function, region, &log, INIT).await {
            Ok(sandbox) => sandbox,
            Err(failure) => bail!("it did not start: {}", String::from_utf8_lossy(&failure.payload("none"))),
        };
        let init = spawned.elapsed();
        let (first, reply) = invoke(&mut sandbox, function, event).await?;
        let total = spawned.elapsed();
        let resident =
            sandbox.resident().context("/proc does not tell a process's memory: this needs Linux")?;
        let mut times = Vec::new();
        for _ in 0..later {
            times.push(invoke(&mut sandbox, function, event).await?.0);
        }
        sandbox.kill().await;
        Ok(Self { init, total, first, later: times, resident, reply })
    }
}

async fn invoke(sandbox: &mut Sandbox, function: &Function, event: &Bytes) -> Result<(Duration, Bytes)> {
    let work = Work {
        request_id: Uuid::new_v4().to_string(),
        payload: event.clone(),
        arn: format!("arn:aws:lambda:us-east-1:000000000000:function:{}", function.name),
        trace_id: String::new(),
        timeout: function.timeout,
    };
    let began = Instant::now();
    let ending = sandbox.invoke(work).await;
    let time = began.elapsed();
    match ending {
        Ending::Response(reply) => Ok((time, reply)),
        ending => {
            let error = ending.payload("none", function.timeout);
            bail!("{} did not reply: {}", function.name, String::from_utf8_lossy(&error))
        }
    }
}
