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

use std::time::Duration;

use contract::{STREAM_BATCH, limits};
use serde_json::{Map, Value, json};

use crate::model::{Action, Condition, ConditionTransition, ErrorTransition, Flow, Transitions};

/// The apology that is spoken when no answer can be played.
const SORRY: &str = "I am sorry, I cannot answer right now. Please call again later.";

/// The kind of URL that the flow plays from a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urls {
    /// Presigned URLs, `Url0` and so on: valid for some minutes, for anyone who has them.
    Presigned,
    /// Plain URLs, `S3Url0` and so on: the bucket's policy allows Connect to read them.
    Plain,
}

impl Urls {
    /// Both kinds of URL.
    pub const ALL: [Self; 2] = [Self::Presigned, Self::Plain];

    /// Name of the flow and, without extension, of its file.
    pub fn flow_name(self) -> &'static str {
        match self {
            Self::Presigned => "play-text",
            Self::Plain => "play-text-s3",
        }
    }

    fn clip(self, slot: usize) -> String {
        match self {
            Self::Presigned => format!("$.External.Url{slot}"),
            Self::Plain => format!("$.External.S3Url{slot}"),
        }
    }

    fn pause(self) -> &'static str {
        match self {
            Self::Presigned => "$.External.PauseUrl",
            Self::Plain => "$.External.PauseS3Url",
        }
    }
}

/// The whole flow.
pub fn play_text(urls: Urls) -> Flow {
    let mut placed = vec![(column(0, 0), log()), (column(1, 0), start()), (column(2, 0), route())];
    for slot in 0..STREAM_BATCH {
        placed.push((column(3 + 2 * slot, 0), play(urls, slot)));
        if slot + 1 < STREAM_BATCH {
            placed.push((column(4 + 2 * slot, 0), more(slot)));
        }
    }
    let right = 2 + 2 * STREAM_BATCH;
    placed.extend([
        (column(right, 0), was_last()),
        (column(right + 1, 0), next()),
        (column(3, 1), pause(urls)),
        (column(3, 2), sorry()),
        (column(right + 1, 2), hang_up()),
    ]);
    let positions: Map<String, Value> = placed
        .iter()
        .map(|(position, action)| {
            let decoration = json!({"isFriendlyName": true, "position": position});
            (action.identifier.clone(), decoration)
        })
        .collect();
    Flow {
        version: "2019-10-30".into(),
        start_action: "log".into(),
        metadata: Some(json!({
            "ActionMetadata": positions,
            "entryPointPosition": {"x": 20, "y": 20},
        })),
        actions: placed.into_iter().map(|(_, action)| action).collect(),
        settings: None,
        other: Map::new(),
    }
}

/// The flow in the form in which it is committed: indented, with the keys of objects sorted and a final line break.
pub fn to_json(flow: &Flow) -> String {
    let mut flow = flow.clone();
    // The result must not depend on serde_json's feature `preserve_order`, which another crate of the build may switch
    // on. Without that feature objects are sorted already, and this line changes nothing.
    flow.metadata.iter_mut().for_each(Value::sort_all_objects);
    for action in &mut flow.actions {
        let mut parameters = Value::Object(std::mem::take(&mut action.parameters));
        parameters.sort_all_objects();
        if let Value::Object(parameters) = parameters {
            action.parameters = parameters;
        }
    }
    // Serialisation can't fail: the flow has only strings and maps.
    let mut json = serde_json::to_string_pretty(&flow).unwrap_or_default();
    json.push('\n');
    json
}

fn log() -> Action {
    let parameters = json!({"FlowLoggingBehavior": "Enabled"});
    action("log", "UpdateFlowLoggingBehavior", parameters, to("start"))
}

/// Starts the stream. If the contact names no voice, `Voice` is an empty parameter, which the function reads as absent.
/// `Limit` is not passed, since the first reply has at most one clip.
fn start() -> Action {
    let attributes = json!({
        "Text": "$.Attributes.text",
        "Voice": "$.Attributes.voice",
    });
    invoke("start", "start_stream", limits::START_STREAM, attributes)
}

fn next() -> Action {
    let attributes = json!({
        "Limit": STREAM_BATCH.to_string(),
        "NextIndex": "$.External.NextIndex",
        "StreamId": "$.External.StreamId",
    });
    invoke("next", "get_next_batch", limits::GET_NEXT_BATCH, attributes)
}

fn invoke(identifier: &str, function: &str, limit: Duration, attributes: Value) -> Action {
    let parameters = json!({
        "InvocationTimeLimitSeconds": limit.as_secs().to_string(),
        "InvocationType": "SYNCHRONOUS",
        "LambdaFunctionARN": format!("arn:aws:lambda:us-east-1:000000000000:function:{function}"),
        "LambdaInvocationAttributes": attributes,
        "ResponseValidation": {"ResponseType": "STRING_MAP"},
    });
    action(identifier, "InvokeLambdaFunction", parameters, or_sorry(to("route")))
}

fn route() -> Action {
    let equals = [
        ("play", "play-0"),
        ("wait", "pause"),
        ("done", "hang-up"),
        ("cancelled", "hang-up"),
        ("error", "sorry"),
    ]
    .map(|(status, target)| when("Equals", status.to_owned(), target));
    compare("route", "$.External.Status", equals.into(), "sorry")
}

