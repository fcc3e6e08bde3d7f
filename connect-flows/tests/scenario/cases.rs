//! Test cases in Connect's testing language.

use std::{fs, path::Path};

use connect_flows::{
    scenario::{Checked, Library, Scenario},
    test_case,
};
use serde_json::{Value, json};

const HOURS: &str = "arn:aws:connect:us-west-2:123456789012:instance/abc/operating-hours/basic";
const QUEUE: &str = "arn:aws:connect:us-west-2:123456789012:instance/abc/queue/support";
const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:look-up";

fn action(id: &str, kind: &str, parameters: Value, transitions: Value) -> Value {
    json!({ "Identifier": id, "Type": kind, "Parameters": parameters, "Transitions": transitions })
}

fn error(next: &str) -> Value {
    json!([{ "ErrorType": "NoMatchingError", "NextAction": next }])
}

fn condition(operand: &str, next: &str) -> Value {
    json!({ "NextAction": next, "Condition": { "Operator": "Equals", "Operands": [operand] } })
}

/// Asks a function, checks the hours, offers a menu, and transfers to a queue.
fn flow() -> Value {
    let invoke = json!({ "LambdaFunctionARN": FUNCTION, "InvocationTimeLimitSeconds": "3" });
    let menu = json!({ "Text": "Press 1 to be connected to an agent", "StoreInput": "False", "InputTimeLimitSeconds": "5" });
    let set = json!({ "Attributes": { "customer": "$.External.customer" }, "TargetContact": "Current" });
    let menu_errors = ["InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"]
        .map(|kind| json!({ "ErrorType": kind, "NextAction": "closed" }));
    json!({
        "Version": "2019-10-30",
        "StartAction": "look-up",
        "Metadata": { "ActionMetadata": { "queue": { "parameters": { "QueueId": { "displayName": "Support" } } } } },
        "Actions": [
            action("look-up", "InvokeLambdaFunction", invoke, json!({ "NextAction": "set", "Errors": error("closed") })),
            action("set", "UpdateContactAttributes", set, json!({ "NextAction": "hours", "Errors": error("hours") })),
            action("hours", "CheckHoursOfOperation", json!({ "HoursOfOperationId": HOURS }), json!({
                "NextAction": "closed", "Errors": error("closed"),
                "Conditions": [condition("True", "menu"), condition("False", "closed")],
            })),
            action("menu", "GetParticipantInput", menu, json!({
                "NextAction": "closed", "Errors": menu_errors, "Conditions": [condition("1", "queue")],
            })),
            action("queue", "UpdateContactTargetQueue", json!({ "QueueId": QUEUE }),
                json!({ "NextAction": "transfer", "Errors": error("closed") })),
            action("transfer", "TransferContactToQueue", json!({}), json!({
                "NextAction": "closed",
                "Errors": [{ "ErrorType": "QueueAtCapacity", "NextAction": "closed" },
                           { "ErrorType": "NoMatchingError", "NextAction": "closed" }],
            })),
            action("closed", "MessageParticipant", json!({ "Text": "We are closed. Goodbye." }),
                json!({ "NextAction": "end", "Errors": error("end") })),
            action("end", "DisconnectParticipant", json!({}), json!({})),
        ],
    })
}

fn mock(id: &str, kind: &str, parameters: Value, response: Value, next: &str) -> Value {
    let strategy = json!({ "Type": "MockResponse", "Response": response });
    let properties = json!({ "ActionType": kind, "ActionParameters": parameters, "Strategy": strategy });
    let behavior = json!({ "Type": "FlowAction", "Properties": properties });
    let parameters = json!({ "ActionType": "OverrideSystemBehavior", "Behavior": behavior });
    action(id, "OverrideSystemBehavior", parameters, json!({ "NextAction": next }))
}

fn observation(id: &str, event: Value, actions: Vec<Value>, next: Vec<&str>) -> Value {
    json!({ "Identifier": id, "Event": event, "Actions": actions, "Transitions": { "NextObservations": next } })
}

fn case(hours: &str) -> Value {
    let customer = json!({ "Type": "ExecutionResult",
        "ExecutionResult": { "DelaySeconds": 1, "LoadedData": "{\"customer\":\"gold\"}" } });
    let open = json!({ "Type": "ExecutionResult", "ExecutionResult": { "Value": hours } });
    let press = json!({ "ActionType": "SendInstruction", "Actor": "Customer",
        "Instruction": { "Type": "DtmfInput", "Properties": { "Value": 1 } } });
    let is_queue = json!({ "Namespace": "$.Queue.Name", "Operator": "Equals", "Operand": "Support" });
    let is_gold =
        json!({ "Namespace": "$.Attributes.customer", "Operator": "TextStartsWith", "Operand": "go" });
    let end = json!({ "ActionType": "TestControl", "Command": { "Type": "EndTest" } });
    json!({ "Version": "2025-06-21", "Metadata": {}, "Observations": [
        observation("start", json!({ "Type": "TestInitiated", "Actor": "System", "Properties": {} }), vec![
            // The order in the list does not count: each names the next one.
            mock("hours", "CheckHoursOfOperation", json!({ "HoursOfOperationId": HOURS }), open, ""),
            mock("customer", "InvokeLambdaFunction", json!({ "LambdaFunctionARN": FUNCTION }), customer, "hours"),
        ], vec!["welcome"]),
        observation("welcome", json!({ "Type": "MessageReceived", "Actor": "System",
            "Properties": { "Text": "Please press 1 to be connected to an agent" }, "MatchingCriteria": "Similarity" }), vec![
            action("press", "SendInstruction", press, json!({})),
        ], vec!["queued"]),
        observation("queued", json!({ "Type": "FlowActionStarted", "Actor": "System",
            "Properties": { "ActionType": "TransferContactToQueue", "ActionParameters": { "QueueId": "support" } } }), vec![
            action("is-queue", "Assert", is_queue, json!({ "NextAction": "is-gold" })),
            action("is-gold", "Assert", is_gold, json!({ "NextAction": "end" })),
            action("end", "TestControl", end, json!({})),
        ], vec![]),
    ] })
}

