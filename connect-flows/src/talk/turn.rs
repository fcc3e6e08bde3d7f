//! The caller's turn: listening to it, and asking the model.

use std::time::Duration;

use contract::limits;
use serde_json::{Value, json};

use crate::{
    arns::BOT,
    blocks::{action, compare, invoke, on_error, remember, to, to_or, when},
    model::{Action, Transitions},
    urls::Urls,
};

/// Longest time in the background: Connect's limit.
const BACKGROUND: Duration = Duration::from_secs(60);

/// How long the background form lets the function wait for the first clip, in milliseconds.
const BACKGROUND_WAIT_MS: &str = "6000";

/// Pauses of 400 ms after which the flow says that it still waits.
const QUIETS: &str = "4";

/// Silence from Connect's own voice, since it depends on no reply.
const QUIET: &str = "<speak><break time=\"400ms\"/></speak>";

/// Silence with which Lex begins to listen.
const NO_PROMPT: &str = "<speak><break time=\"50ms\"/></speak>";

/// How the flow waits for the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thinking {
    /// `chat_and_stream` is invoked synchronously: the caller hears nothing until it replies.
    InSilence,
    /// `chat_and_stream` is invoked asynchronously: the caller hears an acknowledgement at once.
    Acknowledged,
}

impl Thinking {
    /// Both ways.
    pub const ALL: [Self; 2] = [Self::InSilence, Self::Acknowledged];

    /// Name of the flow with presigned URLs.
    pub fn flow_name(self) -> &'static str {
        match self {
            Self::InSilence => "talk",
            Self::Acknowledged => "talk-async",
        }
    }
}

/// From the attribute `barge_in` to the greeting, which is in the voice of the answers.
pub(super) fn opening() -> Vec<Action> {
    let attributes = json!({
        "Speed": "$.Attributes.speed",
        "Tenant": "$.Attributes.tenant",
        "Text": "$.FlowAttributes.greeting",
        "Voice": "$.Attributes.voice",
    });
    let greet = invoke("greet", "start_stream", limits::START_STREAM, attributes, to_or("route", "trouble"));
    let by_voice = vec![when("Equals", "true", "one-clip")];
    let mut blocks = vec![
        compare("barge-in", "$.Attributes.barge_in", by_voice, "cuts-greet"),
        remember("one-clip", &[("batch", "1")], "cuts-greet"),
    ];
    blocks.extend(keys_on("greet"));
    blocks.push(greet);
    blocks
}

/// The three ways to listen: behind an answer, behind a question of the flow's own, and during the last clip.
pub(super) fn listening(urls: Urls) -> Vec<Action> {
    let clip = json!({"MediaType": "Audio", "SourceType": "S3", "Uri": urls.clip(0)});
    vec![
        lex("listen", "SSML", json!(NO_PROMPT), "trouble"),
        lex("again", "Text", json!("$.FlowAttributes.again"), "trouble"),
        // Where Lex refuses the clip it is played as the others are.
        lex("ask", "Media", clip, "play-0"),
    ]
}

/// The blocks around `chat_and_stream`. An answer that was heard to its end is named, with its clips; of any other one
/// the service itself knows how far it was heard.
pub(super) fn thinking(thinking: Thinking) -> Vec<Action> {
    let heard = compare("heard", "$.FlowAttributes.heard", vec![when("Equals", "whole", "chat-on")], "chat");
    let before = json!({"NextIndex": "$.FlowAttributes.index", "StreamId": "$.FlowAttributes.stream"});
    let mut blocks = Vec::from(keys_on("heard"));
    blocks.extend([heard, chat("chat-on", thinking, before), chat("chat", thinking, json!({}))]);
    if thinking == Thinking::Acknowledged {
        blocks.extend(acknowledging());
    }
    blocks
}

fn chat(identifier: &str, thinking: Thinking, before: Value) -> Action {
    let mut attributes = json!({
        "Language": "$.Attributes.language",
        "Speed": "$.Attributes.speed",
        "System": "$.Attributes.system",
        "Tenant": "$.Attributes.tenant",
        "Text": "$.Lex.InputTranscript",
        "Voice": "$.Attributes.voice",
    });
    for (name, value) in before.as_object().into_iter().flatten() {
        attributes[name] = value.clone();
    }
    let (limit, next) = match thinking {
        Thinking::InSilence => (limits::START_STREAM, "route"),
        Thinking::Acknowledged => (BACKGROUND, "acknowledge"),
    };
    if thinking == Thinking::Acknowledged {
        // The flow has its own acknowledgement.
        attributes["Acknowledge"] = json!("false");
        attributes["WaitMs"] = json!(BACKGROUND_WAIT_MS);
    }
    let mut chat = invoke(identifier, "chat_and_stream", limit, attributes, to_or(next, "trouble"));
    if thinking == Thinking::Acknowledged {
        chat.parameters.set("InvocationType", json!("ASYNCHRONOUS").into());
    }
    chat
}

/// From the acknowledgement to the reply. `quiet` can't be skipped by a key: the loop would then turn without a pause.
fn acknowledging() -> [Action; 5] {
    let result = json!({"LambdaInvocationId": "$.LambdaInvocation.InvocationId"});
    let acknowledgement =
        json!({"SkipWhenDTMFBufferEnabled": "true", "Text": "$.FlowAttributes.acknowledgement"});
    let rounds = Transitions {
        conditions: vec![when("Equals", "ContinueLooping", "quiet"), when("Equals", "DoneLooping", "still")],
        ..to("still")
    };
    let say = |identifier: &str, parameters| {
        action(identifier, "MessageParticipant", parameters, to_or("load", "load"))
    };
    [
        say("acknowledge", acknowledgement),
        action(
            "load",
            "LoadLambdaFunctionResult",
            result,
            on_error(to_or("route", "trouble"), "InProgress", "hold"),
        ),
        action("hold", "Loop", json!({"LoopCount": QUIETS}), rounds),
        say("quiet", json!({"SSML": QUIET})),
        say("still", json!({"Text": "$.FlowAttributes.still"})),
    ]
}

/// Begins to collect keys, which from then on interrupt clips, unless a contact attribute forbids it. The blocks are
/// `cuts-TARGET` and `keys-TARGET`.
pub(super) fn keys_on(target: &str) -> [Action; 2] {
    let (cuts, keys) = (format!("cuts-{target}"), format!("keys-{target}"));
    let buffer = json!({"EnableDTMFBuffer": "True"});
    [
        compare(&cuts, "$.Attributes.key_interrupts", vec![when("Equals", "false", target)], &keys),
        action(&keys, "GetParticipantInput", buffer, to_or(target, target)),
    ]
}

/// Lex listens behind a prompt, and the caller may speak or press a key during it. Every intent leads on: only the words
/// matter.
fn lex(identifier: &str, prompt: &str, value: Value, failed: &str) -> Action {
    let parameters = json!({
        prompt: value,
        "LexSessionAttributes": {
            "x-amz-lex:allow-interrupt:*:*": "true",
            "x-amz-lex:dtmf:end-timeout-ms:*:*": "1500",
        },
        // Its fallback intent must take every utterance, and give it back without an answer.
        "LexV2Bot": {"AliasArn": BOT},
    });
    let next = on_error(to_or("way-out", failed), "NoMatchingCondition", "way-out");
    let conditions = vec![when("Equals", "FallbackIntent", "way-out")];
    action(identifier, "ConnectParticipantWithLexBot", parameters, Transitions { conditions, ..next })
}
