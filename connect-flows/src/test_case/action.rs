//! The actions of an observation.

use std::time::Duration;

use serde_json::Value;

use super::{
    Action, ActionKind, Assertion, Override, Strategy,
    fault::{Unreadable, fault, text},
};
use crate::{json::Node, language::nearest};

/// The comparisons of an assertion.
const OPERATORS: [&str; 9] = [
    "Equals",
    "TextStartsWith",
    "TextEndsWith",
    "TextContains",
    "NumberGreaterThan",
    "NumberGreaterOrEqualTo",
    "NumberLessThan",
    "NumberLessOrEqualTo",
    "Exists",
];

/// The flow actions whose resources can be overridden, each with the way to the resource in its parameters.
const OVERRIDABLE: [(&str, &[&str]); 6] = [
    ("InvokeLambdaFunction", &["LambdaFunctionARN"]),
    ("CheckHoursOfOperation", &["HoursOfOperationId"]),
    ("ConnectParticipantWithLexBot", &["LexV2Bot", "AliasArn"]),
    ("TransferContactToQueue", &["QueueId"]),
    ("DequeueAndTransferToQueue", &["QueueId"]),
    ("DequeueContactAndTransferToQueue", &["QueueId"]),
];

/// The actions in the order in which they run: each names the next one, and the first is the one that no other names.
pub(super) fn all(nodes: &[Node]) -> Result<Vec<Action>, Unreadable> {
    let read: Vec<_> = nodes.iter().map(one).collect::<Result<_, _>>()?;
    let next = |index: usize| {
        let name = nodes[index].at(&["Transitions", "NextAction"]).and_then(Node::scalar);
        name.and_then(|name| read.iter().position(|action| action.identifier == name))
    };
    let firsts = (0..read.len()).filter(|index| !(0..read.len()).any(|other| next(other) == Some(*index)));
    let mut order: Vec<usize> = Vec::new();
    for first in firsts {
        let mut at = Some(first);
        while let Some(index) = at.filter(|index| !order.contains(index)) {
            order.push(index);
            at = next(index);
        }
    }
    match nodes.first() {
        Some(first) if order.len() < read.len() => {
            fault(first, "the actions of this observation form a circle")
        }
        _ => Ok(order.into_iter().map(|index| read[index].clone()).collect()),
    }
}

fn one(node: &Node) -> Result<Action, Unreadable> {
    let empty = Node::object();
    let parameters = node.get("Parameters").unwrap_or(&empty);
    let kind = match text(node, "Type")?.as_str() {
        "SendInstruction" => instruction(parameters)?,
        "Assert" => assertion(parameters)?,
        "OverrideSystemBehavior" => ActionKind::Override(overridden(parameters)?),
        "TestControl" => control(parameters)?,
        other => {
            let known = ["SendInstruction", "Assert", "OverrideSystemBehavior", "TestControl"];
            let near = nearest(other, known).unwrap_or(known[0]);
            return fault(
                node,
                format!("{other:?} is no action of the testing language; did you mean {near:?}?"),
            );
        }
    };
    Ok(Action { identifier: text(node, "Identifier").or_else(|_| text(node, "Id"))?, kind })
}

fn instruction(parameters: &Node) -> Result<ActionKind, Unreadable> {
    let Some(instruction) = parameters.get("Instruction") else {
        return fault(parameters, "a SendInstruction needs an Instruction in its Parameters");
    };
    let property = |key| instruction.at(&["Properties", key]).and_then(Node::scalar).map(str::to_owned);
    match text(instruction, "Type")?.as_str() {
        "DtmfInput" => match property("Value") {
            Some(keys) if !keys.is_empty() && keys.chars().all(|key| "0123456789*#".contains(key)) => {
                Ok(ActionKind::Press(keys))
            }
            _ => fault(instruction, "the Value of a DtmfInput must be keys: digits, * and #"),
        },
        "TextUtterance" | "TextInput" => {
            match property("Text").or_else(|| property("Value")).or_else(|| property("SSML")) {
                Some(words) => Ok(ActionKind::Say(words)),
                None => fault(instruction, "an utterance needs a Text in its Properties"),
            }
        }
        "Disconnect" => Ok(ActionKind::HangUp),
        other => {
            fault(instruction, format!("{other:?} is no instruction: DtmfInput, TextUtterance or Disconnect"))
        }
    }
}

