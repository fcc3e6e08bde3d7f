//! Lex V2 listens to the caller: the bot understands every word, and its fallback intent takes all of them.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    EndReason, Then, When,
    message::{Heard, Interruptions, prompt},
    session::{Edge, Outcome, Session},
};
use crate::{model::Action, timeline::EventKind};

/// The intent of everything that the caller says.
const INTENT: &str = "FallbackIntent";

/// The time in which a caller speaks one letter, and one syllable of Hangul.
const LETTER: Duration = Duration::from_millis(60);
const SYLLABLE: Duration = Duration::from_millis(160);

/// Lex listens no longer than this to one utterance.
const LONGEST_SPEECH: Duration = Duration::from_secs(12);

/// Lex's defaults, in milliseconds: longest silence before the caller speaks, silence that ends the caller's speech, and
/// time after the last key.
const START_TIMEOUT: (&str, u64) = ("x-amz-lex:audio:start-timeout-ms:*:*", 3000);
const END_TIMEOUT: (&str, u64) = ("x-amz-lex:audio:end-timeout-ms:*:*", 600);
const KEY_TIMEOUT: (&str, u64) = ("x-amz-lex:dtmf:end-timeout-ms:*:*", 5000);

pub(super) async fn listen<'r>(
    session: &mut Session<'_>,
    action: &'r Action,
    parameters: &Value,
) -> Outcome<'r> {
    if parameters["LexV2Bot"]["AliasArn"].as_str().unwrap_or_default().is_empty() {
        return Outcome::failed("LexV2Bot.AliasArn is empty");
    }
    let attributes = &parameters["LexSessionAttributes"];
    session.note_keys();
    session.keypad.listen();
    let interruptions = interruptions(session, attributes);
    let asked = ["Text", "SSML", "Media"].iter().any(|name| !parameters[*name].is_null());
    let heard = if asked { prompt(session, parameters, interruptions).await } else { Ok(Heard::Whole) };
    let input = match heard {
        Ok(Heard::TimeLimit) => Err(session.time_limit()),
        Ok(Heard::Whole | Heard::Interrupted) => input(session, attributes).await,
        Err(reason) => {
            session.keypad.stop_listening();
            return Outcome::failed(reason);
        }
    };
    session.keypad.stop_listening();
    match input {
        Ok(words) => understood(session, action, attributes, words),
        Err(reason) => Outcome::end(reason),
    }
}

/// Lex can be interrupted by keys and voice alike, unless an attribute forbids it.
fn interruptions(session: &Session<'_>, attributes: &Value) -> Interruptions {
    if attributes["x-amz-lex:allow-interrupt:*:*"] == "false" {
        return Interruptions::default();
    }
    let speaks = session.utterances.len() > 0;
    let after = session.runner.settings.script.steps.iter().find_map(|step| match step.when {
        When::Asks(after) if speaks => Some(after),
        _ => None,
    });
    Interruptions { by_key: true, by_voice_after: after }
}

/// The caller's words or keys; empty when the caller stays silent. An error is the end of the call.
async fn input(session: &mut Session<'_>, attributes: &Value) -> Result<String, EndReason> {
    session.note_keys();
    if !session.keypad.keys().is_empty() {
        return keys(session, attributes).await;
    }
    if let Some(words) = session.utterances.next() {
        return speech(session, attributes, &words).await;
    }
    if session.runner.settings.script.then == Then::HangUp {
        return Err(EndReason::HungUp);
    }
    session.sleep_to_key(session.elapsed() + timeout(attributes, START_TIMEOUT)).await?;
    if session.keypad.keys().is_empty() { Ok(String::new()) } else { keys(session, attributes).await }
}

async fn speech(session: &mut Session<'_>, attributes: &Value, text: &str) -> Result<String, EndReason> {
    let syllables = u32::try_from(text.chars().filter(|letter| !letter.is_ascii()).count()).unwrap_or(0);
    let letters = u32::try_from(text.chars().filter(char::is_ascii).count()).unwrap_or(0);
    let start = session.elapsed();
    let end = start + (SYLLABLE * syllables + LETTER * letters).min(LONGEST_SPEECH);
    session.recorder.sound_started(start, EventKind::CallerStart { text: text.to_owned() });
    session.sleep_to(end).await?;
    session.recorder.sound_ended(end, EventKind::CallerEnd { text: text.to_owned() });
    session.sleep_to(end + timeout(attributes, END_TIMEOUT)).await?;
    session.note_keys();
    Ok(text.to_owned())
}

/// Collects keys until `#`, or until no further one is pressed for a while.
async fn keys(session: &mut Session<'_>, attributes: &Value) -> Result<String, EndReason> {
    loop {
        let so_far = session.keypad.keys().len();
        if let Some(keys) = session.keypad.keys().strip_suffix('#').filter(|keys| !keys.is_empty()) {
            return Ok(keys.to_owned());
        }
        session.sleep_to_key(session.elapsed() + timeout(attributes, KEY_TIMEOUT)).await?;
        if session.keypad.keys().len() == so_far {
            return Ok(session.keypad.keys().to_owned());
        }
    }
}

fn timeout(attributes: &Value, (name, default): (&str, u64)) -> Duration {
    let set = attributes[name].as_str().and_then(|text| text.parse().ok());
    Duration::from_millis(set.unwrap_or(default))
}

/// Sets `$.Lex`, and follows the intent.
fn understood<'r>(
    session: &mut Session<'_>,
    action: &'r Action,
    attributes: &Value,
    words: String,
) -> Outcome<'r> {
    let results = json!({"IntentName": INTENT, "InputTranscript": words});
    let mut lex = results.clone();
    lex["SessionAttributes"] = attributes.clone();
    lex["Slots"] = json!({});
    session.context.set("Lex", lex);
    let transitions = &action.transitions;
    let intent = transitions.conditions.iter().find(|condition| {
        condition.condition.operator == "Equals" && condition.condition.operands == [INTENT]
    });
    let target = intent.map(|intent| intent.next_action.as_str());
    let edge = target.or_else(|| transitions.on_error("NoMatchingCondition")).map_or(Edge::Next, Edge::To);
    Outcome { edge, results }
}
