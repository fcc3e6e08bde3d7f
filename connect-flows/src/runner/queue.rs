//! Queues: the working queue, the transfer, and the flow that runs while the caller waits. No agent is part of a run.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    EndReason, KnownFlow,
    frame::{empty, shown},
    hooks,
    names::find,
    outcome::{Edge, Outcome},
    session::Session,
    waiting::{Cut, Passed, Stops},
};
use crate::{model::Action, reference::text_of};

/// Sets the working queue: a queue, or that of an agent.
pub(super) fn set(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Outcome {
    let given = ["QueueId", "AgentId"].map(|name| (name, text_of(&parameters[name])));
    let Some((parameter, queue)) = given.into_iter().find(|(_, id)| !id.is_empty()) else {
        return Outcome::failed(empty(action, &["QueueId"]));
    };
    let name = shown(flow, action, parameter).unwrap_or_else(|| queue.rsplit('/').next().unwrap_or(&queue));
    session.context.set("Queue", json!({"ARN": queue, "Name": name}));
    Outcome::next("Success")
}

/// Moves the caller from a queue to another one.
pub(super) async fn move_to(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let set = set(session, flow, action, parameters);
    if set.failed {
        return Ok(set);
    }
    session.answered = None;
    transfer(session).await
}

/// Hands the caller over to the working queue.
pub(super) async fn transfer(session: &mut Session<'_>) -> Result<Outcome, Cut> {
    let queue = session.context.get("Queue");
    let Some(arn) = queue["ARN"].as_str().map(str::to_owned) else {
        return Ok(Outcome::failed("there is no queue: set one with UpdateContactTargetQueue before"));
    };
    let name = queue["Name"].as_str().unwrap_or_default();
    let known = find(&session.runner.settings.world.queues, &[&arn, name]);
    if known.is_some_and(|known| known.full) {
        return Ok(Outcome::branch("QueueAtCapacity"));
    }
    match known.and_then(|known| known.wait) {
        None => Ok(Outcome::end(EndReason::Transferred { queue: arn })),
        Some(wait) => wait_in(session, arn, wait).await,
    }
}

/// Lets the customer-queue flow run until an agent takes the call.
async fn wait_in(session: &mut Session<'_>, queue: String, wait: Duration) -> Result<Outcome, Cut> {
    let answered = session.instant(session.after(wait));
    session.answered = Some((answered, queue));
    match hooks::flow_of(session, hooks::IN_QUEUE) {
        Some(flow) => Ok(Outcome::to(Edge::Transfer(flow), "Queued")),
        None => stay(session).await,
    }
}

/// Ends the flow. In a queue, the caller goes on waiting.
pub(super) async fn end_flow(session: &mut Session<'_>) -> Result<Outcome, Cut> {
    if session.answered.is_some() { stay(session).await } else { Ok(Outcome::end(EndReason::FlowEnded)) }
}

async fn stay(session: &mut Session<'_>) -> Result<Outcome, Cut> {
    match session.meanwhile(std::future::pending(), Stops::default()).await? {
        Passed::Done(outcome) => Ok(outcome),
        Passed::Stopped(..) => Ok(Outcome::end(EndReason::FlowEnded)),
    }
}
