//! The loop of [`crate::play_text`] as a flow module, which any flow can invoke: committed as
//! `flows/play-text-module.json`, and with plain URLs as `flows/play-text-module-s3.json`.
//!
//! It speaks the contact attribute `text` in the voice `voice`, and leaves the outcome in `play_text_result`: `played`,
//! `cancelled` or `failed`. It neither apologises nor hangs up: that is for the flow that invokes it.

use serde_json::json;

use crate::{
    blocks::{action, column, flow, to_or},
    model::{Action, Flow, Transitions},
    play_text::{Ends, blocks},
    urls::Urls,
};

/// The contact attribute that holds the outcome.
pub const RESULT: &str = "play_text_result";

const ENDS: Ends = Ends { played: "played", cancelled: "cancelled", failed: "failed" };

/// The whole module.
pub fn play_text_module(urls: Urls) -> Flow {
    // The loop begins in the second column.
    let mut placed = blocks(urls, &ENDS, |x, y| column(x - 1, y));
    for (row, outcome) in [ENDS.played, ENDS.cancelled, ENDS.failed].into_iter().enumerate() {
        placed.push((column(4 + row, 2), result(outcome)));
    }
    placed
        .push((column(7, 2), action("return", "EndFlowModuleExecution", json!({}), Transitions::default())));
    let branch = |name: &str| json!({"Description": "", "DisplayName": name, "ReferenceName": name});
    flow(placed).with_settings(json!({
        "InputParameters": [],
        "OutputParameters": [],
        "Transitions": [branch("Success"), branch("Error")],
    }))
}

fn result(outcome: &str) -> Action {
    let parameters = json!({"Attributes": {RESULT: outcome}, "TargetContact": "Current"});
    action(outcome, "UpdateContactAttributes", parameters, to_or("return", "return"))
}
