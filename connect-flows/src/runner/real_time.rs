//! The real world for calls in virtual time: whatever is reached through here takes no virtual time.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use tokio::{runtime::Handle, task::spawn_blocking};

use super::{Clips, FetchError, InvokeError, Lambdas, PromptVoice};

/// A port that is reached in real time while a call runs in virtual time.
///
/// The request runs on another thread, and the virtual clock stands still until it is answered. The port itself must bound
/// its time.
pub struct RealTime<T: ?Sized> {
    runtime: Handle,
    port: Arc<T>,
}

impl<T: ?Sized> RealTime<T> {
    /// Wraps a port. Its requests run on `runtime`, which must not be the runtime of the call.
    pub fn new(runtime: Handle, port: Arc<T>) -> Self {
        Self { runtime, port }
    }
}

#[async_trait]
impl<T: Lambdas + ?Sized + 'static> Lambdas for RealTime<T> {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let (runtime, port) = (self.runtime.clone(), self.port.clone());
        let (function, event) = (function.to_owned(), event.clone());
        let result = spawn_blocking(move || runtime.block_on(port.invoke(&function, &event))).await;
        match result {
            // The function used up all of its real time, so that it also uses up all of its virtual time.
            Ok(Err(InvokeError::TimedOut)) => std::future::pending().await,
            Ok(result) => result,
            Err(error) => Err(InvokeError::Transport { message: error.to_string() }),
        }
    }
}

#[async_trait]
impl<T: Clips + ?Sized + 'static> Clips for RealTime<T> {
    async fn fetch(&self, url: &str) -> Result<Vec<u8>, FetchError> {
        let (runtime, port, url) = (self.runtime.clone(), self.port.clone(), url.to_owned());
        let result = spawn_blocking(move || runtime.block_on(port.fetch(&url))).await;
        result.unwrap_or_else(|error| Err(FetchError::Transport { message: error.to_string() }))
    }
}

#[async_trait]
impl<T: PromptVoice + ?Sized + 'static> PromptVoice for RealTime<T> {
    async fn speak(&self, text: &str) -> Result<Vec<i16>, String> {
        let (runtime, port, text) = (self.runtime.clone(), self.port.clone(), text.to_owned());
        let result = spawn_blocking(move || runtime.block_on(port.speak(&text))).await;
        result.unwrap_or_else(|error| Err(error.to_string()))
    }
}
