//! A function behind an HTTP address: the event is POSTed, the answer is the reply.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use reqwest::Client;
use serde_json::Value;
use tokio::runtime::Handle;
use url::Url;

use crate::{
    redact::without_queries,
    runner::{InvokeError, Lambdas, RealTime},
};

/// Longest wait for an answer: Connect waits for at most 60 s, for an asynchronous invocation.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Largest answer in bytes; Connect takes 32 KB.
const MAX_BYTES: usize = 6 * 1024 * 1024;

/// A function behind an address.
pub(super) struct Address {
    client: Client,
    url: Url,
}

impl Address {
    /// The port of a function. With a runtime, requests run there, in real time beside a virtual call.
    pub(super) fn port(url: &str, runtime: Option<Handle>) -> Result<Arc<dyn Lambdas>, String> {
        let parsed = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(parsed) = parsed else {
            return Err(format!("{:?} is no http or https URL of a function", without_queries(url)));
        };
        let client = Client::builder().timeout(TIMEOUT).build();
        let client = client.map_err(|error| format!("no HTTP client: {error}"))?;
        let address = Arc::new(Self { client, url: parsed });
        Ok(match runtime {
            Some(runtime) => Arc::new(RealTime::new(runtime, address)),
            None => address,
        })
    }
}

#[async_trait]
impl Lambdas for Address {
    async fn invoke(&self, _: &str, event: &Value) -> Result<Value, InvokeError> {
        let transport =
            |error: reqwest::Error| InvokeError::Transport { message: error.without_url().to_string() };
        let request = self.client.post(self.url.clone()).json(event);
        let mut response = request.send().await.map_err(transport)?;
        match response.status().as_u16() {
            200..=299 => {}
            429 => return Err(InvokeError::Throttled),
            status @ 500..=599 => return Err(InvokeError::Service { status }),
            status => return Err(InvokeError::Refused { message: format!("the address answered {status}") }),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(transport)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(InvokeError::Refused { message: format!("more than {MAX_BYTES} bytes") });
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body)
            .map_err(|error| InvokeError::Refused { message: format!("the reply is not JSON: {error}") })
    }
}