fn run(case: &Value) -> Checked {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("menu.json");
    fs::write(&path, flow().to_string()).unwrap();
    let case = test_case::read(&case.to_string()).unwrap_or_else(|error| panic!("{error}"));
    test_case::run(&case, &Scenario { flow: path, ..Scenario::default() }, &Library::default()).unwrap()
}

/// Writes flow and test case beside each other, as an answer of `DescribeTestCase`.
pub(crate) fn write(folder: &Path, hours: &str) {
    fs::write(folder.join("menu.json"), flow().to_string()).unwrap();
    let entry = json!({ "Type": "VOICE_CALL", "VoiceCallEntryPointParameters": { "FlowId": "menu" } });
    let answer =
        json!({ "TestCase": { "Name": "menu", "Content": case(hours).to_string(), "EntryPoint": entry } });
    fs::write(folder.join("menu-test.json"), answer.to_string()).unwrap();
}

#[test]
fn a_test_case_mocks_observes_presses_and_asserts() {
    let checked = run(&case("InHours"));
    assert!(checked.has_passed(), "{:#?}", checked.verdicts);
    assert_eq!(checked.verdicts.len(), 5);
    let steps: Vec<_> = checked.steps.iter().map(|step| step.action.as_str()).collect();
    assert_eq!(steps, ["look-up", "set", "hours", "menu", "queue", "transfer"]);
}

#[test]
fn observations_that_do_not_come_are_named_with_the_messages_that_came() {
    let checked = run(&case("OutOfHours"));
    let missed: Vec<_> = checked.verdicts.iter().filter(|verdict| !verdict.is_met()).collect();
    assert_eq!(missed.len(), 2, "{missed:#?}");
    assert!(missed[0].expected.starts_with("welcome"));
    assert!(missed[0].came.as_ref().unwrap().last().unwrap().contains("We are closed"), "{missed:#?}");
    assert_eq!(missed[1].came.as_ref().unwrap(), &["no observation before it was met"]);
}

#[test]
fn an_override_stands_for_one_use_and_an_error_takes_the_error_branch() {
    let mut case = case("InHours");
    let time_out = json!({ "Type": "Error", "Error": { "Value": "TimeLimitExceeded" } });
    case["Observations"][0]["Actions"][1] =
        mock("customer", "InvokeLambdaFunction", json!({ "LambdaFunctionARN": FUNCTION }), time_out, "hours");
    let checked = run(&case);
    assert!(!checked.has_passed());
    assert_eq!(checked.steps[1].action, "closed");
    assert!(checked.steps[1].t_ms >= 3000.0);
}

#[test]
fn faults_of_a_test_case_say_what_is_right() {
    let fault = |edit: &dyn Fn(&mut Value)| {
        let mut case = case("InHours");
        edit(&mut case);
        test_case::read(&case.to_string()).unwrap_err().text
    };
    let event = fault(&|case| case["Observations"][1]["Event"]["Type"] = json!("MessageRecieved"));
    assert_eq!(
        event,
        "\"MessageRecieved\" is no event of the testing language; did you mean \"MessageReceived\"?"
    );
    let next = fault(&|case| case["Observations"][0]["Transitions"]["NextObservations"] = json!(["welcom"]));
    assert_eq!(next, "\"start\" leads to \"welcom\", which is no observation; did you mean \"welcome\"?");
    let operator =
        fault(&|case| case["Observations"][2]["Actions"][0]["Parameters"]["Operator"] = json!("TextContain"));
    assert_eq!(operator, "\"TextContain\" is no operator; did you mean \"TextContains\"?");
    let version = fault(&|case| case["Version"] = json!("2024-01-01"));
    assert!(version.contains("2025-06-21 or 2019-10-30"), "{version}");
    let criteria = fault(&|case| case["Observations"][1]["Event"]["MatchingCriteria"] = json!("Contains"));
    assert!(criteria.contains("Similarity or Inclusion"), "{criteria}");
}

#[test]
fn the_content_is_kept_alone() {
    let content = case("InHours").to_string();
    let marked = format!("\u{feff}{content}");
    let whole = json!({ "Name": "menu", "Content": case("InHours") });
    let texts = [
        content.clone(),
        marked.clone(),
        json!({ "TestCase": { "Content": marked } }).to_string(),
        format!("\u{feff}{whole}"),
    ];
    for text in texts {
        let read = test_case::read(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(read.content, content, "{text}");
    }
}

#[test]
fn real_functions_are_left_out_of_an_export_as_such() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("menu.json"), flow().to_string()).unwrap();
    let text = "flow = \"menu.json\"\n[[function]]\nname = \"look-up\"\nurl = \"http://127.0.0.1:1\"\n";
    let scenario = connect_flows::scenario::read(&folder.path().join("x.toml"), text)
        .unwrap_or_else(|faults| panic!("{faults:?}"));
    let exported = test_case::export(&scenario, &Library::default()).unwrap();
    let line = "function look-up: a real function; the instance invokes its own".to_owned();
    assert!(exported.left_out.contains(&line), "{:?}", exported.left_out);
}
