//! Executes one action after another, until the call ends.

use std::sync::Arc;

use serde_json::Value;
use tokio::time::Instant;

use super::{
    Call, EndReason, KnownFlow, actions,
    branch::target,
    hooks,
    outcome::{Edge, Outcome},
    session::Session,
    signs::Sign,
    waiting::{Cut, Stops},
    watch::Woken,
};
use crate::{model::Action, redact::without_queries, timeline::EventKind};

pub(super) async fn walk(mut session: Session<'_>) -> Call {
    let flow = Arc::clone(&session.runner.flow);
    enter(&mut session, flow, false);
    let reason = follow(&mut session).await;
    if reason == EndReason::HungUp {
        session.hang_up();
        if let Some(flow) = hooks::disconnect_flow(&session) {
            leave_all(&mut session);
            enter(&mut session, flow, false);
            follow(&mut session).await;
        }
    }
    leave_all(&mut session);
    let at = session.elapsed();
    session.end(reason, at)
}

async fn follow(session: &mut Session<'_>) -> EndReason {
    while session.actions_left > 0 {
        session.actions_left -= 1;
        if Instant::now() >= session.deadline {
            return session.time_limit();
        }
        if let Err(reason) = step(session).await {
            return reason;
        }
    }
    EndReason::ActionLimit { actions: session.runner.settings.max_actions }
}

/// Executes one action, and gives the turn to the next one.
async fn step(session: &mut Session<'_>) -> Result<(), EndReason> {
    let (flow, identifier) = session.frames.turn()?;
    let Some(action) = flow.flow.action(&identifier) else {
        return Err(EndReason::NothingFollows { action: identifier });
    };
    let parameters = session.context.resolve_node(&action.parameters);
    begin(session, &flow, action);
    let outcome = match actions::perform(session, &flow, action, &parameters).await {
        Ok(outcome) => outcome,
        Err(Cut::End(reason)) => Outcome::end(reason),
        Err(Cut::Woken(woken)) => {
            session.write_log(action, parameters, woken.operand().into());
            finish(session, &flow, action, ("interrupted".into(), None), Some(woken.operand().into()));
            return wake(session, woken);
        }
    };
    if outcome.failed
        && let Some(reason) = &outcome.note
    {
        session.note_error(action, reason);
    }
    session.write_log(action, parameters, outcome.results);
    take(session, &flow, action, outcome.edge, outcome.note).await
}

fn begin(session: &mut Session<'_>, flow: &KnownFlow, action: &Action) {
    let at = session.elapsed();
    let names = [Some(action.identifier.text.clone()), action.name.clone()];
    session.speaker.signs.see(Sign::Action, names.into_iter().flatten().collect(), at);
    let started = EventKind::ActionStart {
        flow: flow.name.clone(),
        action: action.identifier.text.clone(),
        name: action.name.clone(),
        kind: action.kind.text.clone(),
    };
    session.recorder.happened(at, started);
}

fn finish(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    (branch, to): (String, Option<&str>),
    note: Option<String>,
) {
    let ended = EventKind::ActionEnd {
        flow: flow.name.clone(),
        action: action.identifier.text.clone(),
        branch,
        to: to.map(str::to_owned),
        note: note.as_deref().map(without_queries),
    };
    session.recorder.happened(session.elapsed(), ended);
}

/// Takes the way after an action.
async fn take(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    edge: Edge,
    note: Option<String>,
) -> Result<(), EndReason> {
    match edge {
        Edge::End(reason) => {
            finish(session, flow, action, ("end".into(), None), note.or(Some(reason.to_string())));
            Err(reason)
        }
        Edge::Transfer(next) => {
            finish(session, flow, action, ("transfer".into(), None), note.or(Some(next.name.clone())));
            leave_all(session);
            enter(session, next, false);
            Ok(())
        }
        Edge::Invoke(module, input) => {
            finish(session, flow, action, ("module".into(), None), note.or(Some(module.name.clone())));
            enter(session, module, true);
            session.context.set_member("Modules", "Input", input);
            Ok(())
        }
        Edge::Return(result, data) => {
            finish(session, flow, action, ("return".into(), None), note);
            go_back(session, &result, data).await
        }
        edge => {
            let (branch, to) = target(&action.transitions, &edge);
            finish(session, flow, action, (branch, to), note);
            go_to(session, action, to).await
        }
    }
}

/// Gives the turn to an action. A path that ends while a Wait runs beside it waits for that.
async fn go_to(session: &mut Session<'_>, from: &Action, to: Option<&str>) -> Result<(), EndReason> {
    match (to, session.frames.last()) {
        (Some(to), Some(frame)) => {
            to.clone_into(&mut frame.at);
            Ok(())
        }
        _ if session.watch.is_some() => {
            match session.meanwhile(std::future::pending::<()>(), Stops::default()).await {
                Err(Cut::Woken(woken)) => wake(session, woken),
                Err(Cut::End(reason)) => Err(reason),
                Ok(_) => Ok(()),
            }
        }
        _ => Err(EndReason::NothingFollows { action: from.identifier.text.clone() }),
    }
}

/// Returns from a module to the block that invoked it.
async fn go_back(session: &mut Session<'_>, result: &str, data: Value) -> Result<(), EndReason> {
    if session.frames.depth() < 2 {
        return Err(EndReason::Returned { result: result.to_owned() });
    }
    leave(session, result);
    session.context.set("Modules", serde_json::json!({"Result": result, "ResultData": data}));
    let (flow, identifier) = session.frames.turn()?;
    let Some(action) = flow.flow.action(&identifier) else {
        return Err(EndReason::NothingFollows { action: identifier });
    };
    let edge = if result.is_empty() { Edge::Next } else { Edge::Condition(result.to_owned()) };
    let (_, to) = target(&action.transitions, &edge);
    go_to(session, action, to).await
}

/// Gives the turn to the branch of a Wait that ran beside the flow.
fn wake(session: &mut Session<'_>, woken: Woken) -> Result<(), EndReason> {
    let Some(watch) = session.watch.take() else {
        return Ok(());
    };
    while session.frames.depth() > watch.depth {
        leave(session, "");
    }
    if let Some(frame) = session.frames.last() {
        frame.at.clone_from(&watch.action);
    }
    let (flow, identifier) = session.frames.turn()?;
    let action = flow.flow.action(&identifier);
    let to =
        action.and_then(|action| target(&action.transitions, &Edge::Condition(woken.operand().into())).1);
    match (to, session.frames.last()) {
        (Some(to), Some(frame)) => {
            to.clone_into(&mut frame.at);
            Ok(())
        }
        _ => Err(EndReason::NothingFollows { action: identifier }),
    }
}

fn enter(session: &mut Session<'_>, flow: Arc<KnownFlow>, module: bool) {
    let started = EventKind::FlowStart { flow: flow.name.clone(), module };
    session.recorder.happened(session.elapsed(), started);
    if !module {
        session.context.take("FlowAttributes");
    }
    session.frames.enter(flow, &mut session.context);
}

fn leave(session: &mut Session<'_>, result: &str) {
    let module = session.frames.depth() > 1;
    if let Some(flow) = session.frames.leave(&mut session.context) {
        let ended = EventKind::FlowEnd { flow: flow.name.clone(), module, result: result.to_owned() };
        session.recorder.happened(session.elapsed(), ended);
    }
}

fn leave_all(session: &mut Session<'_>) {
    session.watch = None;
    while session.frames.depth() > 0 {
        leave(session, "");
    }
}
