//! Invokes a function: the time limit, the repetitions, and the checks of the reply.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout_at};

use super::{
    InvokeError, Lambdas, event, function_name,
    session::{Outcome, Session},
};
use crate::{
    model::Action,
    redact::without_queries,
    timeline::{EventKind, milliseconds},
};

/// Largest reply, in bytes of its JSON.
const MAX_REPLY_BYTES: usize = 32 * 1024;

/// The number of times that Connect repeats an invocation that was throttled or failed with a service error.
const REPETITIONS: u32 = 3;

/// Pause before the first repetition, doubled before each further one. Connect's own pauses are not documented.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Time limit of a block that sets none: the flow builder's default.
const DEFAULT_LIMIT_SECONDS: &str = "3";

/// A failed invocation, after which the flow takes the error branch.
struct Failure {
    /// The `status` in the event `lambda_end`.
    status: &'static str,
    reason: String,
}

pub(super) async fn invoke<'r>(
    session: &mut Session<'_>,
    action: &'r Action,
    parameters: &Value,
) -> Outcome<'r> {
    let function = parameters["LambdaFunctionARN"].as_str().unwrap_or_default();
    if function.is_empty() {
        return Outcome::failed("LambdaFunctionARN is empty");
    }
    let seconds = parameters["InvocationTimeLimitSeconds"].as_str().unwrap_or(DEFAULT_LIMIT_SECONDS);
    let Some(limit) = seconds.parse().ok().filter(|limit| (1..=8).contains(limit)) else {
        return Outcome::failed(format!("InvocationTimeLimitSeconds is {seconds:?}: use 1 to 8"));
    };
    let nested = parameters["ResponseValidation"]["ResponseType"] == "JSON";
    session.invocations += 1;
    let invocation = json!({"InvocationId": format!("local-{}", session.invocations)});
    session.context.set("LambdaInvocation", invocation);
    let event = event::event(&session.context, &parameters["LambdaInvocationAttributes"]);
    let limit = Duration::from_secs(limit);
    let verdict = timed(session, function, &event, limit, nested).await;
    conclude(session, action, verdict)
}

/// Invokes the function and adds the events of the invocation to the time line.
async fn timed(
    session: &mut Session<'_>,
    function: &str,
    event: &Value,
    limit: Duration,
    nested: bool,
) -> Result<Value, Failure> {
    let name = function_name(function).to_owned();
    let start = Instant::now();
    let started = EventKind::LambdaStart { function: name.clone(), status: "invoked".into() };
    session.recorder.happened(session.elapsed(), started);
    let lambdas = session.runner.ports.lambdas.clone();
    let until = (start + limit).min(session.deadline);
    let reply = match timeout_at(until, repeated(&*lambdas, function, event)).await {
        Ok(Ok(reply)) => checked(reply, nested),
        Ok(Err(error)) => Err(Failure { status: "error", reason: format!("{name}: {error}") }),
        Err(_) => Err(Failure {
            status: "timeout",
            reason: format!("{name}: no reply within {} s", limit.as_secs()),
        }),
    };
    let status = match &reply {
        Ok(reply) => reply["Status"].as_str().unwrap_or("ok"),
        Err(failure) => failure.status,
    };
    let ended =
        EventKind::LambdaEnd { function: name, status: status.to_owned(), ms: milliseconds(start.elapsed()) };
    session.recorder.happened(session.elapsed(), ended);
    reply
}

/// Invokes a function with as many attempts as Connect makes; the caller bounds the time.
async fn repeated(lambdas: &dyn Lambdas, function: &str, event: &Value) -> Result<Value, InvokeError> {
    let mut pause = FIRST_PAUSE;
    for _ in 0..REPETITIONS {
        match lambdas.invoke(function, event).await {
            Err(error) if error.is_repeated() => sleep(pause).await,
            result => return result,
        }
        pause *= 2;
    }
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
    if bytes > MAX_REPLY_BYTES {
        return refuse(format!("it has {bytes} bytes, {MAX_REPLY_BYTES} are allowed"));
    }
    match map.iter().find(|(_, value)| !value.is_string()) {
        Some((key, _)) if !nested => refuse(format!("{key} is no string, as STRING_MAP asks for")),
        _ => Ok(reply),
    }
}

/// The result of the invocation for the flow. A failure empties `$.External`: values of an earlier reply would be
/// stale.
fn conclude<'r>(session: &mut Session<'_>, action: &Action, verdict: Result<Value, Failure>) -> Outcome<'r> {
    match verdict {
        Ok(reply) => {
            if reply["Status"] == "error" {
                let reason = reply["Reason"].as_str().unwrap_or("Status is error");
                session.note_error(action, reason);
            }
            session.context.set("External", reply.clone());
            Outcome::next(reply)
        }
        Err(_) if Instant::now() >= session.deadline => Outcome::end(session.time_limit()),
        Err(failure) => {
            session.context.set("External", json!({}));
            Outcome::failed(without_queries(&failure.reason))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_that_connect_refuses() {
        let reason = |reply: Value, nested| checked(reply, nested).err().map(|failure| failure.reason);
        let large = json!({"k": "x".repeat(MAX_REPLY_BYTES)});
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
