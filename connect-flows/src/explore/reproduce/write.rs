//! A scenario as TOML.

use std::{collections::BTreeMap, fmt::Write};

use serde_json::{Map, Value};

use super::super::{Finding, Verdict};
use super::script::{Forced, Script};
use crate::model::Flow;

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
        comment(
            &mut toml,
            &format!("{action} takes several branches on this way; only the last one is forced here."),
        );
    }
    let _ = writeln!(toml, "flow = {}\nthen = \"stays silent\"", text(path));
    table(&mut toml, "attributes", &script.attributes);
    world(&mut toml, script);
    functions(&mut toml, script);
    for intent in &script.intents {
        let _ = writeln!(toml, "\n[[lex]]\nwords = {0}\nintent = {0}", text(intent));
    }
    for act in &script.caller {
        let _ = writeln!(toml, "\n[[caller]]\naction = {}", text(&act.action));
        if let Some(keys) = &act.press {
            let _ = writeln!(toml, "press = {}", text(keys));
        }
        if let Some(words) = &act.say {
            let _ = writeln!(toml, "say = {}", text(words));
        }
    }
    expectation(&mut toml, flow, finding);
    toml
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

/// Hours, values at the start, and forced branches.
fn world(toml: &mut String, script: &Script) {
    let hours =
        script.hours.iter().map(|(id, open)| (id.clone(), if *open { "open" } else { "closed" }.to_owned()));
    table(toml, "hours", &hours.collect());
    table(toml, "metrics", &script.metrics);
    if !script.values.is_empty() {
        toml.push_str("\n[values]\n");
        let Value::Object(roots) = nested(&script.values) else { return };
        for (root, value) in roots {
            let _ = writeln!(toml, "{} = {}", text(&root), inline(&value));
        }
    }
    if !script.branches.is_empty() {
        toml.push_str("\n[branches]\n");
        for (action, branch) in &script.branches {
            let branch = match branch {
                Forced::Next => "\"next\"".to_owned(),
                Forced::Error(error) => format!("{{ error = {} }}", text(error)),
                Forced::Condition(operand) => format!("{{ condition = {} }}", text(operand)),
            };
            let _ = writeln!(toml, "{} = {branch}", text(action));
        }
    }
}

fn functions(toml: &mut String, script: &Script) {
    for function in &script.functions {
        let _ = writeln!(toml, "\n[[function]]\nname = {}", text(&function.name));
        match (&function.reply, function.slow) {
            (Some(reply), slow) => {
                if let Some(seconds) = slow {
                    let _ =
                        writeln!(toml, "delay = \"{}ms\"", ((seconds - MARGIN).max(0.0) * 1000.0).round());
                }
                let _ = writeln!(toml, "reply = {}", inline(&nested(reply)));
            }
            (None, Some(_)) => toml.push_str("never = true\n"),
            (None, None) => toml.push_str("error = \"explored\"\n"),
        }
    }
}

fn table(toml: &mut String, name: &str, entries: &BTreeMap<String, String>) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(toml, "\n[{name}]");
    for (key, value) in entries {
        let _ = writeln!(toml, "{} = {}", text(key), text(value));
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

/// A value of strings and objects, on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let pairs: Vec<String> =
                members.iter().map(|(key, value)| format!("{} = {}", text(key), inline(value))).collect();
            if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
        Value::String(value) => text(value),
        other => text(&other.to_string()),
    }
}

/// A basic string: the escapes of JSON are those of TOML, which also wants the delete character escaped.
fn text(value: &str) -> String {
    Value::String(value.to_owned()).to_string().replace('\u{7f}', "\\u007f")
}

fn comment(toml: &mut String, line: &str) {
    let plain: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let _ = writeln!(toml, "# {plain}");
}
