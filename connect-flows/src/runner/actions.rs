//! Finds the code for an action by its type. The branches that the world names go first.

use serde_json::Value;

use super::{
    Branch, KnownFlow, attributes, background, decide, hooks, input, invoke, iterate, lex, message, other,
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
    let outcome = match action.kind.as_str() {
        "CheckHoursOfOperation" => decide::hours(session, flow, action, parameters),
        "CheckMetricData" => decide::metric(session, action, parameters),
        "Compare" => decide::compare(session, action, parameters),
        "ConnectParticipantWithLexBot" => return lex::listen(session, flow, action, parameters).await,
        "DequeueContactAndTransferToQueue" => return queue::move_to(session, flow, action, parameters).await,
        "DisconnectParticipant" => Outcome::end(super::EndReason::Disconnected),
        "DistributeByPercentage" => decide::by_percentage(session, action),
        "EndFlowExecution" => return queue::end_flow(session).await,
        "EndFlowModuleExecution" => passage::end_module(parameters),
        "GetMetricData" => decide::metrics(session),
        "GetParticipantInput" => return input::get(session, flow, action, parameters).await,
        "InvokeFlowModule" => passage::invoke(session, flow, action, parameters),
        "InvokeLambdaFunction" if background::is_asynchronous(parameters) => {
            background::invoke(session, action, parameters)
        }
        "InvokeLambdaFunction" => return invoke::invoke(session, action, parameters).await,
        "LoadLambdaFunctionResult" => background::load(session, action, parameters),
        "Loop" => rounds::pass(session, action, parameters),
        "MessageParticipant" => return message::message(session, flow, action, parameters).await,
        "MessageParticipantIteratively" => return iterate::play(session, flow, action, parameters).await,
        "TransferContactToQueue" => return queue::transfer(session).await,
        "TransferToFlow" => passage::transfer(session, flow, action, parameters),
        "UpdateContactAttributes" => attributes::of_contact(session, parameters),
        "UpdateContactCallbackNumber" => attributes::callback_number(session, parameters),
        "UpdateContactData" => attributes::data(session, parameters),
        "UpdateContactEventHooks" => hooks::set(session, parameters),
        "UpdateContactTargetQueue" => queue::set(session, flow, action, parameters),
        "UpdateContactTextToSpeechVoice" => attributes::voice(session, parameters),
        "UpdateFlowAttributes" => attributes::of_flow(session, parameters),
        "UpdateFlowLoggingBehavior" => attributes::logging(session, parameters),
        "Wait" => return wait::wait(session, action, parameters).await,
        _ => other::pass(action),
    };
    Ok(outcome)
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
