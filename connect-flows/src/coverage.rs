//! Coverage: the actions that calls reached, and the branches that they took, for each flow.
//!
//! A branch is a pair of actions, from and to. Two conditions that lead to the same action are one branch.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::model::{Action, Flow};

/// Two actions of a flow, from and to.
pub type Branch = (String, String);

/// The coverage of flows, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    flows: BTreeMap<String, FlowCoverage>,
}

/// The coverage of one flow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowCoverage {
    /// The actions that the flow has.
    pub all_actions: BTreeSet<String>,
    /// The branches that the flow has.
    pub all_branches: BTreeSet<Branch>,
    /// The actions that calls reached.
    pub actions: BTreeSet<String>,
    /// The branches that calls took.
    pub branches: BTreeSet<Branch>,
}

impl Coverage {
    /// Adds a flow that is still uncovered. A flow that is there already stays as it is.
    pub fn know(&mut self, name: &str, flow: &Flow) {
        if !self.flows.contains_key(name) {
            self.flows.insert(name.to_owned(), FlowCoverage::of(flow));
        }
    }

    /// Adds one way through a flow: the identifiers of its actions in their order.
    pub fn visit<'a>(&mut self, name: &str, way: impl IntoIterator<Item = &'a str>) {
        let Some(flow) = self.flows.get_mut(name) else { return };
        let mut from: Option<&str> = None;
        for action in way {
            if !flow.actions.contains(action) {
                flow.actions.insert(action.to_owned());
            }
            if let Some(from) = from.replace(action) {
                let branch = (from.to_owned(), action.to_owned());
                // A way may leave the flow and come back: that is no branch of it.
                if flow.all_branches.contains(&branch) {
                    flow.branches.insert(branch);
                }
            }
        }
    }

    /// Adds everything that `other` covers.
    pub fn add(&mut self, other: Self) {
        for (name, theirs) in other.flows {
            let ours = self.flows.entry(name).or_default();
            ours.all_actions.extend(theirs.all_actions);
            ours.all_branches.extend(theirs.all_branches);
            ours.actions.extend(theirs.actions);
            ours.branches.extend(theirs.branches);
        }
    }

    /// The flows with their names, in alphabetical order.
    pub fn flows(&self) -> impl Iterator<Item = (&str, &FlowCoverage)> {
        self.flows.iter().map(|(name, flow)| (name.as_str(), flow))
    }

    /// Whether there is no flow.
    pub fn is_empty(&self) -> bool {
        self.flows.is_empty()
    }

    /// The share of all branches of all flows that calls took, in percent; 100 where there is no branch.
    pub fn branches_percent(&self) -> f64 {
        let sum = |count: fn(&FlowCoverage) -> usize| self.flows.values().map(count).sum();
        percent(sum(|flow| flow.branches.len()), sum(|flow| flow.all_branches.len()))
    }

    /// The parts that calls reached, for other programs: `{"flows": {"NAME": {"actions": ["A"], "branches": [["A", "B"]]}}}`.
    pub fn to_json(&self) -> Value {
        let flow = |flow: &FlowCoverage| json!({ "actions": flow.actions, "branches": flow.branches });
        let flows: BTreeMap<_, _> = self.flows.iter().map(|(name, one)| (name, flow(one))).collect();
        json!({ "flows": flows })
    }
}

impl FlowCoverage {
    fn of(flow: &Flow) -> Self {
        let id = |action: &Action| action.identifier.text.clone();
        let branches = flow
            .actions
            .iter()
            .flat_map(|action| action.transitions.targets().map(move |to| (id(action), to.text.clone())));
        let all_actions: BTreeSet<String> = flow.actions.iter().map(id).collect();
        let all_branches = branches.filter(|(_, to)| all_actions.contains(to)).collect();
        Self { all_actions, all_branches, ..Self::default() }
    }

    /// The share of the actions that calls reached, in percent.
    pub fn actions_percent(&self) -> f64 {
        percent(self.actions.len(), self.all_actions.len())
    }

    /// The share of the branches that calls took, in percent.
    pub fn branches_percent(&self) -> f64 {
        percent(self.branches.len(), self.all_branches.len())
    }

    /// The branches that no call took.
    pub fn missed_branches(&self) -> impl Iterator<Item = &Branch> {
        self.all_branches.difference(&self.branches)
    }
}

#[allow(clippy::cast_precision_loss, reason = "a flow has at most 250 actions")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn a_way_covers_its_actions_and_branches() {
        let mut coverage = Coverage::default();
        coverage.know("play", &catalogue::flow("play-text").unwrap());
        coverage.visit("play", ["log", "start", "sorry", "hang-up"]);
        coverage.visit("play", ["start", "hang-up"]);
        coverage.visit("other", ["log"]);
        let (name, flow) = coverage.flows().next().unwrap();
        assert_eq!(name, "play");
        assert_eq!(flow.actions.len(), 4);
        let taken: Vec<_> = flow.branches.iter().map(|(from, to)| format!("{from}>{to}")).collect();
        assert_eq!(taken, ["log>start", "sorry>hang-up", "start>sorry"]);
        assert_eq!(flow.missed_branches().count() + 3, flow.all_branches.len());
        assert_eq!(coverage.to_json()["flows"]["play"]["branches"][0], json!(["log", "start"]));
        let mut sum = coverage.clone();
        sum.add(coverage.clone());
        assert_eq!(sum, coverage);
    }
}
