//! Lex listens to the caller: words and keys alike. The world says what the bot understands.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    KnownFlow, Understood,
    frame::empty,
    message::{Heard, prompt},
    outcome::Outcome,
    session::Session,
    sound::Block,
    waiting::{By, Cut, Passed, Stops},
};
use crate::{model::Action, reference::text_of, timeline::EventKind};

/// Lex's defaults, in milliseconds: longest silence before the caller speaks, silence that ends the caller's speech, and
/// time after the last key.
const START_TIMEOUT: (&str, u64) = ("x-amz-lex:audio:start-timeout-ms:*:*", 3000);
const END_TIMEOUT: (&str, u64) = ("x-amz-lex:audio:end-timeout-ms:*:*", 600);
const KEY_TIMEOUT: (&str, u64) = ("x-amz-lex:dtmf:end-timeout-ms:*:*", 5000);

pub(super) async fn listen(
    session: &mut Session<'_>,
    flow: &KnownFlow,
    action: &Action,
    parameters: &Value,
) -> Result<Outcome, Cut> {
    let Some(bot) = bot(parameters) else {
        return Ok(Outcome::failed(empty(action, &["LexV2Bot", "AliasArn"])));
    };
    if !session.connected {
        return Ok(Outcome::failed("the caller has hung up, so that no bot can listen"));
    }
    session.advance()?;
    session.keypad.listen_anew();
    (session.ear, session.words) = (true, None);
    let input = heard(session, Block { flow, action }, parameters).await;
    (session.ear, session.words) = (false, None);
    session.keypad.stop_listening();
    session.speaker.signs.stop_listening();
    Ok(match input? {
        Ok(words) => {
            session.recorder.happened(session.elapsed(), EventKind::ListenEnd { input: words.clone() });
            let understood = session.runner.settings.world.lex.understand(&bot, &words);
            answer(session, parameters, words, understood)
        }
        Err(reason) => Outcome::failed(reason),
    })
}

/// The ARN of the bot's alias, or the name of a bot of Lex V1.
fn bot(parameters: &Value) -> Option<String> {
    let names = [&parameters["LexV2Bot"]["AliasArn"], &parameters["LexBot"]["Name"]];
    names.into_iter().map(text_of).find(|name| !name.is_empty())
}

/// The caller's words or keys; empty when the caller stays silent. The inner error is the reason why the prompt can't be
/// played.
async fn heard(
    session: &mut Session<'_>,
    block: Block<'_>,
    parameters: &Value,
) -> Result<Result<String, String>, Cut> {
    let attributes = &parameters["LexSessionAttributes"];
    // Lex can be interrupted by keys and voice alike, unless an attribute forbids it.
    let interruptible = attributes["x-amz-lex:allow-interrupt:*:*"] != "false";
    let stops = Stops { keys: interruptible.then_some(0), voice: interruptible };
    let asks = ["Text", "SSML", "Media", "PromptId"].iter().any(|name| !parameters[*name].is_null());
    if asks {
        session.speaker.signs.ask(session.elapsed(), interruptible);
        match prompt(session, block, parameters, stops).await? {
            Ok(Heard::Whole | Heard::Interrupted) => {}
            Err(reason) => return Ok(Err(reason)),
        }
    } else {
        session.speaker.signs.ask(session.elapsed(), true);
    }
    session.recorder.happened(session.elapsed(), EventKind::ListenStart { to: "lex".into() });
    input(session, attributes).await.map(Ok)
}

async fn input(session: &mut Session<'_>, attributes: &Value) -> Result<String, Cut> {
    session.advance()?;
    if !session.keypad.keys().is_empty() {
        return keys(session, attributes).await;
    }
    if session.speaking.is_none() && session.words.is_none() {
        let stops = Stops { keys: Some(0), voice: true };
        session.speaker.signs.listen(session.elapsed());
        let until = session.after(timeout(attributes, START_TIMEOUT));
        match session.sleep_to(until, stops).await? {
            Passed::Done(()) => return Ok(String::new()),
            Passed::Stopped(_, By::Key) => return keys(session, attributes).await,
            Passed::Stopped(_, By::Voice) => {}
        }
    }
    let end = session.hear_out().await?;
    let words = session.words.take().unwrap_or_default();
    session.sleep_to(end + timeout(attributes, END_TIMEOUT), Stops::default()).await?;
    Ok(words)
}

/// Collects keys until `#`, or until no further one is pressed for a while.
async fn keys(session: &mut Session<'_>, attributes: &Value) -> Result<String, Cut> {
    loop {
        let count = session.keypad.keys().len();
        if let Some(keys) = session.keypad.keys().strip_suffix('#').filter(|keys| !keys.is_empty()) {
            return Ok(keys.to_owned());
        }
        let until = session.last_key_at.max(session.elapsed()) + timeout(attributes, KEY_TIMEOUT);
        let stops = Stops { keys: Some(count), voice: false };
        if matches!(session.sleep_to(until, stops).await?, Passed::Done(())) {
            return Ok(session.keypad.keys().to_owned());
        }
    }
}

fn timeout(attributes: &Value, (name, default): (&str, u64)) -> Duration {
    Duration::from_millis(text_of(&attributes[name]).trim().parse().unwrap_or(default))
}

/// Sets `$.Lex`, and follows the intent.
fn answer(session: &mut Session<'_>, parameters: &Value, words: String, understood: Understood) -> Outcome {
    let transcript = understood.transcript.unwrap_or(words);
    let results = json!({"IntentName": understood.intent, "InputTranscript": transcript});
    let mut lex = results.clone();
    let mut attributes = match &parameters["LexSessionAttributes"] {
        Value::Object(attributes) => attributes.clone(),
        _ => serde_json::Map::new(),
    };
    attributes.extend(understood.session_attributes.into_iter().map(|(name, value)| (name, value.into())));
    lex["SessionAttributes"] = attributes.into();
    lex["Slots"] = json!(understood.slots);
    if let Some(confidence) = understood.confidence {
        lex["IntentConfidence"] = json!({"Score": confidence.to_string()});
    }
    session.context.set("Lex", lex);
    let mut outcome = Outcome::condition(understood.intent);
    outcome.results = results;
    outcome
}
