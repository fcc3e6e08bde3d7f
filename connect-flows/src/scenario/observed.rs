//! The functions of a scenario, and a record of their invocations.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use tokio::time::Instant;

use crate::runner::{Functions, InvokeError, Lambdas, function_name};

/// An invocation of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation {
    /// Milliseconds from the start of the call.
    pub t_ms: f64,
    /// Name of the function, without the rest of the ARN.
    pub function: String,
    /// The parameters of the invocation.
    pub parameters: Value,
}

/// Most invocations that are kept. A call has fewer actions than that.
const MOST: usize = 20_000;

/// Functions whose invocations are recorded.
pub(super) struct Observed {
    functions: Functions,
    start: Instant,
    invocations: Mutex<Vec<Invocation>>,
}

impl Observed {
    /// Functions in a call that starts now.
    pub(super) fn new(functions: Functions) -> Self {
        Self { functions, start: Instant::now(), invocations: Mutex::default() }
    }

    fn record(&self, invocation: Invocation) {
        let mut invocations = self.invocations.lock().unwrap_or_else(PoisonError::into_inner);
        if invocations.len() < MOST {
            invocations.push(invocation);
        }
    }

    pub(super) fn invocations(&self) -> Vec<Invocation> {
        self.invocations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Lambdas for Observed {
    async fn invoke(&self, function: &str, event: &Value) -> Result<Value, InvokeError> {
        let invocation = Invocation {
            t_ms: self.start.elapsed().as_secs_f64() * 1000.0,
            function: function_name(function).to_owned(),
            parameters: event["Details"]["Parameters"].clone(),
        };
        self.record(invocation);
        self.functions.invoke(function, event).await
    }
}
