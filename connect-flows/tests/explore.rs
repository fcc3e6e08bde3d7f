//! Ways through small flows: each trouble is found, and healthy flows have none.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use std::{fs, process::Command, time::Duration};

use connect_flows::{
    catalogue,
    explore::{Explored, Limits, Verdict, explore, scenario},
    model::Flow,
};

fn flow(actions: &str) -> Flow {
    let end =
        r#"{"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}"#;
    Flow::parse(&format!(r#"{{"Version": "2019-10-30", "StartAction": "a", "Actions": [{actions}, {end}]}}"#))
        .unwrap()
}

fn explored(actions: &str) -> Explored {
    explore(&flow(actions), None, &Limits::default())
}

/// The findings as text, without the words after the place.
fn verdicts(actions: &str) -> Vec<String> {
    explored(actions).findings.iter().map(|finding| finding.verdict.to_string()).collect()
}

fn say(id: &str, next: &str) -> String {
    format!(
        r#"{{"Identifier": "{id}", "Type": "MessageParticipant", "Parameters": {{"Text": "Hi"}},
        "Transitions": {{"NextAction": "{next}", "Errors": [{{"NextAction": "end", "ErrorType": "NoMatchingError"}}]}}}}"#
    )
}

fn invoke(id: &str, seconds: u32, next: &str) -> String {
    format!(
        r#"{{"Identifier": "{id}", "Type": "InvokeLambdaFunction",
        "Parameters": {{"LambdaFunctionARN": "arn:aws:lambda:eu-west-1:1:function:{id}", "InvocationTimeLimitSeconds": "{seconds}"}},
        "Transitions": {{"NextAction": "{next}", "Errors": [{{"NextAction": "end", "ErrorType": "NoMatchingError"}}]}}}}"#
    )
}

/// A comparison with one condition.
fn compare(id: &str, value: &str, operand: &str, yes: &str, no: &str) -> String {
    format!(
        r#"{{"Identifier": "{id}", "Type": "Compare", "Parameters": {{"ComparisonValue": "{value}"}},
        "Transitions": {{"NextAction": "{no}", "Errors": [{{"NextAction": "{no}", "ErrorType": "NoMatchingCondition"}}],
        "Conditions": [{{"NextAction": "{yes}", "Condition": {{"Operator": "Equals", "Operands": ["{operand}"]}}}}]}}}}"#
    )
}

fn join(actions: &[String]) -> String {
    actions.join(",")
}

#[test]
fn our_flows_have_no_way_that_ends_badly() {
    for (name, flow) in catalogue::flows() {
        let found = explore(&flow, None, &Limits::default());
        assert!(found.findings.is_empty(), "{name}: {:?}", found.findings);
        assert!(!found.bounded, "{name}");
    }
}

#[test]
fn a_loop_that_only_a_failing_prompt_leaves_has_no_way_out() {
    assert_eq!(verdicts(&join(&[say("a", "b"), say("b", "a")])).len(), 1);
    let found = explored(&join(&[say("a", "b"), say("b", "c"), say("c", "b")])).findings;
    assert_eq!(found[0].verdict, Verdict::NoWayOut { action: "a".into() });
    assert_eq!(
        verdicts(&join(&[say("a", "b"), invoke("b", 8, "a")])),
        [""; 0],
        "a failing function leads out"
    );
    let held = flow(&say("a", "a"));
    assert!(explore(&held, Some("customerHold"), &Limits::default()).findings.is_empty());
}

#[test]
fn facts_find_a_trap_that_the_graph_hides() {
    // The second comparison leads out only if the status has changed, which nothing does.
    let trap = [
        compare("a", "$.External.Status", "play", "b", "end"),
        say("b", "c"),
        compare("c", "$.External.Status", "done", "end", "b"),
    ];
    let found = explored(&join(&trap));
    assert_eq!(found.findings.len(), 1, "{:?}", found.findings);
    assert_eq!(found.findings[0].verdict, Verdict::NoWayOut { action: "b".into() });
    let asks_again = [trap[0].clone(), say("b", "f"), invoke("f", 8, "c"), trap[2].clone()];
    assert_eq!(verdicts(&join(&asks_again)), [""; 0]);
}

#[test]
fn branches_that_lead_nowhere_are_found() {
    let empty = say("a", "").replace("\"end\"", "\"gone\"");
    assert_eq!(
        verdicts(&empty),
        [
            "nowhere: \"a\" has nothing connected to \"next\"",
            "nowhere: \"a\" leads to \"gone\" after \"NoMatchingError\", and there is no such action",
        ]
    );
    let impossible =
        [compare("a", "$.Attributes.x", "1", "b", "end"), compare("b", "$.Attributes.x", "2", "gone", "end")];
    assert_eq!(verdicts(&join(&impossible)), [""; 0], "no call gets there");
}

