//! The world of a scenario, gathered along a way.

use std::collections::BTreeMap;

use super::super::{
    Branch, Step,
    facts::{Fact, witness},
    values::{compared, name, tried},
};
use super::origin::{Origin, Origins};
use crate::model::{Action, Flow};

/// A key that stands for any.
const ANY_KEY: &str = "1";
/// An intent that no flow has.
const OTHER_INTENT: &str = "ExploredIntent";

/// Everything that a scenario says about the world.
#[derive(Debug, Default)]
pub(super) struct Script {
    pub attributes: BTreeMap<String, String>,
    /// Other values at the start, by their names.
    pub values: BTreeMap<String, String>,
    pub caller: Vec<Act>,
    pub intents: Vec<String>,
    pub functions: Vec<Function>,
    pub hours: BTreeMap<String, bool>,
    pub metrics: BTreeMap<String, String>,
    pub branches: BTreeMap<String, Forced>,
    /// Actions that take several forced branches, which no scenario can say.
    pub ambiguous: Vec<String>,
}

/// An act of the caller at an action.
#[derive(Debug)]
pub(super) struct Act {
    pub action: String,
    pub press: Option<String>,
    pub say: Option<String>,
}

/// One invocation.
#[derive(Debug)]
pub(super) struct Function {
    pub name: String,
    /// Keys of the reply; `None` where it fails.
    pub reply: Option<BTreeMap<String, String>>,
    /// Its time limit in seconds, where it takes all of it.
    pub slow: Option<f64>,
}

/// A branch that is taken whatever the action does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Forced {
    Next,
    Error(String),
    Condition(String),
}

/// The world in which a call goes this way. With `slow`, functions take all their time.
pub(super) fn script(flow: &Flow, way: &[Step], slow: bool) -> Script {
    let mut gathering = Gathering { script: Script::default(), origins: Origins::default(), slow };
    for step in way {
        if let Some(action) = flow.action(&step.action) {
            gathering.step(action, &step.branch);
        }
    }
    gathering.finish()
}

struct Gathering {
    script: Script,
    origins: Origins,
    slow: bool,
}

impl Gathering {
    fn step(&mut self, action: &Action, branch: &Branch) {
        if !matches!(branch, Branch::Error(_)) {
            // A text that is spoken is not empty.
            let spoken = ["Text", "SSML"].iter().filter_map(|key| name(action.text(key)?));
            spoken.for_each(|name| self.origins.need(&name, vec![Fact::new("Equals", "", false)]));
        }
        match &*action.kind {
            "Compare" => self.compare(action, branch),
            "Loop" => {}
            "UpdateContactAttributes" | "UpdateFlowAttributes" => {
                self.origins.assign(action);
                self.force_error(action, branch);
            }
            "InvokeLambdaFunction" => self.invoke(action, branch),
            "GetParticipantInput" => self.input(action, branch),
            "ConnectParticipantWithLexBot" => self.bot(action, branch),
            "CheckHoursOfOperation" => self.hours(action, branch),
            "CheckMetricData" => self.metric(action, branch),
            "InvokeFlowModule" if *branch == Branch::Next => self.force(action, Forced::Next),
            _ => self.force_other(action, branch),
        }
    }

    fn compare(&mut self, action: &Action, branch: &Branch) {
        let holds = if let Branch::Condition(index) = branch { Some(*index) } else { None };
        if let Some(Ok(name)) = compared(action) {
            self.origins.need(&name, tried(action, holds));
        }
    }

    fn invoke(&mut self, action: &Action, branch: &Branch) {
        let index = self.script.functions.len();
        let seconds =
            action.text("InvocationTimeLimitSeconds").and_then(|text| text.parse().ok()).unwrap_or(3.0);
        let synchronous =
            !action.text("InvocationType").is_some_and(|text| text.eq_ignore_ascii_case("ASYNCHRONOUS"));
        let succeeds = !matches!(branch, Branch::Error(_));
        let name = self.function(action);
        self.script.functions.push(Function {
            name,
            reply: succeeds.then(BTreeMap::new),
            slow: (self.slow && synchronous).then_some(seconds),
        });
        self.origins.replied(index);
    }

