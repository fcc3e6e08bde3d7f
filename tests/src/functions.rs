//! The Invoke API, and the events that Connect sends through it.

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{patience, reply::Reply};

pub const START_STREAM: &str = "start_stream";
pub const GET_NEXT_BATCH: &str = "get_next_batch";
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

/// An HTTP client that goes to this machine, whatever proxy the environment names.
pub fn http() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().timeout(patience::LONG).build()?)
}

/// The result of an invocation.
#[derive(Debug)]
pub struct Invocation {
    pub status: StatusCode,
    /// The header that says that the function failed.
    pub function_error: Option<String>,
    pub body: Value,
}

/// Functions behind an endpoint of the Invoke API.
#[derive(Clone, Debug)]
pub struct Functions {
    http: reqwest::Client,
    endpoint: String,
}

impl Functions {
    pub fn new(endpoint: String) -> Result<Self> {
        Ok(Self { http: http()?, endpoint })
    }

    /// One synchronous invocation, whatever comes of it.
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

    /// The reply of an invocation that must succeed, whatever is in the event.
    pub async fn invoke(&self, function: &str, event: &Value) -> Result<Reply> {
        let invocation = self.call(function, event).await?;
        ensure!(
            invocation.status == StatusCode::OK && invocation.function_error.is_none(),
            "{function} failed: {invocation:?}"
        );
        Reply::parse(invocation.body).with_context(|| function.to_owned())
    }
}
