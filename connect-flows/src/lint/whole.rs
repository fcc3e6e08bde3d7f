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

/// A flow that is larger than allowed by this factor is not judged further.
const BEYOND: usize = 8;

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

/// Whether the flow is so large that only its size is a finding: no flow of a person is.
pub(super) fn is_beyond_all_limits(flow: &Flow) -> bool {
    let chars = || flow.root().span.len();
    flow.actions.len() > BEYOND * limits::ACTIONS || chars() > BEYOND * limits::CONTENT_CHARS
}

pub(super) fn check(subject: &mut Subject<'_>) {
    let flow = subject.flow;
    let is_absent = flow.version.is_empty() && flow.version.span.len() <= 1;
    if !is_absent && flow.version != VERSION {
        let what = format!("Version {} is unknown", quoted(&flow.version));
        subject.report_whole(Rule::Version, &flow.version.span, what, "write \"2019-10-30\"");
    }
    let chars = flow.root().to_string().chars().count();
    if chars > limits::CONTENT_CHARS {
        let what = format!("the flow has {chars} characters; {} are allowed", limits::CONTENT_CHARS);
        let remedy = "move actions into a module or shorten texts";
        subject.report_whole(Rule::TooLarge, &flow.root().opening(), what, remedy);
    }
    if let Some(action) = flow.actions.get(limits::ACTIONS) {
        let what = format!("the flow has {} actions; {} are allowed", flow.actions.len(), limits::ACTIONS);
        subject.report_whole(Rule::TooManyActions, &action.identifier.span, what, "move some into a module");
    }
}

/// Keys that occur twice in an object. The metadata is decoration.
pub(super) fn check_keys(subject: &mut Subject<'_>) {
    let root = subject.flow.root();
    let mut twice = Vec::new();
    of_object(root, &mut twice);
    for member in
        root.members().iter().filter(|member| !["Actions", "Metadata"].contains(&member.key.as_str()))
    {
        duplicates(&member.value, &mut twice);
    }
    for (key, span) in twice {
        let (what, remedy) = told(key);
        subject.report_whole(Rule::DuplicateKey, &span, what, &remedy);
    }
    for step in subject.steps.clone() {
        let mut twice = Vec::new();
        step.node.iter().for_each(|node| duplicates(node, &mut twice));
        for (key, span) in twice {
            let (what, remedy) = told(key);
            subject.report(Rule::DuplicateKey, step, &span, what, remedy);
        }
    }
}

fn told(key: &str) -> (String, String) {
    let what = format!("the key {} occurs twice in one object; readers keep only one of them", quoted(key));
    (what, format!("remove one {}", plain(key)))
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
