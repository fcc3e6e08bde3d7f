//! The difference between two versions of a flow in their meaning: a caller or a designer would notice it.
//!
//! Places on the canvas, metadata, the order of keys, and identifiers that an export has made anew are no difference.

mod change;
mod compare;
mod pair;
mod show;

pub use change::{Change, Difference, Label};
pub use show::{json, markdown, text};

use crate::model::Flow;

/// Everything that differs: changes of the flow itself, then action by action in the order of the new flow, then removed
/// actions. Empty if the flows mean the same.
pub fn diff(old: &Flow, new: &Flow) -> Vec<Difference> {
    let pairs = pair::pairs(old, new);
    compare::compare(old, new, &pairs)
}
