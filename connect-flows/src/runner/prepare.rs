//! Checks before a call that the runner can run the flow to its end.

use crate::{
    graph,
    line::{plain, quoted},
    model::{Action, Flow},
};

use super::actions;

/// Action types that the runner executes.
const SUPPORTED: [&str; 14] = [
    "Compare",
    "ConnectParticipantWithLexBot",
    "DisconnectParticipant",
    "EndFlowExecution",
    "InvokeLambdaFunction",
    "LoadLambdaFunctionResult",
    "Loop",
    "MessageParticipant",
    "TransferContactToQueue",
    "UpdateContactAttributes",
    "UpdateContactTargetQueue",
    "UpdateFlowAttributes",
    "UpdateFlowLoggingBehavior",
    "Wait",
];

/// Ways to invoke a function.
const INVOCATIONS: [&str; 2] = ["SYNCHRONOUS", "ASYNCHRONOUS"];

/// A flow that the runner can't run. The message names every reason, in one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this flow cannot be run: {}", .0.join("; "))]
pub struct PrepareError(Vec<String>);

/// Checks the actions that a call can reach; others don't matter.
pub(super) fn prepare(flow: &Flow) -> Result<(), PrepareError> {
    let reachable = graph::reached(flow);
    let mut problems: Vec<String> = reachable
        .iter()
        .filter_map(|identifier| {
            let count = flow.actions.iter().filter(|action| action.identifier == **identifier).count();
            match count {
                0 => Some(format!("action {} does not exist", quoted(identifier))),
                1 => None,
                _ => Some(format!("action {} stands there {count} times", quoted(identifier))),
            }
        })
        .collect();
    problems.sort();
    let unsupported =
        flow.actions.iter().filter(|action| reachable.contains(action.identifier.as_str())).filter_map(
            |action| {
                let what = unsupported(action)?;
                Some(format!("action {}: {what} is not supported", quoted(&action.identifier)))
            },
        );
    problems.extend(unsupported);
    if problems.is_empty() { Ok(()) } else { Err(PrepareError(problems)) }
}

/// The feature of an action that the runner does not support.
fn unsupported(action: &Action) -> Option<String> {
    let has = |parameter: &str| action.parameters.get(parameter).is_some();
    match action.kind.as_str() {
        "MessageParticipant" if has("PromptId") => Some("a prompt by PromptId".into()),
        "ConnectParticipantWithLexBot" if has("PromptId") => Some("a prompt by PromptId".into()),
        "ConnectParticipantWithLexBot" if !has("LexV2Bot") => Some("a bot of Lex V1".into()),
        // Of its forms the runner has the one that switches touch-tone buffering.
        "GetParticipantInput" if has("EnableDTMFBuffer") => None,
        "InvokeLambdaFunction" => action
            .text("InvocationType")
            .filter(|kind| !INVOCATIONS.iter().any(|known| kind.eq_ignore_ascii_case(known)))
            .map(|kind| format!("the invocation type {}", plain(kind))),
        // On voice contacts Connect refuses only a Wait without these parameters. The runner can reproduce only that
        // refusal.
        "Wait" if has("ContinueExecution") || has("InterruptibleEvents") => {
            Some("Wait that keeps the flow running".into())
        }
        "Compare" => action
            .transitions
            .conditions
            .iter()
            .map(|condition| condition.condition.operator.as_str())
            .find(|operator| !actions::OPERATORS.contains(operator))
            .map(|operator| format!("the operator {}", plain(operator))),
        kind if !SUPPORTED.contains(&kind) => Some(format!("type {}", plain(kind))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn error(actions: Value) -> Option<String> {
        let flow = json!({"Version": "2019-10-30", "StartAction": "a", "Actions": actions});
        let flow: Flow = Flow::parse(&flow.to_string()).unwrap();
        prepare(&flow).err().map(|error| error.to_string())
    }

    #[test]
    fn every_reachable_action_that_cannot_run_is_named_once() {
        let actions = json!([
            {"Identifier": "a", "Type": "GetParticipantInput", "Transitions": {"NextAction": "b",
                "Errors": [{"NextAction": "gone", "ErrorType": "NoMatchingError"}]}},
            {"Identifier": "b", "Type": "MessageParticipant", "Parameters": {"PromptId": "p"},
                "Transitions": {"NextAction": "c"}},
            {"Identifier": "c", "Type": "InvokeLambdaFunction",
                "Parameters": {"InvocationType": "LATER"}, "Transitions": {"NextAction": "d"}},
            {"Identifier": "d", "Type": "Wait", "Parameters": {"ContinueExecution": "TRUE"},
                "Transitions": {"NextAction": "e"}},
            {"Identifier": "e", "Type": "Compare", "Transitions": {"NextAction": "a", "Conditions": [
                {"NextAction": "a", "Condition": {"Operator": "Sounds", "Operands": ["x"]}}]}},
            {"Identifier": "far", "Type": "TransferToFlow", "Transitions": {}},
        ]);
        let expected = "this flow cannot be run: action \"gone\" does not exist; \
            action \"a\": type GetParticipantInput is not supported; \
            action \"b\": a prompt by PromptId is not supported; \
            action \"c\": the invocation type LATER is not supported; \
            action \"d\": Wait that keeps the flow running is not supported; \
            action \"e\": the operator Sounds is not supported";
        assert_eq!(error(actions).as_deref(), Some(expected));
    }

    #[test]
    fn an_identifier_that_is_used_twice_is_refused() {
        let end = json!({"Identifier": "a", "Type": "DisconnectParticipant"});
        let expected = "this flow cannot be run: action \"a\" stands there 2 times";
        assert_eq!(error(json!([end, end])).as_deref(), Some(expected));
        assert_eq!(error(json!([end])), None);
    }
}
