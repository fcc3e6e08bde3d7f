//! A Runtime API that sends several invocations to one process at once, as Lambda Managed Instances do, and can send
//! payloads that the Invoke API would refuse.

use std::{
    collections::{BTreeMap, HashMap},
    process::Stdio,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Response, StatusCode};
use serde_json::Value;
use tokio::{
    process::{Child, Command},
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use crate::{
    patience::LONG,
    places,
    reply::Reply,
    server::{Answer, Server, Whole},
};

/// One invocation to send to the process.
pub struct Invocation {
    pub payload: Bytes,
    /// The deadline in the header: on AWS, milliseconds since the epoch.
    pub deadline_ms: u128,
    pub trace_id: Option<String>,
}

impl Invocation {
    /// An invocation with plenty of time.
    pub fn new(payload: impl Into<Bytes>) -> Self {
        Self { payload: payload.into(), deadline_ms: in_the_future(LONG), trace_id: None }
    }
}

/// The deadline after this time, in AWS's format.
pub fn in_the_future(time: Duration) -> u128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (now + time).as_millis()
}

/// The process's report to `/runtime/init/error`.
#[derive(Clone, Debug)]
pub struct InitError {
    pub kind: String,
    pub body: Value,
}

/// A function's process with a Runtime API of its own. Dropping it kills the process.
pub struct Runtime {
    api: Arc<Api>,
    work: mpsc::UnboundedSender<(String, Invocation)>,
    process: Child,
    _server: Server,
}

struct Api {
    work: tokio::sync::Mutex<mpsc::UnboundedReceiver<(String, Invocation)>>,
    /// The unanswered invocations. The answer says whether the handler failed, and holds its document.
    open: Mutex<HashMap<String, oneshot::Sender<(bool, Value)>>>,
    init_error: watch::Sender<Option<InitError>>,
}

impl Runtime {
    /// Starts a function that may request this number of invocations at once.
    pub async fn start(
        function: &str,
        concurrency: usize,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self> {
        let (work, receiver) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            work: tokio::sync::Mutex::new(receiver),
            open: Mutex::default(),
            init_error: watch::Sender::default(),
        });
        let handler_api = Arc::clone(&api);
        let server = Server::start(move |request| handle(Arc::clone(&handler_api), request)).await?;
        let process = Command::new(places::program(function)?)
            .env_clear()
            .env("AWS_REGION", "us-east-1")
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", server.address.to_string())
            .env("AWS_LAMBDA_MAX_CONCURRENCY", concurrency.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self { api, work, process, _server: server })
    }

    /// Sends an invocation, which must not fail, and returns its reply.
    pub async fn invoke(&self, invocation: Invocation) -> Result<Reply> {
        let id = uuid::Uuid::new_v4().to_string();
        self.invoke_as(&id, invocation).await
    }

    /// Sends an invocation under a given id, and returns its reply. The invocation must not fail.
    pub async fn invoke_as(&self, id: &str, invocation: Invocation) -> Result<Reply> {
        let (answer, answered) = oneshot::channel();
        self.api.open().insert(id.to_owned(), answer);
        self.work.send((id.to_owned(), invocation)).ok().context("the API is gone")?;
        match timeout(LONG, answered).await.context("no answer")?.context("the API is gone")? {
            (false, reply) => Reply::parse(reply),
            (true, error) => bail!("the invocation failed: {error}"),
        }
    }

    /// Waits for the report of a failed init, then for the process's end. Also returns the exit code and the output.
    pub async fn init_error(self) -> Result<(InitError, Option<i32>, String)> {
        let mut told = self.api.init_error.subscribe();
        let told =
            timeout(LONG, told.wait_for(Option::is_some)).await.context("nothing was reported")??.clone();
        let output = timeout(LONG, self.process.wait_with_output()).await.context("it goes on")??;
        let error = told.context("nothing was reported")?;
        Ok((error, output.status.code(), String::from_utf8(output.stdout)?))
    }

    /// Stops the process, and returns its log.
    pub async fn stop(mut self) -> Result<String> {
        self.process.start_kill()?;
        let output = self.process.wait_with_output().await?;
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Api {
    fn open(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<(bool, Value)>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn handle(api: Arc<Api>, request: Whole) -> Answer {
    let path = request.uri().path().to_owned();
    let Some(path) = path.strip_prefix("/2018-06-01/runtime/") else { return status(StatusCode::NOT_FOUND) };
    match path.split('/').collect::<Vec<_>>()[..] {
        ["invocation", "next"] => next(&api).await,
        ["invocation", id, what] => answered(&api, id, what == "error", request.body()),
        ["init", "error"] => {
            let kind = request.headers().get("lambda-runtime-function-error-type");
            let kind = kind.map(|kind| String::from_utf8_lossy(kind.as_bytes()).into_owned());
            let body = serde_json::from_slice(request.body()).unwrap_or_default();
            api.init_error.send_replace(Some(InitError { kind: kind.unwrap_or_default(), body }));
            status(StatusCode::ACCEPTED)
        }
        _ => status(StatusCode::NOT_FOUND),
    }
}

async fn next(api: &Api) -> Answer {
    let Some((id, invocation)) = api.work.lock().await.recv().await else { return status(StatusCode::GONE) };
    let mut answer = Response::builder()
        .header("lambda-runtime-aws-request-id", id)
        .header("lambda-runtime-deadline-ms", invocation.deadline_ms.to_string());
    if let Some(trace) = invocation.trace_id {
        answer = answer.header("lambda-runtime-trace-id", trace);
    }
    answer.body(Full::new(invocation.payload)).unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn answered(api: &Api, id: &str, failed: bool, body: &Bytes) -> Answer {
    let Some(waiting) = api.open().remove(id) else { return status(StatusCode::BAD_REQUEST) };
    let document = serde_json::from_slice(body).unwrap_or_default();
    let _ = waiting.send((failed, document));
    status(StatusCode::ACCEPTED)
}

fn status(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}
