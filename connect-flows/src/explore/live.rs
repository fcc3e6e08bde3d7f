//! The values whose facts can matter after an action: others are forgotten, so that states stay few.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::values::{OWN, assignments, compared, name, root, unknown_roots};
use crate::model::{Action, Flow};

/// The names that can be compared from each action on, the action included, before they get another value.
pub(super) fn live(flow: &Flow) -> Vec<BTreeSet<String>> {
    let index: HashMap<&str, usize> =
        flow.actions.iter().enumerate().rev().map(|(at, action)| (&*action.identifier, at)).collect();
    let mut before = vec![Vec::new(); flow.actions.len()];
    for (at, action) in flow.actions.iter().enumerate() {
        for to in action.transitions.targets().filter_map(|to| index.get(&**to)) {
            before[*to].push(at);
        }
    }
    let mut live = vec![BTreeSet::new(); flow.actions.len()];
    let mut queue: Vec<usize> = (0..flow.actions.len()).collect();
    while let Some(at) = queue.pop() {
        let after: BTreeSet<String> = flow.actions[at]
            .transitions
            .targets()
            .filter_map(|to| index.get(&**to))
            .flat_map(|to| live[*to].clone())
            .collect();
        let now = needed(&flow.actions[at], after);
        if now != live[at] {
            live[at] = now;
            queue.extend(&before[at]);
        }
    }
    live
}

/// The names that matter before an action, out of those that matter after it.
fn needed(action: &Action, mut after: BTreeSet<String>) -> BTreeSet<String> {
    let roots = unknown_roots(action);
    after.retain(|name| name.starts_with(OWN) || !roots.contains(&root(name)));
    let set: BTreeMap<String, String> = assignments(action).into_iter().collect();
    let read: Vec<String> =
        set.iter().filter(|(to, _)| after.contains(*to)).filter_map(|(_, text)| name(text)).collect();
    after.retain(|name| !set.contains_key(name));
    after.extend(read);
    after.extend(compared(action).and_then(Result::ok));
    match &*action.kind {
        "Loop" | "CheckHoursOfOperation" => _ = after.insert(own(action)),
        _ => {}
    }
    after
}

/// The name of the search's own value about an action: rounds of a loop, or whether hours are open.
pub(super) fn own(action: &Action) -> String {
    match &*action.kind {
        "CheckHoursOfOperation" => {
            format!("{OWN}hours {}", action.text("HoursOfOperationId").unwrap_or_default())
        }
        _ => format!("{OWN}{} {}", action.kind, action.identifier),
    }
}
