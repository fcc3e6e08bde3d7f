//! The rules about `$.External`: values that the functions of this project return, and values that were overwritten.

use std::{collections::BTreeSet, sync::LazyLock};

use contract::reply::{LiveReply, Reply, Status};

use super::{
    Rule, reads,
    subject::{Step, Subject},
};
use crate::{arns, json::Span, language::nearest, line::quoted};

/// The keys of the replies that functions of this project give.
static KEYS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let streams = Reply::new(Status::Done, None, 0).to_map();
    streams.into_keys().chain(LiveReply::error("").to_map().into_keys()).collect()
});

/// Those of them that a function of somebody else may well return too.
const COMMON: [&str; 8] = ["Status", "Reason", "Count", "Last", "Code", "Digits", "Outcome", "Turns"];

/// The states of `$.External`, of which several can be possible at an action: one bit each. This one: not known, or
/// without a reply of ours.
const OTHER: u8 = 1;
/// It holds a reply of ours.
const OURS: u8 = 2;
/// It held one, and the reply of another function has taken its place.
const LOST: u8 = 4;

pub(super) fn check(subject: &mut Subject<'_>) {
    let steps = subject.steps.clone();
    let replies: Vec<usize> = (0..steps.len()).filter(|number| sets_external(&steps[*number])).collect();
    if !replies.iter().any(|number| is_ours(&steps[*number])) {
        return;
    }
    // For each reply, the actions that see it: those after it, up to the next reply.
    let seen_by: Vec<(usize, Vec<bool>)> = replies
        .iter()
        .map(|&reply| {
            let next = subject.graph.successors(reply).iter().copied();
            (reply, subject.graph.spread(next, |action| !sets_external(&steps[action])))
        })
        .collect();
    for (number, step) in steps.iter().enumerate() {
        let seen: Vec<usize> =
            seen_by.iter().filter(|(_, seers)| seers[number]).map(|(reply, _)| *reply).collect();
        if !seen.is_empty() && seen.iter().all(|reply| is_ours(&steps[*reply])) {
            check_reads(subject, *step, number, &replies);
        }
    }
    for (number, states) in states(subject).into_iter().enumerate() {
        if states == LOST {
            check_lost(subject, steps[number]);
        }
    }
}

/// Judges the reads of an action before which another function's reply has always taken the place of ours.
fn check_lost(subject: &mut Subject<'_>, step: Step<'_>) {
    let is_lost = |key: &str| KEYS.contains(key) && !COMMON.contains(&key);
    for (key, span) in external_reads(step).into_iter().filter(|(key, _)| is_lost(key)) {
        report_overwritten(subject, step, &key, &span);
    }
}

/// For each action, the states of `$.External` before it that are possible in a call; 0 where no call comes.
fn states(subject: &Subject<'_>) -> Vec<u8> {
    let mut before = vec![0; subject.steps.len()];
    let mut open: Vec<usize> = subject.graph.start().into_iter().collect();
    open.iter().for_each(|start| before[*start] = OTHER);
    while let Some(action) = open.pop() {
        let (after, failed) = states_after(&subject.steps[action], before[action]);
        for next in subject.graph.successors(action) {
            let mut possible = before[*next];
            if subject.usual.successors(action).contains(next) {
                possible |= after;
            }
            if is_target_of_error(subject, action, *next) {
                possible |= failed;
            }
            if possible != before[*next] {
                before[*next] = possible;
                open.push(*next);
            }
        }
    }
    before
}

fn is_target_of_error(subject: &Subject<'_>, action: usize, next: usize) -> bool {
    let errors = &subject.steps[action].action.transitions.errors;
    errors.iter().any(|error| error.next_action.as_str() == subject.steps[next].action.identifier.as_str())
}

/// The states after an action that succeeds, and after one that fails. A failed invocation leaves it open.
fn states_after(step: &Step<'_>, before: u8) -> (u8, u8) {
    let waits =
        step.action.text("InvocationType").is_none_or(|kind| kind.eq_ignore_ascii_case("synchronous"));
    match function(step) {
        _ if !sets_external(step) => (before, before),
        Some(function) if waits && arns::is_ours(function) => (OURS, OTHER),
        Some(_) if waits && before & (OURS | LOST) != 0 => ((before & OTHER) | LOST, OTHER),
        _ => (OTHER, OTHER),
    }
}

/// Judges the reads of an action that sees replies of our functions only.
fn check_reads(subject: &mut Subject<'_>, step: Step<'_>, number: usize, replies: &[usize]) {
    let reads = external_reads(step);
    let missing: Vec<_> = reads.into_iter().filter(|(key, _)| !KEYS.contains(key)).collect();
    let others = replies.iter().copied().filter(|reply| !is_ours(&subject.steps[*reply]) && *reply != number);
    let follows_another = subject.graph.spread(others, |_| true)[number];
    for (key, span) in missing {
        if follows_another {
            report_overwritten(subject, step, &key, &span);
        } else {
            let what = format!("the invoked function does not return {}", quoted(&key));
            let remedy = match nearest(&key, KEYS.iter().map(String::as_str)) {
                Some(near) => format!("read $.External.{near}"),
                None => "read a key that it returns; docs/flows.md lists them".to_owned(),
            };
            subject.report(Rule::NotReturned, step, &span, what, remedy);
        }
    }
}

fn report_overwritten(subject: &mut Subject<'_>, step: Step<'_>, key: &str, span: &Span) {
    let what = format!("the invocation in between has overwritten $.External {}", quoted(key));
    let remedy = "keep the value in an attribute before the next invocation";
    subject.report(Rule::Overwritten, step, span, what, remedy);
}

/// The keys of `$.External` that an action reads, with their places.
fn external_reads(step: Step<'_>) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    step.action.parameters.each_text(&mut |text, node| {
        let external = reads::all(text).into_iter().filter(|read| read.root == "External");
        found.extend(external.filter_map(|read| Some((read.member?, node.span.clone()))));
    });
    found
}

/// Whether `$.External` can be another one after the action. An unknown action or a module may invoke something.
fn sets_external(step: &Step<'_>) -> bool {
    step.kind.is_none_or(|kind| kind.sets.iter().any(|root| root == "External"))
        || step.is("InvokeFlowModule")
}

fn is_ours(step: &Step<'_>) -> bool {
    function(step).is_some_and(arns::is_ours)
}

/// The name of the invoked function, where the flow itself says it.
fn function<'f>(step: &Step<'f>) -> Option<&'f str> {
    let arn = step.is("InvokeLambdaFunction").then(|| step.action.text("LambdaFunctionARN"));
    arn.flatten().and_then(arns::function_in)
}