#[test]
fn errors_without_a_branch_are_found() {
    let no_branch =
        invoke("a", 8, "end").replace(r#"{"NextAction": "end", "ErrorType": "NoMatchingError"}"#, "");
    assert_eq!(
        verdicts(&no_branch),
        ["unhandled: \"a\" can fail with NoMatchingError, and has no branch for it"]
    );
    let no_match = compare("a", "$.Attributes.x", "1", "end", "end")
        .replace(r#"{"NextAction": "end", "ErrorType": "NoMatchingCondition"}"#, "");
    assert_eq!(verdicts(&no_match).len(), 1);
}

#[test]
fn silence_adds_up_until_a_sound() {
    assert_eq!(verdicts(&join(&[invoke("a", 8, "end")])), [""; 0], "8 s are allowed");
    let two = explored(&join(&[invoke("a", 8, "b"), invoke("b", 3, "end")]));
    let silence = Duration::from_secs(11);
    assert!(
        matches!(&two.findings[0].verdict, Verdict::Silence { action, silence: found, .. } if action == "b" && *found == silence),
        "{:?}",
        two.findings
    );
    assert_eq!(verdicts(&join(&[invoke("a", 8, "b"), say("b", "c"), invoke("c", 8, "end")])), [""; 0]);
    let short = Limits { silence: Duration::from_secs(5), ..Limits::default() };
    assert_eq!(explore(&flow(&invoke("a", 8, "end")), None, &short).findings.len(), 1);
    let chat = [compare("a", "$.Channel", "CHAT", "b", "end"), invoke("b", 8, "c"), invoke("c", 8, "end")];
    assert_eq!(verdicts(&join(&chat)), [""; 0], "a chat is silent");
}

#[test]
fn loops_are_counted() {
    // Two rounds of 3 s are fine, three are not.
    let rounds = |count: u32| {
        let head = format!(
            r#"{{"Identifier": "a", "Type": "Loop", "Parameters": {{"LoopCount": "{count}"}}, "Transitions": {{"NextAction": "end",
            "Conditions": [
                {{"NextAction": "b", "Condition": {{"Operator": "Equals", "Operands": ["ContinueLooping"]}}}},
                {{"NextAction": "end", "Condition": {{"Operator": "Equals", "Operands": ["DoneLooping"]}}}}]}}}}"#
        );
        verdicts(&join(&[head, invoke("b", 3, "a")])).len()
    };
    assert_eq!((rounds(2), rounds(3)), (0, 1));
}

#[test]
fn a_bound_that_is_reached_is_said() {
    let limits = Limits { states: 2, ..Limits::default() };
    let found = explore(&flow(&join(&[say("a", "b"), say("b", "c"), say("c", "end")])), None, &limits);
    assert!(found.bounded && found.states == 2 && found.findings.is_empty(), "{found:?}");
}

#[test]
fn a_scenario_gives_the_replies_and_keys_of_the_way() {
    let ask = r#"{"Identifier": "ask", "Type": "GetParticipantInput", "Parameters": {"Text": "Press", "StoreInput": "False"},
        "Transitions": {"NextAction": "end", "Errors": [{"NextAction": "end", "ErrorType": "NoMatchingError"},
        {"NextAction": "end", "ErrorType": "NoMatchingCondition"}, {"NextAction": "end", "ErrorType": "InputTimeLimitExceeded"}],
        "Conditions": [{"NextAction": "gone", "Condition": {"Operator": "Equals", "Operands": ["7"]}}]}}"#;
    let actions = [
        invoke("a", 8, "b"),
        compare("b", "$.External.Status", "menu", "c", "end"),
        compare("c", "$.Attributes.kind", "vip", "end", "ask"),
        ask.to_owned(),
    ];
    let flow = flow(&join(&actions));
    let found = explore(&flow, None, &Limits::default());
    assert_eq!(found.findings.len(), 1, "{:?}", found.findings);
    assert_eq!(found.findings[0].route(&flow), "a → b (menu) → c (NoMatchingCondition) → ask (7)");
    let text = scenario(&flow, "../flow.json", &found.findings[0]);
    let toml: toml::Table = text.parse().unwrap();
    assert_eq!(toml["flow"].as_str(), Some("../flow.json"));
    assert_eq!(toml["function"][0]["name"].as_str(), Some("arn:aws:lambda:eu-west-1:1:function:a"));
    assert_eq!(toml["function"][0]["reply"]["Status"].as_str(), Some("menu"));
    assert_ne!(toml["attributes"]["kind"].as_str(), Some("vip"));
    assert_eq!(toml["caller"][0]["press"].as_str(), Some("7"));
    assert_eq!(toml["expect"][0]["visits"].as_array().unwrap().len(), 4);
}

