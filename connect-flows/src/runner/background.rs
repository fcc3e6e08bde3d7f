//! Invokes a function without waiting for its reply, and loads the reply later.

use serde_json::Value;

use super::{
    invoke::{begin, conclude},
    outcome::Outcome,
    session::Session,
};
use crate::{language::limits::ASYNCHRONOUS_SECONDS, model::Action, reference::text_of};

/// Whether the flow goes on while the function works.
pub(super) fn is_asynchronous(parameters: &Value) -> bool {
    text_of(&parameters["InvocationType"]).eq_ignore_ascii_case("asynchronous")
}

pub(super) fn invoke(session: &mut Session<'_>, action: &Action, parameters: &Value) -> Outcome {
    match begin(session, action, parameters, ASYNCHRONOUS_SECONDS) {
        Ok(attempt) => {
            let invocation = session.context.get("LambdaInvocation").clone();
            let id = invocation["InvocationId"].as_str().unwrap_or_default().to_owned();
            session.pending.start(id, attempt, session.deadline);
            Outcome::next(invocation)
        }
        Err(reason) => Outcome::failed(reason),
    }
}

/// Copies the reply to `$.External`. While there is none, `$.External` stays as it is.
pub(super) fn load(session: &mut Session<'_>, action: &Action, parameters: &Value) -> Outcome {
    let id = text_of(&parameters["LambdaInvocationId"]);
    match session.pending.take(&id) {
        Some(Some(verdict)) => conclude(session, action, verdict),
        Some(None) if action.transitions.on_error("InProgress").is_some() => Outcome::branch("InProgress"),
        Some(None) => Outcome::failed("the function has not replied yet"),
        None => Outcome::failed(format!("no reply of invocation {id:?} is to be had")),
    }
}
