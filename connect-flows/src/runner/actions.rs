//! Dispatches actions by type, and executes those that neither play audio nor invoke a function.

use serde_json::{Value, json};

use super::{
    EndReason, background, invoke, lex, message,
    session::{Edge, Outcome, Session},
};
use crate::model::{Action, Condition, Word};

/// Operators of `Compare`.
pub(super) const OPERATORS: [&str; 8] = [
    "Equals",
    "NumberGreaterOrEqualTo",
    "NumberGreaterThan",
    "NumberLessOrEqualTo",
    "NumberLessThan",
    "TextContains",
    "TextEndsWith",
    "TextStartsWith",
];

/// Size limit of all attributes of a contact together, in bytes.
const MAX_ATTRIBUTES_BYTES: usize = 32 * 1024;

/// Executes an action. `parameters` are the action's parameters with their references resolved.
pub(super) async fn perform<'r>(
    session: &mut Session<'r>,
    action: &'r Action,
    parameters: &Value,
) -> Outcome<'r> {
    match action.kind.as_str() {
        "Compare" => compare(action, parameters),
        "ConnectParticipantWithLexBot" => lex::listen(session, action, parameters).await,
        "DisconnectParticipant" => Outcome::end(EndReason::Disconnected),
        "EndFlowExecution" => Outcome::end(EndReason::FlowEnded),
        "GetParticipantInput" => buffer_keys(session, parameters),
        "InvokeLambdaFunction" if is_asynchronous(action) => background::invoke(session, parameters),
        "InvokeLambdaFunction" => invoke::invoke(session, action, parameters).await,
        "LoadLambdaFunctionResult" => background::load(session, action, parameters),
        "Loop" => pass_loop(session, action, parameters),
        "MessageParticipant" => message::message(session, parameters).await,
        "TransferContactToQueue" => transfer(session),
        "UpdateContactAttributes" => update_contact_attributes(session, parameters),
        "UpdateContactTargetQueue" => set_queue(session, parameters),
        "UpdateFlowAttributes" => update_flow_attributes(session, parameters),
        // The runner always writes the flow log, so the setting has no effect.
        "UpdateFlowLoggingBehavior" => Outcome::next("Success"),
        "Wait" => Outcome::failed("Wait is refused on a voice contact: play a clip of silence instead"),
        kind => Outcome::failed(format!("type {kind} is not supported")),
    }
}

fn is_asynchronous(action: &Action) -> bool {
    action.text("InvocationType").is_some_and(|kind| kind.eq_ignore_ascii_case("ASYNCHRONOUS"))
}

/// Switches touch-tone buffering. Connect does not document the value that an empty buffer stores; here it is empty.
fn buffer_keys<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    let is_true =
        |name: &str| parameters[name].as_str().is_some_and(|value| value.eq_ignore_ascii_case("true"));
    session.note_keys();
    if is_true("EnableDTMFBuffer") {
        session.keypad.buffer();
        return Outcome::next("Success");
    }
    let keys = session.keypad.stop_and_clear();
    if is_true("StoreInput") {
        session.context.set("StoredCustomerInput", keys.clone());
    }
    Outcome::next(keys)
}

fn set_queue<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    match parameters["QueueId"].as_str() {
        Some(queue) if !queue.is_empty() => {
            let name = queue.rsplit('/').next().unwrap_or(queue);
            session.context.set("Queue", json!({"ARN": queue, "Name": name}));
            Outcome::next("Success")
        }
        _ => Outcome::failed("QueueId is empty"),
    }
}

/// Ends the call: there are no agents here.
fn transfer<'r>(session: &Session<'_>) -> Outcome<'r> {
    match session.context.get("Queue")["ARN"].as_str() {
        Some(queue) => Outcome::end(EndReason::Transferred { queue: queue.to_owned() }),
        None => Outcome::failed("there is no queue: set one with UpdateContactTargetQueue before"),
    }
}

fn compare<'r>(action: &'r Action, parameters: &Value) -> Outcome<'r> {
    let value = parameters["ComparisonValue"].as_str().unwrap_or_default();
    let transitions = &action.transitions;
    let condition = transitions.conditions.iter().find(|condition| holds(value, &condition.condition));
    let otherwise = transitions.on_error("NoMatchingCondition");
    let edge = match (condition, otherwise) {
        (Some(condition), _) => Edge::To(&condition.next_action),
        (None, Some(target)) => Edge::To(target),
        (None, None) => Edge::Next,
    };
    let operand = condition.and_then(|condition| condition.condition.operands.first()).map(Word::as_str);
    Outcome { edge, results: json!({"Value": value, "Matched": operand}) }
}

