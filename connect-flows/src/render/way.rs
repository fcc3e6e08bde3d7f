//! The ways out of an action, as they are drawn: branches with one aim and one meaning are one arrow.

use crate::model::{Action, Condition};

/// The meaning of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// The action succeeded.
    Next,
    /// A condition holds.
    Condition,
    /// No condition holds: nothing went wrong.
    Otherwise,
    /// Something went wrong.
    Error,
}

/// An arrow.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// Identifier of the next action; empty where the branch is not connected.
    pub to: String,
    pub class: Class,
    /// The text on the arrow; empty if the arrow says enough.
    pub label: String,
    /// The text for a tooltip.
    pub full: String,
    /// The types of errors, or the condition as `OPERATOR OPERAND`, for other programs.
    pub names: Vec<String>,
}

/// The ways out of an action: success, conditions in their order, errors.
pub(super) fn ways(action: &Action) -> Vec<Way> {
    let mut ways = Vec::new();
    let transitions = &action.transitions;
    for branch in &transitions.conditions {
        let label = short_condition(&branch.condition);
        add(&mut ways, &branch.next_action, Class::Condition, label, condition(&branch.condition));
    }
    for branch in &transitions.errors {
        let class =
            if &*branch.error_type == "NoMatchingCondition" { Class::Otherwise } else { Class::Error };
        add(
            &mut ways,
            &branch.next_action,
            class,
            short_error(&branch.error_type),
            branch.error_type.text.clone(),
        );
    }
    if let Some(next) = &transitions.next_action {
        // A choice repeats one of its branches here, and never takes it.
        if transitions.conditions.is_empty() || !ways.iter().any(|way| way.to == **next) {
            add_next(&mut ways, next, transitions.conditions.is_empty());
        }
    }
    ways.sort_by_key(|way| way.class);
    for way in &mut ways {
        way.full = way.names.join(", ");
    }
    ways
}

/// Adds the way after success. Errors that lead to the same card go with it.
fn add_next(ways: &mut Vec<Way>, next: &str, alone: bool) {
    let same = ways.iter().position(|way| way.to == next && way.class == Class::Error);
    let error = same.map(|index| ways.remove(index));
    let label = match &error {
        Some(error) => format!("or {}", error.label),
        None if alone => String::new(),
        None => "next".to_owned(),
    };
    add(ways, next, Class::Next, label, "next".to_owned());
    if let (Some(error), Some(way)) = (error, ways.last_mut()) {
        way.names.extend(error.names);
    }
}

/// Adds a branch, to the arrow with the same aim and meaning if there is one.
fn add(ways: &mut Vec<Way>, to: &str, class: Class, label: String, name: String) {
    if let Some(way) = ways.iter_mut().find(|way| way.to == to && way.class == class) {
        let known = way.label.split(", ").any(|known| known == label);
        way.label = if known { way.label.clone() } else { format!("{}, {label}", way.label) };
        way.names.push(name);
        return;
    }
    ways.push(Way { to: to.to_owned(), class, label, full: String::new(), names: vec![name] });
}

fn operands(condition: &Condition) -> String {
    condition.operands.iter().map(|operand| operand.text.as_str()).collect::<Vec<_>>().join(" | ")
}

fn condition(condition: &Condition) -> String {
    format!("{} {}", condition.operator, operands(condition))
}

fn short_condition(condition: &Condition) -> String {
    let operands = operands(condition);
    match &*condition.operator {
        "Equals" => match &*operands {
            "ContinueLooping" => "again".to_owned(),
            "DoneLooping" => "done".to_owned(),
            _ => operands,
        },
        "TextStartsWith" => format!("{operands}…"),
        "TextEndsWith" => format!("…{operands}"),
        "TextContains" => format!("…{operands}…"),
        "NumberGreaterThan" => format!("> {operands}"),
        "NumberGreaterOrEqualTo" => format!("≥ {operands}"),
        "NumberLessThan" => format!("< {operands}"),
        "NumberLessOrEqualTo" => format!("≤ {operands}"),
        operator => format!("{operator} {operands}"),
    }
}

fn short_error(error_type: &str) -> String {
    match error_type {
        "NoMatchingError" => "error".to_owned(),
        "NoMatchingCondition" => "otherwise".to_owned(),
        "InputTimeLimitExceeded" => "no input".to_owned(),
        other => words(other),
    }
}

/// `QueueAtCapacity` as "queue at capacity".
fn words(name: &str) -> String {
    let mut words = String::new();
    for character in name.chars() {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Flow;

    #[test]
    fn branches_with_one_aim_are_one_arrow_and_a_repeated_next_is_none() {
        let flow = Flow::parse(
            r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "Compare",
            "Transitions": {"NextAction": "c", "Errors": [{"NextAction": "c", "ErrorType": "NoMatchingCondition"},
            {"NextAction": "d", "ErrorType": "NoMatchingError"}, {"NextAction": "d", "ErrorType": "QueueAtCapacity"}],
            "Conditions": [{"NextAction": "b", "Condition": {"Operator": "Equals", "Operands": ["1"]}},
            {"NextAction": "b", "Condition": {"Operator": "NumberLessThan", "Operands": ["9"]}}]}}]}"#,
        )
        .unwrap();
        let ways = ways(&flow.actions[0]);
        let seen: Vec<_> = ways.iter().map(|way| (way.to.as_str(), way.class, way.label.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("b", Class::Condition, "1, < 9"),
                ("c", Class::Otherwise, "otherwise"),
                ("d", Class::Error, "error, queue at capacity"),
            ]
        );
        assert_eq!(ways[2].full, "NoMatchingError, QueueAtCapacity");
    }
}
