//! From failures of HTTP to the errors of a model.

use std::time::Duration;

use reqwest::{Response, StatusCode, header::HeaderMap};
use serde_json::Value;
use tokio::time::timeout;

use crate::error::{Code, ModelError};

/// Longest time for reading the body of an error, which only adds a code.
const BODY_TIME: Duration = Duration::from_secs(1);

/// Longest body of an error that is read.
const BODY_BYTES: usize = 64 * 1024;

/// A response of success, or the error that its status means.
pub(super) async fn check(response: Response) -> Result<Response, ModelError> {
    if response.status().is_success() {
        return Ok(response);
    }
    let (found, retry_after) = (response.status(), retry_after(response.headers()));
    let status = found.as_u16();
    if found.is_redirection() {
        return Err(ModelError::Redirected { status });
    }
    let code = code_in(response).await;
    Err(match found {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ModelError::Unauthorized { status, code },
        StatusCode::TOO_MANY_REQUESTS => ModelError::RateLimited { status, code, retry_after },
        StatusCode::REQUEST_TIMEOUT => ModelError::Unavailable { status, code, retry_after },
        found if found.is_server_error() => ModelError::Unavailable { status, code, retry_after },
        _ => ModelError::Refused { status, code },
    })
}

/// The time that a server asks for. A date, or anything else that is no number, counts as too long to wait for.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wait = |name: &str, unit: f64| {
        let value = headers.get(name)?.to_str().unwrap_or_default().trim();
        let number = value.parse::<f64>().ok().map(|number| number * unit);
        Some(number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or(Duration::MAX))
    };
    wait("retry-after-ms", 0.001).or_else(|| wait("retry-after", 1.0))
}

/// The error code in the body of an error.
async fn code_in(mut response: Response) -> Code {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(bytes)) = response.chunk().await {
            body.extend_from_slice(&bytes);
            if body.len() > BODY_BYTES {
                break;
            }
        }
    };
    // The part that has come by then may be enough.
    let _ = timeout(BODY_TIME, reading).await;
    serde_json::from_slice(&body).map(|body| code_of(&body)).unwrap_or_default()
}

/// The error code of an error, in the forms of the providers.
fn code_of(body: &Value) -> Code {
    // Gemini sends a list when its answer is no event stream.
    let body = body.get(0).unwrap_or(body);
    let places = ["/error/code", "/error/status", "/error/type", "/error", "/__type", "/type"];
    let texts = places.iter().filter_map(|place| body.pointer(place)?.as_str());
    texts.map(Code::new).find(|code| !code.as_str().is_empty()).unwrap_or_default()
}

/// The JSON of a frame, unless it reports an error.
pub(super) fn json(data: &[u8]) -> Result<Value, ModelError> {
    let value: Value =
        serde_json::from_slice(data).map_err(|_| ModelError::Malformed("a frame is not JSON"))?;
    let is_error = value.get("error").is_some_and(|error| !error.is_null());
    if is_error { Err(ModelError::Reported { code: code_of(&value) }) } else { Ok(value) }
}

/// The error of a request that got no answer.
pub(super) fn transport(error: &reqwest::Error) -> ModelError {
    if !error.is_connect() {
        return ModelError::Unreachable("the connection closed before an answer came".into());
    }
    ModelError::Unreachable(outgoing::cause(error))
}
