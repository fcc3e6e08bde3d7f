//! Invokes a function and waits for its reply.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    attempt::{Attempt, Verdict},
    event,
    frame::empty,
    outcome::Outcome,
    session::Session,
    signs::Sign,
    waiting::{Cut, Passed, Stops},
};
use crate::{
    language::limits::SYNCHRONOUS_SECONDS,
    model::Action,
    redact::without_queries,
    reference::text_of,
    timeline::{EventKind, milliseconds},
};

/// Time limit of a block that sets none: the flow builder's default.
const DEFAULT_LIMIT_SECONDS: &str = "3";

pub(super) async fn invoke(
    session: &mut Session<'_>,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let attempt = match begin(session, action, parameters, SYNCHRONOUS_SECONDS) {
        Ok(attempt) => attempt,
        Err(reason) => return Ok(Outcome::failed(reason)),
    };
    let (function, begun) = (attempt.name(), Instant::now());
    match session.meanwhile(attempt.make(session.deadline), Stops::default()).await {
        Ok(Passed::Done(verdict)) => Ok(conclude(session, action, verdict)),
        Ok(Passed::Stopped(..)) => Ok(Outcome::failed("the invocation was interrupted")),
        Err(cut) => {
            let ms = milliseconds(begun.elapsed());
            let ended = EventKind::LambdaEnd { function, status: "abandoned".into(), ms, attempts: 1 };
            session.recorder.happened(session.elapsed(), ended);
            Err(cut)
        }
    }
}

/// Gives the invocation its id, and notes it on the time line. The error is a reason why the block can't be executed.
pub(super) fn begin(
    session: &mut Session<'_>,
    action: &Action,
    parameters: &Value,
    max_seconds: usize,
) -> Result<Attempt, String> {
    let function = text_of(&parameters["LambdaFunctionARN"]);
    if function.is_empty() {
        return Err(empty(action, &["LambdaFunctionARN"]));
    }
    let seconds = match &parameters["InvocationTimeLimitSeconds"] {
        Value::Null => DEFAULT_LIMIT_SECONDS.to_owned(),
        seconds => text_of(seconds),
    };
    let limit = seconds.trim().parse().ok().filter(|limit| (1..=max_seconds).contains(limit));
    let limit =
        limit.ok_or_else(|| format!("InvocationTimeLimitSeconds is {seconds:?}: use 1 to {max_seconds}"))?;
    session.invocations += 1;
    let invocation = json!({"InvocationId": format!("local-{}", session.invocations)});
    session.context.set("LambdaInvocation", invocation);
    let attempt = Attempt {
        lambdas: session.runner.ports.lambdas.clone(),
        function,
        event: event::event(&session.context, &parameters["LambdaInvocationAttributes"]),
        limit: Duration::from_secs(limit as u64),
        nested: text_of(&parameters["ResponseValidation"]["ResponseType"]).eq_ignore_ascii_case("json"),
    };
    let started = EventKind::LambdaStart { function: attempt.name(), status: "invoked".into() };
    session.recorder.happened(session.elapsed(), started);
    let names = vec![attempt.name(), attempt.function.clone()];
    session.speaker.signs.see(Sign::Invoked, names, session.elapsed());
    Ok(attempt)
}

/// The result of the invocation for the flow. A failure empties `$.External`: values of an earlier reply would be
/// stale.
pub(super) fn conclude(session: &mut Session<'_>, action: &Action, verdict: Verdict) -> Outcome {
    let ended = EventKind::LambdaEnd {
        status: verdict.status().to_owned(),
        ms: milliseconds(verdict.took),
        attempts: verdict.attempts,
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