fn play(urls: Urls, slot: usize) -> Action {
    let after = if slot + 1 < STREAM_BATCH { format!("more-{slot}") } else { "was-last".to_owned() };
    media(&format!("play-{slot}"), &urls.clip(slot), or_sorry(to(&after)))
}

/// Whether the reply holds a clip beyond `slot`.
fn more(slot: usize) -> Action {
    let played = slot + 1;
    let beyond = when("NumberGreaterThan", played.to_string(), &format!("play-{played}"));
    compare(&format!("more-{slot}"), "$.External.Count", vec![beyond], "was-last")
}

/// Hangs up after the last clip, which saves a round trip whose reply would only be `done`.
fn was_last() -> Action {
    let last = when("Equals", "true".into(), "hang-up");
    compare("was-last", "$.External.Last", vec![last], "next")
}

/// Plays a clip of silence to pace the loop: Connect refuses the Wait block on voice contacts.
fn pause(urls: Urls) -> Action {
    media("pause", urls.pause(), or_sorry(to("next")))
}

/// Speaks the apology with Connect's own voice, which works even when our service fails.
fn sorry() -> Action {
    let transitions = on_error(to("hang-up"), "NoMatchingError", "hang-up");
    action("sorry", "MessageParticipant", json!({"Text": SORRY}), transitions)
}

fn hang_up() -> Action {
    action("hang-up", "DisconnectParticipant", json!({}), Transitions::default())
}

fn media(identifier: &str, uri: &str, transitions: Transitions) -> Action {
    let parameters = json!({"Media": {"MediaType": "Audio", "SourceType": "S3", "Uri": uri}});
    action(identifier, "MessageParticipant", parameters, transitions)
}

/// A Compare action. In the JSON its `NextAction` must repeat the target of `NoMatchingCondition`.
fn compare(identifier: &str, value: &str, conditions: Vec<ConditionTransition>, otherwise: &str) -> Action {
    let transitions = Transitions { conditions, ..on_error(to(otherwise), "NoMatchingCondition", otherwise) };
    action(identifier, "Compare", json!({"ComparisonValue": value}), transitions)
}

fn action(identifier: &str, kind: &str, parameters: Value, transitions: Transitions) -> Action {
    Action {
        identifier: identifier.into(),
        kind: kind.into(),
        parameters: parameters.as_object().cloned().unwrap_or_default(),
        transitions,
        other: Map::new(),
    }
}

fn to(target: &str) -> Transitions {
    Transitions { next_action: Some(target.into()), ..Transitions::default() }
}

fn or_sorry(transitions: Transitions) -> Transitions {
    on_error(transitions, "NoMatchingError", "sorry")
}

fn on_error(mut transitions: Transitions, error_type: &str, target: &str) -> Transitions {
    transitions.errors.push(ErrorTransition { next_action: target.into(), error_type: error_type.into() });
    transitions
}

fn when(operator: &str, operand: String, target: &str) -> ConditionTransition {
    ConditionTransition {
        next_action: target.into(),
        condition: Condition { operator: operator.into(), operands: vec![operand] },
    }
}

/// A position on the editor's canvas, counted in blocks.
fn column(column: usize, row: usize) -> Value {
    json!({"x": 160 + 250 * column, "y": 20 + 220 * row})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::check;

    #[test]
    fn the_committed_flows_are_the_generated_ones() {
        for (urls, committed) in [
            (Urls::Presigned, include_str!("../flows/play-text.json")),
            (Urls::Plain, include_str!("../flows/play-text-s3.json")),
        ] {
            let name = urls.flow_name();
            assert!(committed == to_json(&play_text(urls)), "{name}.json is stale: run `cargo xtask flows`");
        }
    }

    #[test]
    fn the_flows_have_no_problem_and_read_back_as_themselves() {
        for urls in Urls::ALL {
            let flow = play_text(urls);
            assert_eq!(check(&flow), []);
            assert_eq!(Flow::parse(&to_json(&flow)), Ok(flow));
        }
    }

    #[test]
    fn every_slot_of_a_reply_has_a_play_block_and_no_more() {
        for (urls, clip, pause) in
            [(Urls::Presigned, "Url", "PauseUrl"), (Urls::Plain, "S3Url", "PauseS3Url")]
        {
            let flow = play_text(urls);
            let uris: Vec<_> = flow
                .actions
                .iter()
                .filter_map(|action| action.parameters.get("Media")?.get("Uri")?.as_str())
                .collect();
            let clips = (0..STREAM_BATCH).map(|slot| format!("$.External.{clip}{slot}"));
            let expected: Vec<_> = clips.chain([format!("$.External.{pause}")]).collect();
            assert_eq!(uris, expected);
        }
    }

    #[test]
    fn no_two_blocks_lie_on_each_other() {
        let metadata = play_text(Urls::Presigned).metadata.unwrap();
        let mut places: Vec<_> = metadata["ActionMetadata"]
            .as_object()
            .unwrap()
            .values()
            .map(|decoration| decoration["position"].to_string())
            .collect();
        places.sort();
        let count = places.len();
        places.dedup();
        assert_eq!(places.len(), count);
        assert_eq!(count, play_text(Urls::Presigned).actions.len());
    }
}
