//! The flows that run on events of the contact, and the hang-up, on which the disconnect flow runs.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{KnownFlow, outcome::Outcome, session::Session};
use crate::{line::quoted, reference::text_of};

/// The event after which only the caller remains, or nobody: Connect's name for the disconnect flow.
const DISCONNECT: &str = "CustomerRemaining";

/// The event whose flow runs in a queue.
pub(super) const IN_QUEUE: &str = "CustomerQueue";

pub(super) fn set(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let Some(hooks) = parameters["EventHooks"].as_object() else {
        return Outcome::failed("EventHooks is missing");
    };
    session.hooks.extend(hooks.iter().map(|(event, flow)| (event.clone(), text_of(flow))));
    let outcome = Outcome::next("Success");
    match [DISCONNECT, IN_QUEUE].into_iter().find_map(|event| missing(session, hooks, event)) {
        Some(note) => outcome.with_note(note),
        None => outcome,
    }
}

/// The remark that the flow of an event is not known here.
fn missing(session: &Session<'_>, hooks: &Map<String, Value>, event: &str) -> Option<String> {
    let named = hooks.get(event).map(text_of).filter(|flow| !flow.is_empty())?;
    let flows = &session.runner.settings.world.flows;
    let is_known = flows.find(&[&named]).is_some();
    (!is_known).then(|| flows.unknown(&format!("the flow {} of {event}", quoted(&named))))
}

/// The flow of an event, as far as it is known here.
pub(super) fn flow_of(session: &Session<'_>, event: &str) -> Option<Arc<KnownFlow>> {
    let named = session.hooks.get(event)?;
    session.runner.settings.world.flows.find(&[named]).cloned()
}

/// The flow that runs when the caller has hung up.
pub(super) fn disconnect_flow(session: &Session<'_>) -> Option<Arc<KnownFlow>> {
    flow_of(session, DISCONNECT).or_else(|| {
        let world = &session.runner.settings.world;
        world.flows.find(&[world.disconnect_flow.as_deref()?]).cloned()
    })
}

impl Session<'_> {
    /// The caller is gone: from now on nothing is heard, said or pressed.
    pub(super) fn hang_up(&mut self) {
        self.connected = false;
        self.ear = false;
        self.speaking = None;
        self.watch = None;
        self.answered = None;
    }
}
