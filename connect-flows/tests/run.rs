//! Tests the command `connect-flow run`: its lines, its files and its exit codes.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-flow"));
    command.current_dir(folder).arg("run").args(arguments);
    command.env_remove("FIRSTWORD_SERVICE_URL").env_remove("FIRSTWORD_SERVICE_TOKEN");
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes a flow that asks a function, invokes a module and says a word, with a dangling error branch.
fn write_flows(folder: &Path) {
    let action = |id: &str, kind: &str, parameters: Value, next: Value| json!({"Identifier": id, "Type": kind, "Parameters": parameters, "Transitions": next});
    let flow = |start: &str, actions: Value| json!({"Version": "2019-10-30", "StartAction": start, "Actions": actions});
    let main = flow(
        "ask",
        json!([
            action(
                "ask",
                "InvokeLambdaFunction",
                json!({"LambdaFunctionARN": "arn:aws:lambda:eu-west-1:1:function:words"}),
                json!({"NextAction": "go", "Errors": [{"NextAction": "gone", "ErrorType": "NoMatchingError"}]})
            ),
            action("go", "InvokeFlowModule", json!({"FlowModuleId": "speak"}), json!({"NextAction": "key"})),
            action(
                "key",
                "GetParticipantInput",
                json!({"Text": "Press 1.", "StoreInput": "False",
                "InputTimeLimitSeconds": "5"}),
                json!({"NextAction": "end"})
            ),
            action("end", "DisconnectParticipant", json!({}), json!({})),
        ]),
    );
    let speak = flow(
        "say",
        json!([
            action(
                "say",
                "MessageParticipant",
                json!({"Text": "For $.Attributes.who."}),
                json!({"NextAction": "back"})
            ),
            action("back", "EndFlowModuleExecution", json!({}), json!({})),
        ]),
    );
    fs::write(folder.join("main.json"), main.to_string()).unwrap();
    fs::create_dir(folder.join("more")).unwrap();
    fs::write(folder.join("more/speak.json"), speak.to_string()).unwrap();
    fs::write(folder.join("more/notes.json"), "{}").unwrap();
    fs::write(folder.join("words.json"), r#"{"word": "la"}"#).unwrap();
}

#[test]
fn a_call_is_told_in_lines_and_written_to_files() {
    let folder = tempfile::tempdir().unwrap();
    write_flows(folder.path());
    let arguments = [
        "main.json",
        "--flows",
        "more",
        "--function",
        "words=words.json",
        "--attribute",
        "who=Ada",
        "--press",
        "1",
        "--silent",
        "--virtual",
        "--out",
        "out",
    ];
    let output = run(folder.path(), &arguments);
    let told = text(&output.stdout);
    assert!(output.status.success(), "{told}{}", text(&output.stderr));
    for line in [
        "flow main",
        "words: ok after 0 ms",
        "module speak",
        "says \"For Ada.\"",
        "waits for keys",
        "the caller presses 1",
        "GetParticipantInput \"key\" → ",
        "disconnected",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert!(text(&output.stderr).contains("more/notes.json"), "{}", text(&output.stderr));
    let out = folder.path().join("out");
    let wav = hound::WavReader::open(out.join("call.wav")).unwrap();
    assert_eq!(wav.spec().channels, 2);
    let timeline: Value =
        serde_json::from_str(&fs::read_to_string(out.join("timeline.json")).unwrap()).unwrap();
    assert_eq!(timeline[0]["event"], "summary");
    let page = fs::read_to_string(out.join("call.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("InvokeFlowModule"), "{} bytes", page.len());
    let log = fs::read_to_string(out.join("flow-log.jsonl")).unwrap();
    assert!(log.lines().count() == 6 && log.contains(r#""ContactFlowName":"speak""#), "{log}");
}

#[test]
fn a_flow_that_leads_nowhere_fails_and_wrong_arguments_are_named() {
    let folder = tempfile::tempdir().unwrap();
    write_flows(folder.path());
    let output = run(folder.path(), &["main.json", "--silent", "--virtual"]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stdout);
    assert!(told.contains("there is no action \"gone\" in the flow main"), "{told}");
    assert!(told.contains("no function words is known here"), "{told}");
    let cases: [(&[&str], &str); 5] = [
        (&["main.json"], "name a service with --voice, or use --silent"),
        (&["main.json", "--silent", "--function", "words"], "write NAME=VALUE"),
        (&["main.json", "--silent", "--function", "words=none.json"], "none.json can't be read"),
        (&["main.json", "--silent", "--press", "x"], "keys are the digits, * and #"),
        (&["none.json", "--silent"], "none.json"),
    ];
    for (arguments, expected) in cases {
        let output = run(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn a_scenario_sets_the_call_and_options_go_before_it() {
    let folder = tempfile::tempdir().unwrap();
    write_flows(folder.path());
    let scenario = r#"
        flow = "main.json"
        flows = ["more"]

        [attributes]
        who = "Eve"

        [[caller]]
        press = "7"

        [[function]]
        name = "words"
        reply = { word = "la" }
    "#;
    fs::write(folder.path().join("call.toml"), scenario).unwrap();
    let told = |more: &[&str]| {
        let arguments = [&["main.json", "--scenario", "call.toml", "--silent", "--virtual"], more].concat();
        let output = run(folder.path(), &arguments);
        assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    };
    let plain = told(&[]);
    assert!(plain.contains("For Eve.") && plain.contains("the caller presses 7"), "{plain}");
    let other = told(&["--attribute", "who=Ada", "--press", "1"]);
    assert!(other.contains("For Ada.") && other.contains("the caller presses 1"), "{other}");
    fs::write(folder.path().join("call.toml"), "flow = \"main.json\"\nfunctoin = 1\n").unwrap();
    let output = run(folder.path(), &["main.json", "--scenario", "call.toml", "--silent", "--virtual"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("call.toml:2"), "{}", text(&output.stderr));
}
