//! Invokes a function without waiting for its reply, and loads the reply later.

use serde_json::Value;

use super::{
    invoke::{begin, conclude},
    session::{Edge, Outcome, Session},
};
use crate::model::Action;

/// Longest time limit of an invocation in the background, in seconds.
const MAX_SECONDS: u64 = 60;

pub(super) fn invoke<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    match begin(session, parameters, MAX_SECONDS) {
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
pub(super) fn load<'r>(session: &mut Session<'_>, action: &'r Action, parameters: &Value) -> Outcome<'r> {
    let id = parameters["LambdaInvocationId"].as_str().unwrap_or_default();
    match session.pending.take(id) {
        Some(Some(verdict)) => conclude(session, action, verdict),
        Some(None) => match action.transitions.on_error("InProgress") {
            Some(target) => Outcome { edge: Edge::To(target), results: "InProgress".into() },
            None => Outcome::failed("the function has not replied yet"),
        },
        None => Outcome::failed(format!("no reply of invocation {id:?} is to be had")),
    }
}
