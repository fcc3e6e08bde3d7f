mod samples;

use std::fs;

use serde_json::json;

use super::*;

fn given(parameters: serde_json::Value) -> Parameters {
    parameters.as_object().cloned().unwrap_or_default()
}

#[test]
fn the_files_can_be_read_and_each_row_says_where_it_is_from() {
    let language = load::Language::read().unwrap();
    assert!(language.actions().count() >= 65);
    for action in language.actions() {
        let known = ["developer guide: ", "admin guide: ", "seen in exports"];
        assert!(known.iter().any(|start| action.source.starts_with(start)), "{}", action.name);
        assert_eq!(action.documented(), action.source.starts_with("developer guide"), "{}", action.name);
        assert!(!action.title.is_empty() && action.does.ends_with('.'), "{}", action.name);
    }
}

#[test]
fn the_rows_agree_with_each_other() {
    for action in table().actions() {
        let errors: Vec<&str> = action.errors.iter().map(|error| error.name.as_str()).collect();
        if let Run::Error(name) = &action.run {
            assert!(errors.contains(&name.as_str()), "{} has no {name}", action.name);
        }
        for set in &action.sets {
            let root = set.split('.').next().unwrap();
            assert!(table().root(root).is_some(), "{}: no root {root}", action.name);
        }
        for group in &action.one_of {
            for member in &group.members {
                let within = group.within.iter().map(String::as_str);
                let place = within.chain([member.as_str()]).collect::<Vec<_>>().join(".");
                let known = action.parameters.iter().any(|parameter| parameter.name.starts_with(&place));
                assert!(known, "{}: no {place}", action.name);
            }
        }
        assert_eq!(
            action.next == Next::None,
            action.errors.is_empty() && action.ends == Ends::Always,
            "{}",
            action.name
        );
    }
}

#[test]
fn two_rows_of_one_name_hold_for_different_forms() {
    let forms = [
        json!({}),
        json!({"StoreInput": "True"}),
        json!({"StoreInput": "False"}),
        json!({"EnableDTMFBuffer": "True"}),
        json!({"EnableDTMFBuffer": "False", "StoreInput": "True"}),
        json!({"InvocationType": "ASYNCHRONOUS"}),
        json!({"InvocationType": "SYNCHRONOUS"}),
        json!({"ChatBehavior": {}}),
    ];
    for (action, form) in table().actions().flat_map(|action| forms.iter().map(move |form| (action, form))) {
        let form = given(form.clone());
        let mut errors: Vec<&str> = action.errors(&form).map(|error| error.name.as_str()).collect();
        let mut names: Vec<&str> =
            action.parameters(&form).map(|parameter| parameter.name.as_str()).collect();
        for list in [&mut errors, &mut names] {
            let count = list.len();
            list.sort_unstable();
            list.dedup();
            assert_eq!(list.len(), count, "{}: {form:?}", action.name);
        }
    }
}

#[test]
fn a_message_is_exactly_one_of_four() {
    let group = &table().action("MessageParticipant").unwrap().one_of[0];
    assert_eq!((group.members.join(" "), group.at_least), ("PromptId Text SSML Media".into(), 1));
}

#[test]
fn branches_are_those_of_healthy_exports() {
    let cases = [
        ("Compare", json!({}), "NoMatchingCondition"),
        ("MessageParticipant", json!({}), "(NoMatchingError)"),
        ("UpdateContactTextToSpeechVoice", json!({}), "(NoMatchingError)"),
        ("Loop", json!({}), "(NoMatchingError)"),
        ("MessageParticipantIteratively", json!({}), "(NoMatchingError)"),
        ("TagContact", json!({}), "(NoMatchingError)"),
        ("InvokeFlowModule", json!({}), "NoMatchingError (NoMatchingCondition)"),
        ("TransferContactToQueue", json!({}), "NoMatchingError QueueAtCapacity"),
        ("UpdateContactRecordingBehavior", json!({}), ""),
        ("GetParticipantInput", json!({"StoreInput": "True"}), "NoMatchingError (InvalidPhoneNumber)"),
        (
            "GetParticipantInput",
            json!({"StoreInput": "False"}),
            "NoMatchingError NoMatchingCondition InputTimeLimitExceeded",
        ),
        (
            "GetParticipantInput",
            json!({"EnableDTMFBuffer": "True"}),
            "NoMatchingError (NoMatchingCondition) (InputTimeLimitExceeded)",
        ),
        (
            "TransferParticipantToThirdParty",
            json!({}),
            "NoMatchingError (CallFailed) (ConnectionTimeLimitExceeded)",
        ),
        ("TransferParticipantToThirdParty", json!({"ContinueFlowExecution": "False"}), "NoMatchingError"),
    ];
    for (name, parameters, expected) in cases {
        let parameters = given(parameters);
        let words = table().action(name).unwrap().errors(&parameters).map(|error| match error.need {
            Need::Required => error.name.clone(),
            Need::Optional => format!("({})", error.name),
        });
        let words: Vec<String> = words.collect();
        assert_eq!(words.join(" "), expected, "{name}");
    }
}

