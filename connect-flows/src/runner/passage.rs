//! From flow to flow: transfers, modules and their return.

use serde_json::{Value, json};

use super::{
    KnownFlow,
    frame::{MAX_MODULES, empty, shown},
    outcome::{Edge, Outcome},
    session::Session,
};
use crate::{line::quoted, model::Action, reference::text_of};

pub(super) fn transfer(
    session: &Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Outcome {
    let id = text_of(&parameters["ContactFlowId"]);
    let name = shown(flow, action, "ContactFlowId").unwrap_or_default();
    match session.runner.settings.world.flows.find(&[&id, name]) {
        Some(next) => Outcome::to(Edge::Transfer(next.clone()), next.name.clone()),
        None if id.is_empty() => Outcome::failed(empty(action, &["ContactFlowId"])),
        None => unknown(session, "flow", if name.is_empty() { &id } else { name }),
    }
}

pub(super) fn invoke(
    session: &Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Outcome {
    let id = text_of(&parameters["FlowModuleId"]);
    let name = shown(flow, action, "FlowModuleId").unwrap_or_default();
    let Some(module) = session.runner.settings.world.flows.find(&[&id, name]) else {
        return match id.is_empty() {
            true => Outcome::failed(empty(action, &["FlowModuleId"])),
            false => unknown(session, "module", if name.is_empty() { &id } else { name }),
        };
    };
    if session.frames.depth() > MAX_MODULES {
        return Outcome::failed(format!(
            "modules are nested more than {MAX_MODULES} deep at {}: a module must not invoke itself",
            quoted(&module.name)
        ));
    }
    let input = if parameters["Input"].is_object() { parameters["Input"].clone() } else { json!({}) };
    Outcome::to(Edge::Invoke(module.clone(), input), module.name.clone())
}

fn unknown(session: &Session<'_>, kind: &str, name: &str) -> Outcome {
    let flows = &session.runner.settings.world.flows;
    Outcome::failed(flows.unknown(&format!("the {kind} {}", quoted(name))))
}

pub(super) fn end_module(parameters: &Value) -> Outcome {
    let result = text_of(&parameters["Result"]);
    let data =
        if parameters["ResultData"].is_object() { parameters["ResultData"].clone() } else { json!({}) };
    let shown = if result.is_empty() { "Success" } else { &result };
    Outcome::to(Edge::Return(result.clone(), data), shown)
}
