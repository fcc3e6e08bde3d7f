//! Rules about the ways through a flow: actions without a path to them, cycles, and actions in the wrong type of flow.

use std::collections::HashSet;

use super::{
    Rule,
    subject::{Step, Subject},
};
use crate::{
    language::{Ends, Next},
    line::quoted,
};

/// Types that don't stand in a flow that repeats while the customer waits, but for its errors.
const IN_OTHER_FLOWS: [&str; 6] = [
    "ConnectParticipantWithLexBot",
    "DisconnectParticipant",
    "GetParticipantInput",
    "TransferContactToQueue",
    "TransferToFlow",
    "UpdateContactTargetQueue",
];

pub(super) fn check(subject: &mut Subject<'_>) {
    let reachable = subject.graph.reachable();
    check_reachable(subject, &reachable);
    // With two actions of one name the ways are not known.
    if !subject.findings.iter().any(|finding| finding.rule == Rule::DuplicateIdentifier) {
        check_cycles(subject, &reachable);
    }
    check_flow_type(subject);
}

fn check_reachable(subject: &mut Subject<'_>, reachable: &[bool]) {
    // Without a first action nothing is reachable, which has a finding of its own.
    if subject.graph.start().is_none() {
        return;
    }
    for (head, more) in lost(subject, reachable) {
        let step = subject.steps[head];
        let name = quoted(&step.action.identifier);
        let what = match more {
            0 => format!("no path leads to {name}"),
            1 => format!("no path leads to {name}, nor to the action after it"),
            more => format!("no path leads to {name}, nor to {more} actions after it"),
        };
        let span = &step.action.identifier.span;
        subject.report(Rule::Unreachable, step, span, what, "connect it or remove it");
    }
}

/// The actions without a path to them, each with the number of those that follow it: they are lost with it.
fn lost(subject: &Subject<'_>, reachable: &[bool]) -> Vec<(usize, usize)> {
    let graph = &subject.graph;
    let mut told = duplicates(subject);
    let is_lost = |action: &usize| !reachable[*action] && !told[*action];
    let is_head = |action: &usize| graph.predecessors(*action).iter().all(|before| before == action);
    let heads = (0..graph.len()).filter(is_lost).filter(is_head).chain((0..graph.len()).filter(is_lost));
    let mut found = Vec::new();
    for head in heads.collect::<Vec<_>>() {
        if !told[head] {
            let after = graph.spread([head], |_| true);
            let with_it: Vec<usize> = (0..graph.len())
                .filter(|other| after[*other] && !reachable[*other] && !told[*other])
                .collect();
            with_it.iter().for_each(|action| told[*action] = true);
            found.push((head, with_it.len() - 1));
        }
    }
    found
}

/// For each action, whether an earlier one has its identifier. Such an action has a finding of its own.
fn duplicates(subject: &Subject<'_>) -> Vec<bool> {
    let mut seen = HashSet::new();
    subject.steps.iter().map(|step| !seen.insert(step.action.identifier.as_str())).collect()
}

fn check_cycles(subject: &mut Subject<'_>, reachable: &[bool]) {
    let takes_time = |step: &Step<'_>| step.kind.is_none_or(|kind| kind.takes_time);
    // A transition from an action at which the flow ends is never taken, and has a finding of its own.
    let goes_on = |step: &Step<'_>| step.kind.is_none_or(|kind| kind.next != Next::None);
    let mut closed = HashSet::new();
    for cycle in subject.graph.cycles(|action| reachable[action]) {
        if !can_leave(subject, &cycle) && !may_repeat(subject, &cycle) {
            let what = format!("no call can leave the cycle of {}", listed(subject, &cycle));
            report(subject, Rule::NoWayOut, &cycle, what, "connect a branch to the end");
            closed.extend(cycle);
        }
    }
    let busy = subject.graph.cycles(|action| {
        let step = &subject.steps[action];
        reachable[action] && !takes_time(step) && goes_on(step)
    });
    for cycle in busy.into_iter().filter(|cycle| !closed.contains(&cycle[0])) {
        let what = format!("nothing takes time in the cycle of {}", listed(subject, &cycle));
        report(subject, Rule::BusyCycle, &cycle, what, "play, ask or wait within it");
    }
}

/// A finding about a cycle, at its first action. Both kinds can be mended by counting.
fn report(subject: &mut Subject<'_>, rule: Rule, cycle: &[usize], what: String, remedy: &str) {
    let first = subject.steps[cycle[0]];
    let remedy = format!("{remedy}, or count rounds with a Loop");
    subject.report(rule, first, &first.action.identifier.span, what, remedy);
}

fn can_leave(subject: &Subject<'_>, cycle: &[usize]) -> bool {
    cycle.iter().any(|action| {
        let step = &subject.steps[*action];
        let ends = step.kind.is_none_or(|kind| kind.ends != Ends::Never);
        let goes_nowhere = step.action.transitions.targets().next().is_none();
        let leaves = subject.graph.successors(*action).iter().any(|next| !cycle.contains(next));
        // A transition to an action that does not exist is a fault of its own.
        let dangles = step.action.transitions.targets().any(|target| subject.flow.action(target).is_none());
        ends || goes_nowhere || leaves || dangles
    })
}

/// Whether the flow may be one that repeats until an agent is there.
fn may_repeat(subject: &Subject<'_>, cycle: &[usize]) -> bool {
    if let Some(kind) = subject.kind {
        return kind.repeats();
    }
    let is_other = |step: &Step<'_>| IN_OTHER_FLOWS.contains(&step.action.kind.as_str());
    let plays =
        cycle.iter().any(|action| subject.steps[*action].action.kind.starts_with("MessageParticipant"));
    plays && !subject.steps.iter().any(is_other)
}

fn check_flow_type(subject: &mut Subject<'_>) {
    let Some(flow_type) = subject.kind else { return };
    for step in subject.steps.clone() {
        let Some(kind) = step.kind else { continue };
        if !kind.flow_types.is_empty() && !kind.flow_types.contains(&flow_type) {
            let Some(all) = subject.for_all_of_its_type(step) else { continue };
            let what = format!("{} can't stand in a flow of the type {flow_type}{all}", kind.name);
            let allowed: Vec<_> = kind.flow_types.iter().map(ToString::to_string).collect();
            let remedy = format!("use it in {}", allowed.join(", "));
            subject.report(Rule::WrongFlowType, step, &step.action.kind.span, what, remedy);
        }
    }
}

/// The first identifiers of a cycle.
fn listed(subject: &Subject<'_>, cycle: &[usize]) -> String {
    let names: Vec<_> =
        cycle.iter().take(4).map(|action| quoted(&subject.steps[*action].action.identifier)).collect();
    let more = if cycle.len() > names.len() {
        format!(" and {} more", cycle.len() - names.len())
    } else {
        String::new()
    };
    format!("{}{more}", names.join(", "))
}
