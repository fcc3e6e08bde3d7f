//! The command `connect-flow test`, as a person runs it.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

use crate::{cases, root};

pub(crate) fn connect_flow(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_connect-flow")).args(arguments).current_dir(folder).output().unwrap()
}

pub(crate) fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A folder with a flow, a scenario that passes, one that fails, and one with a fault.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let flow = root().join("connect-flows/flows/play-text.json");
    fs::copy(flow, folder.path().join("play.json")).unwrap();
    let reply = "[[function]]\nname = \"start_stream\"\nreply = { Status = \"error\" }\n";
    let scenario = |expect: &str| format!("flow = \"play.json\"\n{reply}[[expect]]\n{expect}\n");
    fs::write(folder.path().join("good.toml"), scenario("heard = \"I am sorry\"")).unwrap();
    fs::write(folder.path().join("bad.toml"), scenario("heard = [\"I am sorry\", \"/[Ww]elcome/\"]"))
        .unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"no-scenario\"\n").unwrap();
    folder
}

#[test]
fn a_failure_shows_the_expectation_what_came_and_the_last_steps() {
    let folder = folder();
    let output = connect_flow(folder.path(), &["test"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let text = text(&output);
    for part in [
        "FAILED  bad.toml",
        "ok      good.toml",
        "expected  heard \"I am sorry\", then /[Ww]elcome/",
        "came      /[Ww]elcome/ was not heard; heard were:",
        "\"I am sorry, I cannot answer right now. Please call again later.\"",
        "the last 5 of 5 steps",
        "sorry (MessageParticipant)",
        "| play.json |",
        "1 passed, 1 failed",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn results_and_coverage_are_written_for_other_programs() {
    let folder = folder();
    let files = ["--junit", "junit.xml", "--coverage", "coverage.json"];
    connect_flow(folder.path(), &[&["test"], &files[..]].concat());
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    let report = quick_junit::Report::deserialize_from_str(&junit).unwrap();
    assert_eq!((report.tests, report.failures, report.errors), (2, 1, 0));
    let coverage = fs::read_to_string(folder.path().join("coverage.json")).unwrap();
    let coverage: Value = serde_json::from_str(&coverage).unwrap();
    let play = &coverage["flows"]["play.json"];
    assert_eq!(play["actions"].as_array().unwrap().len(), 5);
    assert_eq!(play["branches"][0], serde_json::json!(["log", "start"]));
}

#[test]
fn control_characters_reach_neither_the_terminal_nor_the_results() {
    let folder = folder();
    let odd =
        "flow = \"play.json\"\n[attributes]\nx = \"\\u001b[31m\"\n[[expect]]\nvisits = \"a\\u0007]]> <&\"\n";
    fs::write(folder.path().join("odd.toml"), odd).unwrap();
    let output = connect_flow(folder.path(), &["test", "odd.toml", "--junit", "junit.xml"]);
    assert!(!text(&output).contains(['\u{7}', '\u{1b}']), "{}", text(&output));
    let junit = fs::read_to_string(folder.path().join("junit.xml")).unwrap();
    assert!(!junit.contains(['\u{7}', '\u{1b}']), "{junit}");
    let report = quick_junit::Report::deserialize_from_str(&junit).unwrap();
    assert_eq!(report.failures, 1);
}

#[test]
fn the_exit_code_tells_of_coverage_and_faults() {
    let folder = folder();
    let code = |arguments: &[&str]| connect_flow(folder.path(), arguments).status.code();
    assert_eq!(code(&["test", "--filter", "good"]), Some(0));
    assert_eq!(code(&["test", "--filter", "good", "--fail-under", "10"]), Some(0));
    assert_eq!(code(&["test", "--filter", "good", "--fail-under", "90"]), Some(1));
    let output = connect_flow(folder.path(), &["test", "--filter", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("no test has \"nothing\" in its path"), "{}", text(&output));
    assert_eq!(code(&["test", "no-such-folder"]), Some(2));
    let action = "flow = \"play.json\"\n[[expect]]\nnot_visits = \"sory\"\n";
    fs::write(folder.path().join("action.toml"), action).unwrap();
    let output = connect_flow(folder.path(), &["test", "action.toml"]);
    let line = "came      no flow of this call has an action \"sory\"; did you mean \"sorry\"?";
    assert!(text(&output).contains(line), "{}", text(&output));
    fs::write(folder.path().join("typo.toml"), "flow = \"play.json\"\n[[expect]]\nhaerd = \"x\"\n").unwrap();
    let output = connect_flow(folder.path(), &["test", "typo.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let line = "typo.toml:3:1: [[expect]] has no key \"haerd\": did you mean \"heard\"?";
    assert!(text(&output).contains(line), "{}", text(&output));
}

#[test]
fn test_cases_run_beside_the_flow_that_they_name() {
    let folder = tempfile::tempdir().unwrap();
    cases::write(folder.path(), "InHours");
    let output = connect_flow(folder.path(), &["test", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("ok      menu-test.json"), "{}", text(&output));
}

#[test]
fn scenarios_are_exported_with_a_list_of_the_parts_that_are_left_out() {
    let folder = folder();
    let output = connect_flow(folder.path(), &["test", "good.toml", "--export", "out"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let case = fs::read_to_string(folder.path().join("out/good.json")).unwrap();
    assert!(case.contains("InvokeLambdaFunction") && case.contains("I am sorry"), "{case}");
    let output = connect_flow(folder.path(), &["test", "out", "--flow", "play.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn an_exported_scenario_has_its_attributes_and_numbers() {
    let folder = folder();
    let scenario = concat!(
        "flow = \"play.json\"\ncaller_number = \"+14155550100\"\ncalled_number = \"+14155550199\"\n",
        "language = \"de-DE\"\nseed = 7\n[attributes]\nvoice = \"alba\"\n",
        "[[function]]\nname = \"start_stream\"\nreply = { Status = \"error\" }\n",
        "[[expect]]\nattribute.voice = \"alba\"\n",
    );
    fs::write(folder.path().join("voice.toml"), scenario).unwrap();
    let output = connect_flow(folder.path(), &["test", "voice.toml", "--export", "out"]);
    let lines = text(&output);
    assert!(lines.contains("left out: language") && lines.contains("left out: seed"), "{lines}");
    let case = fs::read_to_string(folder.path().join("out/voice.json")).unwrap();
    let request: Value = serde_json::from_str(&case).unwrap();
    assert_eq!((&request["Name"], &request["Status"]), (&json!("voice"), &json!("PUBLISHED")));
    assert_eq!(request["InitializationData"], json!({ "voice": "alba" }).to_string());
    let point = &request["EntryPoint"]["VoiceCallEntryPointParameters"];
    assert_eq!(point["SourcePhoneNumber"], "+14155550100");
    assert_eq!(point["DestinationPhoneNumber"], "+14155550199");
    let output = connect_flow(folder.path(), &["test", "out", "--flow", "play.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn an_exported_scenario_finds_its_flow_among_others() {
    let folder = folder();
    let other = root().join("connect-flows/flows/talk.json");
    fs::copy(other, folder.path().join("talk.json")).unwrap();
    let clips = "\n[clips]\n\"https://x.example/a.wav\" = \"missing\"\n";
    let scenario = fs::read_to_string(folder.path().join("good.toml")).unwrap() + clips;
    fs::write(folder.path().join("good.toml"), scenario).unwrap();
    let output = connect_flow(folder.path(), &["test", "good.toml", "--export", "."]);
    assert!(text(&output).contains("left out: clip https://x.example/a.wav"), "{}", text(&output));
    let output = connect_flow(folder.path(), &["test", "good.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    fs::copy(folder.path().join("good.toml"), folder.path().join("play.toml")).unwrap();
    let over = connect_flow(folder.path(), &["test", "play.toml", "--export", "."]);
    assert!(text(&over).contains("play.json is no test case and would be lost"), "{}", text(&over));
    let case = fs::read_to_string(folder.path().join("good.json")).unwrap();
    let mut request: Value = serde_json::from_str(&case).unwrap();
    request.as_object_mut().unwrap().remove("EntryPoint");
    fs::write(folder.path().join("good.json"), request.to_string()).unwrap();
    let output = connect_flow(folder.path(), &["test", "good.json"]);
    let line = "this test case names no flow, and its folder has several: give one with --flow FILE";
    assert!(text(&output).contains(line), "{}", text(&output));
}

#[test]
fn random_calls_are_counted_and_covered() {
    let output = connect_flow(&root(), &["test", "--random", "5", "connect-flows/flows/play-text.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(
        text(&output).contains("calls a second") && text(&output).contains("0 hangs"),
        "{}",
        text(&output)
    );

    let saved = tempfile::tempdir().unwrap();
    let path = saved.path().join("random.toml");
    let path = path.to_str().unwrap();
    let flow = "connect-flows/flows/talk.json";
    connect_flow(&root(), &["test", "--random", "1", "--seed", "7", "--save", path, flow]);
    let again = connect_flow(&root(), &["test", path]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
}

#[test]
fn a_hang_up_runs_the_disconnect_flow_beside_the_flow() {
    let folder = tempfile::tempdir().unwrap();
    let action = |id: &str, kind: &str, parameters: Value, next: &str| {
        let errors = json!([{"NextAction": next, "ErrorType": "NoMatchingError"}]);
        json!({"Identifier": id, "Type": kind, "Parameters": parameters,
            "Transitions": {"NextAction": next, "Errors": errors, "Conditions": []}})
    };
    let end =
        json!({"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}});
    let hook = json!({"EventHooks": {"CustomerRemaining": "bye"}});
    let invoked = json!({"LambdaFunctionARN": "close", "InvocationTimeLimitSeconds": "3"});
    let flows = [
        (
            "hello",
            json!([
                action("hook", "UpdateContactEventHooks", hook, "say"),
                action("say", "MessageParticipant", json!({"Text": "a long text for a caller"}), "end"),
                end
            ]),
        ),
        ("bye", json!([action("close", "InvokeLambdaFunction", invoked, "end"), end])),
    ];
    for (name, actions) in flows {
        let start = &actions[0]["Identifier"];
        let flow = json!({"Version": "2019-10-30", "StartAction": start, "Metadata": {}, "Actions": actions});
        fs::write(folder.path().join(format!("{name}.json")), flow.to_string()).unwrap();
    }
    let scenario = r#"
flow = "hello.json"
[[caller]]
at = "1s"
hang_up = true
[[function]]
name = "close"
reply = {}
[[expect]]
visits = ["say", "close"]
invoked = "close"
ends = "hung up"
no_error = true
"#;
    fs::write(folder.path().join("hangs-up.toml"), scenario).unwrap();
    let output = connect_flow(folder.path(), &["test", "hangs-up.toml"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let silent = ["run", "--silent", "--virtual", "hello.json"];
    let output = connect_flow(folder.path(), &[&silent[..], &["--scenario", "hangs-up.toml"]].concat());
    assert!(text(&output).contains("flow bye"), "{}", text(&output));
    let output = connect_flow(folder.path(), &silent);
    assert!(
        text(&output).contains("the flow \"bye\" of CustomerRemaining is not known here"),
        "{}",
        text(&output)
    );
}

#[test]
fn a_flow_that_is_missing_is_reported_with_the_files_that_could_not_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let flow = |next: &str| {
        json!({"Version": "2019-10-30", "StartAction": "go", "Metadata": {}, "Actions": [
            {"Identifier": "go", "Type": "TransferToFlow", "Parameters": {"ContactFlowId": next},
             "Transitions": {"NextAction": "end", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]}},
            {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]})
        .to_string()
    };
    let next = flow("other");
    fs::write(folder.path().join("main.json"), flow("next")).unwrap();
    fs::write(folder.path().join("next.json"), &next[..next.len() - 20]).unwrap();
    fs::write(folder.path().join("settings.json"), "{}").unwrap();
    fs::write(folder.path().join("main.toml"), "flow = \"main.json\"\n[[expect]]\nno_error = true\n")
        .unwrap();
    let output = connect_flow(folder.path(), &["test", "main.toml"]);
    let text = text(&output);
    let line = "the flow \"next\" is not known here: add its file, or the folder with it; not read: ";
    let (_, reason) = text.split_once(line).unwrap_or_else(|| panic!("{text}"));
    assert!(reason.contains("next.json:1:") && !reason.contains("settings.json"), "{text}");
}
