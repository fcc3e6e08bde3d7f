//! Names of values, and the values that an action sets.

use std::collections::BTreeSet;

use super::facts::{Fact, Facts};
use crate::{json::Node, language, model::Action};

/// Start of the names of the search's own values: rounds of loops, opening hours.
pub(super) const OWN: char = '#';

/// A reference in one form: `$.Attributes.['first name']` and `$['Attributes']['first name']` are `Attributes.first name`.
/// `None` for a text that is no single reference.
pub(super) fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text.strip_prefix('$').filter(|rest| rest.starts_with(['.', '[']))?;
    let mut parts = Vec::new();
    let mut rest = rest;
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if let Some(quoted) = rest.strip_prefix("['") {
            let (part, after) = quoted.split_once("']")?;
            parts.push(part);
            rest = after;
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let (part, after) = match (part.is_empty(), after.find(']')) {
            (true, Some(close)) => after.split_at(close + 1),
            _ => (part, after),
        };
        let plain = |character: char| character.is_alphanumeric() || "_-[]:".contains(character);
        if part.is_empty() || !part.chars().all(plain) {
            return None;
        }
        parts.push(part);
        rest = after;
    }
    Some(parts.join("."))
}

/// The first part of a name.
pub(super) fn root(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The attributes that an action sets, as names with the texts of their values.
pub(super) fn assignments(action: &Action) -> Vec<(String, String)> {
    let (root, key) = match &*action.kind {
        "UpdateContactAttributes" => ("Attributes", "Attributes"),
        "UpdateFlowAttributes" => ("FlowAttributes", "FlowAttributes"),
        _ => return Vec::new(),
    };
    let members = action.parameters.get(key).map(Node::members).unwrap_or_default();
    let value = |node: &Node| node.scalar().or_else(|| node.get("Value")?.scalar()).map(str::to_owned);
    let pair = |member: &crate::json::Member| Some((format!("{root}.{}", member.key), value(&member.value)?));
    members.iter().filter_map(pair).collect()
}

/// The roots of which an action makes new values that nobody knows.
pub(super) fn unknown_roots(action: &Action) -> Vec<&'static str> {
    match &*action.kind {
        // A module is another flow, and may do anything to the contact.
        "InvokeFlowModule" => {
            vec!["Attributes", "External", "Lex", "Modules", "Queue", "StoredCustomerInput"]
        }
        // Known one by one.
        "UpdateContactAttributes" | "UpdateFlowAttributes" | "Loop" => Vec::new(),
        kind => {
            let sets = language::table().action(kind).map(|known| known.sets.as_slice()).unwrap_or_default();
            sets.iter().map(|name| root(name)).collect()
        }
    }
}

/// Applies the changes of an action to the facts. A failed action may have changed its values, too.
pub(super) fn change(action: &Action, facts: &mut Facts) {
    let roots = unknown_roots(action);
    facts.forget(|name| roots.contains(&root(name)));
    let before = facts.clone();
    for (to, text) in assignments(action) {
        match name(&text) {
            Some(from) => facts.put(&to, before.get(&from)),
            None if text.contains('$') => facts.put(&to, BTreeSet::new()),
            None => facts.is(&to, &text),
        }
    }
}

/// The value that an action compares: its name, or the text itself where it is no reference.
pub(super) fn compared(action: &Action) -> Option<Result<String, String>> {
    if *action.kind != *"Compare" {
        return None;
    }
    let text = action.text("ComparisonValue")?;
    Some(match name(text) {
        Some(name) => Ok(name),
        None if text.contains('$') => Ok(format!("{OWN}text {text}")),
        None => Err(text.to_owned()),
    })
}

/// The facts of conditions that are tried in order: the ones before this one fail. `None` for all of them.
pub(super) fn tried(action: &Action, holds: Option<usize>) -> Vec<Fact> {
    let conditions = &action.transitions.conditions;
    let until = holds.map_or(conditions.len(), |index| index + 1);
    let fact = |(index, branch): (usize, &crate::model::ConditionTransition)| {
        let operand = branch.condition.operands.first().map(|operand| &**operand).unwrap_or_default();
        Fact::new(&branch.condition.operator, operand, holds == Some(index))
    };
    conditions.iter().take(until).enumerate().map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_one_name_however_they_are_written() {
        for (text, expected) in [
            ("$.Attributes.x", Some("Attributes.x")),
            ("$.Attributes.['first name']", Some("Attributes.first name")),
            ("$['Attributes']['x']", Some("Attributes.x")),
            ("$.External.list[0]", Some("External.list.[0]")),
            ("$.StoredCustomerInput", Some("StoredCustomerInput")),
            ("$.SegmentAttributes.['connect:Subtype']", Some("SegmentAttributes.connect:Subtype")),
            ("VOICE", None),
            ("$5", None),
            ("$.A and $.B", None),
            ("$.", None),
        ] {
            assert_eq!(name(text).as_deref(), expected, "{text}");
        }
    }
}