    /// The function's name. One that an attribute names gets a name of the scenario's.
    fn function(&mut self, action: &Action) -> String {
        let arn = action.text("LambdaFunctionARN").unwrap_or("*");
        match name(arn).map(|name| (self.origins.of(&name), name)) {
            Some((Origin::Start(start), _)) if start.starts_with("Attributes.") => {
                let attribute = start.trim_start_matches("Attributes.").to_owned();
                let function =
                    format!("explored-{}", attribute.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
                self.script.attributes.insert(attribute, function.clone());
                function
            }
            Some(_) => "*".to_owned(),
            None => arn.to_owned(),
        }
    }

    fn input(&mut self, action: &Action, branch: &Branch) {
        let mut press = None;
        match branch {
            Branch::Condition(index) => {
                let operands = &action.transitions.conditions[*index].condition.operands;
                press = operands.first().map(|operand| operand.text.clone());
            }
            Branch::Error(error) if error == "NoMatchingCondition" => {
                press = other_key(action);
            }
            Branch::Error(error) if error == "InputTimeLimitExceeded" => {}
            Branch::Next
                if action.text("StoreInput").is_some_and(|text| text.eq_ignore_ascii_case("true")) =>
            {
                press = Some(ANY_KEY.to_owned());
                self.origins.set("StoredCustomerInput", Origin::Keys(self.script.caller.len()));
            }
            other => self.force_error(action, other),
        }
        if press.is_some() {
            self.script.caller.push(Act { action: action.identifier.text.clone(), press, say: None });
        }
    }

    fn bot(&mut self, action: &Action, branch: &Branch) {
        let intent = match branch {
            Branch::Condition(index) => {
                let operands = &action.transitions.conditions[*index].condition.operands;
                operands.first().map(|operand| operand.text.clone()).unwrap_or_default()
            }
            Branch::Error(error) if error == "NoMatchingCondition" => OTHER_INTENT.to_owned(),
            Branch::Next => OTHER_INTENT.to_owned(),
            other => return self.force_error(action, other),
        };
        if !self.script.intents.contains(&intent) {
            self.script.intents.push(intent.clone());
        }
        let say = Some(intent);
        self.script.caller.push(Act { action: action.identifier.text.clone(), press: None, say });
    }

    fn hours(&mut self, action: &Action, branch: &Branch) {
        let Branch::Condition(index) = branch else { return self.force_error(action, branch) };
        let operands = &action.transitions.conditions[*index].condition.operands;
        let open = operands.first().is_some_and(|operand| operand.eq_ignore_ascii_case("true"));
        let id = action.text("HoursOfOperationId").filter(|id| name(id).is_none()).unwrap_or("*");
        self.script.hours.insert(id.to_owned(), open);
    }

    fn metric(&mut self, action: &Action, branch: &Branch) {
        let holds = match branch {
            Branch::Condition(index) => Some(*index),
            Branch::Error(error) if error == "NoMatchingCondition" => None,
            other => return self.force_error(action, other),
        };
        let metric = action.text("MetricType").unwrap_or_default().to_owned();
        if let Some(value) = witness(&tried(action, holds).into_iter().collect()) {
            let before = self.script.metrics.insert(metric, value.clone());
            if before.is_some_and(|before| before != value) {
                self.script.ambiguous.push(action.identifier.text.clone());
            }
        }
    }

    fn force_other(&mut self, action: &Action, branch: &Branch) {
        match branch {
            Branch::Condition(index) => {
                let operands = &action.transitions.conditions[*index].condition.operands;
                let operand = operands.first().map(|operand| operand.text.clone()).unwrap_or_default();
                self.force(action, Forced::Condition(operand));
            }
            other => self.force_error(action, other),
        }
    }

    fn force_error(&mut self, action: &Action, branch: &Branch) {
        if let Branch::Error(error) = branch {
            self.force(action, Forced::Error(error.clone()));
        }
    }

    fn force(&mut self, action: &Action, branch: Forced) {
        let id = action.identifier.text.clone();
        let before = self.script.branches.insert(id.clone(), branch.clone());
        if before.is_some_and(|before| before != branch) {
            self.script.ambiguous.push(id);
        }
    }

    fn finish(mut self) -> Script {
        let witnesses: Vec<(Origin, String)> =
            self.origins.witnesses().map(|(origin, value)| (origin.clone(), value)).collect();
        for (origin, value) in witnesses {
            match origin {
                Origin::Start(name) => match name.strip_prefix("Attributes.") {
                    Some(attribute) => _ = self.script.attributes.insert(attribute.to_owned(), value),
                    None => _ = self.script.values.insert(name, value),
                },
                Origin::Reply(index, key) => {
                    if let Some(reply) = &mut self.script.functions[index].reply {
                        reply.insert(key, value);
                    }
                }
                Origin::Keys(index) => {
                    let keys: String =
                        value.chars().filter(|c| c.is_ascii_digit() || "*#".contains(*c)).collect();
                    if keys == value && !keys.is_empty() {
                        self.script.caller[index].press = Some(keys);
                    }
                }
                Origin::Elsewhere => {}
            }
        }
        self.script
    }
}

/// A key that no condition of the action names.
fn other_key(action: &Action) -> Option<String> {
    let taken = |key: &str| {
        let mut operands = action.transitions.conditions.iter().flat_map(|branch| &branch.condition.operands);
        operands.any(|operand| **operand == *key)
    };
    "1234567890*#".chars().map(String::from).find(|key| !taken(key))
}
