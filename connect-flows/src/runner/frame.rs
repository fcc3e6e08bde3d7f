//! The flows that run at a time: the flow itself, and the modules within it.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{EndReason, KnownFlow};
use crate::{json::Node, line::plain, model::Action, reference::Context};

/// Modules may be nested this deep.
pub(super) const MAX_MODULES: usize = 5;

/// Roots whose values belong to one flow: a module neither sees nor changes those of the flow that invoked it.
const LOCAL: [&str; 11] = [
    "Case",
    "Customer",
    "External",
    "FlowAttributes",
    "Lex",
    "Loop",
    "Metrics",
    "Modules",
    "StoredCustomerInput",
    "Views",
    "Wisdom",
];

/// The flows that run at a time; the last one has the turn.
#[derive(Default)]
pub(super) struct Frames {
    stack: Vec<Frame>,
}

/// A flow at one of its actions.
pub(super) struct Frame {
    pub flow: Arc<KnownFlow>,
    /// Identifier of the action that has the turn.
    pub at: String,
    /// Rounds of each Loop since it was last done.
    pub loops: HashMap<String, usize>,
    /// The values of the flow that invoked this module.
    saved: Vec<(&'static str, Value)>,
}

impl Frames {
    /// Enters a flow, or a module within the flow.
    pub(super) fn enter(&mut self, flow: Arc<KnownFlow>, context: &mut Context) {
        let saved = match self.stack.is_empty() {
            true => Vec::new(),
            false => LOCAL.map(|root| (root, context.take(root))).into(),
        };
        let at = flow.flow.start_action.text.clone();
        self.stack.push(Frame { flow, at, loops: HashMap::new(), saved });
    }

    /// Leaves the last flow, and restores the values of the one before it.
    pub(super) fn leave(&mut self, context: &mut Context) -> Option<Arc<KnownFlow>> {
        let frame = self.stack.pop()?;
        for (root, value) in frame.saved {
            context.set(root, value);
        }
        Some(frame.flow)
    }

    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn last(&mut self) -> Option<&mut Frame> {
        self.stack.last_mut()
    }

    /// The flow that has the turn.
    pub(super) fn flow(&self) -> Option<Arc<KnownFlow>> {
        self.stack.last().map(|frame| Arc::clone(&frame.flow))
    }

    /// The flow and the action that have the turn.
    pub(super) fn turn(&self) -> Result<(Arc<KnownFlow>, String), EndReason> {
        let frame = self.stack.last().ok_or(EndReason::FlowEnded)?;
        let action = frame.at.clone();
        match frame.flow.flow.action(&action) {
            Some(_) => Ok((Arc::clone(&frame.flow), action)),
            None => Err(EndReason::NoSuchAction { action, flow: frame.flow.name.clone() }),
        }
    }
}

/// The reason for a parameter without a value, with the reference that has none.
pub(super) fn empty(action: &Action, path: &[&str]) -> String {
    let name = path.join(".");
    match action.parameters.at(path).and_then(Node::text).filter(|given| given.starts_with('$')) {
        Some(reference) => format!("{name} is empty: {} has no value", plain(reference)),
        None => format!("{name} is empty"),
    }
}

/// The name that the designer shows for a parameter of an action, such as the name of a queue beside its ARN.
pub(super) fn shown<'f>(flow: &'f KnownFlow, action: &Action, parameter: &str) -> Option<&'f str> {
    let decorations = flow.flow.metadata()?.get("ActionMetadata")?.get(&action.identifier)?;
    let named = decorations.at(&["parameters", parameter, "displayName"]);
    let block = match parameter {
        "ContactFlowId" => {
            decorations.at(&["ContactFlow", "text"]).or(decorations.at(&["contactFlow", "text"]))
        }
        "PromptId" => decorations.at(&["promptName"]),
        "QueueId" => decorations.at(&["queue", "text"]),
        "HoursOfOperationId" => decorations.at(&["Hours", "text"]),
        _ => None,
    };
    named.or(block)?.text()
}
