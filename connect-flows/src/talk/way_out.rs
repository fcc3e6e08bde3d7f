//! The ways out of the conversation: a key, a word, and repeated errors. All lead to a queue.

use serde_json::json;

use super::answer::PERSON;
use crate::{
    arns::QUEUE,
    blocks::{action, compare, on_error, remember, to_or, when},
    model::{Action, Transitions},
};

/// Words with which callers ask for a person. Comparisons are case-sensitive; Lex writes most words in lower case.
const WORDS: [&str; 16] = [
    "agent",
    "Agent",
    "operator",
    "Operator",
    "representative",
    "Representative",
    "a human",
    "a person",
    "real person",
    "to someone",
    "to somebody",
    "with someone",
    "colleague",
    "상담원",
    "상담사",
    "직원",
];

pub(super) fn blocks() -> Vec<Action> {
    vec![
        way_out(),
        trouble(),
        remember("trouble-once", &[("heard", "part"), ("trouble", "once")], "again"),
        remember("trouble-twice", &[("heard", "part"), ("trouble", "twice")], "again"),
        say("sorry", "queue"),
        say("person", "queue"),
        action("queue", "UpdateContactTargetQueue", json!({"QueueId": QUEUE}), to_or("transfer", "busy")),
        action(
            "transfer",
            "TransferContactToQueue",
            json!({}),
            on_error(to_or("busy", "busy"), "QueueAtCapacity", "busy"),
        ),
        say("busy", "hang-up"),
        action("hang-up", "DisconnectParticipant", json!({}), Transitions::default()),
    ]
}

/// Whether the caller asks for a person, by a key or a word.
fn way_out() -> Action {
    let mut asks = vec![when("Equals", PERSON, "person")];
    asks.extend(WORDS.map(|word| when("TextContains", word, "person")));
    compare("way-out", "$.Lex.InputTranscript", asks, "cuts-heard")
}

/// The third error in a row ends the conversation. Compare knows no sums, so the count is in words.
fn trouble() -> Action {
    let so_far = vec![when("Equals", "once", "trouble-twice"), when("Equals", "twice", "sorry")];
    compare("trouble", "$.FlowAttributes.trouble", so_far, "trouble-once")
}

/// Says one of the flow's texts with Connect's own voice, which works even when our service fails.
fn say(text: &str, target: &str) -> Action {
    let parameters = json!({"Text": format!("$.FlowAttributes.{text}")});
    action(text, "MessageParticipant", parameters, to_or(target, target))
}
