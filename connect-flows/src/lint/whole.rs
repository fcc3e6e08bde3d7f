//! Rules about the flow as a whole: its shape, version and size, and keys that occur twice.

use std::collections::HashSet;

use super::{Finding, Rule, subject::Subject};
use crate::{
    json::{Data, Node, Span},
    language::limits,
    line::{plain, quoted},
    model::{Fault, Flow},
};

/// The only version of the flow language.
const VERSION: &str = "2019-10-30";

/// The faults of the shape that reading has found.
pub(super) fn faults(flow: &Flow, faults: &[Fault]) -> Vec<Finding> {
    let finding = |fault: &Fault| {
        let of_start = fault.action.is_none() && fault.text.starts_with("StartAction");
        let remedy = match fault.text.strip_suffix(" is missing") {
            Some(key) => format!("add {key}"),
            None => "write it as the flow language has it".to_owned(),
        };
        Finding {
            rule: if of_start { Rule::StartAction } else { Rule::Shape },
            span: fault.span.clone(),
            name: fault.action.as_deref().and_then(|action| flow.action(action)?.name.clone()),
            action: fault.action.clone(),
            what: fault.text.clone(),
            remedy,
        }
    };
    faults.iter().map(finding).collect()
}

pub(super) fn check(subject: &mut Subject<'_>) {
    let flow = subject.flow;
    if !flow.version.is_empty() && flow.version != VERSION {
        let what = format!("Version {} is unknown", quoted(&flow.version));
        subject.report_whole(Rule::Version, &flow.version.span, what, "write \"2019-10-30\"");
    }
    let chars = flow.root().to_string().chars().count();
    if chars > limits::CONTENT_CHARS {
        let what = format!("the flow has {chars} characters; {} are allowed", limits::CONTENT_CHARS);
        subject.report_whole(
            Rule::TooLarge,
            &start(flow.root()),
            what,
            "move actions into a module or shorten texts",
        );
    }
    if flow.actions.len() > limits::ACTIONS {
        let what = format!("the flow has {} actions; {} are allowed", flow.actions.len(), limits::ACTIONS);
        let span = flow.actions[limits::ACTIONS].identifier.span.clone();
        subject.report_whole(Rule::TooManyActions, &span, what, "move some into a module");
    }
    let mut twice = Vec::new();
    for member in flow.root().members() {
        if member.key == "Actions" {
            for (item, step) in member.value.items().iter().enumerate() {
                let mut found = Vec::new();
                duplicates(step, &mut found);
                twice.extend(found.into_iter().map(|(key, span)| (Some(item), key, span)));
            }
        } else if member.key != "Metadata" {
            let mut found = Vec::new();
            duplicates(&member.value, &mut found);
            twice.extend(found.into_iter().map(|(key, span)| (None, key, span)));
        }
    }
    let mut own = Vec::new();
    of_object(flow.root(), &mut own);
    twice.extend(own.into_iter().map(|(key, span)| (None, key, span)));
    for (item, key, span) in twice {
        let what =
            format!("the key {} occurs twice in one object; readers keep only one of them", quoted(key));
        let remedy = format!("remove one {}", plain(key));
        match item.and_then(|item| subject.steps.get(item).copied()) {
            Some(step) => subject.report(Rule::DuplicateKey, step, &span, what, remedy),
            None => subject.report_whole(Rule::DuplicateKey, &span, what, &remedy),
        }
    }
}

/// The later of two members with one key, in this value and all within.
fn duplicates<'n>(node: &'n Node, found: &mut Vec<(&'n str, Span)>) {
    of_object(node, found);
    node.members().iter().for_each(|member| duplicates(&member.value, found));
    node.items().iter().for_each(|item| duplicates(item, found));
}

fn of_object<'n>(node: &'n Node, found: &mut Vec<(&'n str, Span)>) {
    let Data::Object(members) = &node.data else { return };
    let mut seen = HashSet::new();
    for member in members {
        if !seen.insert(member.key.as_str()) {
            found.push((&member.key, member.key_span.clone()));
        }
    }
}

/// The opening brace.
fn start(node: &Node) -> Span {
    node.span.start..node.span.end.min(node.span.start + 1)
}
