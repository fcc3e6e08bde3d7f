//! GetParticipantInput: one key to branch on, several to store, and the switch of touch-tone buffering.

use std::time::Duration;

use serde_json::Value;

use super::{
    KnownFlow,
    digits::{Digits, Entry},
    message::prompt,
    outcome::Outcome,
    session::Session,
    sound::Block,
    waiting::{Cut, Passed, Stops},
};
use crate::{
    model::Action,
    reference::text_of,
    timeline::{EventKind, HIDDEN_KEY},
};

/// The value that is stored when no key was pressed.
const TIMEOUT: &str = "Timeout";

/// The value that stands for encrypted keys: the runner has no key to encrypt with.
const ENCRYPTED: &str = "encrypted";

pub(super) async fn get(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let is = |name: &str, expected: &str| text_of(&parameters[name]).eq_ignore_ascii_case(expected);
    let asks = ["Text", "SSML", "Media", "PromptId"].iter().any(|name| !parameters[*name].is_null());
    if is("EnableDTMFBuffer", "true") {
        session.advance()?;
        session.keypad.buffer();
    }
    if !parameters["EnableDTMFBuffer"].is_null() && !asks {
        return Ok(switch_buffer(session, parameters));
    }
    if !session.connected {
        return Ok(Outcome::failed("the caller has hung up, so that no key can be pressed"));
    }
    let digits = match Digits::read(parameters, is("StoreInput", "true")) {
        Ok(digits) => digits,
        Err(reason) => return Ok(Outcome::failed(reason)),
    };
    session.keypad.listen(hides(&digits, parameters));
    let collected = collect(session, Block { flow, action }, parameters, &digits).await;
    session.speaker.signs.stop_listening();
    if let Ok(Ok(collected)) = collected {
        return Ok(conclude(session, &digits, parameters, &collected));
    }
    session.keypad.stop_listening();
    collected.map(|collected| Outcome::failed(collected.err().unwrap_or_default()))
}

/// Stores the entry, or branches on it.
fn conclude(
    session: &mut Session<'_>,
    digits: &Digits,
    parameters: &Value,
    Collected { count, entry }: &Collected,
) -> Outcome {
    session.keypad.take(*count);
    let secret = hides(digits, parameters);
    let input = match secret {
        true => entry.keys.chars().map(|_| HIDDEN_KEY).collect(),
        false => entry.keys.clone(),
    };
    session.recorder.happened(session.elapsed(), EventKind::ListenEnd { input });
    if digits.stores { store(session, digits, entry, secret) } else { branch(entry) }
}

/// Whether the keys are secret: Connect stores them encrypted.
fn hides(digits: &Digits, parameters: &Value) -> bool {
    digits.stores && !parameters["InputEncryption"].is_null()
}

/// Switches touch-tone buffering. Connect does not document the value that an empty buffer stores; here it is empty.
fn switch_buffer(session: &mut Session<'_>, parameters: &Value) -> Outcome {
    let is = |name: &str| text_of(&parameters[name]).eq_ignore_ascii_case("true");
    if is("EnableDTMFBuffer") {
        return Outcome::next("Success");
    }
    let keys = session.keypad.stop_and_clear();
    if is("StoreInput") {
        session.context.set("StoredCustomerInput", keys.clone());
    }
    Outcome::next(keys)
}

/// The keys of an entry, and the number of keys that were used up for it.
struct Collected {
    count: usize,
    entry: Entry,
}

/// Plays the prompt, and collects keys until the entry is complete or nothing more comes.
async fn collect(
    session: &mut Session<'_>,
    block: Block<'_>,
    parameters: &Value,
    digits: &Digits,
) -> Result<Result<Collected, String>, Cut> {
    session.speaker.signs.ask(session.elapsed(), false);
    let stops = Stops { keys: Some(0), voice: false };
    if let Err(reason) = prompt(session, block, parameters, stops).await? {
        return Ok(Err(reason));
    }
    session.recorder.happened(session.elapsed(), EventKind::ListenStart { to: "keys".into() });
    loop {
        let keys = session.keypad.keys().to_owned();
        if let Some(count) = digits.complete_after(&keys) {
            return Ok(Ok(Collected { count, entry: digits.entry(&keys[..count]) }));
        }
        let wait = if keys.is_empty() { digits.first_within } else { digits.next_within };
        session.speaker.signs.listen(session.elapsed());
        if !pressed_within(session, wait, keys.len()).await? {
            return Ok(Ok(Collected { count: keys.len(), entry: digits.entry(&keys) }));
        }
    }
}

/// Whether a further key is pressed within a time.
async fn pressed_within(session: &mut Session<'_>, wait: Duration, count: usize) -> Result<bool, Cut> {
    let stops = Stops { keys: Some(count), voice: false };
    let passed = session.sleep_to(session.after(wait), stops).await?;
    Ok(matches!(passed, Passed::Stopped(..)))
}

/// Stores the keys. An entry without keys is stored as `Timeout`.
fn store(session: &mut Session<'_>, digits: &Digits, entry: &Entry, secret: bool) -> Outcome {
    if entry.keys.is_empty() && !entry.ended {
        session.context.set("StoredCustomerInput", TIMEOUT);
        return Outcome::next(TIMEOUT);
    }
    let stored = match digits.validated(&entry.keys) {
        Ok(stored) => stored,
        Err(reason) => return Outcome::branch("InvalidPhoneNumber").with_note(reason),
    };
    if secret {
        session.context.set("StoredCustomerInput", ENCRYPTED);
        let note =
            "the keys are stored as a word: encryption with the key of the flow happens in Connect only";
        return Outcome::next(ENCRYPTED).with_note(note);
    }
    session.context.set("StoredCustomerInput", stored.clone());
    Outcome::next(stored)
}

/// Branches on one key.
fn branch(entry: &Entry) -> Outcome {
    match entry.keys.as_str() {
        "" => Outcome::branch("InputTimeLimitExceeded"),
        key => Outcome::condition(key),
    }
}
