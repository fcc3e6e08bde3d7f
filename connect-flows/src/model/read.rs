//! From the JSON of a file to a flow.

use super::{
    Action, Condition, ConditionTransition, ErrorTransition, Fault, Flow, FlowError, Reading, Transitions,
    Word,
};
use crate::json::{self, Data, Node, Span};

impl Flow {
    /// Reads a flow from its JSON text. The first fault of its shape is an error.
    ///
    /// # Errors
    /// [`FlowError`]: one line, with the place at which the text is no JSON or no flow.
    pub fn parse(text: &str) -> Result<Self, FlowError> {
        let Reading { flow, faults } = Self::read(json::read(text)?)?;
        match faults.into_iter().next() {
            None => Ok(flow),
            Some(fault) => Err(FlowError::Shape { reason: fault.text, span: fault.span }),
        }
    }

    /// Reads a flow as far as possible.
    ///
    /// # Errors
    /// [`FlowError::Shape`] when the JSON is no flow at all: no object, or one without actions.
    pub fn read(root: Node) -> Result<Reading, FlowError> {
        let refuse = |reason: &str| FlowError::Shape { reason: reason.to_owned(), span: root.span.clone() };
        if !matches!(root.data, Data::Object(_)) {
            return Err(refuse("it is no object"));
        }
        let Some(list) = root.get("Actions") else {
            return Err(refuse("it has no Actions"));
        };
        if !matches!(list.data, Data::List(_)) {
            return Err(refuse("its Actions are no array"));
        }
        let mut reader = Reader { faults: Vec::new(), action: None };
        let version = reader.word(&root, "Version");
        let start_action = reader.word(&root, "StartAction");
        let decorations = root.at(&["Metadata", "ActionMetadata"]);
        let actions = list.items().iter().filter_map(|item| reader.action(item, decorations)).collect();
        let flow = Self { version, start_action, actions, root };
        Ok(Reading { flow, faults: reader.faults })
    }
}

struct Reader {
    faults: Vec<Fault>,
    /// Identifier of the action that is read.
    action: Option<String>,
}

impl Reader {
    fn fault(&mut self, text: String, span: Span) {
        self.faults.push(Fault { action: self.action.clone(), text, span });
    }

    /// A member that must be there, and be a string. A number stands for the string with its digits.
    fn word(&mut self, node: &Node, key: &str) -> Word {
        match node.get(key).map(|value| (value.scalar(), value.span.clone())) {
            Some((Some(text), span)) => Word { text: text.to_owned(), span },
            Some((None, span)) => {
                self.fault(format!("{key} is no string"), span);
                Word::default()
            }
            None => {
                self.fault(format!("{key} is missing"), node.opening());
                Word { text: String::new(), span: node.opening() }
            }
        }
    }

    fn action(&mut self, node: &Node, decorations: Option<&Node>) -> Option<Action> {
        self.action = None;
        if !matches!(node.data, Data::Object(_)) {
            self.fault("an action is no object".into(), node.span.clone());
            return None;
        }
        let identifier = self.word(node, "Identifier");
        self.action = Some(identifier.text.clone()).filter(|identifier| !identifier.is_empty());
        let kind = self.word(node, "Type");
        let parameters = self.object(node, "Parameters").unwrap_or_else(Node::object);
        let transitions = self.transitions(node);
        let decoration = decorations.and_then(|decorations| decorations.get(&identifier));
        let coordinate = |axis| {
            let number = decoration?.at(&["position", axis])?.scalar()?.parse::<f64>().ok()?;
            number.is_finite().then_some(number.round() as i64)
        };
        Some(Action {
            name: decoration.and_then(|decoration| friendly_name(decoration, &identifier)),
            position: coordinate("x").zip(coordinate("y")),
            identifier,
            kind,
            parameters,
            transitions,
            span: node.span.clone(),
        })
    }

    /// A member that must be an object where it is there.
    fn object(&mut self, node: &Node, key: &str) -> Option<Node> {
        let value = node.get(key)?;
        if matches!(value.data, Data::Object(_)) {
            return Some(value.clone());
        }
        self.fault(format!("{key} is no object"), value.span.clone());
        None
    }

