//! The rules about `$.External`: values that the functions of this project return, and values that were overwritten.

use std::{collections::BTreeSet, sync::LazyLock};

use contract::reply::{Reply, Status};

use super::{
    Rule, reads,
    subject::{Step, Subject},
};
use crate::{arns, language::nearest, line::quoted};

/// The keys of the reply that all functions of this project give.
static KEYS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| Reply::new(Status::Done, None, 0).to_map().into_keys().collect());

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
}

/// Judges the reads of an action that sees replies of our functions only.
fn check_reads(subject: &mut Subject<'_>, step: Step<'_>, number: usize, replies: &[usize]) {
    let mut missing = Vec::new();
    step.action.parameters.each_text(&mut |text, node| {
        for read in reads::all(text) {
            if let Some(key) = read.member.filter(|key| read.root == "External" && !KEYS.contains(key)) {
                missing.push((key, node.span.clone()));
            }
        }
    });
    let others = replies.iter().copied().filter(|reply| !is_ours(&subject.steps[*reply]) && *reply != number);
    let follows_another = subject.graph.spread(others, |_| true)[number];
    for (key, span) in missing {
        let key_told = quoted(&key);
        if follows_another {
            let what = format!("the invocation in between has overwritten $.External {key_told}");
            let remedy = "keep the value in an attribute before the next invocation";
            subject.report(Rule::Overwritten, step, &span, what, remedy);
        } else {
            let what = format!("the invoked function does not return {key_told}");
            let remedy = match nearest(&key, KEYS.iter().map(String::as_str)) {
                Some(near) => format!("read $.External.{near}"),
                None => "read a key that it returns; docs/flows.md lists them".to_owned(),
            };
            subject.report(Rule::NotReturned, step, &span, what, remedy);
        }
    }
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
