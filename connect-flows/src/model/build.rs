//! From a flow that was made to its JSON.

use serde_json::{Map, Value, json};

use super::{Action, Flow, Transitions, Word};
use crate::json::{Data, Node};

impl Flow {
    /// A flow that begins with the first of these actions. Places on the canvas come from the actions.
    pub fn of(actions: Vec<Action>) -> Self {
        let start_action = actions.first().map(|action| action.identifier.clone()).unwrap_or_default();
        let decorations: Map<String, Value> = actions.iter().filter_map(decoration).collect();
        let metadata = json!({"ActionMetadata": decorations, "entryPointPosition": {"x": 20, "y": 20}});
        let mut root = Node::object();
        root.set("Version", json!("2019-10-30").into());
        root.set("StartAction", json!(*start_action).into());
        root.set("Metadata", sorted(metadata));
        root.set("Actions", Node::made(Data::List(actions.iter().map(Action::to_node).collect())));
        Self { version: "2019-10-30".into(), start_action, actions, root }
    }

    /// The same flow with other settings: those of a module.
    #[must_use]
    pub fn with_settings(mut self, settings: Value) -> Self {
        self.root.set("Settings", sorted(settings));
        self
    }

    /// The same flow with each string replaced for which `new` has another one.
    #[must_use]
    pub fn with_texts(&self, new: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut root = self.root.clone();
        root.replace_texts(new);
        // The shape is the same, so that it can be read again.
        Self::read(root).map_or_else(|_| self.clone(), |reading| reading.flow)
    }
}

impl Action {
    /// An action without a place.
    pub fn new(identifier: &str, kind: &str, parameters: Value, transitions: Transitions) -> Self {
        Self {
            identifier: identifier.into(),
            kind: kind.into(),
            parameters: sorted(parameters),
            transitions,
            name: None,
            position: None,
            span: 0..0,
        }
    }

    fn to_node(&self) -> Node {
        let mut node = Node::object();
        node.set("Identifier", word(&self.identifier));
        node.set("Type", word(&self.kind));
        node.set("Parameters", self.parameters.clone());
        node.set("Transitions", self.transitions.to_node());
        node
    }
}

impl Transitions {
    fn to_node(&self) -> Node {
        let mut node = Node::object();
        if let Some(next) = &self.next_action {
            node.set("NextAction", word(next));
        }
        let errors = self.errors.iter().map(|error| {
            let mut branch = Node::object();
            branch.set("NextAction", word(&error.next_action));
            branch.set("ErrorType", word(&error.error_type));
            branch
        });
        set_list(&mut node, "Errors", errors.collect());
        let conditions = self.conditions.iter().map(|transition| {
            let operands = transition.condition.operands.iter().map(word).collect();
            let mut condition = Node::object();
            condition.set("Operator", word(&transition.condition.operator));
            condition.set("Operands", Node::made(Data::List(operands)));
            let mut branch = Node::object();
            branch.set("NextAction", word(&transition.next_action));
            branch.set("Condition", condition);
            branch
        });
        set_list(&mut node, "Conditions", conditions.collect());
        node
    }
}

/// The action's place on the canvas, under its identifier.
fn decoration(action: &Action) -> Option<(String, Value)> {
    let (x, y) = action.position?;
    Some((action.identifier.text.clone(), json!({"isFriendlyName": true, "position": {"x": x, "y": y}})))
}

/// The value with sorted keys: the order of a map depends on a feature that any crate of the build may switch on.
fn sorted(mut value: Value) -> Node {
    value.sort_all_objects();
    value.into()
}

fn set_list(node: &mut Node, key: &str, items: Vec<Node>) {
    if !items.is_empty() {
        node.set(key, Node::made(Data::List(items)));
    }
}

fn word(word: &Word) -> Node {
    json!(**word).into()
}
