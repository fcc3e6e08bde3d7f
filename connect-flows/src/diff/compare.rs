//! The changes between paired actions, and of the flow around them.

use std::collections::BTreeSet;

use crate::{
    json::{Data, Node},
    model::{Action, Flow, is_made_up},
};

use super::{
    change::{Change, Difference, Label},
    pair::{Pairs, branches, canonical},
};

/// All differences.
pub(super) fn compare(old: &Flow, new: &Flow, pairs: &Pairs) -> Vec<Difference> {
    let both = Both { old, new, pairs };
    let mut found = vec![Difference { action: None, changes: both.around() }];
    for (at, action) in new.actions.iter().enumerate() {
        let changes = match pairs.old[at] {
            None => vec![Change::Added],
            Some(before) => both.action(&old.actions[before], action),
        };
        found.push(Difference { action: Some(Label::of(action)), changes });
    }
    let removed = old.actions.iter().enumerate().filter(|(at, _)| pairs.new[*at].is_none());
    found.extend(
        removed.map(|(_, action)| Difference {
            action: Some(Label::of(action)),
            changes: vec![Change::Removed],
        }),
    );
    found.retain(|difference| !difference.changes.is_empty());
    found
}

struct Both<'f> {
    old: &'f Flow,
    new: &'f Flow,
    pairs: &'f Pairs,
}

impl Both<'_> {
    /// Changes outside the actions.
    fn around(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let keys = [self.old, self.new].map(|flow| {
            let members = flow.root().members().iter().map(|member| member.key.as_str());
            members
                .filter(|key| !["Actions", "Metadata", "StartAction"].contains(key))
                .collect::<BTreeSet<_>>()
        });
        for key in &keys[0] | &keys[1] {
            values(key, self.old.root().get(key), self.new.root().get(key), &mut changes);
        }
        self.aim("start", Some(&*self.old.start_action), Some(&*self.new.start_action), &mut changes);
        changes
    }

    fn action(&self, old: &Action, new: &Action) -> Vec<Change> {
        let mut changes = Vec::new();
        if old.identifier != new.identifier && !(is_made_up(&old.identifier) && is_made_up(&new.identifier)) {
            changes.push(Change::Renamed { old: old.identifier.text.clone() });
        }
        if old.kind != new.kind {
            let text = |action: &Action| Some(format!("{:?}", action.kind.text));
            changes.push(Change::Value { path: "Type".into(), old: text(old), new: text(new) });
        }
        values("", Some(&old.parameters), Some(&new.parameters), &mut changes);
        self.ways(old, new, &mut changes);
        changes
    }

    fn ways(&self, old: &Action, new: &Action, changes: &mut Vec<Change>) {
        let (before, after) = (branches(&old.transitions), branches(&new.transitions));
        let aim = |ways: &[(String, &str)], branch: &str| {
            ways.iter().find(|(name, _)| name == branch).map(|(_, to)| (*to).to_owned())
        };
        for (branch, to) in &before {
            self.aim(branch, Some(to), aim(&after, branch).as_deref(), changes);
        }
        for (branch, to) in &after {
            if aim(&before, branch).is_none() {
                self.aim(branch, None, Some(to), changes);
            }
        }
        let conditions = |ways: &[(String, &str)]| -> Vec<String> {
            ways.iter()
                .filter(|(name, _)| name.starts_with("condition "))
                .map(|(name, _)| name.clone())
                .collect()
        };
        let (before, after) = (conditions(&before), conditions(&after));
        let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<_>>();
        if before != after && set(&before) == set(&after) {
            changes.push(Change::Reordered);
        }
    }

    /// Compares where a branch leads.
    fn aim(&self, branch: &str, old: Option<&str>, new: Option<&str>, changes: &mut Vec<Change>) {
        let carried = old.map(|old| {
            let at = self.old.actions.iter().position(|action| action.identifier == *old);
            let paired = at.and_then(|at| self.pairs.new[at]);
            paired.map_or_else(|| (old, at.is_none()), |at| (&*self.new.actions[at].identifier, true))
        });
        // An action that is gone is another one than a new action of its name.
        let same = match (carried, new) {
            (Some((carried, known)), Some(new)) => known && carried == new,
            (None, None) => true,
            _ => false,
        };
        if !same {
            let told = |flow: &Flow, aim: Option<&str>| {
                let aim = aim.filter(|aim| !aim.is_empty())?;
                let missing = if flow.action(aim).is_some() { "" } else { " (missing)" };
                Some(format!("{aim}{missing}"))
            };
            let (old, new) = (told(self.old, old), told(self.new, new));
            changes.push(Change::Rewired { branch: branch.to_owned(), old, new });
        }
    }
}

/// Compares two values, and names the places that differ.
fn values(path: &str, old: Option<&Node>, new: Option<&Node>, changes: &mut Vec<Change>) {
    match (old.map(|node| &node.data), new.map(|node| &node.data)) {
        (None, None) => {}
        (Some(Data::Object(before)), Some(Data::Object(after))) => {
            let keys = |members: &[crate::json::Member]| -> BTreeSet<String> {
                members.iter().map(|member| member.key.clone()).collect()
            };
            for key in &keys(before) | &keys(after) {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                let get = |node: Option<&Node>| node.and_then(|node| node.get(&key)).cloned();
                values(&inner, get(old).as_ref(), get(new).as_ref(), changes);
            }
        }
        (Some(Data::List(before)), Some(Data::List(after))) => {
            for at in 0..before.len().max(after.len()) {
                values(&format!("{path}[{at}]"), before.get(at), after.get(at), changes);
            }
        }
        _ => {
            let text = |node: Option<&Node>| node.map(canonical);
            if text(old) != text(new) {
                changes.push(Change::Value { path: path.to_owned(), old: text(old), new: text(new) });
            }
        }
    }
}
