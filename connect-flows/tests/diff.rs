//! Differences in meaning between two versions of a flow.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

use connect_flows::{
    catalogue,
    diff::{Change, diff, json, markdown, text},
    model::Flow,
};

const OLD: &str = r#"{"Version": "2019-10-30", "StartAction": "hello", "Metadata": {"ActionMetadata": {"hello": {"position": {"x": 1, "y": 2}}}},
  "Actions": [
    {"Identifier": "hello", "Type": "MessageParticipant", "Parameters": {"Text": "Hello"},
     "Transitions": {"NextAction": "ask", "Errors": [{"NextAction": "bye", "ErrorType": "NoMatchingError"}], "Conditions": []}},
    {"Identifier": "ask", "Type": "Compare", "Parameters": {"ComparisonValue": "$.External.Status"},
     "Transitions": {"NextAction": "bye", "Errors": [{"NextAction": "bye", "ErrorType": "NoMatchingCondition"}], "Conditions": [
        {"NextAction": "hello", "Condition": {"Operator": "Equals", "Operands": ["a"]}},
        {"NextAction": "bye", "Condition": {"Operator": "Equals", "Operands": ["b"]}}]}},
    {"Identifier": "bye", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]}"#;

fn flow(text: &str) -> Flow {
    Flow::parse(text).unwrap()
}

/// The old flow after some replacements, each of which must find its text.
fn changed(replacements: &[(&str, &str)]) -> Flow {
    let mut text = OLD.to_owned();
    for (from, to) in replacements {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    flow(&text)
}

/// The differences as lines.
fn lines(replacements: &[(&str, &str)]) -> Vec<String> {
    let shown = text(&diff(&flow(OLD), &changed(replacements)), false);
    shown.lines().map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_flow_means_the_same_as_itself_wherever_it_is_drawn() {
    for (name, flow) in catalogue::flows() {
        assert_eq!(diff(&flow, &flow), [], "{name}");
    }
    assert_eq!(lines(&[(r#""x": 1"#, r#""x": 99"#), (r#", "Conditions": []"#, "")]), [""; 0]);
    let order = [(
        r#""Type": "MessageParticipant", "Parameters": {"Text": "Hello"}"#,
        r#""Parameters": {"Text": "Hello"}, "Type": "MessageParticipant""#,
    )];
    assert_eq!(lines(&order), [""; 0]);
}

#[test]
fn identifiers_that_an_export_made_anew_are_no_difference() {
    let uuid = |start: &str| format!("{start}aaaaaaa-1111-4222-8333-444444444444");
    let with = |digits: [&str; 3]| {
        let names = ["hello", "ask", "bye"].map(|name| format!("\"{name}\""));
        let mut text = OLD.to_owned();
        for (name, digit) in names.iter().zip(digits) {
            text = text.replace(name, &format!("\"{}\"", uuid(digit)));
        }
        flow(&text)
    };
    assert_eq!(diff(&with(["1", "2", "3"]), &with(["4", "5", "6"])), []);
    let names = diff(&flow(OLD), &with(["4", "5", "6"]));
    assert!(names.iter().all(|found| matches!(found.changes[..], [Change::Renamed { .. }])), "{names:?}");
    assert_eq!(names.len(), 3);
}

#[test]
fn a_changed_parameter_is_named_with_both_values() {
    let said = lines(&[("\"Hello\"", "\"Good morning\"")]);
    assert_eq!(said, ["~ hello (MessageParticipant)", "Text: \"Hello\" → \"Good morning\""]);
    let nested = lines(&[(r#"{"Text": "Hello"}"#, r#"{"Media": {"Uri": "https://b/x.wav"}}"#)]);
    assert_eq!(nested[1..], ["Media: absent → {\"Uri\":\"https://b/x.wav\"}", "Text: \"Hello\" → absent"]);
}

#[test]
fn rewired_branches_say_from_where_to_where() {
    let next = lines(&[(r#""NextAction": "ask", "Errors""#, r#""NextAction": "bye", "Errors""#)]);
    assert_eq!(next, ["~ hello (MessageParticipant)", "next leads to: ask → bye"]);
    let gone = lines(&[(r#"{"NextAction": "bye", "ErrorType": "NoMatchingError"}"#, "")]);
    assert_eq!(gone[1..], ["error NoMatchingError leads to: bye → nowhere"]);
    let start = lines(&[(r#""StartAction": "hello""#, r#""StartAction": "ask""#)]);
    assert_eq!(start, ["~ the flow", "start leads to: hello → ask"]);
}

#[test]
fn the_order_of_conditions_counts() {
    let (a, b) = (
        r#"{"NextAction": "hello", "Condition": {"Operator": "Equals", "Operands": ["a"]}}"#,
        r#"{"NextAction": "bye", "Condition": {"Operator": "Equals", "Operands": ["b"]}}"#,
    );
    let swapped = lines(&[(a, "FIRST"), (b, a), ("FIRST", b)]);
    assert_eq!(swapped, ["~ ask (Compare)", "the conditions are tried in another order"]);
}

#[test]
fn added_removed_and_renamed_actions() {
    let wait = r#"{"Identifier": "wait", "Type": "Wait", "Parameters": {"TimeLimitSeconds": "5"}, "Transitions": {"NextAction": "bye"}},
    {"Identifier": "bye", "Type""#;
    let added = lines(&[(r#"{"Identifier": "bye", "Type""#, wait)]);
    assert_eq!(added, ["+ wait (Wait)"]);
    let back = text(&diff(&changed(&[(r#"{"Identifier": "bye", "Type""#, wait)]), &flow(OLD)), false);
    assert_eq!(back, "- wait (Wait)\n");
    assert_eq!(lines(&[("\"bye\"", "\"goodbye\"")]), ["~ goodbye (DisconnectParticipant)", "was named bye"]);
}

#[test]
fn settings_count_and_all_forms_say_the_same() {
    let new = changed(&[(r#""StartAction""#, r#""Settings": {"InputParameters": ["a"]}, "StartAction""#)]);
    let found = diff(&flow(OLD), &new);
    assert_eq!(text(&found, false), "~ the flow\n    Settings: absent → {\"InputParameters\":[\"a\"]}\n");
    assert!(text(&found, true).contains("\u{1b}[33m~ the flow"));
    assert!(markdown(&found).starts_with("- **the flow** changed\n  - Settings: absent"));
    let value: serde_json::Value = serde_json::from_str(&json(&found)).unwrap();
    assert_eq!(value[0]["changes"][0]["change"], "value");
    assert_eq!(value[0]["changes"][0]["path"], "Settings");
}

#[test]
fn names_can_not_command_the_terminal() {
    let new = changed(&[
        ("\"hello\"", r#""he\u001b[2Jllo\n""#),
        ("\"Text\"", r#""Te\u001bxt""#),
        ("NoMatchingError", r"No\u001b"),
    ]);
    for (old, new) in [(flow(OLD), new.clone()), (new, flow(OLD))] {
        let differences = diff(&old, &new);
        let shown = text(&differences, false) + &markdown(&differences);
        assert!(!shown.contains('\u{1b}') && shown.lines().all(|line| line.trim().len() > 1), "{shown}");
    }
}

#[test]
fn an_aim_that_is_gone_is_called_missing() {
    let found = lines(&[
        (r#""Identifier": "bye""#, r#""Identifier": "bye-bye", "Note": "x""#),
        ("DisconnectParticipant", "EndFlowExecution"),
    ]);
    assert!(found.contains(&"next leads to: bye → bye (missing)".to_owned()), "{found:?}");
}