#[test]
fn stored_input_has_no_conditions_and_a_menu_has_keys() {
    let input = table().action("GetParticipantInput").unwrap();
    assert!(input.conditions(&given(json!({"StoreInput": "True"}))).is_none());
    let menu = input.conditions(&given(json!({"StoreInput": "False"}))).unwrap();
    assert!(menu.operands.contains(&"#".to_owned()));
}

#[test]
fn the_time_limit_depends_on_the_kind_of_invocation() {
    let invoke = table().action("InvokeLambdaFunction").unwrap();
    for (kind, most) in [("SYNCHRONOUS", 8), ("asynchronous", 60), ("EVENT", 8)] {
        let form = given(json!({"InvocationType": kind}));
        let place = invoke.place(&form, &["InvocationTimeLimitSeconds"]);
        assert!(matches!(place, Place::Value(parameter) if parameter.max == Some(most)), "{kind}");
    }
}

#[test]
fn places_are_values_inner_objects_or_unknown() {
    let cases: [(&str, &[&str], &str); 12] = [
        ("MessageParticipant", &["Media"], "inner"),
        ("MessageParticipant", &["Media", "Uri"], "Media.Uri"),
        ("MessageParticipant", &["Media", "Url"], "unknown"),
        ("MessageParticipant", &["Txt"], "unknown"),
        ("MessageParticipantIteratively", &["Messages", "[]"], "inner"),
        ("MessageParticipantIteratively", &["Messages", "[]", "Media", "Uri"], "Messages[].Media.Uri"),
        ("UpdateContactAttributes", &["Attributes", "a.b"], "Attributes.*"),
        ("UpdateContactAttributes", &["Attributes", "[]"], "unknown"),
        ("UpdateFlowAttributes", &["FlowAttributes", "x", "Value"], "FlowAttributes.*.Value"),
        ("Wait", &["Events", "[]"], "Events[]"),
        ("ShowView", &["ViewData", "Sections", "[]", "Items"], "ViewData"),
        ("ShowView", &["ViewData"], "ViewData"),
    ];
    for (name, steps, expected) in cases {
        let found = match table().action(name).unwrap().place(&Parameters::new(), steps) {
            Place::Value(parameter) => parameter.name.as_str(),
            Place::Inner => "inner",
            Place::Unknown => "unknown",
        };
        assert_eq!(found, expected, "{name} {steps:?}");
    }
}

#[test]
fn parents_are_the_objects_around() {
    let parents = |action: &str, name: &str| {
        let action = table().action(action).unwrap();
        let parameter = action.parameters.iter().find(|parameter| parameter.name == name).unwrap();
        parameter.parent().map(str::to_owned)
    };
    assert_eq!(parents("MessageParticipant", "Media.Uri"), Some("Media".into()));
    assert_eq!(parents("Wait", "Events[]"), Some("Events".into()));
    assert_eq!(parents("MessageParticipantIteratively", "Messages[].Text"), Some("Messages[]".into()));
    assert_eq!(parents("MessageParticipant", "Text"), None);
}

#[test]
fn a_wrong_type_has_a_nearest_right_one() {
    let cases = [
        ("MesageParticipant", Some("MessageParticipant")),
        ("UnTagContact", Some("UntagContact")),
        ("UpdateRoutingCriteria", Some("UpdateContactRoutingCriteria")),
        ("PlayPrompt", Some("MessageParticipant")),
        ("CheckStaffing", Some("CheckMetricData")),
        ("SetWorkingQueue", Some("UpdateContactTargetQueue")),
        ("TransferToPhoneNumber", Some("TransferParticipantToThirdParty")),
        ("xyz", None),
    ];
    for (name, expected) in cases {
        assert_eq!(table().nearest(name), expected, "{name}");
    }
}

