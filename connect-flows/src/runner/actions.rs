//! Finds the code for an action by its type. The branches that the world names go first.

use serde_json::Value;

use super::{
    Branch, EndReason, KnownFlow, attributes, background, decide, hooks, input, invoke, iterate, lex,
    message, other,
    outcome::{Edge, Outcome},
    passage, queue, rounds,
    session::Session,
    wait,
    waiting::Cut,
};
use crate::model::Action;

/// Executes an action. `parameters` are the action's parameters with their references resolved.
pub(super) async fn perform(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    if let Some(branch) = decided(session, action) {
        return Ok(branch);
    }
    if let Some(outcome) = at_once(session, flow, action, parameters) {
        return Ok(outcome);
    }
    match action.kind.as_str() {
        "ConnectParticipantWithLexBot" => lex::listen(session, flow, action, parameters).await,
        "DequeueContactAndTransferToQueue" => queue::move_to(session, flow, action, parameters).await,
        "EndFlowExecution" => queue::end_flow(session).await,
        "GetParticipantInput" => input::get(session, flow, action, parameters).await,
        "InvokeLambdaFunction" => invoke::invoke(session, action, parameters).await,
        "MessageParticipant" => message::message(session, flow, action, parameters).await,
        "MessageParticipantIteratively" => iterate::play(session, flow, action, parameters).await,
        "TransferContactToQueue" => queue::transfer(session).await,
        "Wait" => wait::wait(session, action, parameters).await,
        _ => Ok(other::pass(action)),
    }
}

/// Executes an action that takes no time; `None` for any other action.
fn at_once(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Option<Outcome> {
    Some(match action.kind.as_str() {
        "CheckHoursOfOperation" => decide::hours(session, flow, action, parameters),
        "CheckMetricData" => decide::metric(session, action, parameters),
        "Compare" => decide::compare(session, action, parameters),
        "DisconnectParticipant" => Outcome::end(EndReason::Disconnected),
        "DistributeByPercentage" => decide::by_percentage(session, action),
        "EndFlowModuleExecution" => passage::end_module(parameters),
        "GetMetricData" => decide::metrics(session),
        "InvokeFlowModule" => passage::invoke(session, flow, action, parameters),
        "InvokeLambdaFunction" if background::is_asynchronous(parameters) => {
            background::invoke(session, action, parameters)
        }
        "LoadLambdaFunctionResult" => background::load(session, action, parameters),
        "Loop" => rounds::pass(session, action, parameters),
        "TransferToFlow" => passage::transfer(session, flow, action, parameters),
        "UpdateContactEventHooks" => hooks::set(session, parameters),
        "UpdateContactTargetQueue" => queue::set(session, flow, action, parameters),
        kind => return attributes::set(session, kind, parameters),
    })
}

/// The branch that the world names for an action, by its identifier, its name or its type.
fn decided(session: &Session<'_>, action: &Action) -> Option<Outcome> {
    let branches = &session.runner.settings.world.branches;
    let names = [Some(&*action.identifier), action.name.as_deref(), Some(&*action.kind)];
    let branch = names.into_iter().flatten().find_map(|name| branches.get(name))?;
    let edge = match branch {
        Branch::Next => Edge::Next,
        Branch::Error(error) => Edge::Error(error.clone()),
        Branch::Condition(operand) => Edge::Condition(operand.clone()),
    };
    Some(Outcome::to(edge, "Decided").with_note("the branch is the one that the scenario names"))
}
