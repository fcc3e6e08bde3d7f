//! The actions of two flows that are one and the same, also where their identifiers differ.

use std::collections::HashMap;

use crate::{
    json::Node,
    model::{Action, Flow, Transitions},
};

/// Indexes of the same action in the old and the new flow.
#[derive(Clone, Debug)]
pub(super) struct Pairs {
    /// The new index for each old one.
    pub new: Vec<Option<usize>>,
    /// The old index for each new one.
    pub old: Vec<Option<usize>>,
}

impl Pairs {
    fn join(&mut self, old: usize, new: usize) -> bool {
        let free = self.new[old].is_none() && self.old[new].is_none();
        if free {
            self.new[old] = Some(new);
            self.old[new] = Some(old);
        }
        free
    }
}

/// Pairs by identifier, then by content, then by the way that leads to them.
pub(super) fn pairs(old: &Flow, new: &Flow) -> Pairs {
    let mut pairs = Pairs { new: vec![None; old.actions.len()], old: vec![None; new.actions.len()] };
    let sides = Sides { old, new, old_index: index(old), new_index: index(new) };
    for (at, action) in old.actions.iter().enumerate() {
        let first = sides.old_index.get(&*action.identifier) == Some(&at);
        if let Some(&other) = sides.new_index.get(&*action.identifier).filter(|_| first) {
            pairs.join(at, other);
        }
    }
    sides.by_content(&mut pairs, true);
    sides.along_ways(&mut pairs, &same_content);
    sides.by_content(&mut pairs, false);
    sides.along_ways(&mut pairs, &|old, new| old.kind == new.kind);
    pairs
}

struct Sides<'f> {
    old: &'f Flow,
    new: &'f Flow,
    old_index: HashMap<&'f str, usize>,
    new_index: HashMap<&'f str, usize>,
}

impl Sides<'_> {
    /// Pairs actions with the same content: only those of which each flow has one, or else in the order of the file.
    fn by_content(&self, pairs: &mut Pairs, only_one: bool) {
        let mut left: HashMap<String, (Vec<usize>, Vec<usize>)> = HashMap::new();
        for (at, action) in self.old.actions.iter().enumerate().filter(|(at, _)| pairs.new[*at].is_none()) {
            left.entry(content(action)).or_default().0.push(at);
        }
        for (at, action) in self.new.actions.iter().enumerate().filter(|(at, _)| pairs.old[*at].is_none()) {
            left.entry(content(action)).or_default().1.push(at);
        }
        for (old, new) in left.into_values() {
            if !only_one || (old.len() == 1 && new.len() == 1) {
                old.into_iter().zip(new).for_each(|(old, new)| _ = pairs.join(old, new));
            }
        }
    }

    /// Pairs actions to which the same branch of a pair leads, and the first actions.
    fn along_ways(&self, pairs: &mut Pairs, alike: &dyn Fn(&Action, &Action) -> bool) {
        let start = (&*self.old.start_action, &*self.new.start_action);
        let mut queue: Vec<(usize, usize)> =
            pairs.new.iter().enumerate().filter_map(|(old, new)| Some((old, (*new)?))).collect();
        self.join(pairs, start, alike, &mut queue);
        while let Some((old, new)) = queue.pop() {
            let ways = branches(&self.new.actions[new].transitions);
            for (branch, to) in branches(&self.old.actions[old].transitions) {
                if let Some((_, other)) = ways.iter().find(|(name, _)| *name == branch) {
                    self.join(pairs, (to, other), alike, &mut queue);
                }
            }
        }
    }

    fn join(
        &self,
        pairs: &mut Pairs,
        (old, new): (&str, &str),
        alike: &dyn Fn(&Action, &Action) -> bool,
        queue: &mut Vec<(usize, usize)>,
    ) {
        let (Some(&old), Some(&new)) = (self.old_index.get(old), self.new_index.get(new)) else { return };
        if alike(&self.old.actions[old], &self.new.actions[new]) && pairs.join(old, new) {
            queue.push((old, new));
        }
    }
}

/// The first action of each identifier.
fn index(flow: &Flow) -> HashMap<&str, usize> {
    flow.actions.iter().enumerate().rev().map(|(at, action)| (&*action.identifier, at)).collect()
}

fn same_content(old: &Action, new: &Action) -> bool {
    content(old) == content(new)
}

/// The action without its identifier and transitions, written in one way only.
fn content(action: &Action) -> String {
    format!("{} {}", action.kind, canonical(&action.parameters))
}

/// The value as JSON with sorted keys, so that equal values have equal texts.
pub(super) fn canonical(node: &Node) -> String {
    let mut value = node.to_value();
    value.sort_all_objects();
    value.to_string()
}

/// The branches of an action by name, with their aims. Branches that are not connected have none.
pub(super) fn branches(transitions: &Transitions) -> Vec<(String, &str)> {
    let next = transitions.next().map(|next| ("next".to_owned(), next));
    let conditions = transitions.conditions.iter().map(|branch| {
        let operands: Vec<&str> = branch.condition.operands.iter().map(|operand| &**operand).collect();
        (format!("condition {} {}", branch.condition.operator, operands.join(" | ")), &*branch.next_action)
    });
    let errors =
        transitions.errors.iter().map(|error| (format!("error {}", error.error_type), &*error.next_action));
    next.into_iter().chain(conditions).chain(errors).filter(|(_, to)| !to.is_empty()).collect()
}
