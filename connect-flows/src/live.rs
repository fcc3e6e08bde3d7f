//! The flow that lets the caller talk live, over a telephone line of the hosts' own, and goes on afterwards: committed as
//! `flows/live.json`.
//!
//! ```text
//! log → words → begin → ready ─yes→ number ─given→ dial ─────→ end → over ─yes→ keep → outcome
//!         │       └──────┴─no→ sorry  └─none→ own-number → dial │       └─no→ sorry
//!                                                  dial ─fails→ sorry
//!
//! outcome ─person→ person → queue → transfer → busy → hang-up
//!    ├─silent, too long→ hang-up (the goodbye is said)
//!    └─any other→ sorry → queue
//! ```
//!
//! Connect transfers a call only to a telephone number. `begin` therefore gets a pass from the service, and `dial` sends its
//! code as keys, by which the host knows the contact. The caller hears the host until it hangs up; then the flow goes on
//! at `end`, which asks what was said. When the caller hangs up, the whole call is over.
//!
//! The number, the ARNs of the functions and that of the queue are placeholders.

use contract::{limits, live::LiveOutcome};
use serde_json::{Map, Value, json};

use crate::{
    arns::NUMBER,
    blocks::{Placed, action, column, compare, flow, invoke, on_error, remember, to, to_or, when},
    model::{Action, Flow},
    talk::to_a_person,
};

/// Time for a host to answer the call, in seconds.
const ANSWERED_WITHIN: &str = "30";

/// The outcomes after which nothing is left to say.
const FAREWELLS: [LiveOutcome; 2] = [LiveOutcome::Silent, LiveOutcome::TooLong];

/// The whole flow.
pub fn live() -> Flow {
    let rows = [before(), behind(), to_a_person().into()];
    flow(rows.into_iter().enumerate().flat_map(place).collect())
}

fn place((row, actions): (usize, Vec<Action>)) -> Vec<Placed> {
    let placed = |(number, action)| (column(number, row), action);
    actions.into_iter().enumerate().map(placed).collect()
}

/// From the begin of the flow to the live call.
fn before() -> Vec<Action> {
    let begin = json!({
        "Language": "$.Attributes.language",
        "Step": "begin",
        "System": "$.Attributes.system",
        "Voice": "$.Attributes.voice",
    });
    vec![
        action("log", "UpdateFlowLoggingBehavior", json!({"FlowLoggingBehavior": "Enabled"}), to("words")),
        words(),
        invoke("begin", "live_call", limits::LIVE_CALL, begin, to_or("ready", "sorry")),
        compare("ready", "$.External.Status", vec![when("Equals", "ready", "number")], "sorry"),
        compare(
            "number",
            "$.Attributes.live_number",
            vec![when("TextStartsWith", "+", "dial")],
            "own-number",
        ),
        set("own-number", &[("live_number", NUMBER)], "dial", "sorry"),
        dial(),
    ]
}

/// Everything that the flow itself says, in one block for the designer to change.
fn words() -> Action {
    let words = [
        ("person", "I'll put you through to a colleague. One moment, please."),
        ("sorry", "I'm sorry, I can't answer right now. I'll put you through to a colleague."),
        ("busy", "I'm sorry, all our colleagues are busy. Please call again later."),
    ];
    remember("words", &words, "begin")
}

fn dial() -> Action {
    let parameters = json!({
        "ContinueFlowExecution": "True",
        "ThirdPartyConnectionTimeLimitSeconds": ANSWERED_WITHIN,
        "ThirdPartyDTMFDigits": "$.External.Digits",
        "ThirdPartyPhoneNumber": "$.Attributes.live_number",
    });
    let failed = ["CallFailed", "ConnectionTimeLimitExceeded", "NoMatchingError"];
    let next = failed.into_iter().fold(to("end"), |next, error| on_error(next, error, "sorry"));
    action("dial", "TransferParticipantToThirdParty", parameters, next)
}

/// From the end of the live call to the way on.
fn behind() -> Vec<Action> {
    let end = json!({"Code": "$.External.Code", "Step": "end"});
    let said = [
        ("live_last_answer", "$.External.LastAnswer"),
        ("live_last_said", "$.External.LastSaid"),
        ("live_outcome", "$.External.Outcome"),
        ("live_said", "$.External.Said"),
        ("live_turns", "$.External.Turns"),
    ];
    let mut outcomes = vec![when("Equals", LiveOutcome::Person.as_str(), "person")];
    outcomes.extend(FAREWELLS.map(|outcome| when("Equals", outcome.as_str(), "hang-up")));
    vec![
        invoke("end", "live_call", limits::LIVE_CALL, end, to_or("over", "sorry")),
        compare("over", "$.External.Status", vec![when("Equals", "done", "keep")], "sorry"),
        // Without the attributes the flow goes on all the same.
        set("keep", &said, "outcome", "outcome"),
        compare("outcome", "$.External.Outcome", outcomes, "sorry"),
    ]
}

/// Sets contact attributes.
fn set(identifier: &str, attributes: &[(&str, &str)], target: &str, failed: &str) -> Action {
    let attributes: Map<_, _> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let parameters = json!({"Attributes": attributes, "TargetContact": "Current"});
    action(identifier, "UpdateContactAttributes", parameters, to_or(target, failed))
}
