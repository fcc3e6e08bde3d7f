//! The flow language as types. Reads the exports of real instances, unknown keys included.
//!
//! This module accepts faulty flows too; [`crate::check`] finds their faults.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::line;

/// The error for a text that is not a flow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum FlowError {
    #[error("not JSON: {0}")]
    Json(String),
    #[error("not a flow in the flow language: {0}")]
    Shape(String),
}

/// A contact flow or a flow module, as exported and imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Flow {
    /// Version of the flow language: `2019-10-30`.
    pub version: String,
    /// Identifier of the action that runs first.
    pub start_action: String,
    /// Positions of the actions in the editor. A runner ignores them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The actions, in no particular order: each one names its successors.
    pub actions: Vec<Action>,
    /// Settings of a flow module; flows have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
    /// Keys that this model has no field for.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One block of a flow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Action {
    /// The action's identifier, unique in the flow.
    pub identifier: String,
    /// The action's type, for example `MessageParticipant`: the key `Type` in JSON.
    #[serde(rename = "Type")]
    pub kind: String,
    /// The action's parameters as in the JSON, with references not resolved.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// The possible next actions.
    #[serde(default)]
    pub transitions: Transitions,
    /// Keys that this model has no field for.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The possible next actions after an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Transitions {
    /// Next action after success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    /// Next actions after errors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ErrorTransition>,
    /// Next actions of a `Compare` or `Loop`, by condition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<ConditionTransition>,
}

/// The next action after an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ErrorTransition {
    /// Identifier of the next action.
    pub next_action: String,
    /// The type of error, for example `NoMatchingError`.
    pub error_type: String,
}

/// The next action when a condition holds. The first condition that holds decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ConditionTransition {
    /// Identifier of the next action.
    pub next_action: String,
    /// The condition under which this transition is taken.
    pub condition: Condition,
}

/// A comparison with literal operands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Condition {
    /// The comparison, for example `Equals`.
    pub operator: String,
    /// The operands; Connect accepts exactly one.
    #[serde(default)]
    pub operands: Vec<String>,
}

impl Flow {
    /// Reads a flow from its JSON text.
    ///
    /// # Errors
    /// [`FlowError`]: one line with the position at which the text is no JSON or no flow.
    pub fn parse(text: &str) -> Result<Self, FlowError> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| FlowError::Json(line::message(&error)))?;
        serde_json::from_value(value).map_err(|error| FlowError::Shape(line::message(&error)))
    }

    /// The first action with this identifier.
    pub fn action(&self, identifier: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.identifier == identifier)
    }
}

impl Action {
    /// The value of a parameter, if it is a string.
    pub fn text(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter).and_then(Value::as_str)
    }
}

impl Transitions {
    /// Identifier of the next action after this type of error.
    pub fn on_error(&self, error_type: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|error| error.error_type == error_type)
            .map(|error| error.next_action.as_str())
    }

    /// Identifiers of all possible next actions, in the order of the file; an identifier may occur twice.
    pub fn targets(&self) -> impl Iterator<Item = &str> {
        let errors = self.errors.iter().map(|error| error.next_action.as_str());
        let conditions = self.conditions.iter().map(|condition| condition.next_action.as_str());
        self.next_action.as_deref().into_iter().chain(conditions).chain(errors)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn absent_parameters_and_unknown_keys_survive_a_round_trip() {
        let text = json!({
            "Version": "2019-10-30", "StartAction": "a", "Novelty": {"x": 1},
            "Settings": {"InputParameters": []},
            "Actions": [{"Identifier": "a", "Type": "DisconnectParticipant", "Transitions": {}, "Hint": "h"}],
        });
        let flow = Flow::parse(&text.to_string()).unwrap();
        assert!(flow.actions[0].parameters.is_empty());
        let again = serde_json::to_value(&flow).unwrap();
        assert_eq!(again["Novelty"], json!({"x": 1}));
        assert_eq!(again["Actions"][0]["Hint"], "h");
        assert_eq!(again["Settings"], json!({"InputParameters": []}));
        assert!(again.get("Metadata").is_none());
    }

    #[test]
    fn errors_are_one_line_and_say_what_is_missing() {
        let cases = [
            ("{", "not JSON"),
            ("[]", "not a flow"),
            (r#"{"Version": "v", "Actions": []}"#, "StartAction"),
            (r#"{"Version": "v", "StartAction": "a", "Actions": [{"Type": "T"}]}"#, "Identifier"),
        ];
        for (text, part) in cases {
            let error = Flow::parse(text).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains('\n'), "{text}: {error}");
        }
    }

    #[test]
    fn targets_list_every_way_out() {
        let transitions: Transitions = serde_json::from_value(json!({
            "NextAction": "n",
            "Errors": [{"NextAction": "e", "ErrorType": "NoMatchingError"}],
            "Conditions": [{"NextAction": "c", "Condition": {"Operator": "Equals", "Operands": ["1"]}}],
        }))
        .unwrap();
        assert_eq!(transitions.targets().collect::<Vec<_>>(), ["n", "c", "e"]);
        assert_eq!(transitions.on_error("NoMatchingError"), Some("e"));
        assert_eq!(transitions.on_error("Other"), None);
    }
}
