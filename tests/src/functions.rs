//! Helpers for the Invoke API, and the events that Connect sends through it.

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{patience, reply::Reply};

pub const CHAT_AND_STREAM: &str = "chat_and_stream";
pub const START_STREAM: &str = "start_stream";
pub const GET_NEXT_BATCH: &str = "get_next_batch";
pub const LIVE_CALL: &str = "live_call";
pub const SYNTHESIZE_STREAM_CANCEL: &str = "synthesize_stream_cancel";

/// The event of a flow's Invoke Lambda block.
pub fn event(contact: &str, parameters: &Value) -> Value {
    json!({
        "Name": "ContactFlowEvent",
        "Details": {
            "ContactData": {
                "Attributes": {},
                "Channel": "VOICE",
                "ContactId": contact,
                "CustomerEndpoint": {"Address": "+15550100", "Type": "TELEPHONE_NUMBER"},
                "InitialContactId": contact,
                "InitiationMethod": "INBOUND",
                "LanguageCode": "en-US",
                "Queue": null,
                "SystemEndpoint": {"Address": "+15550199", "Type": "TELEPHONE_NUMBER"},
            },
            "Parameters": parameters,
        },
    })
}

/// An HTTP client that ignores the environment's proxy, since all requests go to this machine.
pub fn http() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().timeout(patience::LONG).build()?)
}

/// The result of an invocation.
#[derive(Debug)]
pub struct Invocation {
    pub status: StatusCode,
    /// The header that marks a failed function.
    pub function_error: Option<String>,
    pub body: Value,
}

/// The functions behind one endpoint of the Invoke API.
#[derive(Clone, Debug)]
pub struct Functions {
    http: reqwest::Client,
    endpoint: String,
}

impl Functions {
    pub fn new(endpoint: String) -> Result<Self> {
        Ok(Self { http: http()?, endpoint })
    }

    /// Invokes a function synchronously. A failed function is not an error here.
    pub async fn call(&self, function: &str, event: &Value) -> Result<Invocation> {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.endpoint);
        let response = self.http.post(url).json(event).send().await?;
        let function_error = response
            .headers()
            .get("x-amz-function-error")
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok(Invocation {
            status: response.status(),
            function_error,
            body: response.json().await.context("the answer is not JSON")?,
        })
    }

    /// Invokes a function that must succeed, whatever the event contains, and returns its reply.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Reply> {
        let invocation = self.call(function, event).await?;
        ensure!(
            invocation.status == StatusCode::OK && invocation.function_error.is_none(),
            "{function} failed: {invocation:?}"
        );
        Reply::parse(invocation.body).with_context(|| function.to_owned())
    }
}
