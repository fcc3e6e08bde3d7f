//! Healthy actions of every type and form, against the table.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::model::{Action, Flow};

fn samples() -> Vec<Action> {
    Flow::parse(include_str!("every-type.json")).unwrap().actions
}

/// The places in an action's parameters that the table does not know.
fn unknown(kind: &ActionType, given: &Parameters, value: &Value, steps: &mut Vec<String>) -> Vec<String> {
    let place: Vec<&str> = steps.iter().map(String::as_str).collect();
    let found = if place.is_empty() { Place::Inner } else { kind.place(given, &place) };
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().map(|value| ("[]".to_owned(), value)).collect(),
        _ => Vec::new(),
    };
    match found {
        Place::Value(parameter)
            if parameter.kind == Kind::Json || !(value.is_object() || value.is_array()) =>
        {
            Vec::new()
        }
        Place::Inner if value.is_object() || value.is_array() => inner
            .into_iter()
            .flat_map(|(step, value)| {
                steps.push(step);
                let found = unknown(kind, given, value, steps);
                steps.pop();
                found
            })
            .collect(),
        _ => vec![steps.join(".")],
    }
}

#[test]
fn there_is_a_sample_of_every_type() {
    let samples: BTreeSet<String> = samples().into_iter().map(|action| action.kind.text).collect();
    let types: BTreeSet<String> = table().actions().map(|action| action.name.clone()).collect();
    assert_eq!(samples, types);
}

#[test]
fn every_parameter_of_a_sample_is_known() {
    for action in samples() {
        let kind = table().action(&action.kind).unwrap();
        let given = action.values();
        let parameters = Value::Object(given.clone());
        let unknown = unknown(kind, &given, &parameters, &mut Vec::new());
        assert_eq!(unknown, Vec::<String>::new(), "{}", action.identifier);
    }
}

#[test]
fn a_sample_has_the_required_parameters_and_one_of_each_group() {
    for action in samples() {
        let kind = table().action(&action.kind).unwrap();
        let given = action.values();
        let there = |name: &str| given.contains_key(name);
        let required = kind.parameters(&given).filter(|row| row.need == Need::Required);
        for parameter in required.filter(|row| row.parent().is_none()) {
            assert!(there(&parameter.name), "{}: {}", action.identifier, parameter.name);
        }
        for group in kind.groups(&given).filter(|group| group.within.is_none()) {
            let count = group.members.iter().filter(|member| there(member)).count();
            assert!((group.at_least..=1).contains(&count), "{}: {:?}", action.identifier, group.members);
        }
    }
}

#[test]
fn the_branches_of_a_sample_are_known_and_complete() {
    for action in samples() {
        let kind = table().action(&action.kind).unwrap();
        let given = action.values();
        let errors: Vec<&ErrorBranch> = kind.errors(&given).collect();
        for error in &action.transitions.errors {
            assert!(errors.iter().any(|known| error.error_type == *known.name), "{}", action.identifier);
        }
        for error in errors.iter().filter(|error| error.need == Need::Required) {
            assert!(
                action.transitions.on_error(&error.name).is_some(),
                "{}: {}",
                action.identifier,
                error.name
            );
        }
        let conditions = kind.conditions(&given);
        for row in action.transitions.conditions.iter().map(|row| &row.condition) {
            let known = conditions.unwrap();
            assert!(known.operators.contains(&row.operator.text), "{}", action.identifier);
            assert!(
                known.operands.is_empty() || known.operands.contains(&row.operands[0].text),
                "{}",
                action.identifier
            );
        }
        let followed = action.transitions.next_action.is_some();
        assert!(followed || kind.next != Next::Required, "{}", action.identifier);
        assert!(!followed || kind.next != Next::None, "{}", action.identifier);
    }
}
