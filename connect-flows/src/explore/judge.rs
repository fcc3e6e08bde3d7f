//! Verdicts, out of the states that were found.

use std::collections::HashSet;

use super::{
    Branch, Finding, Limits, Verdict,
    walk::{Exit, State, Walked},
};
use crate::{
    language::FlowType,
    model::{Action, Flow},
};

/// All findings, one for each place and kind, in the order of the search.
pub(super) fn judge(flow: &Flow, kind: Option<&str>, limits: &Limits, walked: &Walked) -> Vec<Finding> {
    let mut judge = Judge { flow, walked, seen: HashSet::new(), findings: Vec::new() };
    for (at, state) in walked.states.iter().enumerate() {
        for exit in &state.exits {
            if let Some(verdict) = broken(&flow.actions[state.action], exit) {
                judge.add(verdict, at, &exit.branch);
            }
            if exit.silence > limits.silence {
                let verdict =
                    Verdict::Silence { action: judge.name(at), silence: exit.silence, limit: limits.silence };
                judge.add(verdict, at, &exit.branch);
            }
        }
    }
    if !kind.and_then(FlowType::named).is_some_and(FlowType::repeats) {
        judge.traps();
    }
    judge.findings
}

struct Judge<'j> {
    flow: &'j Flow,
    walked: &'j Walked,
    seen: HashSet<String>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn name(&self, state: usize) -> String {
        self.flow.actions[self.walked.states[state].action].identifier.text.clone()
    }

    fn add(&mut self, verdict: Verdict, state: usize, branch: &Branch) {
        if self.seen.insert(place(&verdict)) {
            self.findings.push(Finding { verdict, way: self.walked.way(self.flow, state, branch) });
        }
    }

    /// The places from which no way leads out.
    fn traps(&mut self) {
        let free = ways_out(self.flow, self.walked);
        for (at, state) in self.walked.states.iter().enumerate() {
            let enters = state.from.as_ref().is_none_or(|(before, _)| free[*before]);
            if !free[at] && enters {
                let branch = state.exits.first().map_or(Branch::Next, |exit| exit.branch.clone());
                self.add(Verdict::NoWayOut { action: self.name(at) }, at, &branch);
            }
        }
    }
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
