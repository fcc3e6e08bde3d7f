//! Reports a failed init to Lambda, so that the invoker reads its reason and not just "exited".

use std::time::Duration;

use serde_json::json;

use crate::settings::SettingsError;

/// Longest wait for the report. It is short, since the process is about to end and the API is on the same machine.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Lambda's error type for a fault in a function's configuration.
const KIND: &str = "Runtime.ConfigInvalid";

/// Posts the error. If that fails, the error is still in the log.
pub(crate) async fn report(runtime_api: &str, error: &SettingsError) {
    let body = json!({"errorMessage": error.to_string(), "errorType": KIND, "stackTrace": []});
    let url = format!("http://{runtime_api}/2018-06-01/runtime/init/error");
    let sent = async {
        let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        client.post(url).header("Lambda-Runtime-Function-Error-Type", KIND).json(&body).send().await
    };
    if let Err(error) = sent.await {
        tracing::warn!(%error, "the failed init could not be reported");
    }
}
