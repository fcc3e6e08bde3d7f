//! The steps of a finished call: the actions that ran, in their order.

use std::fmt;

use crate::{
    runner::{Call, KnownFlow},
    timeline::EventKind,
};

/// An action that ran.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Milliseconds from the start of the call to the start of the action.
    pub t_ms: f64,
    /// Name of the flow.
    pub flow: String,
    /// The action's identifier.
    pub action: String,
    /// The action's name in the designer, where it has one.
    pub name: Option<String>,
    /// The action's type.
    pub kind: String,
    /// The branch that was taken; empty where the call ended within the action.
    pub branch: String,
    /// Identifier of the next action, where there is one.
    pub to: Option<String>,
    /// The reason of an error, or a remark.
    pub note: Option<String>,
}

impl Step {
    /// Whether the step is that of an action: by identifier, or by its name in the designer.
    pub fn is_of(&self, action: &str) -> bool {
        self.action == action || self.name.as_deref() == Some(action)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9.3} s  {} ({})",
            self.t_ms / 1000.0,
            self.name.as_ref().unwrap_or(&self.action),
            self.kind
        )?;
        if !self.branch.is_empty() && self.branch != "next" {
            write!(f, " > {}", self.branch)?;
        }
        self.note.as_ref().map_or(Ok(()), |note| write!(f, ": {note}"))
    }
}

/// The steps of a call.
pub fn steps(call: &Call) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for event in call.timeline.events() {
        match &event.kind {
            EventKind::ActionStart { flow, action, name, kind } => steps.push(Step {
                t_ms: event.t_ms,
                flow: flow.clone(),
                action: action.clone(),
                name: name.clone(),
                kind: kind.clone(),
                branch: String::new(),
                to: None,
                note: None,
            }),
            EventKind::ActionEnd { flow, action, branch, to, note } => {
                let open = steps.iter_mut().rev().find(|step| step.flow == *flow && step.action == *action);
                if let Some(step) = open {
                    step.branch.clone_from(branch);
                    step.to.clone_from(to);
                    step.note.clone_from(note);
                }
            }
            _ => {}
        }
    }
    steps
}

/// The ways that a call took through one flow: each action alone, and each pair of an action and its successor.
pub fn ways<'c>(call: &'c Call, flow: &'c KnownFlow) -> impl Iterator<Item = (&'c str, Option<&'c str>)> {
    let is_here = |name: &str| name == flow.name || name == flow.id;
    call.timeline.events().iter().filter_map(move |event| match &event.kind {
        EventKind::ActionStart { flow, action, .. } if is_here(flow) => Some((action.as_str(), None)),
        EventKind::ActionEnd { flow, action, to, .. } if is_here(flow) => {
            Some((action.as_str(), Some(to.as_deref()?)))
        }
        _ => None,
    })
}
