//! The search: breadth first, so that the first way to a state is a short one.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{
    Branch, Limits, Step,
    cost::{Ears, ears},
    facts::Facts,
    live::live,
    outcome::{Outcome, outcomes},
};
use crate::model::Flow;

/// Everything that the search found.
pub(super) struct Walked {
    pub states: Vec<State>,
    pub bounded: bool,
}

/// An action with the facts that matter from there on.
pub(super) struct State {
    /// Index of the action.
    pub action: usize,
    /// The state before, and the branch from it.
    pub from: Option<(usize, Branch)>,
    /// The silence before the action, at most.
    pub silence: Duration,
    pub exits: Vec<Exit>,
    facts: Facts,
}

/// A branch out of a state.
#[derive(Clone)]
pub(super) struct Exit {
    pub branch: Branch,
    /// The identifier that the branch names.
    pub to: String,
    pub present: bool,
    /// The state to which it leads; `None` at an end, nowhere, and beyond the bound.
    pub state: Option<usize>,
    /// The silence after the action.
    pub silence: Duration,
    /// Whether the bound of states kept the search from going on.
    pub cut: bool,
}

/// The name of the contact's channel.
const CHANNEL: &str = "Channel";

/// The key of a state. Silence counts in whole steps up to the limit, since a longer one is a finding.
type Key = (usize, Facts, u128);

struct Walk<'f> {
    flow: &'f Flow,
    limits: &'f Limits,
    index: HashMap<&'f str, usize>,
    live: Vec<std::collections::BTreeSet<String>>,
    known: HashMap<Key, usize>,
    walked: Walked,
    queue: VecDeque<usize>,
}

/// Walks all ways from the first action.
pub(super) fn walk(flow: &Flow, limits: &Limits) -> Walked {
    let index: HashMap<&str, usize> =
        flow.actions.iter().enumerate().rev().map(|(at, action)| (&*action.identifier, at)).collect();
    let mut walk = Walk {
        flow,
        limits,
        live: live(flow),
        known: HashMap::new(),
        walked: Walked { states: Vec::new(), bounded: false },
        queue: VecDeque::new(),
        index,
    };
    if let Some(&start) = walk.index.get(&*flow.start_action) {
        let mut facts = Facts::default();
        // No flow attribute has a value when a flow starts.
        let unset: Vec<String> =
            walk.live[start].iter().filter(|name| name.starts_with("FlowAttributes.")).cloned().collect();
        unset.iter().for_each(|name| facts.is(name, ""));
        walk.state(start, None, facts, Duration::ZERO);
    }
    while let Some(at) = walk.queue.pop_front() {
        walk.leave(at);
    }
    walk.walked
}

impl Walk<'_> {
    /// The state of these facts, new or known; `None` beyond the bound.
    fn state(
        &mut self,
        action: usize,
        from: Option<(usize, Branch)>,
        mut facts: Facts,
        silence: Duration,
    ) -> Option<usize> {
        let live = &self.live[action];
        // The channel stays: on others than voice, silence is none.
        facts.forget(|name| !live.contains(name) && name != CHANNEL);
        let silence = silence.min(self.limits.silence + Duration::from_secs(1));
        let key = (action, facts.clone(), silence.as_millis().div_ceil(500));
        if let Some(&known) = self.known.get(&key) {
            return Some(known);
        }
        if self.walked.states.len() >= self.limits.states {
            self.walked.bounded = true;
            return None;
        }
        let at = self.walked.states.len();
        self.walked.states.push(State { action, from, silence, exits: Vec::new(), facts });
        self.known.insert(key, at);
        self.queue.push_back(at);
        Some(at)
    }

    fn leave(&mut self, at: usize) {
        let State { action, silence, ref facts, .. } = self.walked.states[at];
        let source = &self.flow.actions[action];
        for Outcome { branch, to, present, facts } in outcomes(source, facts) {
            let silence = match ears(source, &branch) {
                _ if facts.known(CHANNEL).is_some_and(|channel| channel != "VOICE") => Duration::ZERO,
                Ears::Sound => Duration::ZERO,
                Ears::Silence(more) => silence.saturating_add(more),
            };
            // A silence that is too long is found here; the way goes on as if it had been broken.
            let onward = if silence > self.limits.silence { Duration::ZERO } else { silence };
            let target = self.index.get(to.as_str()).copied().filter(|_| branch != Branch::End && present);
            let state = target.map(|to| self.state(to, Some((at, branch.clone())), facts, onward));
            let cut = state == Some(None);
            self.walked.states[at].exits.push(Exit {
                branch,
                to,
                present,
                state: state.flatten(),
                silence,
                cut,
            });
        }
    }
}

impl Walked {
    /// The way to a state, and the branch that is taken there.
    pub(super) fn way(&self, flow: &Flow, state: usize, branch: &Branch) -> Vec<Step> {
        let step = |state: usize, branch: &Branch| Step {
            action: flow.actions[self.states[state].action].identifier.text.clone(),
            branch: branch.clone(),
        };
        let mut way = vec![step(state, branch)];
        let mut at = state;
        while let Some((before, branch)) = &self.states[at].from {
            way.push(step(*before, branch));
            at = *before;
        }
        way.reverse();
        way
    }
}
