//! Overrides of hours, bots and queues. They stay in force, while Connect applies each to one use.

use serde_json::Value;

use super::{
    Override, Strategy,
    observe::{is_kind, same},
};
use crate::{
    runner::{Branch, Hours, Queue, Rule, Understood, find},
    scenario::{Played, Scenario},
};

/// Puts an override into the world of a scenario. Returns a remark where that is not possible.
pub(super) fn set(scenario: &mut Scenario, one: &Override, played: &Played) -> Option<String> {
    match &one.strategy {
        Strategy::Error { error, .. } if error == "QueueAtCapacity" => {
            scenario.queues.insert(one.resource.clone(), Queue { full: true, wait: None });
            None
        }
        Strategy::Error { error, .. } => {
            fail(scenario, one, played, error);
            None
        }
        Strategy::Reply { value, .. } => reply(scenario, one, value),
        Strategy::Substitute(other) => substitute(scenario, one, other),
    }
}

fn reply(scenario: &mut Scenario, one: &Override, value: &Value) -> Option<String> {
    match one.kind.as_str() {
        "CheckHoursOfOperation" => match hours(value) {
            Some(hours) => {
                scenario.hours.insert(one.resource.clone(), hours);
                None
            }
            None => Some(format!("hours can be InHours or OutOfHours, not {value}")),
        },
        "ConnectParticipantWithLexBot" => {
            let rule = Rule { words: "*".into(), answer: understood(value) };
            scenario.lex.insert(one.resource.clone(), vec![rule]);
            None
        }
        _ => Some("a queue can't have a MockResponse with an ExecutionResult".into()),
    }
}

/// Another resource takes the place: its behaviour as far as the scenario knows it.
fn substitute(scenario: &mut Scenario, one: &Override, other: &str) -> Option<String> {
    let resource = one.resource.clone();
    match one.kind.as_str() {
        "CheckHoursOfOperation" => {
            let known = find(&scenario.hours, &[other]).cloned();
            let remark = || format!("the hours {other} are not known here, and count as open");
            let remark = known.is_none().then(remark);
            scenario.hours.insert(resource, known.unwrap_or(Hours::Open));
            remark
        }
        "ConnectParticipantWithLexBot" => {
            let known = find(&scenario.lex, &[other]).cloned();
            let remark = known.is_none().then(|| format!("the bot {other} is not known here"));
            scenario.lex.extend(known.map(|rules| (resource, rules)));
            remark
        }
        _ => {
            let known = find(&scenario.queues, &[other]).cloned().unwrap_or_default();
            scenario.queues.insert(resource, known);
            None
        }
    }
}

fn hours(value: &Value) -> Option<Hours> {
    match value.as_str()? {
        "InHours" | "InHour" | "True" => Some(Hours::Open),
        "OutOfHours" | "OutOfHour" | "False" => Some(Hours::Closed),
        _ => None,
    }
}

/// Every action that uses the resource takes its error branch. A transfer names no queue: it was set before.
fn fail(scenario: &mut Scenario, one: &Override, played: &Played, error: &str) {
    for action in played.flows.iter().flat_map(|(_, flow)| &flow.flow.actions) {
        let uses = |value: &Value| match value {
            Value::Null => one.kind.contains("Queue"),
            value => value.as_str().is_some_and(|found| same(&one.resource, found)),
        };
        let parameters = action.parameters.to_value();
        let resource = match one.kind.as_str() {
            "CheckHoursOfOperation" => &parameters["HoursOfOperationId"],
            "ConnectParticipantWithLexBot" => &parameters["LexV2Bot"]["AliasArn"],
            _ => &parameters["QueueId"],
        };
        if is_kind(&one.kind, &action.kind.text) && uses(resource) {
            scenario.branches.insert(action.identifier.text.clone(), Branch::Error(error.to_owned()));
        }
    }
}

/// A bot's answer: as Lex V2 returns it, or with the names that a flow uses.
fn understood(value: &Value) -> Understood {
    let intent = &value["sessionState"]["intent"];
    let name = intent["name"].as_str().or(value["IntentName"].as_str()).or(value["intent"].as_str());
    let slots = intent["slots"].as_object().or(value["Slots"].as_object());
    let slot = |value: &Value| {
        let inner = value["value"]["interpretedValue"].as_str().or(value.as_str());
        inner.map(str::to_owned)
    };
    let attributes = value["sessionState"]["sessionAttributes"].as_object();
    let texts = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Understood {
        intent: name.unwrap_or("FallbackIntent").to_owned(),
        slots: slots
            .into_iter()
            .flatten()
            .filter_map(|(name, value)| Some((name.clone(), slot(value)?)))
            .collect(),
        transcript: value["inputTranscript"].as_str().map(str::to_owned),
        confidence: None,
        session_attributes: attributes.into_iter().flatten().filter_map(texts).collect(),
    }
}
