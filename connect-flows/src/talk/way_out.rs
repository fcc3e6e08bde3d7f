//! The ways out of the conversation: a key, a word, and repeated errors. All lead to a queue.

use contract::person;
use serde_json::json;

use super::answer::PERSON;
use crate::{
    arns::QUEUE,
    blocks::{action, compare, on_error, remember, to_or, when},
    model::Action,
    play_text::hang_up,
};

pub(super) fn blocks() -> Vec<Action> {
    let mut blocks = vec![
        way_out(),
        trouble(),
        remember("trouble-once", &[("heard", "part"), ("trouble", "once")], "again"),
        remember("trouble-twice", &[("heard", "part"), ("trouble", "twice")], "again"),
    ];
    blocks.extend(to_a_person());
    blocks
}

/// From the sentence `sorry` or `person` to the queue of the agents. Ends with `hang-up`.
pub(crate) fn to_a_person() -> [Action; 6] {
    [
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
        hang_up(),
    ]
}

/// Whether the caller asks for a person, by a key or a word.
fn way_out() -> Action {
    let mut asks = vec![when("Equals", PERSON, "person")];
    asks.extend(person::WORDS.map(|word| when("TextContains", word, "person")));
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
