//! The outside of a run, as traits: tests bring their own.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use time::OffsetDateTime;

/// Tells the time of day.
pub type WallClock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// Everything outside of a runner.
#[derive(Clone)]
pub struct Ports {
    /// Functions that the flow invokes.
    pub lambdas: Arc<dyn Lambdas>,
    /// Clips that the flow plays by URL.
    pub clips: Arc<dyn Clips>,
    /// Connect's own voice, for texts in the flow.
    pub voice: Arc<dyn PromptVoice>,
    /// Read once, at the start of a call, for the timestamps of the flow log.
    pub clock: WallClock,
}

/// Invokes functions.
#[async_trait]
pub trait Lambdas: Send + Sync {
    /// One attempt. The caller bounds its time and repeats it where Connect would.
    ///
    /// `function` is the ARN or name in the flow.
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError>;
}

/// Why an invocation gave no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum InvokeError {
    /// HTTP status 429.
    #[error("throttled")]
    Throttled,
    /// HTTP status 500 to 599.
    #[error("the Lambda service answered {status}")]
    Service { status: u16 },
    /// The function ran and failed.
    #[error("the function failed: {message}")]
    Function { message: String },
    /// Any other answer; no repetition would help.
    #[error("invocation refused: {message}")]
    Refused { message: String },
    /// There was no answer.
    #[error("no answer: {message}")]
    Transport { message: String },
}

impl InvokeError {
    /// Whether Connect tries again.
    pub fn is_repeated(&self) -> bool {
        matches!(self, Self::Throttled | Self::Service { .. })
    }
}

/// Fetches clips.
#[async_trait]
pub trait Clips: Send + Sync {
    /// The whole file behind a URL. Must bound its own time and size.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError>;
}

/// Why there is no clip. The texts never contain the URL's query.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum FetchError {
    #[error("not a URL: {0}")]
    Url(String),
    #[error("the store answered {status}")]
    Status { status: u16 },
    #[error("more than {limit} bytes")]
    TooLarge { limit: usize },
    #[error("no answer: {message}")]
    Transport { message: String },
}

/// Stands in for the voice with which Connect itself speaks texts.
#[async_trait]
pub trait PromptVoice: Send + Sync {
    /// The text as 16-bit samples at 8000 Hz, or one line that says why not.
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String>;
}

/// The function's own name: the part of an ARN after `function:`, without version or alias.
pub fn function_name(function: &str) -> &str {
    let after_arn = function.split_once(":function:").map_or(function, |(_, name)| name);
    after_arn.split(':').next().unwrap_or(after_arn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_in_every_way_to_write_a_function() {
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:start_stream";
        for function in [arn, &format!("{arn}:live"), "start_stream", "start_stream:1"] {
            assert_eq!(function_name(function), "start_stream", "{function}");
        }
    }

    #[test]
    fn only_throttling_and_service_errors_are_repeated() {
        let message = String::new;
        assert!(InvokeError::Throttled.is_repeated());
        assert!(InvokeError::Service { status: 500 }.is_repeated());
        for error in [
            InvokeError::Function { message: message() },
            InvokeError::Refused { message: message() },
            InvokeError::Transport { message: message() },
        ] {
            assert!(!error.is_repeated(), "{error:?}");
        }
    }
}
