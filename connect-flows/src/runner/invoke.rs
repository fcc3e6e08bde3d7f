//! Invokes a function and waits for its reply.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    attempt::{Attempt, Verdict},
    event,
    session::{Outcome, Session},
};
use crate::{
    model::Action,
    redact::without_queries,
    timeline::{EventKind, milliseconds},
};

/// Time limit of a block that sets none: the flow builder's default.
const DEFAULT_LIMIT_SECONDS: &str = "3";

/// Longest time limit of an invocation for whose reply the flow waits, in seconds.
const MAX_SECONDS: u64 = 8;

pub(super) async fn invoke<'r>(
    session: &mut Session<'_>,
    action: &'r Action,
    parameters: &Value,
) -> Outcome<'r> {
    let attempt = match begin(session, parameters, MAX_SECONDS) {
        Ok(attempt) => attempt,
        Err(reason) => return Outcome::failed(reason),
    };
    let verdict = attempt.make(session.deadline).await;
    conclude(session, action, verdict)
}

/// Gives the invocation its id, and notes it on the time line. The error is a reason why the block can't be executed.
pub(super) fn begin(
    session: &mut Session<'_>,
    parameters: &Value,
    max_seconds: u64,
) -> Result<Attempt, String> {
    let function = parameters["LambdaFunctionARN"].as_str().unwrap_or_default();
    if function.is_empty() {
        return Err("LambdaFunctionARN is empty".into());
    }
    let seconds = parameters["InvocationTimeLimitSeconds"].as_str().unwrap_or(DEFAULT_LIMIT_SECONDS);
    let limit = seconds.parse().ok().filter(|limit| (1..=max_seconds).contains(limit));
    let limit =
        limit.ok_or_else(|| format!("InvocationTimeLimitSeconds is {seconds:?}: use 1 to {max_seconds}"))?;
    session.invocations += 1;
    let invocation = json!({"InvocationId": format!("local-{}", session.invocations)});
    session.context.set("LambdaInvocation", invocation);
    let attempt = Attempt {
        lambdas: session.runner.ports.lambdas.clone(),
        function: function.to_owned(),
        event: event::event(&session.context, &parameters["LambdaInvocationAttributes"]),
        limit: Duration::from_secs(limit),
        nested: parameters["ResponseValidation"]["ResponseType"] == "JSON",
    };
    let started = EventKind::LambdaStart { function: attempt.name(), status: "invoked".into() };
    session.recorder.happened(session.elapsed(), started);
    Ok(attempt)
}

/// The result of the invocation for the flow. A failure empties `$.External`: values of an earlier reply would be
/// stale.
pub(super) fn conclude<'r>(session: &mut Session<'_>, action: &Action, verdict: Verdict) -> Outcome<'r> {
    let ended = EventKind::LambdaEnd {
        status: verdict.status().to_owned(),
        ms: milliseconds(verdict.took),
        function: verdict.function,
    };
    session.recorder.happened(session.elapsed(), ended);
    match verdict.reply {
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
