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
    let by_voice = session.connected && session.context.get("Channel") == "VOICE";
    if by_voice && !goes_on && parameters["InterruptibleEvents"].is_null() {
        let reason =
            "Wait is refused on a voice contact: play a clip of silence, or let the flow go on meanwhile";
        return Ok(Outcome::failed(reason));
    }
    match watch(session, action, parameters) {
        Ok(watch) => session.watch = Some(watch),
        Err(reason) => return Ok(Outcome::failed(reason)),
    }
    let goes_on_at = action
        .transitions
        .conditions
        .iter()
        .find(|branch| branch.condition.operands.first().is_some_and(|operand| *operand == *CONTINUE));
    if goes_on && goes_on_at.is_some() {
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

fn watch(session: &Session<'_>, action: &Action, parameters: &Value) -> Result<Watch, String> {
    let event = &parameters["InterruptibleEvents"]["LambdaReturned"]["AsyncLambdaCompletionEvent"];
    let (limit, minimum) = times(parameters)?;
    let now = session.elapsed();
    Ok(Watch {
        action: action.identifier.text.clone(),
        depth: session.frames.depth(),
        invocation: Some(text_of(&event["Identifier"])).filter(|id| !id.is_empty()),
        not_before: session.instant(now + minimum),
        until: session.instant(now + limit),
    })
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
