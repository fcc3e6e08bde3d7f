//! Faults of a whole flow, and those that depend on its type or on several actions.

use connect_flows::{lint, source::Source};
use serde_json::{Value, json};

use crate::{HEALTHY, place, told, with};

/// Codes of the findings.
pub(super) fn codes(text: &str) -> Vec<String> {
    told(text).into_iter().map(|(code, _)| code).collect()
}

/// The healthy flow as of this type.
fn typed(kind: &str) -> String {
    with(r#""entryPointPosition""#, &format!(r#""type": "{kind}", "entryPointPosition""#))
}

pub(super) fn action(identifier: &str, kind: &str, parameters: Value, next: &str) -> Value {
    json!({"Identifier": identifier, "Type": kind, "Parameters": parameters, "Transitions": {"NextAction": next}})
}

pub(super) fn end() -> Value {
    json!({"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}})
}

pub(super) fn flow(actions: &[Value]) -> String {
    let start = &actions[0]["Identifier"];
    format!("{:#}", json!({"Version": "2019-10-30", "StartAction": start, "Actions": actions}))
}

fn set(identifier: &str, name: &str, next: &str) -> Value {
    let mut set = action(identifier, "UpdateContactAttributes", json!({"Attributes": {name: "x"}}), next);
    set["Transitions"]["Errors"] = json!([{"NextAction": next, "ErrorType": "NoMatchingError"}]);
    set
}

fn transfer(identifier: &str) -> Value {
    let error = |name: &str| json!({"NextAction": "end", "ErrorType": name});
    let transitions =
        json!({"NextAction": "end", "Errors": [error("NoMatchingError"), error("QueueAtCapacity")]});
    json!({"Identifier": identifier, "Type": "TransferContactToQueue", "Parameters": {}, "Transitions": transitions})
}

#[test]
fn files_without_flows_are_named_with_a_place() {
    let cut = &HEALTHY[..HEALTHY.len() / 2];
    assert_eq!(codes(cut), ["FW001"]);
    assert_eq!(codes(&HEALTHY.replacen(',', ",,", 1)), ["FW001"]);
    let old = r#"{"modules": [{"id": "a", "type": "PlayPrompt", "branches": []}], "type": "contactFlow"}"#;
    assert_eq!(told(old), [("FW002".to_owned(), place(old, "\"modules\""))]);
    assert_eq!(codes("[]"), ["FW002"]);
    let (_, deep) = crate::findings(&format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)));
    let told: Vec<_> = deep.iter().map(|finding| (finding.what.as_str(), finding.remedy.as_str())).collect();
    assert_eq!(told, [("nested more than 512 deep, which no flow is", "give the flow itself")]);
    assert_eq!(deep[0].rule.to_string(), "FW002");
    assert_eq!(codes(&HEALTHY.replacen('{', "\u{feff}{", 1)), [] as [&str; 0]);
}

#[test]
fn a_flow_in_an_answer_keeps_the_places_of_the_file() {
    let content = with(r#""Text": "Press 1 for orders.""#, r#""Text": """#).replace('\n', "");
    let answer =
        format!("{:#}", json!({"ContactFlow": {"Name": "Main", "Type": "CONTACT_FLOW", "Content": content}}));
    assert_eq!(told(&answer), [("FW034".to_owned(), place(&answer, r#"\"\", \"StoreInput\""#))]);
}

#[test]
fn large_flows_are_refused() {
    let texts: Vec<Value> = (0..250)
        .map(|number| {
            action(
                &format!("a{number}"),
                "MessageParticipant",
                json!({"Text": "x".repeat(900)}),
                &format!("a{}", number + 1),
            )
        })
        .collect();
    let with_end = |last: &str| {
        let mut actions = texts.clone();
        actions[249]["Transitions"]["NextAction"] = json!(last);
        actions
    };
    let mut many = with_end("end");
    many.push(end());
    assert_eq!(codes(&flow(&many)), ["FW007"]);
    let mut large = with_end("a0");
    large.truncate(249);
    large[248]["Transitions"]["NextAction"] = json!("end");
    large[0]["Parameters"]["Text"] = json!("$.External.x ".repeat(2_900));
    large.push(end());
    assert!(codes(&flow(&large)).contains(&"FW006".to_owned()));
}

#[test]
fn a_flow_beyond_all_limits_is_judged_by_its_size_alone() {
    let actions: Vec<Value> =
        (0..2_001).map(|number| action(&format!("a{number}"), "Nonsense", json!({"x": 1}), "gone")).collect();
    assert_eq!(codes(&flow(&actions)), ["FW007"]);
}

#[test]
fn identifiers_that_connect_refuses() {
    for bad in ["a/b", "x[0]", "constructor", &"x".repeat(51)] {
        let text = with(r#""StartAction": "log""#, &format!(r#""StartAction": "{bad}""#))
            .replace(r#""Identifier": "log""#, &format!(r#""Identifier": "{bad}""#));
        let at = format!("\"{bad}\",\n      \"Type\"");
        assert_eq!(told(&text), [("FW013".to_owned(), place(&text, &at))], "{bad}");
    }
    let fine = with(r#""StartAction": "log""#, r##""StartAction": "Begin? #1""##)
        .replace(r#""Identifier": "log""#, r##""Identifier": "Begin? #1""##);
    assert_eq!(codes(&fine), [] as [&str; 0]);
}

#[test]
fn actions_that_no_path_reaches() {
    let say = |name: &str, next: &str| action(name, "MessageParticipant", json!({"Text": "Hi"}), next);
    let lost = [say("c", "end"), say("b", "c"), say("x", "y"), say("y", "x")];
    let chain = flow(&[&[say("a", "end")], &lost[..], &[end()]].concat());
    let heads = ["\"b\"", "\"x\""].map(|at| ("FW040".to_owned(), place(&chain, at)));
    assert_eq!(told(&chain), heads, "{chain}");
    let text = with(r#"{"NextAction": "play", "Condition""#, r#"{"NextAction": "queue", "Condition""#);
    assert_eq!(told(&text), [("FW040".to_owned(), place(&text, "\"play\",\n      \"Type\""))]);
}

#[test]
fn cycles_without_a_way_out_or_without_anything_that_takes_time() {
    let closed = flow(&[set("a", "x", "b"), set("b", "y", "a")]);
    assert_eq!(codes(&closed), ["FW041"]);
    let mut leaves = set("b", "y", "end");
    leaves["Transitions"]["Errors"][0]["NextAction"] = json!("a");
    assert_eq!(codes(&flow(&[set("a", "x", "b"), leaves, end()])), ["FW042"]);
    let asks = action("a", "GetParticipantInput", json!({"Text": "?"}), "a");
    assert!(codes(&flow(&[asks])).contains(&"FW041".to_owned()));
    // A flow of this kind repeats until an agent is there.
    let holds = flow(&[
        action("a", "MessageParticipant", json!({"Text": "Please hold."}), "b"),
        action("b", "MessageParticipant", json!({"Text": "Still."}), "a"),
    ]);
    assert_eq!(codes(&holds), [] as [&str; 0]);
    let queue = holds.replacen('{', r#"{"Metadata": {"type": "customerQueue"},"#, 1);
    assert_eq!(codes(&queue), [] as [&str; 0]);
    let inbound = holds.replacen('{', r#"{"Metadata": {"type": "contactFlow"},"#, 1);
    assert_eq!(codes(&inbound), ["FW041"]);
}

#[test]
fn an_unreadable_flow_of_a_template_hides_no_other() {
    let resource = |content: Value| json!({"Type": "AWS::Connect::ContactFlow", "Properties": {"Type": "CONTACT_FLOW", "Content": content}});
    let faulty = flow(&[set("a", "x", "nowhere"), end()]);
    let alone = codes(&faulty);
    assert!(!alone.is_empty());
    let text = json!({"Resources": {
        "A": resource(json!({"Fn::Join": ["", []]})),
        "B": resource(json!("{\"Version\": ")),
        "C": resource(json!(faulty)),
    }})
    .to_string();
    let mut expected = vec!["FW001".to_owned(), "FW002".to_owned()];
    expected.extend(alone);
    let mut found = codes(&text);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let source = Source::new("f", text);
    assert_eq!(lint::file(&source).flows.len(), 1);
    assert!(source.flows().unwrap_err().reason.contains("Fn::Join"), "the first error counts elsewhere");
}

#[test]
fn actions_and_clips_in_the_wrong_type_of_flow() {
    assert_eq!(codes(&typed("contactFlow")), [] as [&str; 0]);
    let found = codes(&typed("agentWhisper"));
    assert!(found.contains(&"FW043".to_owned()) && found.contains(&"FW052".to_owned()), "{found:?}");
}

#[test]
fn an_unknown_type_is_named_once() {
    let unknown = ["a", "b"]
        .map(|name| action(name, "CheckStaffing", json!({}), if name == "a" { "b" } else { "end" }));
    let text = flow(&[&unknown[..], &[end()]].concat());
    let (source, findings) = crate::findings(&text);
    let told: Vec<_> =
        findings.iter().map(|finding| (source.position(finding.span.start), finding.sentence())).collect();
    let sentence = "a: the action type \"CheckStaffing\" is not known (2 actions)".to_owned();
    assert_eq!(told, [(place(&text, "\"CheckStaffing\""), sentence)]);
    assert_eq!(findings[0].remedy, "write \"CheckMetricData\", if that is meant");
}

#[test]
fn texts_that_are_too_long_to_be_spoken() {
    for (chars, expected) in [(3_000, None), (3_001, Some("FW051")), (6_001, Some("FW051"))] {
        let text = with("Press 1 for orders.", &"x".repeat(chars));
        assert_eq!(codes(&text).first().map(String::as_str), expected, "{chars}");
    }
    let buttons = format!(r#"{{\"templateType\": \"ListPicker\", \"x\": \"{}\"}}"#, "x".repeat(4_000));
    assert_eq!(codes(&with("Press 1 for orders.", &buttons)), [] as [&str; 0]);
    let tags = "<break time=\\\"1s\\\"/>".repeat(150);
    assert_eq!(codes(&with("Fish &amp; chips.", &tags)), [] as [&str; 0]);
}

#[test]
fn attributes_that_are_read_before_they_are_set() {
    let text = with(r#""Text": "Press 1 for orders.""#, r#""Text": "Order $.Attributes.late?""#).replace(
        r#"{"order": "$.StoredCustomerInput"}"#,
        r#"{"order": "$.StoredCustomerInput", "late": "$.StoredCustomerInput"}"#,
    );
    assert_eq!(told(&text), [("FW061".to_owned(), place(&text, r#""Order $.Attributes.late?""#))]);
    // A comparison asks whether it is set.
    let compared = text
        .replace(r#""ComparisonValue": "$.External.Status""#, r#""ComparisonValue": "$.Attributes.late""#);
    assert_eq!(codes(&compared), [] as [&str; 0]);
    let say = |name: &str, next: &str| {
        action(name, "MessageParticipant", json!({"Text": "Hi $.Attributes.x"}), next)
    };
    let mut may_set = set("maybe", "x", "say");
    assert_eq!(codes(&flow(&[may_set.clone(), say("say", "end"), end()])), [] as [&str; 0]);
    let asks = json!({"Text": "?", "StoreInput": "False", "InputTimeLimitSeconds": "5"});
    let mut ask = action("ask", "GetParticipantInput", asks, "maybe");
    ask["Transitions"]["Errors"] = ["NoMatchingError", "NoMatchingCondition", "InputTimeLimitExceeded"]
        .map(|error| json!({"NextAction": "say", "ErrorType": error}))
        .into();
    may_set["Transitions"]["NextAction"] = json!("say");
    assert_eq!(codes(&flow(&[ask, may_set, say("say", "end"), end()])), ["FW061"], "some paths set it");
    // An attribute whose name comes from elsewhere may be any.
    let any = text.replace("UpdateFlowLoggingBehavior", "UpdateContactAttributes").replace(
        r#"{"FlowLoggingBehavior": "Enabled"},
      "Transitions": {"NextAction": "greet"}"#,
        r#"{"Attributes": {"$.External.key": "$.External.value"}},
      "Transitions": {"NextAction": "greet", "Errors": [{"NextAction": "greet", "ErrorType": "NoMatchingError"}]}"#,
    );
    assert_eq!(codes(&any), [] as [&str; 0]);
    // Another flow may set it.
    assert_eq!(codes(&with("Press 1 for orders.", "Hello $.Attributes.customerName")), [] as [&str; 0]);
    let held = Source::new("f", HEALTHY).flows().unwrap();
    assert_eq!(lint::attributes_of_a_set(&held.iter().collect::<Vec<_>>()), []);
    let other = Source::new("f", with("Press 1 for orders.", "Hello $.Attributes.name")).flows().unwrap();
    let found = lint::attributes_of_a_set(&[&held[0], &other[0]]);
    assert_eq!((found.len(), found[0].0, found[0].1.rule.to_string()), (1, 1, "FW061".to_owned()));
    let dotted = flow(&[
        set("a", "first.name", "say"),
        action("say", "MessageParticipant", json!({"Text": "$.Attributes.first.name"}), "end"),
        end(),
    ]);
    let dotted = Source::new("f", dotted).flows().unwrap();
    assert_eq!(lint::attributes_of_a_set(&dotted.iter().collect::<Vec<_>>()), []);
}

#[test]
fn a_transfer_without_a_queue() {
    let text = with(
        r#""NextAction": "queue",
        "Conditions": [{"NextAction": "play""#,
        r#""NextAction": "transfer",
        "Conditions": [{"NextAction": "play""#,
    )
    .replace(
        r#"{"NextAction": "queue", "ErrorType": "NoMatchingCondition"}"#,
        r#"{"NextAction": "transfer", "ErrorType": "NoMatchingCondition"}"#,
    );
    assert_eq!(told(&text), [("FW064".to_owned(), place(&text, "\"TransferContactToQueue\""))]);
    let unset = flow(&[transfer("a"), end()]);
    assert_eq!(codes(&unset), [] as [&str; 0], "another flow may have set it");
    let inbound = unset.replacen('{', r#"{"Metadata": {"type": "contactFlow"},"#, 1);
    assert_eq!(codes(&inbound), ["FW064"]);
}

#[test]
fn words_and_parameters_that_are_empty_or_absent() {
    let one = |kind: &str, parameters: Value| {
        let mut one = action("a", kind, parameters, "end");
        one["Transitions"]["Errors"] = json!([{"NextAction": "end", "ErrorType": "NoMatchingError"}]);
        flow(&[one, end()])
    };
    let text = one("", json!({})).replace("NoMatchingError", "");
    let found = told(&text);
    assert_eq!(found.len(), 2, "{text}");
    assert!(found.iter().all(|(code, _)| code == "FW004"), "{found:?}");
    assert_eq!(codes(&one("UpdateFlowAttributes", json!({}))), ["FW031"]);
    assert_eq!(codes(&one("MessageParticipantIteratively", json!({}))), ["FW035"]);
    assert!(codes(&one("Loop", json!({}))).contains(&"FW035".to_owned()));
    assert_eq!(codes(&with("2019-10-30", "")), ["FW005"]);
}

#[test]
fn an_end_in_a_cycle_is_no_cycle() {
    let mut end = end();
    end["Transitions"] = json!({"NextAction": "a"});
    assert_eq!(codes(&flow(&[set("a", "x", "end"), end])), ["FW016"]);
}

#[test]
fn secrets_are_found_by_their_names_and_forms() {
    for (name, value, expected) in [
        ("secret", "c2VjcmV0LXZhbHVlMTIz", &["FW071"][..]),
        ("client-secret", "A1b2C3d4", &["FW071"]),
        ("k", "AKIAIOSFODNN7EXAMPLE", &["FW071"]),
        ("secret", "$.External.secret", &[]),
        ("secret", "requested", &[]),
        ("secretary", "Ms. A1b2C3", &[]),
    ] {
        let mut set = set("a", name, "end");
        set["Parameters"]["Attributes"][name] = json!(value);
        assert_eq!(codes(&flow(&[set, end()])), expected, "{name} {value}");
    }
}
