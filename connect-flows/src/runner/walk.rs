//! Executes one action after another, until the call ends.

use tokio::time::Instant;

use super::{
    Call, EndReason, actions,
    session::{Edge, Session},
};
use crate::model::Action;

pub(super) async fn walk(mut session: Session<'_>) -> Call {
    let reason = follow(&mut session).await;
    session.end(reason)
}

async fn follow(session: &mut Session<'_>) -> EndReason {
    let runner = session.runner;
    let mut identifier = runner.flow.start_action.as_str();
    for _ in 0..runner.settings.max_actions {
        if Instant::now() >= session.deadline {
            return session.time_limit();
        }
        let next = match runner.flow.action(identifier) {
            Some(action) => perform(session, action).await,
            None => Ok(None),
        };
        identifier = match next {
            Ok(Some(next)) => next,
            Ok(None) => {
                return EndReason::NothingFollows { action: identifier.to_owned() };
            }
            Err(reason) => return reason,
        };
    }
    EndReason::ActionLimit { actions: runner.settings.max_actions }
}

/// Executes one action and returns the identifier of the next one; an error ends the call.
async fn perform<'r>(session: &mut Session<'r>, action: &'r Action) -> Result<Option<&'r str>, EndReason> {
    let parameters = action.parameters.to_value();
    let parameters = session.context.resolve_all(&parameters);
    let outcome = actions::perform(session, action, &parameters).await;
    session.write_log(action, parameters, outcome.results);
    let next = action.transitions.next_action.as_deref();
    match outcome.edge {
        Edge::Next => Ok(next),
        Edge::To(target) => Ok(Some(target)),
        Edge::Failed(reason) => {
            session.note_error(action, &reason);
            // The error branch is optional in the JSON; without it the flow continues with the next action.
            Ok(action.transitions.on_error("NoMatchingError").or(next))
        }
        Edge::End(reason) => Err(reason),
    }
}
