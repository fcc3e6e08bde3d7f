//! The runner's interfaces to the outside, as traits, so that tests can replace them.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use time::OffsetDateTime;

/// Returns the wall-clock time.
pub type WallClock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The runner's interfaces to the outside.
#[derive(Clone)]
pub struct Ports {
    /// Invokes the functions of the flow.
    pub lambdas: Arc<dyn Lambdas>,
    /// Fetches the clips that the flow plays by URL.
    pub clips: Arc<dyn Clips>,
    /// Connect's own voice, for the texts in a flow.
    pub voice: Arc<dyn PromptVoice>,
    /// The caller's own voice, for the recording; `None` for beeps.
    pub caller: Option<Arc<dyn PromptVoice>>,
    /// The wall clock, read once at the start of a call, for the timestamps of the flow log.
    pub clock: WallClock,
}

/// Invokes functions.
#[async_trait]
pub trait Lambdas: Send + Sync {
    /// Invokes a function once. The caller bounds the time, and repeats the invocation where Connect would.
    ///
    /// `function` is the ARN or name that the flow gives.
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError>;
}

/// The reason why an invocation has no reply.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum InvokeError {
    /// The function was throttled: HTTP status 429.
    #[error("throttled")]
    Throttled,
    /// The Lambda service failed: HTTP status 500 to 599.
    #[error("the Lambda service answered {status}")]
    Service { status: u16 },
    /// The function ran and returned an error.
    #[error("the function failed: {message}")]
    Function { message: String },
    /// Lambda refused the request, so that a repetition would not help.
    #[error("invocation refused: {message}")]
    Refused { message: String },
    /// No answer arrived within the time that the port waits.
    #[error("no answer in time")]
    TimedOut,
    /// No answer arrived.
    #[error("no answer: {message}")]
    Transport { message: String },
}

impl InvokeError {
    /// Whether Connect repeats the invocation after this error.
    pub fn is_repeated(&self) -> bool {
        matches!(self, Self::Throttled | Self::Service { .. })
    }
}

/// Fetches clips.
#[async_trait]
pub trait Clips: Send + Sync {
    /// Fetches the whole file at a URL. Implementations must bound their time and the file's size.
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError>;
}

/// The reason why a clip can't be fetched. The messages never contain the URL's query.
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

/// A replacement for the voice with which Connect speaks texts.
#[async_trait]
pub trait PromptVoice: Send + Sync {
    /// Speaks the text as 16-bit samples at 8000 Hz; the error is one line with the reason.
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String>;

    /// The number of samples that [`Self::speak`] would return, for calls without a recording.
    async fn length(&self, text: &str) -> Result<usize, String> {
        Ok(self.speak(text).await?.len())
    }
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
