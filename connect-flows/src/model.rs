//! The flow language as types, above the JSON of a file.
//!
//! A flow is a view of its [`Node`]: reading and writing loses nothing. Faulty flows are read as far as possible, and
//! every fault in the shape is kept with its place; [`crate::lint`] finds the faults in the meaning.

mod build;
mod fault;
mod read;

use std::{
    borrow::Borrow,
    fmt,
    hash::{Hash, Hasher},
    ops::Deref,
};

use serde_json::{Map, Value};

pub use fault::{Fault, FlowError, Reading};

use crate::json::{Node, Span};

/// A string of a flow with its place in the source.
#[derive(Clone, Debug, Default)]
pub struct Word {
    /// The string.
    pub text: String,
    /// Its bytes in the source, quotation marks included.
    pub span: Span,
}

/// A contact flow or a flow module, as exported and imported.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Version of the flow language: `2019-10-30`; empty when it is missing.
    pub version: Word,
    /// Identifier of the action that runs first; empty when it is missing.
    pub start_action: Word,
    /// The actions, in no particular order: each one names its successors.
    pub actions: Vec<Action>,
    root: Node,
}

/// One block of a flow.
#[derive(Clone, Debug)]
pub struct Action {
    /// The action's identifier, unique in the flow.
    pub identifier: Word,
    /// The action's type, for example `MessageParticipant`: the key `Type` in JSON.
    pub kind: Word,
    /// The action's parameters as in the JSON, an object, with references not resolved.
    pub parameters: Node,
    /// The possible next actions.
    pub transitions: Transitions,
    /// The action's name in the designer, where it has one beside its identifier.
    pub name: Option<String>,
    /// The action's place on the designer's canvas, in its pixels: right of, and below, the upper left corner.
    pub position: Option<(i64, i64)>,
    /// The bytes of the whole action.
    pub span: Span,
}

/// The possible next actions after an action.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transitions {
    /// Next action after success; empty in a draft, where the block is not connected.
    pub next_action: Option<Word>,
    /// Next actions after errors.
    pub errors: Vec<ErrorTransition>,
    /// Next actions by condition. The first condition that holds decides.
    pub conditions: Vec<ConditionTransition>,
}

/// The next action after an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorTransition {
    /// Identifier of the next action.
    pub next_action: Word,
    /// The type of error, for example `NoMatchingError`.
    pub error_type: Word,
}

/// The next action when a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionTransition {
    /// Identifier of the next action.
    pub next_action: Word,
    /// The condition under which this transition is taken.
    pub condition: Condition,
}

/// A comparison with literal operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The comparison, for example `Equals`.
    pub operator: Word,
    /// The operands; Connect accepts exactly one.
    pub operands: Vec<Word>,
}

impl Flow {
    /// The first action with this identifier.
    pub fn action(&self, identifier: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.identifier == identifier)
    }

    /// The whole flow as in the file.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The flow as indented JSON, with everything that was in the file, in its order.
    pub fn to_json(&self) -> String {
        self.root.to_pretty()
    }

    /// Settings of a flow module; flows have none.
    pub fn settings(&self) -> Option<&Node> {
        self.root.get("Settings")
    }

    /// The positions and names in the designer, and the flow's own name and type where the export has them.
    pub fn metadata(&self) -> Option<&Node> {
        self.root.get("Metadata")
    }
}

/// Flows are equal when they are written alike; white space does not count.
impl PartialEq for Flow {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

impl Eq for Flow {}

impl Action {
    /// The parameters as `serde_json`'s values, for the table of the language.
    pub fn values(&self) -> Map<String, Value> {
        match self.parameters.to_value() {
            Value::Object(values) => values,
            _ => Map::new(),
        }
    }

    /// The value of a parameter, if it is a scalar. Numbers and booleans are taken for the string that they stand for.
    pub fn text(&self, parameter: &str) -> Option<&str> {
        self.parameters.get(parameter).and_then(Node::scalar)
    }
}

impl Transitions {
    /// Identifier of the next action after success, when the block is connected.
    pub fn next(&self) -> Option<&str> {
        self.next_action.as_deref().filter(|next| !next.is_empty())
    }

    /// Identifier of the next action after this type of error, when that branch is connected.
    pub fn on_error(&self, error_type: &str) -> Option<&str> {
        let branch = self.errors.iter().find(|error| error.error_type == error_type);
        branch.map(|error| &*error.next_action).filter(|next| !next.is_empty())
    }

    /// Identifiers of all possible next actions, in the order of the file; an identifier may occur twice.
    pub fn targets(&self) -> impl Iterator<Item = &Word> {
        let errors = self.errors.iter().map(|error| &error.next_action);
        let conditions = self.conditions.iter().map(|condition| &condition.next_action);
        let all = self.next_action.as_ref().into_iter().chain(conditions).chain(errors);
        all.filter(|target| !target.is_empty())
    }
}

/// Whether a program has made an identifier up: it is a UUID, which says nothing to people, and which the next export may
/// make anew.
pub fn is_made_up(identifier: &str) -> bool {
    let is_part = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    identifier.len() >= 32 && identifier.chars().all(is_part)
}

impl Word {
    /// The string.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.text
    }
}

/// Places don't count.
impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Word {}

impl Hash for Word {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<T: Into<String>> From<T> for Word {
    fn from(text: T) -> Self {
        Self { text: text.into(), span: 0..0 }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_list_every_connected_way_out() {
        let flow = Flow::parse(
            r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "T",
            "Transitions": {"NextAction": "n", "Errors": [{"NextAction": "e", "ErrorType": "NoMatchingError"},
            {"NextAction": "", "ErrorType": "Draft"}],
            "Conditions": [{"NextAction": "c", "Condition": {"Operator": "Equals", "Operands": ["1"]}}]}}]}"#,
        )
        .unwrap();
        let transitions = &flow.actions[0].transitions;
        assert_eq!(transitions.targets().map(|target| &**target).collect::<Vec<_>>(), ["n", "c", "e"]);
        assert_eq!(transitions.on_error("NoMatchingError"), Some("e"));
        assert_eq!((transitions.on_error("Other"), transitions.on_error("Draft")), (None, None));
    }
}