/// Whether the value fulfils the condition. A value that is not a number is neither greater nor less than any number.
fn holds(value: &str, condition: &Condition) -> bool {
    let Some(operand) = condition.operands.first().map(Word::as_str) else {
        return false;
    };
    let numbers = |compares: fn(&f64, &f64) -> bool| {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        number(value).zip(number(operand)).is_some_and(|(value, operand)| compares(&value, &operand))
    };
    match condition.operator.as_str() {
        "Equals" => value == operand,
        "TextStartsWith" => value.starts_with(operand),
        "TextEndsWith" => value.ends_with(operand),
        "TextContains" => value.contains(operand),
        "NumberGreaterThan" => numbers(f64::gt),
        "NumberGreaterOrEqualTo" => numbers(f64::ge),
        "NumberLessThan" => numbers(f64::lt),
        "NumberLessOrEqualTo" => numbers(f64::le),
        _ => false,
    }
}

/// Executes a Loop: continues `LoopCount` times, then is done and starts anew at the next pass.
fn pass_loop<'r>(session: &mut Session<'_>, action: &'r Action, parameters: &Value) -> Outcome<'r> {
    let text = parameters["LoopCount"].as_str().unwrap_or_default();
    let Some(count) = text.parse().ok().filter(|count| (0..=100).contains(count)) else {
        return Outcome::failed(format!("LoopCount is {text:?}: use 0 to 100"));
    };
    let passed = session.loops.entry(action.identifier.text.clone()).or_insert(0);
    let operand = if *passed < count {
        *passed += 1;
        "ContinueLooping"
    } else {
        *passed = 0;
        "DoneLooping"
    };
    let condition =
        action.transitions.conditions.iter().find(|condition| holds(operand, &condition.condition));
    Outcome {
        edge: condition.map_or(Edge::Next, |condition| Edge::To(&condition.next_action)),
        results: operand.into(),
    }
}

fn update_contact_attributes<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    let Some(new) = parameters["Attributes"].as_object() else {
        return Outcome::failed("Attributes is missing");
    };
    let mut attributes = session.context.get("Attributes").clone();
    for (name, value) in new {
        attributes[name] = value.clone();
    }
    let bytes = attributes.to_string().len();
    if bytes > MAX_ATTRIBUTES_BYTES {
        return Outcome::failed(format!(
            "the contact's attributes would have {bytes} bytes: {MAX_ATTRIBUTES_BYTES} are allowed"
        ));
    }
    session.context.set("Attributes", attributes);
    Outcome::next("Success")
}

/// In the JSON each attribute has the form `{"Value": "v"}`.
fn update_flow_attributes<'r>(session: &mut Session<'_>, parameters: &Value) -> Outcome<'r> {
    let Some(new) = parameters["FlowAttributes"].as_object() else {
        return Outcome::failed("FlowAttributes is missing");
    };
    for (name, attribute) in new {
        let value = attribute.get("Value").unwrap_or(attribute).clone();
        session.context.set_member("FlowAttributes", name, value);
    }
    Outcome::next("Success")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operator_compares_as_documented() {
        let cases = [
            ("play", "Equals", "play", true),
            ("Play", "Equals", "play", false),
            ("abc", "TextStartsWith", "ab", true),
            ("abc", "TextStartsWith", "bc", false),
            ("abc", "TextEndsWith", "bc", true),
            ("abc", "TextContains", "b", true),
            ("abc", "TextContains", "B", false),
            ("10", "NumberGreaterThan", "9", true),
            ("9", "NumberGreaterThan", "9", false),
            ("9", "NumberGreaterOrEqualTo", "9.0", true),
            ("-1", "NumberLessThan", "0", true),
            ("0", "NumberLessThan", "0", false),
            ("0", "NumberLessOrEqualTo", "0", true),
            ("", "NumberLessThan", "1", false),
            ("many", "NumberGreaterThan", "1", false),
        ];
        for (value, operator, operand, expected) in cases {
            let condition = Condition { operator: operator.into(), operands: vec![operand.into()] };
            assert_eq!(holds(value, &condition), expected, "{value} {operator} {operand}");
            assert!(OPERATORS.contains(&operator));
        }
    }
}
