//! One invocation up to its verdict: the time limit, the repetitions, and the checks of the reply.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::{InvokeError, Lambdas, function_name};
use crate::language::limits::REPLY_BYTES;

/// The number of times that Connect repeats an invocation that was throttled or failed with a service error.
const REPETITIONS: u32 = 3;

/// Pause before the first repetition, doubled before each further one. Connect's own pauses are not documented.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// A failed invocation, after which the flow takes the error branch.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// The `status` in the event `lambda_end`.
    pub status: &'static str,
    pub reason: String,
}

/// An invocation before it is made.
pub(super) struct Attempt {
    pub lambdas: Arc<dyn Lambdas>,
    /// The ARN or name that the flow gives.
    pub function: String,
    pub event: Value,
    pub limit: Duration,
    /// Whether the reply may be nested.
    pub nested: bool,
}

/// An invocation that is over.
pub(super) struct Verdict {
    /// Name of the function, without the rest of the ARN.
    pub function: String,
    pub took: Duration,
    pub attempts: u32,
    pub reply: Result<Value, Failure>,
}

impl Verdict {
    /// The `status` in the event `lambda_end`.
    pub(super) fn status(&self) -> &str {
        match &self.reply {
            Ok(reply) => reply["Status"].as_str().unwrap_or("ok"),
            Err(failure) => failure.status,
        }
    }
}

impl Attempt {
    /// Name of the function, without the rest of the ARN.
    pub(super) fn name(&self) -> String {
        function_name(&self.function).to_owned()
    }

    /// Invokes the function, and waits for the reply until the limit or `deadline`.
    pub(super) async fn make(self, deadline: Instant) -> Verdict {
        let start = Instant::now();
        let function = self.name();
        let until = (start + self.limit).min(deadline);
        let mut attempts = 0;
        let repeated = repeated(&*self.lambdas, &self.function, &self.event, &mut attempts);
        let reply = match timeout_at(until, repeated).await {
            Ok(Ok(reply)) => checked(reply, self.nested),
            Ok(Err(error)) => Err(Failure { status: "error", reason: format!("{function}: {error}") }),
            Err(_) => Err(Failure {
                status: "timeout",
                reason: format!("{function}: no reply within {} s", self.limit.as_secs()),
            }),
        };
        Verdict { function, took: start.elapsed(), attempts, reply }
    }
}

/// Invokes a function with as many attempts as Connect makes; the caller bounds the time.
async fn repeated(
    lambdas: &dyn Lambdas,
    function: &str,
    event: &Value,
    attempts: &mut u32,
) -> Result<Value, InvokeError> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..REPETITIONS {
        *attempts += 1;
        match lambdas.invoke(function, event).await {
            Err(error) if error.is_repeated() => sleep(pause).await,
            result => return result,
        }
        pause *= 2;
    }
    *attempts += 1;
    lambdas.invoke(function, event).await
}

/// The reply if Connect accepts it: an object of at most 32 KB, flat and of strings unless JSON was asked for.
fn checked(reply: Value, nested: bool) -> Result<Value, Failure> {
    let refuse =
        |reason: String| Err(Failure { status: "error", reason: format!("reply refused: {reason}") });
    let Some(map) = reply.as_object() else {
        return refuse("it is no object".into());
    };
    let bytes = reply.to_string().len();
    if bytes > REPLY_BYTES {
        return refuse(format!("it has {bytes} bytes, {REPLY_BYTES} are allowed"));
    }
    match map.iter().find(|(_, value)| !value.is_string()) {
        Some((key, _)) if !nested => refuse(format!("{key} is no string, as STRING_MAP asks for")),
        _ => Ok(reply),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn replies_that_connect_refuses() {
        let reason = |reply: Value, nested| checked(reply, nested).err().map(|failure| failure.reason);
        let large = json!({"k": "x".repeat(REPLY_BYTES)});
        assert_eq!(reason(json!({"a": "1", "b": ""}), false), None);
        assert_eq!(reason(json!({"a": {"b": [1]}}), true), None);
        let refused = [
            (json!({"Count": 1}), false, "Count is no string, as STRING_MAP asks for"),
            (json!(null), false, "it is no object"),
            (json!(["a"]), true, "it is no object"),
            (large, false, "it has 32776 bytes, 32768 are allowed"),
        ];
        for (reply, nested, expected) in refused {
            assert_eq!(reason(reply, nested), Some(format!("reply refused: {expected}")));
        }
    }
}