#[test]
fn a_wrong_parameter_has_a_nearest_right_one() {
    let cases = [
        ("UpdateContactTextToSpeechVoice", "VoiceId", Some("TextToSpeechVoice")),
        ("Wait", "TimeoutSeconds", Some("TimeLimitSeconds")),
        ("Loop", "LoopCounts", Some("LoopCount")),
        ("TransferContactToQueue", "QueueId", None),
    ];
    for (name, parameter, expected) in cases {
        assert_eq!(table().action(name).unwrap().nearest_parameter(parameter), expected, "{parameter}");
    }
}

#[test]
fn the_contract_of_a_module_is_in_its_metadata() {
    let schema = |name: &str| json!({"schema": {"type": "object", "properties": {name: {"type": "string"}}}});
    let settings = json!({
        "input": schema("text"), "resultData": schema("heard"),
        "transitions": {"results": [{"name": "done", "description": ""}, {"name": "left"}]},
    });
    let contract = Contract::of(&json!({"settings": settings}));
    assert_eq!(contract.inputs, ["text"]);
    assert_eq!(contract.results, ["heard"]);
    assert_eq!(contract.branches, ["done", "left"]);
    assert_eq!(Contract::of(&json!({})), Contract::default());
}

#[test]
fn members_of_roots_are_known_or_open() {
    let has = |root: &str, member: &str| table().root(root).unwrap().has(member);
    assert!(has("Attributes", "first name") && has("External", "list[0].x"));
    assert!(has("Modules", "Input.email") && has("Modules", "Input") && !has("Modules", "Output"));
    assert!(has("CustomerEndpoint", "Address") && !has("CustomerEndpoint", "Number"));
    assert!(has("Capabilities", "Agent") && !has("Capabilities", "Bot"));
}

#[test]
fn flow_types_have_two_names() {
    for name in ["customerQueue", "CUSTOMER_QUEUE"] {
        assert_eq!(FlowType::named(name), Some(FlowType::CustomerQueue));
    }
    assert_eq!(FlowType::named("contactFlowModule"), Some(FlowType::Module));
    assert_eq!(FlowType::named("elsewhere"), None);
}

#[test]
fn flows_for_callers_on_hold_and_in_queues_repeat() {
    let names = ["contactFlow", "CUSTOMER_QUEUE", "customerHold", "AGENT_HOLD", "agentWhisper"];
    let repeats = names.map(|name| FlowType::named(name).is_some_and(FlowType::repeats));
    assert_eq!(repeats, [false, true, true, true, false]);
}

#[test]
fn types_that_speak_are_those_that_take_ssml() {
    let speaks = |kind: &str| table().action(kind).unwrap().speaks();
    for kind in ["MessageParticipant", "MessageParticipantIteratively", "GetParticipantInput"] {
        assert!(speaks(kind), "{kind}");
    }
    assert!(speaks("ConnectParticipantWithLexBot") && !speaks("UpdateContactAttributes"));
}

#[test]
fn our_flows_keep_the_rules_of_the_table() {
    for (name, flow) in crate::catalogue::flows() {
        for action in &flow.actions {
            let kind = table().action(&action.kind).unwrap_or_else(|| panic!("{name}: {}", action.kind));
            let given = action.values();
            for parameter in given.keys() {
                let place = kind.place(&given, &[parameter]);
                assert!(!matches!(place, Place::Unknown), "{name}: {} {parameter}", action.kind);
            }
            for error in kind.errors(&given).filter(|error| error.need == Need::Required) {
                let there = action.transitions.on_error(&error.name).is_some();
                assert!(there, "{name}: {} lacks {}", action.identifier, error.name);
            }
            for error in &action.transitions.errors {
                let known = kind.errors(&given).any(|known| error.error_type == *known.name);
                assert!(known, "{name}: {} has {}", action.identifier, error.error_type);
            }
        }
    }
}

#[test]
fn the_committed_page_is_the_generated_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/flow-language.md");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == page(table()), "docs/flow-language.md is stale: run `cargo xtask flows`");
}
