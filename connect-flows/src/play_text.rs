//! The flow that speaks the contact attribute `text`: committed as `flows/play-text.json`, and in a variant with plain
//! URLs as `flows/play-text-s3.json`.
//!
//! ```text
//! log → start → route ─play→ play-0 → more-0 → play-1 → was-last ─no→ next → route
//!                 ├─wait→ pause (a silence clip) ──────────────────────→ next
//!                 ├─done, cancelled→ hang-up
//!                 └─error, anything else→ sorry → hang-up
//! ```
//!
//! The number of play blocks follows [`contract::STREAM_BATCH`]. The functions' ARNs are placeholders.

use contract::{STREAM_BATCH, limits};
use serde_json::json;

use crate::{
    blocks::{Placed, action, column, compare, flow, invoke, media, next_batch, to, to_or, when},
    model::{Action, Flow, Transitions},
    urls::Urls,
};

/// The apology that is spoken when no answer can be played.
const SORRY: &str = "I am sorry, I cannot answer right now. Please call again later.";

/// The whole flow.
pub fn play_text(urls: Urls) -> Flow {
    let mut placed = vec![(column(0, 0), log())];
    placed.extend(blocks(urls, &FLOW, column));
    let right = 3 + 2 * STREAM_BATCH;
    placed.extend([(column(3, 2), sorry()), (column(right, 2), hang_up())]);
    flow(placed)
}

/// The names of the blocks to which the loop leads.
pub(crate) struct Ends {
    /// After the last clip.
    pub played: &'static str,
    /// When the stream has been cancelled.
    pub cancelled: &'static str,
    /// When no answer can be played.
    pub failed: &'static str,
}

const FLOW: Ends = Ends { played: "hang-up", cancelled: "hang-up", failed: "sorry" };

/// The loop itself, from the start of the stream to one of the ends, in the columns from 1 on.
pub(crate) fn blocks(urls: Urls, ends: &Ends, place: fn(usize, usize) -> (i64, i64)) -> Vec<Placed> {
    let mut placed = vec![(place(1, 0), start(ends)), (place(2, 0), route(ends))];
    for slot in 0..STREAM_BATCH {
        placed.push((place(3 + 2 * slot, 0), play(urls, slot, ends)));
        if slot + 1 < STREAM_BATCH {
            placed.push((place(4 + 2 * slot, 0), more(slot)));
        }
    }
    let right = 2 + 2 * STREAM_BATCH;
    placed.extend([
        (place(right, 0), was_last(ends)),
        (place(right + 1, 0), next(ends)),
        (place(3, 1), pause(urls, ends)),
    ]);
    placed
}

fn log() -> Action {
    let parameters = json!({"FlowLoggingBehavior": "Enabled"});
    action("log", "UpdateFlowLoggingBehavior", parameters, to("start"))
}

/// Starts the stream. If the contact names no voice, `Voice` is an empty parameter, which the function reads as absent.
/// `Limit` is not passed, since the first reply has at most one clip.
fn start(ends: &Ends) -> Action {
    let attributes = json!({
        "Text": "$.Attributes.text",
        "Voice": "$.Attributes.voice",
    });
    invoke("start", "start_stream", limits::START_STREAM, attributes, to_or("route", ends.failed))
}

fn next(ends: &Ends) -> Action {
    next_batch("next", &STREAM_BATCH.to_string(), to_or("route", ends.failed))
}

fn route(ends: &Ends) -> Action {
    let equals = [
        ("play", "play-0"),
        ("wait", "pause"),
        ("done", ends.played),
        ("cancelled", ends.cancelled),
        ("error", ends.failed),
    ]
    .map(|(status, target)| when("Equals", status, target));
    compare("route", "$.External.Status", equals.into(), ends.failed)
}

fn play(urls: Urls, slot: usize, ends: &Ends) -> Action {
    let after = if slot + 1 < STREAM_BATCH { format!("more-{slot}") } else { "was-last".to_owned() };
    media(&format!("play-{slot}"), &urls.clip(slot), to_or(&after, ends.failed))
}

/// Whether the reply holds a clip beyond `slot`.
fn more(slot: usize) -> Action {
    let played = slot + 1;
    let beyond = when("NumberGreaterThan", played.to_string(), &format!("play-{played}"));
    compare(&format!("more-{slot}"), "$.External.Count", vec![beyond], "was-last")
}

/// Ends after the last clip, which saves a round trip whose reply would only be `done`.
fn was_last(ends: &Ends) -> Action {
    let last = when("Equals", "true", ends.played);
    compare("was-last", "$.External.Last", vec![last], "next")
}

/// Plays a clip of silence to pace the loop: Connect refuses the Wait block on voice contacts.
fn pause(urls: Urls, ends: &Ends) -> Action {
    media("pause", urls.pause(), to_or("next", ends.failed))
}

/// Speaks the apology with Connect's own voice, which works even when our service fails.
fn sorry() -> Action {
    action("sorry", "MessageParticipant", json!({"Text": SORRY}), to_or("hang-up", "hang-up"))
}

pub(crate) fn hang_up() -> Action {
    action("hang-up", "DisconnectParticipant", json!({}), Transitions::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_of_a_reply_has_a_play_block_and_no_more() {
        for (urls, clip, pause) in
            [(Urls::Presigned, "Url", "PauseUrl"), (Urls::Plain, "S3Url", "PauseS3Url")]
        {
            let flow = play_text(urls);
            let uris: Vec<_> = flow
                .actions
                .iter()
                .filter_map(|action| action.parameters.at(&["Media", "Uri"])?.text())
                .collect();
            let clips = (0..STREAM_BATCH).map(|slot| format!("$.External.{clip}{slot}"));
            let expected: Vec<_> = clips.chain([format!("$.External.{pause}")]).collect();
            assert_eq!(uris, expected);
        }
    }
}
