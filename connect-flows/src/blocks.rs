//! The blocks of which our flows are built, and the form in which the flows are committed.
//!
//! Knows no flow: the names of blocks and their order belong to the flows' own modules.

use std::time::Duration;

use contract::limits;
use serde_json::{Map, Value, json};

use crate::{
    arns::placeholder,
    model::{Action, Condition, ConditionTransition, ErrorTransition, Flow, Transitions},
};

/// A block with its place on the editor's canvas.
pub(crate) type Placed = ((i64, i64), Action);

/// A flow that begins with the first of these blocks.
pub(crate) fn flow(placed: Vec<Placed>) -> Flow {
    let placed = placed.into_iter().map(|(position, action)| Action { position: Some(position), ..action });
    Flow::of(placed.collect())
}

/// Invokes a function of ours and waits for its reply. The ARN is a placeholder.
pub(crate) fn invoke(
    identifier: &str,
    function: &str,
    limit: Duration,
    attributes: Value,
    transitions: Transitions,
) -> Action {
    let parameters = json!({
        "InvocationTimeLimitSeconds": limit.as_secs().to_string(),
        "InvocationType": "SYNCHRONOUS",
        "LambdaFunctionARN": placeholder(function),
        "LambdaInvocationAttributes": attributes,
        "ResponseValidation": {"ResponseType": "STRING_MAP"},
    });
    action(identifier, "InvokeLambdaFunction", parameters, transitions)
}

/// Asks for the next clips of the stream in `$.External`, at most `limit`: a number, or a reference to one.
pub(crate) fn next_batch(identifier: &str, limit: &str, transitions: Transitions) -> Action {
    let attributes = json!({
        "Limit": limit,
        "NextIndex": "$.External.NextIndex",
        "StreamId": "$.External.StreamId",
    });
    invoke(identifier, "get_next_batch", limits::GET_NEXT_BATCH, attributes, transitions)
}

/// Sets flow attributes.
pub(crate) fn remember(identifier: &str, attributes: &[(&str, &str)], target: &str) -> Action {
    let attributes: Map<_, _> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), json!({"Value": value}))).collect();
    action(identifier, "UpdateFlowAttributes", json!({"FlowAttributes": attributes}), to_or(target, target))
}

pub(crate) fn media(identifier: &str, uri: &str, transitions: Transitions) -> Action {
    let parameters = json!({"Media": {"MediaType": "Audio", "SourceType": "S3", "Uri": uri}});
    action(identifier, "MessageParticipant", parameters, transitions)
}

/// A Compare action. In the JSON its `NextAction` must repeat the target of `NoMatchingCondition`.
pub(crate) fn compare(
    identifier: &str,
    value: &str,
    conditions: Vec<ConditionTransition>,
    otherwise: &str,
) -> Action {
    let transitions = Transitions { conditions, ..on_error(to(otherwise), "NoMatchingCondition", otherwise) };
    action(identifier, "Compare", json!({"ComparisonValue": value}), transitions)
}

pub(crate) fn action(identifier: &str, kind: &str, parameters: Value, transitions: Transitions) -> Action {
    Action::new(identifier, kind, parameters, transitions)
}

/// The way to `target`, and to `failed` after an error.
pub(crate) fn to_or(target: &str, failed: &str) -> Transitions {
    on_error(to(target), "NoMatchingError", failed)
}

pub(crate) fn to(target: &str) -> Transitions {
    Transitions { next_action: Some(target.into()), ..Transitions::default() }
}

pub(crate) fn on_error(mut transitions: Transitions, error_type: &str, target: &str) -> Transitions {
    transitions.errors.push(ErrorTransition { next_action: target.into(), error_type: error_type.into() });
    transitions
}

pub(crate) fn when(operator: &str, operand: impl Into<String>, target: &str) -> ConditionTransition {
    let condition = Condition { operator: operator.into(), operands: vec![operand.into().into()] };
    ConditionTransition { next_action: target.into(), condition }
}

/// A position on the editor's canvas, counted in blocks.
pub(crate) fn column(column: usize, row: usize) -> (i64, i64) {
    (160 + 250 * column as i64, 20 + 220 * row as i64)
}
