//! Plays a prompt to the caller.

use std::time::Duration;

use serde_json::Value;

use super::{
    KnownFlow,
    outcome::Outcome,
    session::Session,
    signs::Sign,
    sound::{self, Block, Label, Sound},
    waiting::{By, Cut, Passed, Stops},
};
use crate::{
    model::Action,
    recording::{duration_of, samples_in},
    reference::text_of,
    timeline::EventKind,
};

/// The end of a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Whole,
    /// A key was pressed, or the caller spoke: the sound ended at once, or never began.
    Interrupted,
}

pub(super) async fn message(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let skips = text_of(&parameters["SkipWhenDTMFBufferEnabled"]).eq_ignore_ascii_case("true");
    let keys = (skips && session.keypad.collects()).then_some(0);
    let stops = Stops { keys, voice: false };
    Ok(match prompt(session, Block { flow, action }, parameters, stops).await? {
        Ok(Heard::Whole) => Outcome::next("Success"),
        Ok(Heard::Interrupted) => Outcome::next("Interrupted"),
        Err(reason) => Outcome::failed(reason),
    })
}

/// Plays the prompt in a block's parameters. The inner error is the reason why it can't be played.
pub(super) async fn prompt(
    session: &mut Session<'_>,
    block: Block<'_>,
    parameters: &Value,
    stops: Stops,
) -> Result<Result<Heard, String>, Cut> {
    session.advance()?;
    if !session.connected {
        return Ok(Err("the caller has hung up, so that nothing can be played".into()));
    }
    if stops.keys.is_some_and(|count| session.keypad.keys().len() > count) {
        return Ok(Ok(Heard::Interrupted));
    }
    match sound::load(session, block, parameters).await? {
        Ok(sound) => hear(session, &sound, stops, None).await.map(Ok),
        Err(reason) => Ok(Err(reason)),
    }
}

/// Plays a sound from now on, until it or the call ends, the caller interrupts it, or `until`.
pub(super) async fn hear(
    session: &mut Session<'_>,
    sound: &Sound,
    stops: Stops,
    until: Option<Duration>,
) -> Result<Heard, Cut> {
    let start = session.elapsed();
    session.advance()?;
    let wait = session.sleep_to(start, stops).await?;
    if let Passed::Stopped(at, by) = wait {
        // A key was pressed while the sound was fetched, or the caller speaks at once.
        interrupted(session, at.max(start), by);
        return Ok(Heard::Interrupted);
    }
    let ends = starts(session, sound, start);
    let whole = start + duration_of(sound.length);
    let end = until.map_or(whole, |until| until.min(whole));
    let passed = session.sleep_to(end, stops).await;
    let until = match &passed {
        Ok(Passed::Done(())) => end,
        Ok(Passed::Stopped(at, _)) => *at,
        Err(_) => session.elapsed().min(end),
    };
    ended(session, sound, start, until, ends);
    match passed? {
        Passed::Done(()) => Ok(Heard::Whole),
        Passed::Stopped(at, by) => {
            interrupted(session, at, by);
            Ok(Heard::Interrupted)
        }
    }
}

/// Records the part of a sound that was heard until its end or its interruption.
fn ended(
    session: &mut Session<'_>,
    sound: &Sound,
    start: Duration,
    until: Duration,
    ends: Option<EventKind>,
) {
    let heard = samples_in(until.saturating_sub(start)).min(sound.length);
    if session.records() {
        session.recording.place(start, &sound.samples[..heard.min(sound.samples.len())]);
    }
    if let Some(sample) = sound.audible.filter(|sample| *sample < heard)
        && matches!(sound.label, Label::Part { .. })
    {
        session.recorder.part_audible(start + duration_of(sample));
    }
    if let Some(ends) = ends {
        // The time at which the last sample ends: the timer fires a little later.
        session.recorder.sound_ended(start + duration_of(heard), ends);
    }
}

/// Adds the start of a sound to the time line, and returns the event of its end.
fn starts(session: &mut Session<'_>, sound: &Sound, start: Duration) -> Option<EventKind> {
    session.speaker.signs.see(Sign::Plays, sound.names.clone(), start);
    let (starts, ends) = match &sound.label {
        Label::Part { url, part } => {
            let (url, part) = (url.clone(), *part);
            (EventKind::ClipStart { url: url.clone(), part }, EventKind::ClipEnd { url, part })
        }
        // A clip of silence has no events of its own: for the caller it is no different from waiting.
        Label::Prompt(_) if sound.audible.is_none() => return None,
        Label::Prompt(prompt) => {
            let prompt = prompt.clone();
            (EventKind::PromptStart { prompt: prompt.clone() }, EventKind::PromptEnd { prompt })
        }
    };
    session.recorder.sound_started(start, starts);
    Some(ends)
}

fn interrupted(session: &mut Session<'_>, at: Duration, by: By) {
    let by = match by {
        By::Key => "key",
        By::Voice => "voice",
    };
    session.recorder.happened(at, EventKind::Interrupted { by: by.to_owned() });
}
