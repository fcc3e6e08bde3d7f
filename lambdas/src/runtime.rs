//! From the Lambda runtime to a function and back.

use std::{future::Future, time::Duration};

use contract::{event::ContactFlowEvent, reply::Reply};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use tracing_subscriber::EnvFilter;

use crate::{failure::Failure, settings::Settings};

/// Longest wait, during init, for the connections that the first event will use.
pub const WARM_UP_TIMEOUT: Duration = Duration::from_secs(2);

/// One function.
pub trait Function: Sized {
    /// Builds the clients, once, during init.
    fn connect(settings: &Settings) -> impl Future<Output = Result<Self, Error>>;

    /// Opens connections and resolves credentials during init, so that no caller waits for it. Failures are
    /// the first event's to report.
    fn warm_up(&self) -> impl Future<Output = ()>;

    /// Answers one event.
    fn answer(&self, event: &ContactFlowEvent) -> impl Future<Output = Result<Reply, Failure>>;
}

/// Runs a function until its sandbox ends.
///
/// # Errors
/// When a variable is missing or the Runtime API is gone: then the sandbox can't be used.
pub async fn serve<F: Function>() -> Result<(), Error> {
    // Plain lines: CloudWatch adds the time, and shows colours as noise.
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).without_time().init();
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let function = F::connect(&settings).await?;
    let _ = tokio::time::timeout(WARM_UP_TIMEOUT, function.warm_up()).await;
    let function = &function;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        // Boxed: the SDK's futures are too deep for the compiler to lay out within the runtime's own.
        Ok::<Reply, Error>(Box::pin(reply(function, event.payload)).await)
    }))
    .await
}

/// What goes wrong becomes a reply: a flow can compare a `Status`, but learns nothing from an error.
async fn reply(function: &impl Function, payload: Value) -> Reply {
    let event = ContactFlowEvent::new(payload);
    match function.answer(&event).await {
        Ok(reply) => reply,
        Err(failure) => {
            tracing::warn!(failure = failure.for_log(), "answering with an error");
            failure.into_reply()
        }
    }
}
