//! Prompts in a loop, for callers who wait in a queue or are on hold.

use std::time::Duration;

use serde_json::Value;

use super::{
    EndReason, KnownFlow,
    message::hear,
    outcome::Outcome,
    session::Session,
    sound::{self, Block, Sound},
    waiting::{Cut, Stops},
};
use crate::{model::Action, reference::text_of};

/// The remark for a call that ends within the block by its limit alone.
const LEFT: &str = "it plays until an agent takes the call or the caller hangs up, and neither happened";

/// Plays the messages in turn, until the call ends, an agent takes it, or the time of an interruption has come.
pub(super) async fn play(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    if !session.connected {
        return Ok(Outcome::failed("the caller has hung up, so that nothing can be played"));
    }
    let sounds = match load(session, Block { flow, action }, parameters).await? {
        Ok(sounds) => sounds,
        Err(reason) => return Ok(Outcome::failed(reason)),
    };
    let seconds = text_of(&parameters["InterruptFrequencySeconds"]);
    let until = match seconds.trim().parse().map(Duration::from_secs) {
        _ if seconds.is_empty() => None,
        Ok(after) if !after.is_zero() => Some(session.after(after)),
        _ => {
            return Ok(Outcome::failed(format!(
                "InterruptFrequencySeconds is {seconds:?}: use seconds, from 1 on"
            )));
        }
    };
    for sound in sounds.iter().cycle() {
        match hear(session, sound, Stops::default(), until).await {
            Ok(_) => {}
            Err(Cut::End(reason @ EndReason::TimeLimit { .. })) => {
                return Ok(Outcome::end(reason).with_note(LEFT));
            }
            Err(cut) => return Err(cut),
        }
        if until.is_some_and(|until| session.elapsed() >= until) {
            break;
        }
    }
    Ok(Outcome::condition("MessagesInterrupted"))
}

/// The sounds of all messages, at least one of them with a length.
async fn load(
    session: &mut Session<'_>,
    block: Block<'_>,
    parameters: &Value,
) -> Result<Result<Vec<Sound>, String>, Cut> {
    let mut sounds = Vec::new();
    for message in parameters["Messages"].as_array().into_iter().flatten() {
        match sound::load(session, block, message).await? {
            Ok(sound) => sounds.push(sound),
            Err(reason) => return Ok(Err(reason)),
        }
    }
    let plays = sounds.iter().any(|sound| sound.length > 0);
    Ok(if plays { Ok(sounds) } else { Err("Messages names nothing that can be played".into()) })
}
