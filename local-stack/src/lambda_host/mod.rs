//! AWS Lambda on one machine: real function binaries as processes, invoked as AWS invokes them.
//!
//! ```text
//! client ── Invoke API ── host ── pool ── sandbox ── Runtime API ── process
//!          (invoke_api)         (one per   (one per   (runtime_api)
//!                                function)  process)
//! ```
//!
//! | module | responsibility |
//! | --- | --- |
//! | `config` | the caller's settings for functions, and their checks |
//! | `invoke_api`, `reply` | the HTTP API for clients: names, limits; statuses, error bodies |
//! | `host` | the functions by name, background invocations, the reports |
//! | `pool` | the processes of one function: reuse, cold starts, concurrency |
//! | `process` | a sandbox with its log: the lines around an invocation |
//! | `sandbox` | one process from spawn to kill, one invocation at a time |
//! | `runtime_api` | the HTTP API for one process |
//! | `answer` | an invocation's result, in AWS's format |
//! | `cold` | one cold start, measured |
//! | `log` | START, END and REPORT among a function's own lines, in order |
//!
//! The host does not check signatures, and therefore listens only on the loopback address. It does not limit or measure
//! memory, and does not retry background invocations. Each function has one version: qualifiers are ignored.

mod answer;
mod body;
mod cold;
mod config;
mod environment;
mod host;
mod invoke_api;
mod log;
mod name;
mod pool;
mod process;
mod reply;
mod runtime_api;
mod sandbox;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::DropGuard;

pub use self::answer::{Outcome, Report};
pub(crate) use self::cold::ColdStart;
pub use self::config::{Function, LambdaHostConfig, LambdaHostError};
use self::host::Host;
use crate::listener::Listener;

/// A running Lambda host. Dropping it kills the functions' processes; [`LambdaHost::stop`] also waits for their end.
pub struct LambdaHost {
    listener: Listener,
    host: Arc<Host>,
    _running: DropGuard,
}

impl LambdaHost {
    /// Starts the Invoke API. Processes are started by the first invocation or by [`LambdaHost::warm`].
    ///
    /// # Errors
    /// See [`LambdaHostError`]; every function is checked before the first request can come in.
    pub async fn start(config: LambdaHostConfig) -> Result<Self, LambdaHostError> {
        let address = config.address;
        let host = Arc::new(Host::new(config.checked()?));
        let listener = Listener::start(address, invoke_api::service(Arc::clone(&host)))
            .await
            .map_err(|cause| LambdaHostError::Bind { address, cause })?;
        Ok(Self { listener, _running: host.stop_guard(), host })
    }

    /// The address of the Invoke API, with the port in use.
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The value for `AWS_ENDPOINT_URL_LAMBDA`, as `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.listener.address())
    }

    /// The last 10,000 finished invocations, newest last.
    pub fn reports(&self) -> Vec<Report> {
        self.host.reports()
    }

    /// Starts one more process of `function` and waits until its init has finished, so that a later invocation is not a
    /// cold start. Returns the duration of the init, or `None` if the function already has as many processes as its
    /// concurrency allows.
    ///
    /// # Errors
    /// [`LambdaHostError::UnknownFunction`], and [`LambdaHostError::Init`] when the process ended,
    /// failed or hung in its init.
    pub async fn warm(&self, function: &str) -> Result<Option<Duration>, LambdaHostError> {
        self.host.warm(function).await
    }

    /// Frees the port, ends running invocations with an error, and kills all processes.
    pub async fn stop(self) {
        self.host.begin_stop();
        self.listener.stop().await;
        self.host.finish_stop().await;
    }
}
