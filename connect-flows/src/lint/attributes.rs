//! The rules about references: roots that are misspelt, and attributes that are read before they are set.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Finding, Rule, reads,
    subject::{Step, Subject},
};
use crate::{
    json::{Member, Node, Span},
    language::{FlowType, table},
    line::{plain, quoted},
    model::{Action, Flow},
    source::Held,
};

/// An attribute that an action reads.
struct Reading {
    name: String,
    span: Span,
}

pub(super) fn check(subject: &mut Subject<'_>) {
    for step in subject.steps.clone() {
        check_roots(subject, step);
    }
    // The other types of flows run after one that sets attributes.
    if subject.kind.is_some_and(|kind| kind != FlowType::ContactFlow) {
        return;
    }
    let setters = setters(subject);
    for (name, setters) in &setters {
        let is_set = |action: usize| setters.contains(&action) || may_set_any(&subject.steps[action]);
        // Where an action fails, its values are missing: the error branch is there for that.
        let unset = subject.usual.spread(subject.usual.start(), |action| !is_set(action));
        let is_compared = |step: &Step<'_>| step.is("Compare") && reads_name(step.action, name);
        if subject.steps.iter().any(is_compared) {
            continue;
        }
        for (_, step) in subject.steps.clone().into_iter().enumerate().filter(|(number, _)| unset[*number]) {
            for Reading { span, .. } in used_by(step.action).into_iter().filter(|read| read.name == *name) {
                let what =
                    format!("the attribute {} is read on a path on which nothing sets it", quoted(name));
                subject.report(Rule::AttributeUnset, step, &span, what, "set it on each path to this action");
            }
        }
    }
}

/// The actions that set each attribute.
fn setters<'f>(subject: &Subject<'f>) -> BTreeMap<&'f str, Vec<usize>> {
    let mut setters: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, step) in subject.steps.iter().enumerate() {
        for member in set_by(step.action) {
            setters.entry(&member.key).or_default().push(number);
        }
    }
    setters
}

/// The attributes that flows of a set read and that none of them sets, if these flows are all there are. One finding for
/// each attribute and flow; the number is that of the flow. None if a flow sets attributes whose names it does not know.
pub fn unset(flows: &[&Held]) -> Vec<(usize, Finding)> {
    let all = || flows.iter().map(|held| &held.reading.flow);
    let set: BTreeSet<&str> = all()
        .flat_map(|flow| flow.actions.iter().flat_map(set_by))
        .map(|member| member.key.as_str())
        .collect();
    let mut found = Vec::new();
    if all().any(|flow| flow.actions.iter().any(names_come_from_elsewhere)) {
        return found;
    }
    for (number, flow) in all().enumerate() {
        let mut told = BTreeSet::new();
        for (action, Reading { name, span }) in all_reads(flow) {
            // The name of an attribute may contain full stops.
            let is_set = set.contains(name.as_str()) || set.iter().any(|set| is_below(set, &name));
            if !is_set && told.insert(name.clone()) {
                let what =
                    format!("the attribute {} is read, and no flow of this set sets it", quoted(&name));
                let remedy = "set it, or except this rule if a program sets it";
                let finding = Finding {
                    action: Some(action.identifier.text.clone()),
                    name: action.name.clone(),
                    ..Finding::of_file(Rule::AttributeUnset, span, what, remedy)
                };
                found.push((number, finding));
            }
        }
    }
    found
}

fn is_below(name: &str, part: &str) -> bool {
    name.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'))
}

fn all_reads(flow: &Flow) -> impl Iterator<Item = (&Action, Reading)> {
    flow.actions.iter().flat_map(|action| read_by(action).into_iter().map(move |read| (action, read)))
}

/// A reference whose root is no known one, and much like one. Other words after `$.` are text.
fn check_roots(subject: &mut Subject<'_>, step: Step<'_>) {
    let mut unknown = Vec::new();
    step.action.parameters.each_text(&mut |text, node| {
        for read in reads::all(text) {
            if table().root(&read.root).is_none() && read.member.is_some() {
                unknown.extend(misspelt(&read.root).map(|near| (read.root, near, node.span.clone())));
            }
        }
    });
    for (root, near, span) in unknown {
        let what = format!("the root $.{} of this reference is not known", plain(&root));
        subject.report(Rule::UnknownRoot, step, &span, what, format!("write $.{near}, if that is meant"));
    }
}

/// The root that differs from this word in a letter or two.
fn misspelt(word: &str) -> Option<&'static str> {
    let is_near = |root: &&str| {
        strsim::osa_distance(root, word) <= 2
            && root.len() > 5
            && !root.starts_with(word)
            && !word.starts_with(root)
    };
    table().roots().map(|root| root.name.as_str()).find(is_near)
}

/// The attributes that an action sets, with their values.
fn set_by(action: &Action) -> &[Member] {
    match action.kind.as_str() {
        "UpdateContactAttributes" => {
            action.parameters.get("Attributes").map(Node::members).unwrap_or_default()
        }
        _ => &[],
    }
}

fn read_by(action: &Action) -> Vec<Reading> {
    let mut found = Vec::new();
    read_in(&action.parameters, &mut found);
    found
}

fn read_in(node: &Node, found: &mut Vec<Reading>) {
    node.each_text(&mut |text, node| {
        for read in reads::all(text).into_iter().filter(|read| read.root == "Attributes") {
            found.extend(read.member.map(|name| Reading { name, span: node.span.clone() }));
        }
    });
}

/// The attributes whose values an action uses. One that copies them to other attributes leaves it to those.
fn used_by(action: &Action) -> Vec<Reading> {
    if set_by(action).is_empty() { read_by(action) } else { Vec::new() }
}

fn reads_name(action: &Action, name: &str) -> bool {
    read_by(action).iter().any(|read| read.name == name)
}

/// Whether any attribute may be another one after the action.
fn may_set_any(step: &Step<'_>) -> bool {
    step.kind.is_none() || step.is("InvokeFlowModule") || names_come_from_elsewhere(step.action)
}

/// Whether the name of an attribute that the action sets is a reference.
fn names_come_from_elsewhere(action: &Action) -> bool {
    set_by(action).iter().any(|member| reads::has_any(&member.key))
}
