//! The test cases of an instance, over the API of Amazon Connect, with signed requests.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use connect_flows::{
    aws::{AwsClient, arn_region},
    http::bounded_body,
};
use http::Method;
use serde_json::{Value, json};

/// The service's name in signatures.
const SERVICE: &str = "connect";

const TIMEOUT: Duration = Duration::from_secs(30);

/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 4 * 1024 * 1024;

pub(super) struct Service {
    client: AwsClient,
    region: String,
    instance: String,
}

impl Service {
    /// The instance, by its id or ARN.
    pub(super) fn new(instance: &str, region: Option<&str>, endpoint: Option<&str>) -> Result<Self> {
        let client = AwsClient::new(SERVICE, endpoint, TIMEOUT)?;
        let region = match region.or_else(|| arn_region(instance)) {
            Some(region) => region.to_owned(),
            None => client.region()?,
        };
        let instance = instance.rsplit('/').next().unwrap_or(instance).to_owned();
        Ok(Self { client, region, instance })
    }

    /// Creates a test case, and returns its id.
    pub(super) async fn create(&self, body: &Value) -> Result<String> {
        let answer = self.send(Method::PUT, "", Some(body)).await?;
        word(&answer, "TestCaseId")
    }

    /// Starts a test case, and returns the id of its execution.
    pub(super) async fn start(&self, case: &str) -> Result<String> {
        let body = json!({ "ClientToken": uuid::Uuid::new_v4().to_string() });
        let answer = self.send(Method::PUT, &format!("/{case}/start-execution"), Some(&body)).await?;
        word(&answer, "TestCaseExecutionId")
    }

    /// The status of an execution, and the number of its observations.
    pub(super) async fn summary(&self, case: &str, execution: &str) -> Result<Value> {
        self.send(Method::GET, &format!("/{case}/{execution}/summary"), None).await
    }

    /// The records of an execution that did not pass, one in a line.
    pub(super) async fn failed_records(&self, case: &str, execution: &str) -> Result<String> {
        let answer = self.send(Method::GET, &format!("/{case}/{execution}/records"), None).await?;
        let records = answer["ExecutionRecords"].as_array().into_iter().flatten();
        let failed = records.filter(|record| record["Status"] != "PASSED");
        let line = |record: &Value| {
            let name = record["ObservationId"].as_str().unwrap_or("the test");
            format!("  {name}: {}", record["Record"].as_str().unwrap_or_default())
        };
        Ok(failed.map(line).collect::<Vec<_>>().join("\n"))
    }

    pub(super) async fn delete(&self, case: &str) -> Result<()> {
        self.send(Method::DELETE, &format!("/{case}"), None).await.map(|_| ())
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let path = format!("/test-cases/{}{path}", self.instance);
        let body = body.map(Value::to_string).unwrap_or_default();
        let answer = self.client.send(&self.region, method, &path, body.into_bytes()).await?;
        let status = answer.status();
        let bytes = bounded_body(answer, MAX_BYTES).await.context("the service's answer can't be read")?;
        if !status.is_success() {
            bail!("the service answered {status}: {}", AwsClient::refusal(&bytes));
        }
        Ok(if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? })
    }
}

fn word(answer: &Value, key: &str) -> Result<String> {
    let found = answer[key].as_str().map(str::to_owned);
    found.with_context(|| format!("the answer of the service has no {key}"))
}