fn assertion(parameters: &Node) -> Result<ActionKind, Unreadable> {
    let operator = text(parameters, "Operator")?;
    if !OPERATORS.contains(&operator.as_str()) {
        let near = nearest(&operator, OPERATORS).unwrap_or(OPERATORS[0]);
        return fault(parameters, format!("{operator:?} is no operator; did you mean {near:?}?"));
    }
    let operand = if operator == "Exists" { String::new() } else { text(parameters, "Operand")? };
    Ok(ActionKind::Assert(Assertion { namespace: text(parameters, "Namespace")?, operator, operand }))
}

fn control(parameters: &Node) -> Result<ActionKind, Unreadable> {
    let command = parameters.get("Command").unwrap_or(parameters);
    let kind = command.scalar().map_or_else(|| text(command, "Type"), |kind| Ok(kind.to_owned()))?;
    match kind.as_str() {
        "EndTest" => Ok(ActionKind::EndTest),
        "LogData" => {
            let expressions =
                command.at(&["Properties", "Expressions"]).map(Node::members).unwrap_or_default();
            let pair =
                |member: &crate::json::Member| Some((member.key.clone(), member.value.scalar()?.to_owned()));
            Ok(ActionKind::Log(expressions.iter().filter_map(pair).collect()))
        }
        other => fault(command, format!("{other:?} is no command: EndTest or LogData")),
    }
}

fn overridden(parameters: &Node) -> Result<Override, Unreadable> {
    let Some(properties) = parameters.at(&["Behavior", "Properties"]) else {
        return fault(parameters, "an OverrideSystemBehavior needs Behavior.Properties in its Parameters");
    };
    let kind = text(properties, "ActionType")?.trim().to_owned();
    let Some((_, path)) = OVERRIDABLE.iter().find(|(known, _)| *known == kind) else {
        let near = nearest(&kind, OVERRIDABLE.iter().map(|(known, _)| *known)).unwrap_or(OVERRIDABLE[0].0);
        return fault(properties, format!("{kind:?} can't be overridden; did you mean {near:?}?"));
    };
    let resource = properties.get("ActionParameters").and_then(|inner| inner.at(path)).and_then(Node::scalar);
    let Some(resource) = resource else {
        return fault(properties, format!("the override needs ActionParameters.{}", path.join(".")));
    };
    let Some(strategy_node) = properties.get("Strategy") else {
        return fault(properties, "the override needs a Strategy");
    };
    Ok(Override { kind, resource: resource.to_owned(), strategy: strategy(strategy_node)? })
}

fn strategy(node: &Node) -> Result<Strategy, Unreadable> {
    match text(node, "Type")?.as_str() {
        "SubstituteResource" => return Ok(Strategy::Substitute(text(node, "SubstituteArn")?)),
        "MockResponse" => {}
        other => return fault(node, format!("{other:?} is no Strategy: SubstituteResource or MockResponse")),
    }
    let Some(response) = node.get("Response") else { return fault(node, "a MockResponse needs a Response") };
    if let Some(error) = response.get("Error") {
        return Ok(Strategy::Error { delay: delay(error)?, error: text(error, "Value")? });
    }
    let Some(result) = response.get("ExecutionResult") else {
        return fault(response, "a Response needs an ExecutionResult or an Error");
    };
    let value = result.get("LoadedData").or_else(|| result.get("Value"));
    let value = value.map_or(Value::Null, Node::to_value);
    // The reply of a function is JSON within a string.
    let unwrapped = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    Ok(Strategy::Reply { delay: delay(result)?, value: unwrapped.filter(Value::is_object).unwrap_or(value) })
}

fn delay(node: &Node) -> Result<Duration, Unreadable> {
    let Some(seconds) = node.get("DelaySeconds") else { return Ok(Duration::ZERO) };
    let time = seconds.scalar().and_then(|digits| digits.parse().ok());
    let time = time.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    time.map_or_else(|| fault(seconds, "DelaySeconds must be a number of seconds"), Ok)
}
