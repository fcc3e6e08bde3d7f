//! Verdicts, out of the states that were found.

use std::{collections::HashSet, time::Duration};

use super::{
    Branch, Finding, Limits, Verdict,
    walk::{Exit, State, Walked},
};
use crate::model::{Action, Flow};

/// Types of flows that others end: they may play for ever.
const LEFT_FROM_OUTSIDE: [&str; 6] =
    ["customerqueue", "customerhold", "agenthold", "customer_queue", "customer_hold", "agent_hold"];

/// All findings, one for each place and kind, in the order of the search.
pub(super) fn judge(flow: &Flow, kind: Option<&str>, limits: &Limits, walked: &Walked) -> Vec<Finding> {
    let name = |state: usize| flow.actions[walked.states[state].action].identifier.text.clone();
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    let mut add = |verdict: Verdict, state: usize, branch: &Branch| {
        if seen.insert(place(&verdict)) {
            findings.push(Finding { verdict, way: walked.way(flow, state, branch) });
        }
    };
    for (at, state) in walked.states.iter().enumerate() {
        for exit in &state.exits {
            if let Some(verdict) = broken(&flow.actions[state.action], exit) {
                add(verdict, at, &exit.branch);
            }
            if exit.silence > limits.silence {
                let silence = longest(walked, state.action, exit);
                let verdict = Verdict::Silence { action: name(at), silence, limit: limits.silence };
                add(verdict, at, &exit.branch);
            }
        }
    }
    let outside = kind.is_some_and(|kind| LEFT_FROM_OUTSIDE.contains(&kind.to_lowercase().as_str()));
    if !outside {
        let free = ways_out(flow, walked);
        for (at, state) in walked.states.iter().enumerate() {
            let enters = state.from.as_ref().is_none_or(|(before, _)| free[*before]);
            if !free[at] && enters {
                let branch = state.exits.first().map_or(Branch::Next, |exit| exit.branch.clone());
                add(Verdict::NoWayOut { action: name(at) }, at, &branch);
            }
        }
    }
    findings
}

/// The part of a verdict that makes it another one.
fn place(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Silence { action, .. } => format!("silence {action}"),
        other => other.to_string(),
    }
}

/// A branch that leads nowhere.
fn broken(source: &Action, exit: &Exit) -> Option<Verdict> {
    if exit.branch == Branch::End || exit.state.is_some() || exit.cut {
        return None;
    }
    let action = source.identifier.text.clone();
    match &exit.branch {
        Branch::Error(error) if !exit.present => Some(Verdict::Unhandled { action, error: error.clone() }),
        branch => Some(Verdict::Nowhere { action, branch: branch.label(source), to: exit.to.clone() }),
    }
}

/// The longest silence of this branch of an action.
fn longest(walked: &Walked, action: usize, exit: &Exit) -> Duration {
    let states = walked.states.iter().filter(|state| state.action == action);
    let same = states.flat_map(|state| &state.exits).filter(|other| other.branch == exit.branch);
    same.map(|other| other.silence).max().unwrap_or(exit.silence)
}

/// Whether an end can be reached from each state. A branch that leads nowhere ends the call as well: it is a finding of
/// its own.
fn ways_out(flow: &Flow, walked: &Walked) -> Vec<bool> {
    let mut before = vec![Vec::new(); walked.states.len()];
    let mut queue = Vec::new();
    for (at, state) in walked.states.iter().enumerate() {
        for exit in state.exits.iter().filter(|exit| counts(flow, state, exit)) {
            match exit.state {
                Some(to) => before[to].push(at),
                None => queue.push(at),
            }
        }
    }
    let mut free = vec![false; walked.states.len()];
    while let Some(at) = queue.pop() {
        if !free[at] {
            free[at] = true;
            queue.extend(&before[at]);
        }
    }
    free
}

/// Whether a call can be expected to take this branch sometime. A prompt or an attribute that fails is no way out of a
/// loop.
fn counts(flow: &Flow, state: &State, exit: &Exit) -> bool {
    let kind = &*flow.actions[state.action].kind;
    let steady = kind.starts_with("MessageParticipant") || kind.starts_with("Update");
    !(steady && matches!(exit.branch, Branch::Error(_)))
}