    /// The elements of a member that must be an array where it is there.
    fn items<'n>(&mut self, node: &'n Node, key: &str) -> &'n [Node] {
        let Some(value) = node.get(key) else { return &[] };
        if !matches!(value.data, Data::List(_)) {
            self.fault(format!("{key} is no array"), value.span.clone());
        }
        value.items()
    }

    fn transitions(&mut self, action: &Node) -> Transitions {
        let Some(node) = self.object(action, "Transitions") else { return Transitions::default() };
        let next_action = node.get("NextAction").is_some().then(|| self.word(&node, "NextAction"));
        let mut transitions = Transitions { next_action, ..Transitions::default() };
        for branch in self.items(&node, "Errors") {
            let next_action = self.word(branch, "NextAction");
            let error_type = self.word(branch, "ErrorType");
            transitions.errors.push(ErrorTransition { next_action, error_type });
        }
        for branch in self.items(&node, "Conditions") {
            let next_action = self.word(branch, "NextAction");
            let condition = self.condition(branch);
            transitions.conditions.push(ConditionTransition { next_action, condition });
        }
        transitions
    }

    fn condition(&mut self, branch: &Node) -> Condition {
        let Some(node) = self.object(branch, "Condition") else {
            if branch.get("Condition").is_none() {
                self.fault("Condition is missing".into(), branch.opening());
            }
            return Condition { operator: Word::default(), operands: Vec::new() };
        };
        let operator = self.word(&node, "Operator");
        let mut operands = Vec::new();
        for operand in self.items(&node, "Operands") {
            match operand.scalar() {
                Some(text) => operands.push(Word { text: text.to_owned(), span: operand.span.clone() }),
                None => self.fault("an operand is no string".into(), operand.span.clone()),
            }
        }
        Condition { operator, operands }
    }
}

/// The name that a designer has given to the action: in some exports it is the identifier itself.
fn friendly_name(decoration: &Node, identifier: &str) -> Option<String> {
    let name = ["friendlyName", "name", "displayName"].iter().find_map(|key| decoration.get(key)?.text());
    name.filter(|name| !name.is_empty() && *name != identifier).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_line_and_say_what_is_missing() {
        let cases = [
            ("{", "not JSON"),
            ("[]", "not a flow"),
            (r#"{"Version": "v", "StartAction": "a"}"#, "Actions"),
            (r#"{"Version": "v", "Actions": []}"#, "StartAction"),
            (r#"{"Version": "v", "StartAction": "a", "Actions": [{"Type": "T"}]}"#, "Identifier"),
        ];
        for (text, part) in cases {
            let error = Flow::parse(text).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains('\n'), "{text}: {error}");
        }
    }

    #[test]
    fn a_fault_is_kept_with_its_place_and_hides_nothing() {
        let text = r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": [
            {"Identifier": "a", "Type": "Compare", "Parameters": [], "Transitions": {"Conditions": [
                {"NextAction": "b", "Condition": {"Operator": "Equals", "Operands": [{}, 5]}}]}},
            7,
            {"Identifier": "b", "Parameters": null, "Transitions": {"NextAction": "", "Errors": null}}]}"#;
        let Reading { flow, faults } = Flow::read(json::read(text).unwrap()).unwrap();
        let told: Vec<_> = faults
            .iter()
            .map(|fault| (fault.action.as_deref(), &*fault.text, &text[fault.span.clone()]))
            .collect();
        let expected = [
            (Some("a"), "Parameters is no object", "[]"),
            (Some("a"), "an operand is no string", "{}"),
            (None, "an action is no object", "7"),
            (Some("b"), "Type is missing", "{"),
        ];
        assert_eq!(told, expected);
        assert_eq!(flow.actions[0].transitions.conditions[0].condition.operands, ["5"]);
        assert_eq!(flow.actions[1].transitions.next(), None, "a draft");
    }

    #[test]
    fn names_and_positions_come_from_the_metadata() {
        let text = r#"{"Version": "2019-10-30", "StartAction": "a", "Metadata": {"ActionMetadata": {"a": {
            "position": {"x": 10.6, "y": "-4"}, "friendlyName": "Ask"}}},
            "Actions": [{"Identifier": "a", "Type": "T"}]}"#;
        let action = &Flow::parse(text).unwrap().actions[0];
        assert_eq!((action.name.as_deref(), action.position), (Some("Ask"), Some((11, -4))));
    }
}
