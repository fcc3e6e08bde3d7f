//! The Runtime API for one process: passes invocations to the process and receives the answers.
//!
//! Each process has a listener of its own, so a request needs no credentials to identify its process.
//! This module knows no time limits and never looks into a payload.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{StatusCode, header};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::sync::mpsc;

use super::body::{self, MAX_PAYLOAD, Unread};
use crate::listener::Listener;

/// One invocation that is passed to the process.
pub(super) struct Work {
    pub(super) request_id: String,
    pub(super) payload: Bytes,
    pub(super) arn: String,
    pub(super) trace_id: String,
    pub(super) timeout: Duration,
}

/// A message from the process.
pub(super) enum Event {
    /// The process asked for its first invocation, so its init is over.
    Ready,
    InitError(Bytes),
    /// The response to the current invocation.
    Response(Bytes),
    Error(Bytes),
    ResponseTooLarge,
}

struct Api {
    /// The queue of work. One `next` request waits at a time; a second one of the same process waits for the lock.
    work: tokio::sync::Mutex<mpsc::Receiver<Work>>,
    events: mpsc::Sender<Event>,
    ready: AtomicBool,
    /// The id of the invocation that the process has not answered yet.
    current: Mutex<Option<String>>,
}

/// The host's side of a process's Runtime API.
pub(super) struct RuntimeApi {
    pub(super) work: mpsc::Sender<Work>,
    pub(super) events: mpsc::Receiver<Event>,
    listener: Listener,
}

impl RuntimeApi {
    /// Listens on any free loopback port.
    pub(super) async fn start() -> std::io::Result<Self> {
        let (work_sender, work) = mpsc::channel(1);
        let (events, event_receiver) = mpsc::channel(16);
        let api = Api {
            work: tokio::sync::Mutex::new(work),
            events,
            ready: AtomicBool::new(false),
            current: Mutex::new(None),
        };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .with_state(Arc::new(api));
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = Listener::start(address, TowerToHyperService::new(router)).await?;
        Ok(Self { work: work_sender, events: event_receiver, listener })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.listener.address()
    }
}

impl Api {
    fn current(&self) -> MutexGuard<'_, Option<String>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `id` is the current invocation, which then counts as answered.
    fn answers(&self, id: &str) -> bool {
        self.current().take_if(|current| current == id).is_some()
    }

    async fn tell(&self, event: Event) {
        // Sending fails only when the process is about to be killed.
        let _ = self.events.send(event).await;
    }
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    if !api.ready.swap(true, Ordering::Relaxed) {
        api.tell(Event::Ready).await;
    }
    let Some(work) = api.work.lock().await.recv().await else {
        return refusal(StatusCode::GONE, "Runtime.Stopped", "the host was stopped");
    };
    *api.current() = Some(work.request_id.clone());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let deadline = now.saturating_add(work.timeout);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", work.request_id),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", work.arn),
        ("lambda-runtime-trace-id", work.trace_id),
    ];
    let mut answer = Response::new(Body::from(work.payload));
    for (name, value) in headers {
        // Only the client's trace id can be an invalid header value; it is left out then.
        if let Ok(value) = http::HeaderValue::try_from(value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

async fn response(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Body) -> Response {
    let read = body::read(body, MAX_PAYLOAD).await;
    answered(&api, &id, read, Event::Response).await
}

async fn error(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Body) -> Response {
    let read = body::read(body, MAX_PAYLOAD).await;
    answered(&api, &id, read, Event::Error).await
}

async fn answered(
    api: &Api,
    id: &str,
    read: Result<Bytes, Unread>,
    event: impl FnOnce(Bytes) -> Event,
) -> Response {
    // An incomplete answer does not count: the process still has the invocation and may answer again.
    if matches!(read, Err(Unread::Broken)) {
        return refusal(StatusCode::BAD_REQUEST, "InvalidRequest", "the body ended early");
    }
    if !api.answers(id) {
        return refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID");
    }
    match read {
        Ok(body) => {
            api.tell(event(body)).await;
            accepted()
        }
        Err(_) => {
            api.tell(Event::ResponseTooLarge).await;
            let message = format!("Exceeded maximum allowed payload size ({MAX_PAYLOAD} bytes).");
            refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
        }
    }
}

async fn init_error(State(api): State<Arc<Api>>, body: Body) -> Response {
    if api.ready.load(Ordering::Relaxed) {
        return refusal(StatusCode::FORBIDDEN, "InvalidStateTransition", "the init is over");
    }
    let body = body::read(body, MAX_PAYLOAD).await.unwrap_or_default();
    api.tell(Event::InitError(body)).await;
    accepted()
}

fn accepted() -> Response {
    json_response(StatusCode::ACCEPTED, json!({ "status": "OK" }))
}

fn refusal(status: StatusCode, kind: &str, message: &str) -> Response {
    json_response(status, json!({ "errorType": kind, "errorMessage": message }))
}

fn json_response(status: StatusCode, document: serde_json::Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
