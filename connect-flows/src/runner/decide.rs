//! Actions that only choose a branch: by a value, the hours, a metric, or chance.

use serde_json::{Map, Value, json};

use super::{
    Hours, KnownFlow,
    frame::shown,
    hours::is_open,
    names::find,
    outcome::{Edge, Outcome},
    session::Session,
};
use crate::{
    comparison,
    model::{Action, Condition, Word},
    reference::text_of,
};

pub(super) fn compare(session: &Session<'_>, action: &Action, parameters: &Value) -> Outcome {
    let value = text_of(&parameters["ComparisonValue"]);
    let whole = || action.text("ComparisonValue").and_then(|reference| session.context.value(reference));
    let holds = |condition: &Condition| match condition.operator.as_str() {
        "KeyExists" => {
            let key = condition.operands.first().map_or("", Word::as_str);
            whole().is_some_and(|whole| whole.get(key).is_some())
        }
        _ => holds(&value, condition),
    };
    choose(action, holds, |operand| json!({"Value": value, "Matched": operand}))
}

/// Takes the first condition that holds.
fn choose(
    action: &Action,
    holds: impl Fn(&Condition) -> bool,
    results: impl Fn(Option<&str>) -> Value,
) -> Outcome {
    let conditions = &action.transitions.conditions;
    match conditions.iter().position(|condition| holds(&condition.condition)) {
        Some(index) => {
            let operand = conditions[index].condition.operands.first().map(Word::as_str);
            Outcome::to(Edge::Branch(index), results(operand))
        }
        None => Outcome::to(Edge::Error("NoMatchingCondition".into()), results(None)),
    }
}

/// Whether the value fulfils the condition, which has no more than one operand.
fn holds(value: &str, condition: &Condition) -> bool {
    let operand = condition.operands.first();
    operand.is_some_and(|operand| comparison::holds(&condition.operator, value, operand))
}

/// The hours of operation, or those of the working queue.
pub(super) fn hours(session: &Session<'_>, flow: &KnownFlow, action: &Action, parameters: &Value) -> Outcome {
    let world = &session.runner.settings.world;
    let given = text_of(&parameters["HoursOfOperationId"]);
    let queue = session.context.get("Queue");
    let names = [
        &*given,
        shown(flow, action, "HoursOfOperationId").unwrap_or_default(),
        queue["ARN"].as_str().unwrap_or_default(),
        queue["Name"].as_str().unwrap_or_default(),
    ];
    let open = match find(&world.hours, &names) {
        None | Some(Hours::Open) => Ok(true),
        Some(Hours::Closed) => Ok(false),
        Some(Hours::Schedule(schedule)) => is_open(schedule, session.started_at + session.elapsed()),
    };
    match open {
        Ok(true) => Outcome::condition("True"),
        Ok(false) => Outcome::condition("False"),
        Err(reason) => Outcome::failed(reason),
    }
}

pub(super) fn metric(session: &Session<'_>, action: &Action, parameters: &Value) -> Outcome {
    let kind = text_of(&parameters["MetricType"]);
    let value = find(&session.runner.settings.world.metrics, &[&kind]).map_or("0", String::as_str);
    choose(action, |condition| holds(value, condition), |_| json!({"MetricType": kind, "Value": value}))
}

/// Loads the world's metrics into `$.Metrics`; a full stop in a name leads one level deeper.
pub(super) fn metrics(session: &mut Session<'_>) -> Outcome {
    let world = &session.runner.settings.world;
    let mut loaded = world.values.get("Metrics").cloned().unwrap_or_else(|| json!({}));
    for (name, value) in &world.metrics {
        let mut place = &mut loaded;
        for part in name.split('.') {
            if !place.is_object() {
                *place = Value::Object(Map::new());
            }
            place = &mut place[part];
        }
        *place = value.clone().into();
    }
    session.context.set("Metrics", loaded);
    Outcome::next("Success")
}

pub(super) fn by_percentage(session: &mut Session<'_>, action: &Action) -> Outcome {
    let number = session.random.percent().to_string();
    choose(action, |condition| holds(&number, condition), |_| json!({"Number": number}))
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
        let known = crate::language::table().action("Compare").unwrap().conditions[0].operators.clone();
        for (value, operator, operand, expected) in cases {
            let condition = Condition { operator: operator.into(), operands: vec![operand.into()] };
            assert_eq!(holds(value, &condition), expected, "{value} {operator} {operand}");
            assert!(known.iter().any(|known| known == operator));
        }
    }
}
