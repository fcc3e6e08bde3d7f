//! Writes a test case in the testing language.

use serde_json::{Value, json};

use super::EXPORTED_VERSION;

/// A test case under construction.
///
/// The first observation has the overrides. Reactions follow it and each other; expectations stand alone, so that they
/// may be met at any time.
#[derive(Default)]
pub(super) struct Writer {
    overrides: Vec<Value>,
    /// Events with the instructions that follow from them.
    reactions: Vec<(Value, Vec<Value>)>,
    expected: Vec<Value>,
    assertions: Vec<Value>,
    left_out: Vec<String>,
}

/// A message that the caller hears.
pub(super) fn message(words: &str, criteria: &str) -> Value {
    json!({ "Type": "MessageReceived", "Properties": { "Text": words, "MatchingCriteria": { "Type": criteria } } })
}

/// A clip that the caller hears.
pub(super) fn clip(url: &str) -> Value {
    let media = json!({ "Uri": url, "SourceType": "S3", "MediaType": "Audio" });
    json!({ "Type": "MessageReceived", "Properties": { "Media": media } })
}

/// A flow action that begins.
pub(super) fn started(kind: &str, parameters: Value) -> Value {
    json!({ "Type": "FlowActionStarted", "Properties": { "ActionType": kind, "ActionParameters": parameters } })
}

impl Writer {
    pub(super) fn leave_out(&mut self, line: String) {
        if !self.left_out.contains(&line) {
            self.left_out.push(line);
        }
    }

    /// A resource with another answer.
    pub(super) fn replace(&mut self, kind: &str, parameters: Value, response: Value) {
        let strategy = json!({ "Type": "MockResponse", "Response": response });
        let properties = json!({ "ActionType": kind, "ActionParameters": parameters, "Strategy": strategy });
        let behavior = json!({ "Type": "FlowAction", "Properties": properties });
        self.overrides.push(json!({ "ActionType": "OverrideSystemBehavior", "Behavior": behavior }));
    }

    /// A reaction of the caller. Two reactions to one event follow each other.
    pub(super) fn react(&mut self, event: Value, instruction: Value) {
        match self.reactions.last_mut().filter(|(last, _)| *last == event) {
            Some((_, instructions)) => instructions.push(instruction),
            None => self.reactions.push((event, vec![instruction])),
        }
    }

    pub(super) fn expect(&mut self, event: Value) {
        self.expected.push(event);
    }

    pub(super) fn assert_at_end(&mut self, assertion: Value) {
        self.assertions.push(assertion);
    }

    /// The content, and the lines that were left out.
    pub(super) fn finish(self) -> (Value, Vec<String>) {
        let first = json!({ "Type": "TestInitiated", "Properties": {} });
        let overrides = self.overrides.into_iter().map(|one| ("OverrideSystemBehavior", one)).collect();
        let mut observations = vec![observation("start", first, overrides)];
        for (index, (event, instructions)) in self.reactions.into_iter().enumerate() {
            let send = |one| {
                let parameters =
                    json!({ "ActionType": "SendInstruction", "Actor": "Customer", "Instruction": one });
                ("SendInstruction", parameters)
            };
            let name = format!("reaction-{}", index + 1);
            // Each reaction becomes active when the one before it was observed.
            if let Some(before) = observations.last_mut() {
                before["Transitions"]["NextObservations"] = json!([name]);
            }
            observations.push(observation(&name, event, instructions.into_iter().map(send).collect()));
        }
        for (index, event) in self.expected.into_iter().enumerate() {
            observations.push(observation(&format!("expected-{}", index + 1), event, Vec::new()));
        }
        if !self.assertions.is_empty() {
            let last = json!({ "Type": "TestCompleted", "Properties": {} });
            let assertions = self.assertions.into_iter().map(|one| ("Assert", one)).collect();
            observations.push(observation("end", last, assertions));
        }
        (json!({ "Version": EXPORTED_VERSION, "Metadata": {}, "Observations": observations }), self.left_out)
    }
}

/// An observation with its actions in their order. `Usage` is left out: once is the service's own default.
fn observation(name: &str, mut event: Value, actions: Vec<(&str, Value)>) -> Value {
    event["Identifier"] = json!(format!("{name}-event"));
    event["Actor"] = json!("System");
    let count = actions.len();
    let id = |index: usize| format!("{name}-action-{}", index + 1);
    let action = |(index, (kind, parameters)): (usize, (&str, Value))| {
        let next = if index + 1 < count { json!({ "NextAction": id(index + 1) }) } else { json!({}) };
        json!({ "Identifier": id(index), "Type": kind, "Parameters": parameters, "Transitions": next })
    };
    let actions: Vec<Value> = actions.into_iter().enumerate().map(action).collect();
    json!({ "Identifier": name, "Event": event, "Actions": actions, "Transitions": { "NextObservations": [] } })
}
