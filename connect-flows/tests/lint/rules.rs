//! One fault for each rule.

use std::{collections::BTreeSet, fs};

use connect_flows::{
    lint::{self, Rule},
    source::Source,
};

use crate::{HEALTHY, findings, place, told, with};

/// A fault: the part of the healthy flow that is replaced, its replacement, the code, and the text at the place that
/// is named.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const STRUCTURE: &[Fault] = &[
    (r#""Text": "Press 1 for orders.""#, r#""Text": "A", "Text": "B""#, "FW003", r#""Text": "B""#),
    (r#""Identifier": "closed","#, "", "FW004", "{\n      \n      \"Type\": \"DisconnectParticipant\""),
    (r#""Parameters": {"LoopCount": "3"}"#, r#""Parameters": [7]"#, "FW004", "[7]"),
    (r#""Transitions": {}"#, r#""Transitions": []"#, "FW004", "[]\n    }\n  ]"),
    (r#"{"NextAction": "hours"}"#, "7", "FW004", "7\n"),
    (r#""Version": "2019-10-30""#, r#""Version": "2020-01-01""#, "FW005", r#""2020-01-01""#),
    (r#""StartAction": "log""#, r#""StartAction": "lgo""#, "FW010", r#""lgo""#),
    (r#""StartAction": "log","#, "", "FW010", "{"),
    (r#"{"NextAction": "greet"}"#, r#"{"NextAction": "great"}"#, "FW011", r#""great""#),
    (r#""Identifier": "play""#, r#""Identifier": "queue""#, "FW012", "\"queue\",\n      \"Type\": \"Up"),
    (r#""NextAction": "hours""#, r#""NextAction": """#, "FW014", r#"""}"#),
    (
        r#""Transitions": {"NextAction": "greet"}"#,
        r#""Transitions": {}"#,
        "FW015",
        "\"Transitions\": {}\n    },\n    {\n      \"Identifier\": \"greet",
    ),
    (r#""Transitions": {}"#, r#""Transitions": {"NextAction": "log"}"#, "FW016", "\"log\"}\n    }\n  ]"),
];

const BRANCHES: &[Fault] = &[
    (
        r#"{"NextAction": "closed", "ErrorType": "QueueAtCapacity"},"#,
        "",
        "FW020",
        "\"Errors\": [\n          \n",
    ),
    (r#"[{"NextAction": "queue", "ErrorType": "NoMatchingCondition"}]"#, "[]", "FW020", r#""Errors": []"#),
    (
        r#"{"NextAction": "hours"}"#,
        r#"{"NextAction": "hours", "Errors": [{"NextAction": "hours", "ErrorType": "Oops"}]}"#,
        "FW021",
        r#""Oops""#,
    ),
    (
        r#"{"NextAction": "rounds", "ErrorType": "NoMatchingCondition"},"#,
        r#"{"NextAction": "rounds", "ErrorType": "NoMatchingCondition"}, {"NextAction": "rounds", "ErrorType": "InputTimeLimitExceeded"},"#,
        "FW022",
        "\"InputTimeLimitExceeded\"},\n          {\"NextAction\": \"closed\"",
    ),
    (
        r#""NextAction": "keep","#,
        r#""NextAction": "keep", "Conditions": [{"NextAction": "keep", "Condition": {"Operator": "Equals", "Operands": ["9"]}}],"#,
        "FW023",
        r#""Equals", "Operands": ["9"]"#,
    ),
    (
        r#"{"Operator": "Equals", "Operands": ["play"]}"#,
        r#"{"Operator": "Is", "Operands": ["play"]}"#,
        "FW024",
        r#""Is""#,
    ),
    (r#"["play"]"#, r#"["play", "wait"]"#, "FW025", r#""wait""#),
    (r#"["play"]"#, r#"[]"#, "FW025", r#""Equals", "Operands": []"#),
    (r#"["play"]"#, r#"[""]"#, "FW025", r#"""]"#),
    (
        r#",
          {"NextAction": "closed", "Condition": {"Operator": "Equals", "Operands": ["DoneLooping"]}}"#,
        "",
        "FW026",
        "\"Conditions\": [\n          {\"NextAction\": \"menu\"",
    ),
    (r#""Operands": ["1"]"#, r#""Operands": ["one"]"#, "FW027", r#""one""#),
];

const PARAMETERS: &[Fault] = &[
    (r#""Type": "Compare""#, r#""Type": "CheckStaffing""#, "FW030", r#""CheckStaffing""#),
    (r#""FlowLoggingBehavior": "Enabled""#, "", "FW031", r#""Parameters": {}"#),
    (r#", "SourceType": "S3""#, "", "FW031", r#"{"Uri""#),
    (r#""LoopCount": "3""#, r#""LoopCount": "3", "Rounds": "3""#, "FW039", r#""Rounds""#),
    (
        r#""FlowLoggingBehavior": "Enabled""#,
        r#""FlowLoggingBehavior": "Enabled", "FlowLoggingBehaviour": "Enabled""#,
        "FW032",
        r#""FlowLoggingBehaviour""#,
    ),
    (r#""LoopCount": "3""#, r#""LoopCount": 3"#, "FW033", "3}"),
    (r#""LoopCount": "3""#, r#""LoopCount": {"n": "3"}"#, "FW033", r#"{"n""#),
    (r#""Text": "Press 1 for orders.""#, r#""Text": """#, "FW034", r#""", "StoreInput""#),
    (
        r#""Text": "Your order's number, please.","#,
        r#""Text": "Number?", "PromptId": "p","#,
        "FW035",
        r#""PromptId""#,
    ),
    (
        r#"{"Uri": "$.External.Url0", "SourceType": "S3", "MediaType": "Audio"}"#,
        "null",
        "FW035",
        r#""Parameters": {"Media": null"#,
    ),
    (r#""InvocationType": "SYNCHRONOUS""#, r#""InvocationType": "SYNC""#, "FW036", r#""SYNC""#),
    (
        r#""InvocationType": "SYNCHRONOUS""#,
        r#""InvocationType": "$.Attributes.x""#,
        "FW036",
        r#""$.Attributes.x""#,
    ),
    (r#""InvocationTimeLimitSeconds": "8""#, r#""InvocationTimeLimitSeconds": "9""#, "FW037", r#""9""#),
    (r#""LoopCount": "3""#, r#""LoopCount": "three""#, "FW037", r#""three""#),
    (r#""ComparisonValue": "$.External.Status""#, r#""ComparisonValue": "Status""#, "FW038", r#""Status""#),
];

const MEANING: &[Fault] = &[
    (
        r#"{"NextAction": "queue"}"#,
        r#"{"NextAction": "play"}"#,
        "FW041",
        r#""play",
      "Type": "Message"#,
    ),
    (r#"Fish &amp; chips"#, "Fish & chips", "FW050", r#""<speak>"#),
    (r#"<break time=\"300ms\"/>"#, r#"<break time=\"300ms\">"#, "FW050", r#""<speak>"#),
    (r#""$.External.Status""#, r#""$.Exernal.Status""#, "FW060", r#""$.Exernal"#),
    (r#""$.External.Url0""#, r#""$.External.Url""#, "FW062", r#""$.External.Url""#),
    (
        r#"arn:aws:connect:eu-west-1:111122223333"#,
        "arn:aws:connect:us-east-1:111122223333",
        "FW070",
        r#""arn:aws:connect"#,
    ),
    (
        r#"{"order": "$.StoredCustomerInput"}"#,
        r#"{"order": "$.StoredCustomerInput", "crmPassword": "hunter2hunter2"}"#,
        "FW071",
        r#""hunter2"#,
    ),
];

/// Constructs that occur in exports of real contact centres.
const HEALTHY_TWINS: &[(&str, &str)] = &[
    (r#"{"FlowLoggingBehavior": "Enabled"}"#, r#"{"FlowLoggingBehavior": "Enabled", "Empty": null}"#),
    (
        r#""SSML": "<speak>Good morning. <break time=\"300ms\"/>Fish &amp; chips.</speak>""#,
        r#""SSML": "Welcome. <break time=\"1s\"/>""#,
    ),
    (
        r#""SSML": "<speak>Good morning. <break time=\"300ms\"/>Fish &amp; chips.</speak>""#,
        r#""SSML": "$.Attributes.greeting""#,
    ),
    (r#""NextAction": "hours""#, r#""NextAction": "hours", "Errors": [], "Conditions": []"#),
    (
        r#"{"NextAction": "hours"}"#,
        r#"{"NextAction": "hours", "Errors": [{"NextAction": "hours", "ErrorType": "NoMatchingError"}]}"#,
    ),
    (r#""InvocationType": "SYNCHRONOUS""#, r#""InvocationType": "ASYNCHRONOUS""#),
    (r#""InvocationTimeLimitSeconds": "8""#, r#""InvocationTimeLimitSeconds": "${seconds}""#),
    (r#""LoopCount": "3""#, r#""LoopCount": "$.Attributes.rounds""#),
    (r#""arn:aws:lambda:eu-west-1:111122223333:function:start_stream""#, r#""<<startStreamArn>>""#),
    (
        r#"{"order": "$.StoredCustomerInput"}"#,
        r#"{"price": "costs $5.00", "order": "$['StoredCustomerInput']"}"#,
    ),
];

#[test]
fn the_healthy_flow_has_no_finding() {
    assert_eq!(told(HEALTHY), []);
}

/// Faults that follow from others: an action without a name is no goal, and a branch that leads elsewhere leaves
/// actions behind.
const IN_THE_WAKE: [&str; 2] = ["FW011", "FW040"];

#[test]
fn each_fault_is_found_at_its_place_and_nothing_else() {
    for (part, new, code, at) in [STRUCTURE, BRANCHES, PARAMETERS, MEANING].concat() {
        let text = with(part, new);
        let mut told = told(&text);
        told.retain(|(found, _)| found == code || !IN_THE_WAKE.contains(&found.as_str()));
        assert_eq!(told, [(code.to_owned(), place(&text, at))], "{part} became {new}");
    }
}

#[test]
fn constructs_of_healthy_exports_have_no_finding() {
    for (part, new) in HEALTHY_TWINS {
        assert_eq!(told(&with(part, new)), [], "{part} became {new}");
    }
}

#[test]
fn every_rule_about_flows_has_a_test() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lint");
    let tests: String = ["external.rs", "meaning.rs", "rules.rs"]
        .map(|name| fs::read_to_string(format!("{folder}/{name}")).unwrap())
        .concat();
    let untested: Vec<String> = Rule::ALL
        .iter()
        .filter(|rule| **rule != Rule::UnusedException)
        .map(ToString::to_string)
        .filter(|code| !tests.contains(&format!("\"{code}\"")))
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn a_finding_names_the_action_and_a_remedy_in_one_line_each() {
    let (_, findings) = findings(&with(r#""Text": "Press 1 for orders.""#, r#""Text": """#));
    let finding = &findings[0];
    assert_eq!((finding.action.as_deref(), finding.name.as_deref()), (Some("menu"), Some("Main menu")));
    assert_eq!(finding.what, "the parameter Text is empty");
    assert_eq!(finding.remedy, "give it a value or leave it out");
}

#[test]
fn our_own_flows_have_no_finding() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/flows");
    let mut names = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let judged = lint::file(&Source::open(&path).unwrap());
        assert_eq!(judged.findings, [], "{}", path.display());
        names.insert(path);
    }
    assert!(names.len() >= 6);
}
