//! A scenario as TOML, with the reason for it and its expectations.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf, time::Duration};

use serde_json::{Map, Value};

use super::super::{Finding, Verdict};
use super::script::{Act, Forced, Function, Script};
use crate::{
    language,
    model::Flow,
    runner::{self, Answer, Branch, Caller, Hours, InvokeError, Reply, Rule, Step, Then, Understood, When},
    scenario::{self, CannedFunction, FunctionSource, Scenario},
};

/// Time by which a slow function stays below its limit, in seconds.
const MARGIN: f64 = 0.1;
/// Actions at the end of the way that the test must visit.
const VISITS: usize = 6;

/// The text of the file.
pub(super) fn write(flow: &Flow, path: &str, finding: &Finding, script: &Script) -> String {
    let mut toml = String::new();
    comment(&mut toml, &finding.verdict.to_string());
    comment(&mut toml, &finding.route(flow));
    comment(&mut toml, "Found by connect-flow explore. The test fails as long as the flow has this fault.");
    for action in &script.ambiguous {
        let line = format!("{action} takes several branches on this way; only the last one is forced here.");
        comment(&mut toml, &line);
    }
    toml.push_str(&scenario::write(&scenario_of(path, script)));
    expectation(&mut toml, flow, finding);
    toml
}

fn scenario_of(path: &str, script: &Script) -> Scenario {
    let hours = |(id, open): (&String, &bool)| (id.clone(), if *open { Hours::Open } else { Hours::Closed });
    let rule = |intent: &String| {
        let answer = Understood { intent: intent.clone(), ..Understood::default() };
        Rule { words: intent.clone(), answer }
    };
    let branch = |(action, branch): (&String, &Forced)| {
        let branch = match branch {
            Forced::Next => Branch::Next,
            Forced::Error(error) => Branch::Error(error.clone()),
            Forced::Condition(operand) => Branch::Condition(operand.clone()),
        };
        (action.clone(), branch)
    };
    Scenario {
        flow: PathBuf::from(path),
        caller: Caller { steps: script.caller.iter().flat_map(steps).collect(), then: Then::StaySilent },
        attributes: script.attributes.clone(),
        lex: [("*".to_owned(), script.intents.iter().map(rule).collect())].into(),
        functions: script.functions.iter().map(function).collect(),
        hours: script.hours.iter().map(hours).collect(),
        metrics: script.metrics.clone(),
        branches: script.branches.iter().map(branch).collect(),
        values: values(script),
        ..Scenario::default()
    }
}

/// The caller's acts while an action runs.
fn steps(act: &Act) -> impl Iterator<Item = Step> {
    let when = When::Action { action: act.action.clone(), after: Duration::ZERO };
    let press = act.press.clone().map(runner::Act::Press);
    let acts = press.into_iter().chain(act.say.clone().map(runner::Act::Say));
    acts.map(move |act| Step { when: when.clone(), act })
}

fn function(function: &Function) -> CannedFunction {
    let failed = InvokeError::Function { message: "explored".into() };
    let answer = match (&function.reply, function.slow) {
        (Some(reply), _) => Answer::Value(nested(reply)),
        (None, Some(_)) => Answer::Never,
        (None, None) => Answer::Fails(failed),
    };
    let slow = function.slow.filter(|_| function.reply.is_some()).unwrap_or_default();
    let after = Duration::try_from_secs_f64((slow - MARGIN).max(0.0)).unwrap_or_default();
    let source = FunctionSource::Canned(vec![Reply { after, answer }]);
    CannedFunction { name: function.name.clone(), source }
}

/// The values at the start. Below another root there are none: the runner takes the reference as plain text.
fn values(script: &Script) -> BTreeMap<String, Value> {
    let Value::Object(roots) = nested(&script.values) else { return BTreeMap::new() };
    roots.into_iter().filter(|(root, _)| language::table().root(root).is_some()).collect()
}

fn expectation(toml: &mut String, flow: &Flow, finding: &Finding) {
    let from = finding.way.len().saturating_sub(VISITS);
    let visits: Vec<String> = finding.way[from..].iter().map(|step| text(&step.action)).collect();
    let _ = writeln!(toml, "\n[[expect]]\nvisits = [{}]", visits.join(", "));
    match &finding.verdict {
        Verdict::Silence { limit, .. } => {
            let _ = writeln!(toml, "\n[[expect]]\nsilence_ms = \"<= {}\"", limit.as_millis());
        }
        // The runner goes on with the next action where Connect would have no branch.
        Verdict::Unhandled { action, .. } | Verdict::Nowhere { action, .. } => {
            let next = flow.action(action).and_then(|action| action.transitions.next());
            if let Some(next) = next.filter(|next| flow.action(next).is_some()) {
                let _ = writeln!(toml, "\n[[expect]]\nin_order = true\nnot_visits = {}", text(next));
            }
        }
        Verdict::NoWayOut { .. } => {}
    }
}

/// `a.b = "1"` as `{"a": {"b": "1"}}`.
fn nested(entries: &BTreeMap<String, String>) -> Value {
    let mut root = Value::Object(Map::new());
    for (name, value) in entries {
        let mut at = &mut root;
        for part in name.split('.') {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            at = &mut at[part];
        }
        *at = Value::String(value.clone());
    }
    root
}

/// A basic string: the escapes of JSON are those of TOML, which also wants the delete character escaped.
fn text(value: &str) -> String {
    Value::String(value.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

fn comment(toml: &mut String, line: &str) {
    let plain: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(toml, "# {plain}");
}
