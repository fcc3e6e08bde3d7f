//! A fake host of the service, with given answers.

use std::{
    collections::BTreeMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Result;
use contract::env;
use hyper::{HeaderMap, Response};
use serde_json::{Value, json};

use crate::server::Server;

/// One request as the host received it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The environment of a function that knows these hosts. S3 is not reachable in it.
pub fn environment(urls: &str) -> BTreeMap<String, String> {
    [
        ("AWS_ACCESS_KEY_ID", "KEY"),
        ("AWS_SECRET_ACCESS_KEY", "SECRET"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ENDPOINT_URL_S3", UNREACHABLE),
        (env::BUCKET, "bucket"),
        (env::SERVICE_URL, urls),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// An address on which no program listens.
pub const UNREACHABLE: &str = "http://127.0.0.1:9";

/// The answer of a host to a start, with the whole stream ready and named after the contact.
pub fn started(asked: &Asked) -> (u16, Value) {
    let stream = asked.body["contact_id"].as_str().unwrap_or("nobody");
    (200, json!({"stream_id": stream, "ready": true, "first_url": null, "last": true}))
}

/// The answer of a host that refuses a request.
pub fn refused(status: u16, code: &str) -> (u16, Value) {
    (status, json!({"error": {"code": code, "message": "the host says no"}}))
}

/// A running fake host.
pub struct FakeHost {
    server: Server,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeHost {
    /// Starts the host. `answer` returns the status and body for each `POST`; every `GET` is taken for a health check
    /// and answered with 200.
    pub async fn start<F, H>(answer: H) -> Result<Self>
    where
        F: Future<Output = (u16, Value)> + Send + 'static,
        H: Fn(Asked) -> F + Clone + Send + Sync + 'static,
    {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let server = Server::start(move |request| {
            let (log, answer) = (Arc::clone(&log), answer.clone());
            async move {
                if request.method() == hyper::Method::GET {
                    return Response::default();
                }
                let asked = Asked {
                    path: request.uri().path().to_owned(),
                    headers: request.headers().clone(),
                    body: serde_json::from_slice(request.body()).unwrap_or_default(),
                };
                log.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
                let (status, body) = answer(asked).await;
                let answer = Response::builder().status(status);
                answer.body(body.to_string().into()).unwrap_or_default()
            }
        })
        .await?;
        Ok(Self { server, asked })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
