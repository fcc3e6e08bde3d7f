//! The answer: its clips, and the keys with which the caller interrupts them.

use contract::{STREAM_BATCH, limits, person};
use serde_json::json;

use super::turn::keys_on;
use crate::{
    blocks::{action, compare, invoke, media, next_batch, remember, to_or, when},
    model::Action,
    urls::Urls,
};

/// The keys of a telephone.
const KEYS: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"];

/// The key that asks for a person.
pub(super) const PERSON: &str = person::KEY;

/// From a reply to the end of its clips.
pub(super) fn playing(urls: Urls) -> Vec<Action> {
    let mut blocks = vec![route(), last(), asks()];
    for slot in 0..STREAM_BATCH {
        blocks.push(play(urls, slot));
        if slot + 1 < STREAM_BATCH {
            blocks.push(more(slot));
        }
    }
    blocks.push(skippable(media("pause", urls.pause(), to_or("keys", "trouble"))));
    blocks
}

/// From the end of a reply's clips to the next reply, or to the end of the answer.
pub(super) fn ending() -> Vec<Action> {
    let store = json!({"EnableDTMFBuffer": "False", "StoreInput": "True"});
    let next = next_batch("next", "$.FlowAttributes.batch", to_or("route", "trouble"));
    let mut blocks = vec![
        action("keys", "GetParticipantInput", store, to_or("key", "was-last")),
        key(),
        compare("was-last", "$.External.Last", vec![when("Equals", "true", "whole")], "cuts-next"),
    ];
    blocks.extend(keys_on("next"));
    blocks.extend([
        next,
        cancel("cancel", "part"),
        cancel("cancel-person", "person"),
        remember("part", &[HEARD_PART, NO_TROUBLE], "listen"),
        remember("part-ask", &[HEARD_PART, NO_TROUBLE], "ask"),
        whole(),
    ]);
    blocks
}

const HEARD_PART: (&str, &str) = ("heard", "part");
const NO_TROUBLE: (&str, &str) = ("trouble", "none");

fn route() -> Action {
    let equals =
        [("play", "last"), ("wait", "pause"), ("done", "whole"), ("cancelled", "part"), ("error", "trouble")]
            .map(|(status, target)| when("Equals", status, target));
    compare("route", "$.External.Status", equals.into(), "trouble")
}

/// Whether the answer ends with these clips.
fn last() -> Action {
    compare("last", "$.External.Last", vec![when("Equals", "true", "asks")], "play-0")
}

/// Whether Lex plays the last clip.
fn asks() -> Action {
    compare("asks", "$.Attributes.barge_in", vec![when("Equals", "true", "part-ask")], "play-0")
}

fn play(urls: Urls, slot: usize) -> Action {
    let after = if slot + 1 < STREAM_BATCH { format!("more-{slot}") } else { "keys".to_owned() };
    skippable(media(&format!("play-{slot}"), &urls.clip(slot), to_or(&after, "trouble")))
}

/// Whether the reply holds a clip beyond `slot`.
fn more(slot: usize) -> Action {
    let played = slot + 1;
    let beyond = when("NumberGreaterThan", played.to_string(), &format!("play-{played}"));
    compare(&format!("more-{slot}"), "$.External.Count", vec![beyond], "keys")
}

/// A message that a key interrupts, and that isn't begun when a key is in the buffer.
fn skippable(mut message: Action) -> Action {
    message.parameters.set("SkipWhenDTMFBufferEnabled", json!("true").into());
    message
}

/// The first key that was pressed. Compare has no test for an empty value, so that each key is named.
fn key() -> Action {
    let target = |key: &str| if key == PERSON { "cancel-person" } else { "cancel" };
    let pressed = KEYS.map(|key| when("TextStartsWith", key, target(key)));
    compare("key", "$.StoredCustomerInput", pressed.into(), "was-last")
}

/// Ends the stream whose clips the caller does not want to hear. Failing to do so costs only its speech.
fn cancel(identifier: &str, target: &str) -> Action {
    let stream = json!({"StreamId": "$.External.StreamId"});
    let limit = limits::SYNTHESIZE_STREAM_CANCEL;
    invoke(identifier, "synthesize_stream_cancel", limit, stream, to_or(target, target))
}

/// Remembers which answer was heard to its end, for the next turn: a later reply overwrites `$.External`.
fn whole() -> Action {
    let answer = [
        ("heard", "whole"),
        ("index", "$.External.NextIndex"),
        ("stream", "$.External.StreamId"),
        NO_TROUBLE,
    ];
    remember("whole", &answer, "listen")
}
