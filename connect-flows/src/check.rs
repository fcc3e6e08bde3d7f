//! The problems of a flow, before it is imported: one line for each.
//!
//! Judges structure only: whether the service accepts the parameters of an action is not checked here. Constructs that
//! occur in real exports are never errors.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use serde_json::Value;

use crate::{
    line::{plain, quoted},
    model::{Action, Flow, Word},
};

/// The largest number of actions in one flow.
pub const MAX_ACTIONS: usize = 250;
/// The largest number of characters in an identifier.
pub const MAX_IDENTIFIER_CHARS: usize = 50;
/// The largest number of characters in a flow's JSON.
pub const MAX_CONTENT_CHARS: usize = 256_000;

const FORBIDDEN_IN_IDENTIFIERS: &str = r"%:(\/)=$,;[]{}";

/// Types of actions that may end a flow: no next action is required. `MessageParticipantIteratively` is terminal in
/// queue and hold flows, where it plays until an agent answers.
const MAY_END: [&str; 8] = [
    "DisconnectParticipant",
    "EndFlowExecution",
    "EndFlowModuleExecution",
    "MessageParticipantIteratively",
    "ResumeContact",
    "TransferContactToAgent",
    "TransferContactToQueue",
    "TransferToFlow",
];

/// Severity of a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// An error: Connect refuses to import the flow.
    Error,
    /// A warning: the flow works, but probably not as intended.
    Warning,
}

/// One problem of a flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Severity: whether the flow can be imported despite the problem.
    pub severity: Severity,
    /// Identifier of the action; `None` for a problem of the whole flow.
    pub action: Option<String>,
    /// The problem and its remedy, in one line.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        match &self.action {
            Some(action) => write!(f, "{severity}: action {}: {}", quoted(action), self.text),
            None => write!(f, "{severity}: {}", self.text),
        }
    }
}

/// All problems of a flow: first those of the whole flow, then those of each action in the order of the file.
pub fn check(flow: &Flow) -> Vec<Problem> {
    let mut problems = Problems(Vec::new());
    problems.check_whole(flow);
    let identifiers: HashSet<&str> = flow.actions.iter().map(|action| action.identifier.as_str()).collect();
    let reachable = reachable(flow);
    for action in &flow.actions {
        problems.check_identifier(action);
        problems.check_ways_out(action, &identifiers);
        for member in action.parameters.members() {
            problems.check_parameter(action, &member.key, &member.value.to_value());
        }
        if !reachable.contains(action.identifier.as_str()) {
            problems.warn(action, "no path leads here: connect it or remove it".into());
        }
    }
    problems.0
}

/// Identifiers of the actions that a call can reach, including identifiers that no action has.
pub(crate) fn reachable(flow: &Flow) -> HashSet<&str> {
    let by_identifier: HashMap<&str, &Action> =
        flow.actions.iter().map(|action| (action.identifier.as_str(), action)).collect();
    let mut found = HashSet::new();
    let mut open = vec![flow.start_action.as_str()];
    while let Some(identifier) = open.pop() {
        if found.insert(identifier)
            && let Some(action) = by_identifier.get(identifier)
        {
            open.extend(action.transitions.targets().map(Word::as_str));
        }
    }
    found
}

struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, severity: Severity, action: Option<&Action>, text: String) {
        self.0.push(Problem { severity, action: action.map(|action| action.identifier.text.clone()), text });
    }

    fn fail(&mut self, action: &Action, text: String) {
        self.add(Severity::Error, Some(action), text);
    }

    fn warn(&mut self, action: &Action, text: String) {
        self.add(Severity::Warning, Some(action), text);
    }

    fn check_whole(&mut self, flow: &Flow) {
        if flow.action(&flow.start_action).is_none() {
            let text =
                format!("StartAction {} does not exist: name an existing action", quoted(&flow.start_action));
            self.add(Severity::Error, None, text);
        }
        if flow.actions.len() > MAX_ACTIONS {
            let text =
                format!("{} actions, {MAX_ACTIONS} are allowed: move some into a module", flow.actions.len());
            self.add(Severity::Error, None, text);
        }
        let chars = flow.root().to_string().chars().count();
        if chars > MAX_CONTENT_CHARS {
            let text = format!(
                "{chars} characters, {MAX_CONTENT_CHARS} are allowed: shorten texts or split the flow"
            );
            self.add(Severity::Error, None, text);
        }
        let mut uses = BTreeMap::new();
        for action in &flow.actions {
            *uses.entry(action.identifier.as_str()).or_insert(0) += 1;
        }
        for (identifier, count) in uses.into_iter().filter(|&(_, count)| count > 1) {
            let text = format!("identifier {} is used {count} times: rename all but one", quoted(identifier));
            self.add(Severity::Error, None, text);
        }
    }

    fn check_identifier(&mut self, action: &Action) {
        let chars = action.identifier.chars().count();
        if chars == 0 || chars > MAX_IDENTIFIER_CHARS {
            let text =
                format!("the identifier has {chars} characters: use 1 to {MAX_IDENTIFIER_CHARS} characters");
            self.fail(action, text);
        }
        let bad = |character: &char| FORBIDDEN_IN_IDENTIFIERS.contains(*character);
        if let Some(character) = action.identifier.chars().find(bad) {
            self.fail(action, format!("the identifier contains {character:?}: use letters, digits and -"));
        }
    }

    fn check_ways_out(&mut self, action: &Action, identifiers: &HashSet<&str>) {
        for target in action.transitions.targets() {
            if !identifiers.contains(target.as_str()) {
                self.fail(action, format!("leads to {}, which does not exist: connect it", quoted(target)));
            }
        }
        if action.transitions.next_action.is_none() && !MAY_END.contains(&action.kind.as_str()) {
            self.fail(action, format!("{} has no NextAction: say what follows", plain(&action.kind)));
        }
        if action.kind == "Compare" && action.transitions.on_error("NoMatchingCondition").is_none() {
            self.fail(action, "Compare has no NoMatchingCondition: say what follows when none holds".into());
        }
    }

    fn check_parameter(&mut self, action: &Action, path: &str, value: &Value) {
        match value {
            Value::String(text) if text.is_empty() => {
                self.fail(
                    action,
                    format!("parameter {} is empty: give it a value or leave it out", plain(path)),
                );
            }
            Value::String(_) => {}
            Value::Number(_) | Value::Bool(_) | Value::Null => {
                self.warn(
                    action,
                    format!("parameter {} is {value}: exports write every value as a string", plain(path)),
                );
            }
            Value::Array(items) => {
                for item in items {
                    self.check_parameter(action, path, item);
                }
            }
            Value::Object(map) => {
                for (name, value) in map {
                    self.check_parameter(action, &format!("{path}.{name}"), value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn action(identifier: &str, kind: &str, transitions: Value) -> Value {
        json!({"Identifier": identifier, "Type": kind, "Parameters": {}, "Transitions": transitions})
    }

    fn end(identifier: &str) -> Value {
        action(identifier, "DisconnectParticipant", json!({}))
    }

    fn lines(start: &str, actions: Vec<Value>) -> Vec<String> {
        let flow = json!({"Version": "2019-10-30", "StartAction": start, "Actions": actions});
        let flow: Flow = Flow::parse(&flow.to_string()).unwrap();
        check(&flow).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_fault_is_one_line_that_names_the_action() {
        let with = |parameters: Value| {
            let mut action = end("a");
            action["Parameters"] = parameters;
            action
        };
        let long = "x".repeat(51);
        let compare = json!({"NextAction": "a"});
        let cases = [
            (lines("b", vec![end("b"), end("b")]), r#"identifier "b" is used 2 times"#),
            (lines("z", vec![]), r#"StartAction "z" does not exist"#),
            (lines(&long, vec![end(&long)]), "the identifier has 51 characters"),
            (lines("a/b", vec![end("a/b")]), "the identifier contains '/'"),
            (
                lines("a", vec![action("a", "Loop", json!({"NextAction": "gone"}))]),
                r#"action "a": leads to "gone""#,
            ),
            (lines("a", vec![action("a", "Wait", json!({}))]), r#"action "a": Wait has no NextAction"#),
            (lines("a", vec![action("a", "Compare", compare)]), "has no NoMatchingCondition"),
            (lines("a", vec![with(json!({"Media": {"Uri": ""}}))]), "parameter Media.Uri is empty"),
            (lines("a", vec![with(json!({"L": [{"x": 3}]}))]), "warning: action \"a\": parameter L.x is 3"),
            (lines("a", vec![end("a"), end("b")]), r#"warning: action "b": no path leads here"#),
            (lines("a", vec![with(json!({"Text": "x".repeat(256_000)}))]), "256000 are allowed"),
        ];
        for (lines, part) in cases {
            assert_eq!(lines.len(), 1, "{part}: {lines:?}");
            assert!(lines[0].contains(part), "{part}: {lines:?}");
        }
    }

    #[test]
    fn more_than_250_actions_are_too_many() {
        let chain = |count: usize| {
            let next = |number: usize| json!({"NextAction": (number + 1).to_string()});
            let mut actions: Vec<Value> =
                (1..count).map(|number| action(&number.to_string(), "Loop", next(number))).collect();
            actions.push(end(&count.to_string()));
            lines("1", actions)
        };
        assert!(chain(250).is_empty());
        assert_eq!(chain(251), ["error: 251 actions, 250 are allowed: move some into a module"]);
    }

    #[test]
    fn cycles_and_a_missing_error_branch_are_healthy() {
        let prompt = action("a", "MessageParticipant", json!({"NextAction": "b"}));
        let back = action("b", "UpdateContactAttributes", json!({"NextAction": "a"}));
        assert!(lines("a", vec![prompt, back]).is_empty());
    }
}
