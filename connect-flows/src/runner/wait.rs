//! Wait on a voice contact: refused in the plain form, allowed beside the flow or for a function's reply.

use std::time::Duration;

use serde_json::Value;

use super::{
    outcome::Outcome,
    session::Session,
    waiting::{Cut, Stops},
    watch::Watch,
};
use crate::{model::Action, reference::text_of};

/// The longest wait, in seconds: a week.
const MOST: u64 = 604_800;

/// The operand of the branch that goes on while the time runs.
const CONTINUE: &str = "Continue";

pub(super) async fn wait(
    session: &mut Session<'_>,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let goes_on = text_of(&parameters["ContinueExecution"]).eq_ignore_ascii_case("true");
    let event = &parameters["InterruptibleEvents"]["LambdaReturned"]["AsyncLambdaCompletionEvent"];
    let invocation = Some(text_of(&event["Identifier"])).filter(|id| !id.is_empty());
    let by_voice = session.connected && session.context.get("Channel") == "VOICE";
    if by_voice && !goes_on && parameters["InterruptibleEvents"].is_null() {
        let reason =
            "Wait is refused on a voice contact: play a clip of silence, or let the flow go on meanwhile";
        return Ok(Outcome::failed(reason));
    }
    let (limit, minimum) = match times(parameters) {
        Ok(times) => times,
        Err(reason) => return Ok(Outcome::failed(reason)),
    };
    let now = session.elapsed();
    session.watch = Some(Watch {
        action: action.identifier.text.clone(),
        depth: session.frames.depth(),
        invocation,
        not_before: session.instant(now + minimum),
        until: session.instant(now + limit),
    });
    let has_branch = action
        .transitions
        .conditions
        .iter()
        .any(|branch| branch.condition.operands.first().is_some_and(|operand| *operand == *CONTINUE));
    if goes_on && has_branch {
        return Ok(Outcome::condition(CONTINUE));
    }
    match session.meanwhile(std::future::pending::<()>(), Stops::default()).await {
        Err(Cut::Woken(woken)) => {
            session.watch = None;
            Ok(Outcome::condition(woken.operand()))
        }
        Err(cut) => Err(cut),
        Ok(_) => Ok(Outcome::failed("the wait was interrupted")),
    }
}

/// The longest and the shortest time of the wait.
fn times(parameters: &Value) -> Result<(Duration, Duration), String> {
    let seconds = |name: &str| {
        let text = text_of(&parameters[name]);
        let seconds = text.trim().parse().ok().filter(|seconds| *seconds <= MOST);
        seconds
            .map(Duration::from_secs)
            .ok_or_else(|| format!("{name} is {text:?}: use seconds, up to {MOST}"))
    };
    let minimum = match parameters["MinimumWaitTimeSeconds"] {
        Value::Null => Duration::ZERO,
        _ => seconds("MinimumWaitTimeSeconds")?,
    };
    Ok((seconds("TimeLimitSeconds")?, minimum))
}