#[test]
fn a_scenario_of_silence_has_slow_functions_and_a_limit() {
    let flow = flow(&join(&[invoke("a", 8, "b"), invoke("b", 3, "end")]));
    let found = explore(&flow, None, &Limits::default());
    let toml: toml::Table = scenario(&flow, "f.json", &found.findings[0]).parse().unwrap();
    assert_eq!(toml["function"][0]["delay"].as_str(), Some("7900ms"));
    assert_eq!(toml["expect"][1]["silence_ms"].as_str(), Some("<= 8000"));
}

#[test]
fn a_plain_wait_is_refused_on_the_telephone_and_makes_no_silence() {
    let wait = |parameters: &str| {
        format!(
            r#"{{"Identifier": "a", "Type": "Wait", "Parameters": {{"TimeLimitSeconds": "900"{parameters}}},
            "Transitions": {{"NextAction": "end", "Errors": [{{"NextAction": "end", "ErrorType": "NoMatchingError"}}],
            "Conditions": [{{"NextAction": "end", "Condition": {{"Operator": "Equals", "Operands": ["WaitCompleted"]}}}}]}}}}"#
        )
    };
    assert_eq!(verdicts(&wait("")), [""; 0]);
    let found = verdicts(&wait(r#", "InterruptibleEvents": {"LambdaReturned": {}}"#));
    assert!(found[0].starts_with("silence: 900 s"), "{found:?}");
}

#[test]
fn a_prompt_that_fails_is_no_sound() {
    // Two functions of 5 s with a prompt between them: silence of 10 s where the prompt fails.
    let silences = |kind: &str, parameters: &str, error: &str| {
        let prompt = format!(
            r#"{{"Identifier": "b", "Type": "{kind}", "Parameters": {{{parameters}}}, "Transitions": {{
            "NextAction": "end", "Errors": [{{"NextAction": "c", "ErrorType": "{error}"}}]}}}}"#
        );
        let found = verdicts(&join(&[invoke("a", 5, "b"), prompt, invoke("c", 5, "end")]));
        found.iter().filter(|verdict| verdict.starts_with("silence: 10 s")).count()
    };
    let text = r#""Text": "Hi""#;
    for kind in ["MessageParticipant", "ConnectParticipantWithLexBot", "GetParticipantInput"] {
        assert_eq!(silences(kind, text, "NoMatchingError"), 1, "{kind}");
    }
    let messages = r#""Messages": [{"Text": "Hi"}]"#;
    assert_eq!(silences("MessageParticipantIteratively", messages, "NoMatchingError"), 1);
    assert_eq!(silences("GetParticipantInput", text, "InputTimeLimitExceeded"), 0, "the prompt was heard");
}

#[test]
fn a_bad_file_hides_no_other_and_flows_of_one_name_keep_their_scenarios() {
    let folder = tempfile::tempdir().unwrap();
    let head = r#"{"Version": "2019-10-30", "StartAction": "a", "Actions": ["#;
    let bad = format!("{head}{}]}}", say("a", "a"));
    for name in ["a", "b", "c/b"] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("flow.json"), &bad).unwrap();
    }
    fs::write(folder.path().join("a/package.json"), "{}").unwrap();
    fs::write(folder.path().join("none.json"), "{").unwrap();
    let run = |names: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_connect-flow"))
            .arg("explore")
            .args(names)
            .args(["--out", "d"])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let output = run(&["none.json", "gone*.json", "a", "b/*.json", "c", "a/flow.json"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), errors.lines().count()), (Some(2), 2), "{errors}");
    assert!(errors.contains("none.json") && errors.contains("gone*.json"), "{errors}");
    for (name, flow) in [("flow-1", "a"), ("b-flow-1", "b"), ("c-b-flow-1", "c/b")] {
        let text = fs::read_to_string(folder.path().join(format!("d/{name}.toml"))).unwrap();
        assert!(text.contains(&format!("../{flow}/flow.json")), "{text}");
    }
    assert_eq!(run(&["a"]).status.code(), Some(1));
}
