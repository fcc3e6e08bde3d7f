//! The flows that run on events of the contact, and the hang-up, on which the disconnect flow runs.

use std::sync::Arc;

use serde_json::Value;

use super::{KnownFlow, outcome::Outcome, session::Session};
use crate::reference::text_of;

/// The event after which only the caller remains, or nobody: Connect's name for the disconnect flow.
const DISCONNECT: &str = "CustomerRemaining";

pub(super) fn set(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let Some(hooks) = parameters["EventHooks"].as_object() else {
        return Outcome::failed("EventHooks is missing");
    };
    session.hooks.extend(hooks.iter().map(|(event, flow)| (event.clone(), text_of(flow))));
    Outcome::next("Success")
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
