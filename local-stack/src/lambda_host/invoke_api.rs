//! The Invoke API: it takes requests as boto3, the AWS CLI and other clients send them, and gives AWS's answers.
//!
//! It owns routes, names and limits; the answers are in `reply`. It runs no functions itself, and does not check
//! signatures.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use bytes::Bytes;
use connect_flows::runner::function_name;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use uuid::Uuid;

use super::body::{self, MAX_PAYLOAD, Unread};
use super::host::Host;
use super::pool::{Call, Pool};
use super::reply::Refusal;

/// Largest payload of a background invocation, in bytes.
const MAX_EVENT_PAYLOAD: usize = 1 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The HTTP service that a listener serves.
pub(super) fn service(host: Arc<Host>) -> TowerToHyperService<Router> {
    let router = Router::new()
        .route("/2015-03-31/functions", get(list))
        .route("/2015-03-31/functions/", get(list))
        .route("/2015-03-31/functions/{name}/invocations", post(invoke))
        .with_state(host);
    TowerToHyperService::new(router)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    RequestResponse,
    Event,
    DryRun,
}

async fn invoke(
    State(host): State<Arc<Host>>,
    Path(named): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let mut response =
        accept(&host, &named, &headers, body, &request_id).await.unwrap_or_else(IntoResponse::into_response);
    if let Ok(id) = HeaderValue::try_from(request_id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

async fn accept(
    host: &Host,
    named: &str,
    headers: &HeaderMap,
    body: Body,
    request_id: &str,
) -> Result<Response, Refusal> {
    let kind = kind(headers)?;
    let limit = if kind == Kind::Event { MAX_EVENT_PAYLOAD } else { MAX_PAYLOAD };
    let payload = body::read(body, limit).await.map_err(|unread| match unread {
        Unread::TooLarge => Refusal::TooLarge(limit),
        Unread::Broken => Refusal::Broken,
    })?;
    let pool = host.pool(function_name(named)).ok_or_else(|| Refusal::NotFound(named.to_owned()))?;
    let call = Call {
        request_id: request_id.to_owned(),
        trace_id: trace_id(headers),
        payload: checked(payload)?,
        tail: headers.get("x-amz-log-type").is_some_and(|wanted| wanted == "Tail"),
    };
    match kind {
        Kind::DryRun => Ok(StatusCode::NO_CONTENT.into_response()),
        Kind::Event => {
            host.invoke_later(pool, call)?;
            Ok(StatusCode::ACCEPTED.into_response())
        }
        Kind::RequestResponse => {
            host.invoke(pool, call).await?.map(IntoResponse::into_response).ok_or(Refusal::Lost)
        }
    }
}

fn kind(headers: &HeaderMap) -> Result<Kind, Refusal> {
    let Some(wanted) = headers.get("x-amz-invocation-type") else {
        return Ok(Kind::RequestResponse);
    };
    match wanted.as_bytes() {
        b"RequestResponse" => Ok(Kind::RequestResponse),
        b"Event" => Ok(Kind::Event),
        b"DryRun" => Ok(Kind::DryRun),
        other => Err(Refusal::BadType(String::from_utf8_lossy(other).into_owned())),
    }
}

/// The payload to pass on: `{}` for an empty payload, which AWS accepts; any other payload must be JSON.
fn checked(payload: Bytes) -> Result<Bytes, Refusal> {
    if payload.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    match serde_json::from_slice::<serde::de::IgnoredAny>(&payload) {
        Ok(_) => Ok(payload),
        Err(error) => Err(Refusal::NotJson(error.to_string())),
    }
}

/// The client's X-Ray trace, or a new one that is not sampled.
fn trace_id(headers: &HeaderMap) -> String {
    if let Some(given) = headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok()) {
        return given.to_owned();
    }
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (root, parent) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
    format!("Root=1-{seconds:08x}-{};Parent={};Sampled=0", &root[..24], &parent[..16])
}

async fn list(State(host): State<Arc<Host>>) -> Json<Value> {
    let functions: Vec<Value> = host.pools().map(|pool| described(pool)).collect();
    Json(json!({ "Functions": functions }))
}

fn described(pool: &Pool) -> Value {
    let function = &pool.function;
    json!({
        "FunctionName": function.name,
        "FunctionArn": pool.arn,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "PackageType": "Zip",
        "Timeout": function.timeout.as_secs_f64().ceil() as u64,
        "MemorySize": function.memory_mb,
        "Version": "$LATEST",
    })
}
