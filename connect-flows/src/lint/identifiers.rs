//! Rules about identifiers and the first action.

use std::collections::HashSet;

use super::{Rule, subject::Subject};
use crate::{json::Node, language::limits, line::quoted, model::Flow};

/// Letters in which a misspelt identifier differs.
const FEW: usize = 3;

pub(super) fn check(subject: &mut Subject<'_>) {
    check_start(subject);
    let mut seen = HashSet::new();
    for step in subject.steps.clone() {
        let identifier = &step.action.identifier;
        // An absent identifier is a fault of the shape.
        let is_absent = identifier.is_empty() && identifier.span.len() <= 1;
        if let Some(fault) = illegal(identifier).filter(|_| !is_absent) {
            let remedy = format!("use 1 to {} letters, digits and hyphens", limits::IDENTIFIER_CHARS);
            subject.report(Rule::IllegalIdentifier, step, &identifier.span, fault, remedy);
        }
        if !identifier.is_empty() && !seen.insert(identifier.as_str()) {
            let what = format!("the identifier {} is used a second time", quoted(identifier));
            let remedy = "give this action another one";
            subject.report(Rule::DuplicateIdentifier, step, &identifier.span, what, remedy);
        }
    }
}

fn check_start(subject: &mut Subject<'_>) {
    let flow = subject.flow;
    let start = &flow.start_action;
    let is_there = flow.root().get("StartAction").and_then(Node::scalar).is_some();
    if is_there && subject.graph.start().is_none() {
        let what = format!("StartAction {} does not exist", quoted(start));
        let remedy = match alike(flow, start) {
            Some(near) => format!("name an existing action, such as {}", quoted(near)),
            None => "name an existing action".to_owned(),
        };
        subject.report_whole(Rule::StartAction, &start.span, what, &remedy);
    }
}

/// The identifier that differs from this word in a few letters. Most identifiers are random, and much alike.
pub(super) fn alike<'f>(flow: &'f Flow, word: &str) -> Option<&'f str> {
    let distance = |identifier: &str| strsim::osa_distance(identifier, word);
    let identifiers = flow.actions.iter().map(|action| action.identifier.as_str());
    identifiers.min_by_key(|identifier| distance(identifier)).filter(|nearest| distance(nearest) <= FEW)
}

/// The reason why Connect refuses an identifier.
fn illegal(identifier: &str) -> Option<String> {
    let chars = identifier.chars().count();
    if chars == 0 || chars > limits::IDENTIFIER_CHARS {
        return Some(format!("the identifier has {chars} characters"));
    }
    if limits::NOT_IDENTIFIERS.contains(&identifier) {
        return Some(format!("{} can't be an identifier", quoted(identifier)));
    }
    let bad = identifier.chars().find(|character| limits::NOT_IN_IDENTIFIERS.contains(*character))?;
    Some(format!("the identifier contains {bad:?}"))
}
