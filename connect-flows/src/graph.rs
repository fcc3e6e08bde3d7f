//! A flow as a graph: the actions that follow each other, those that a call can reach, and cycles.
//!
//! Actions are numbered as in [`Flow::actions`]. Of several actions with one identifier the first one is meant.

use std::collections::{HashMap, HashSet};

use crate::model::{Action, Flow, Word};

/// Error branches that are no failures.
const OF_CALLER: [&str; 2] = ["InputTimeLimitExceeded", "NoMatchingCondition"];

/// The transitions between the actions of a flow.
#[derive(Clone, Debug)]
pub struct Graph {
    start: Option<usize>,
    successors: Vec<Vec<usize>>,
    predecessors: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of a flow. Transitions to actions that don't exist are left out.
    pub fn of(flow: &Flow) -> Self {
        Self::over(flow, |action| action.transitions.targets().collect())
    }

    /// The graph of the ways on which nothing fails: error branches are left out, but for those that a caller takes, by
    /// another input than expected or by none.
    pub fn without_failures(flow: &Flow) -> Self {
        Self::over(flow, |action| {
            let transitions = &action.transitions;
            let of_caller =
                transitions.errors.iter().filter(|error| OF_CALLER.contains(&error.error_type.as_str()));
            let conditions = transitions.conditions.iter().map(|condition| &condition.next_action);
            let errors = of_caller.map(|error| &error.next_action);
            transitions.next_action.iter().chain(conditions).chain(errors).collect()
        })
    }

    fn over<'f>(flow: &'f Flow, targets: impl Fn(&'f Action) -> Vec<&'f Word>) -> Self {
        let mut numbers = HashMap::new();
        for (number, action) in flow.actions.iter().enumerate() {
            numbers.entry(action.identifier.as_str()).or_insert(number);
        }
        let number = |word: &Word| numbers.get(word.as_str()).copied();
        let successors: Vec<Vec<usize>> = flow
            .actions
            .iter()
            .map(|action| targets(action).into_iter().filter_map(number).collect())
            .collect();
        let mut predecessors = vec![Vec::new(); successors.len()];
        for (from, targets) in successors.iter().enumerate() {
            for &to in targets {
                predecessors[to].push(from);
            }
        }
        Self { start: number(&flow.start_action), successors, predecessors }
    }

    /// The number of actions.
    pub fn len(&self) -> usize {
        self.successors.len()
    }

    /// Whether the flow has no action.
    pub fn is_empty(&self) -> bool {
        self.successors.is_empty()
    }

    /// The action that runs first, if it exists.
    pub fn start(&self) -> Option<usize> {
        self.start
    }

    /// The actions that can follow an action, in the order of its branches; an action may occur twice.
    pub fn successors(&self, action: usize) -> &[usize] {
        &self.successors[action]
    }

    /// The actions that lead to an action; an action may occur twice.
    pub fn predecessors(&self, action: usize) -> &[usize] {
        &self.predecessors[action]
    }

    /// For each action, whether a call can reach it.
    pub fn reachable(&self) -> Vec<bool> {
        self.spread(self.start, |_| true)
    }

    /// For each action, whether it can be reached from these, which count themselves, over actions that let calls
    /// through.
    pub fn spread(
        &self,
        from: impl IntoIterator<Item = usize>,
        through: impl Fn(usize) -> bool,
    ) -> Vec<bool> {
        let mut found = vec![false; self.len()];
        let mut open: Vec<usize> = from.into_iter().collect();
        while let Some(action) = open.pop() {
            if !found[action] {
                found[action] = true;
                if through(action) {
                    open.extend(&self.successors[action]);
                }
            }
        }
        found
    }

    /// The cycles among the actions that `keep` selects: each group of actions that can all reach each other, in the
    /// order of the flow.
    pub fn cycles(&self, keep: impl Fn(usize) -> bool) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut group_of: Vec<Option<usize>> = vec![None; self.len()];
        for &root in self.finished(&keep).iter().rev() {
            if group_of[root].is_some() {
                continue;
            }
            let number = groups.len();
            groups.push(Vec::new());
            let mut open = vec![root];
            while let Some(action) = open.pop() {
                if keep(action) && group_of[action].is_none() {
                    group_of[action] = Some(number);
                    groups[number].push(action);
                    open.extend(&self.predecessors[action]);
                }
            }
        }
        groups.retain(|group| group.len() > 1 || self.successors[group[0]].contains(&group[0]));
        groups.iter_mut().for_each(|group| group.sort_unstable());
        groups.sort_unstable();
        groups
    }

    /// The selected actions in the order in which a search that goes deep first leaves them.
    fn finished(&self, keep: &impl Fn(usize) -> bool) -> Vec<usize> {
        let mut seen = vec![false; self.len()];
        let mut finished = Vec::new();
        for root in (0..self.len()).filter(|action| keep(*action)) {
            // Each step: an action, and the number of its successors that are done.
            let mut way = Vec::new();
            if !std::mem::replace(&mut seen[root], true) {
                way.push((root, 0));
            }
            while let Some((action, done)) = way.last_mut() {
                let Some(&next) = self.successors[*action].get(*done) else {
                    finished.push(*action);
                    way.pop();
                    continue;
                };
                *done += 1;
                if keep(next) && !std::mem::replace(&mut seen[next], true) {
                    way.push((next, 0));
                }
            }
        }
        finished
    }
}

/// Identifiers that a call can reach, also those that no action has.
pub fn reached(flow: &Flow) -> HashSet<&str> {
    let reachable = Graph::of(flow).reachable();
    let reached =
        flow.actions.iter().zip(reachable).filter(|(_, reachable)| *reachable).map(|(action, _)| action);
    let targets = reached.flat_map(|action| action.transitions.targets());
    std::iter::once(&flow.start_action).chain(targets).map(Word::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A flow of actions that lead to each other: `a>b c`.
    fn graph(actions: &[&str]) -> Graph {
        let actions: Vec<_> = actions
            .iter()
            .map(|line| {
                let (identifier, targets) = line.split_once('>').unwrap_or((line, ""));
                let errors: Vec<_> = targets
                    .split_whitespace()
                    .map(|target| json!({"NextAction": target, "ErrorType": "NoMatchingError"}))
                    .collect();
                json!({"Identifier": identifier, "Type": "T", "Transitions": {"Errors": errors}})
            })
            .collect();
        let flow = json!({"Version": "2019-10-30", "StartAction": "a", "Actions": actions});
        Graph::of(&Flow::parse(&flow.to_string()).unwrap())
    }

    #[test]
    fn reachable_actions_follow_from_the_first_one() {
        let graph = graph(&["b>c gone", "a>b", "c>a", "d>a"]);
        assert_eq!(graph.reachable(), [true, true, true, false]);
        assert_eq!(graph.predecessors(1), [2, 3]);
        assert_eq!(graph.spread([1], |action| action != 0), [true, true, false, false]);
    }

    #[test]
    fn cycles_are_groups_that_reach_each_other() {
        let graph = graph(&["a>b", "b>a c", "c>d", "d>d e", "e>f", "f>e", "g"]);
        assert_eq!(graph.cycles(|_| true), [vec![0, 1], vec![3], vec![4, 5]]);
        assert_eq!(graph.cycles(|action| action != 5), [vec![0, 1], vec![3]]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let lines: Vec<String> =
            (0..50_000).map(|number| format!("{number}>{}", (number + 1) % 50_000)).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert_eq!(graph(&lines).cycles(|_| true).len(), 1);
    }
}
