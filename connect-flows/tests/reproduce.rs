//! Scenarios of `explore`, played: each one goes its way and shows the trouble at its end.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use std::fs;

use connect_flows::{
    explore::{Limits, explore, scenario},
    model::Flow,
    scenario::{Checked, Library, check, open},
};

const END: &str =
    r#"{"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}"#;

/// The scenarios of a flow, each played.
fn played(actions: &str) -> Vec<Checked> {
    let text = format!(
        r#"{{"Version": "2019-10-30", "StartAction": "a", "Metadata": {{}}, "Actions": [{actions}, {END}]}}"#
    );
    let flow = Flow::parse(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("flow.json"), text).unwrap();
    let findings = explore(&flow, None, &Limits::default()).findings;
    let play = |finding| {
        let path = folder.path().join("way.toml");
        fs::write(&path, scenario(&flow, "flow.json", finding)).unwrap();
        check(&open(&path).unwrap(), &Library::default()).unwrap()
    };
    findings.iter().map(play).collect()
}

/// The expectations that the one scenario of a flow does not meet.
fn missed(actions: &str) -> Vec<String> {
    let [checked] = &played(actions)[..] else { panic!("not one finding") };
    checked
        .verdicts
        .iter()
        .filter(|verdict| !verdict.is_met())
        .map(|verdict| verdict.expected.clone())
        .collect()
}

const FUNCTION: &str = r#"{"Identifier": "a", "Type": "InvokeLambdaFunction",
    "Parameters": {"LambdaFunctionARN": "$.Attributes.function", "InvocationTimeLimitSeconds": "8"},
    "Transitions": {"NextAction": "b", "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}]}}"#;

fn compare(id: &str, value: &str, operand: &str, yes: &str, no: &str) -> String {
    format!(
        r#"{{"Identifier": "{id}", "Type": "Compare", "Parameters": {{"ComparisonValue": "{value}"}},
        "Transitions": {{"NextAction": "{no}", "Errors": [{{"NextAction": "{no}", "ErrorType": "NoMatchingCondition"}}],
        "Conditions": [{{"NextAction": "{yes}", "Condition": {{"Operator": "Equals", "Operands": ["{operand}"]}}}}]}}}}"#
    )
}

fn say(id: &str, next: &str) -> String {
    format!(
        r#"{{"Identifier": "{id}", "Type": "MessageParticipant", "Parameters": {{"Text": "Hello"}},
        "Transitions": {{"NextAction": "{next}", "Errors": [], "Conditions": []}}}}"#
    )
}

#[test]
fn a_trap_of_a_reply_is_played_without_an_end() {
    let actions = [
        FUNCTION.to_owned(),
        compare("b", "$.External.Status", "play", "c", "end"),
        say("c", "d"),
        compare("d", "$.External.Status", "done", "end", "c"),
    ];
    assert_eq!(missed(&actions.join(",")), ["the call comes to an end"]);
}

#[test]
fn a_silence_of_slow_functions_is_heard() {
    let second = FUNCTION.replace("\"a\"", "\"b\"").replace("\"NextAction\": \"b\"", "\"NextAction\": \"c\"");
    assert_eq!(missed(&[FUNCTION.to_owned(), second, say("c", "end")].join(",")), ["silence_ms <= 8000"]);
}

#[test]
fn a_key_that_leads_nowhere_is_pressed() {
    let ask = r#"{"Identifier": "a", "Type": "GetParticipantInput",
        "Parameters": {"Text": "Press", "StoreInput": "False", "InputTimeLimitSeconds": "5"},
        "Transitions": {"NextAction": "end", "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"},
        {"NextAction": "end", "ErrorType": "NoMatchingCondition"}, {"NextAction": "end", "ErrorType": "InputTimeLimitExceeded"}],
        "Conditions": [{"NextAction": "gone", "Condition": {"Operator": "Equals", "Operands": ["7"]}}]}}"#;
    assert_eq!(missed(ask), ["the call comes to an end"]);
}

#[test]
fn an_error_without_a_branch_happens() {
    let no_branch = FUNCTION.replace(r#"{"NextAction": "end", "ErrorType": "NoMatchingError"}"#, "");
    assert_eq!(missed(&[no_branch, say("b", "end")].join(",")), ["does not visit b"]);
}

#[test]
fn intents_and_hours_lead_the_way() {
    let bot = r#"{"Identifier": "a", "Type": "ConnectParticipantWithLexBot",
        "Parameters": {"Text": "Yes?", "LexV2Bot": {"AliasArn": "arn:aws:lex:eu-west-1:111122223333:bot-alias/A/B"}},
        "Transitions": {"NextAction": "end", "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"},
        {"NextAction": "end", "ErrorType": "NoMatchingCondition"}],
        "Conditions": [{"NextAction": "b", "Condition": {"Operator": "Equals", "Operands": ["Pay"]}}]}}"#;
    let hours = r#"{"Identifier": "b", "Type": "CheckHoursOfOperation", "Parameters": {"HoursOfOperationId": "h"},
        "Transitions": {"Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"}], "Conditions": [
        {"NextAction": "end", "Condition": {"Operator": "Equals", "Operands": ["True"]}},
        {"NextAction": "c", "Condition": {"Operator": "Equals", "Operands": ["False"]}}]}}"#;
    assert_eq!(
        missed(&[bot.to_owned(), hours.to_owned(), say("c", "c")].join(",")),
        ["the call comes to an end"]
    );
}
