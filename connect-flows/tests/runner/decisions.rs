//! Tests actions that choose a branch, set values, or are not performed.

use connect_flows::{
    language::{self, Run},
    runner::{Branch, Functions, Hours},
};
use serde_json::{Value, json};

use crate::fakes::{action, flow, hangs_up, says, settings, texts, try_out, way};

/// Runs one action whose branches say their names.
async fn branch(
    kind: &str,
    parameters: Value,
    branches: &[&str],
    settings: connect_flows::runner::CallSettings,
) -> String {
    let names: Vec<(&str, &str)> = branches.iter().map(|name| (*name, *name)).collect();
    let mut actions = vec![action("do", kind, parameters, &names), hangs_up()];
    actions.extend(branches.iter().map(|name| says(name, "end")));
    let call = try_out(flow("do", actions.into()), settings, Functions::default()).await;
    way(&call)[0].clone()
}

#[tokio::test(start_paused = true)]
async fn hours_are_those_of_the_world() {
    let hours = json!({"HoursOfOperationId": "arn:aws:connect:us-east-1:1:instance/i/operating-hours/h1"});
    let run = |given: Option<Hours>| {
        let mut settings = settings();
        settings.world.hours.extend(given.map(|given| ("h1".to_owned(), given)));
        branch("CheckHoursOfOperation", hours.clone(), &["True", "False", "NoMatchingError"], settings)
    };
    assert_eq!(run(None).await, "do True");
    assert_eq!(run(Some(Hours::Closed)).await, "do False");
    // The clock stands at noon on a Sunday.
    assert_eq!(run(Some(Hours::Schedule("Mon-Fri 09:00-17:00".into()))).await, "do False");
    assert_eq!(run(Some(Hours::Schedule("Sun 09:00-17:00".into()))).await, "do True");
    assert_eq!(run(Some(Hours::Schedule("at night".into()))).await, "do NoMatchingError");
}

#[tokio::test(start_paused = true)]
async fn metrics_are_those_of_the_world() {
    let mut settings = settings();
    settings.world.metrics.insert("NumberOfAgentsStaffed".into(), "3".into());
    settings.world.metrics.insert("Queue.Size".into(), "7".into());
    let staffed = json!({"MetricType": "NumberOfAgentsStaffed"});
    let branches = ["NumberGreaterThan 5", "NumberGreaterThan 2", "NoMatchingCondition"];
    assert_eq!(branch("CheckMetricData", staffed, &branches, settings.clone()).await, "do 2");
    let online = json!({"MetricType": "NumberOfAgentsOnline"});
    assert_eq!(
        branch("CheckMetricData", online, &branches, settings.clone()).await,
        "do NoMatchingCondition"
    );
    let tell =
        action("tell", "MessageParticipant", json!({"Text": "$.Metrics.Queue.Size"}), &[("next", "end")]);
    let actions = json!([action("get", "GetMetricData", json!({}), &[("next", "tell")]), tell, hangs_up()]);
    assert_eq!(texts(&try_out(flow("get", actions), settings, Functions::default()).await), ["7"]);
}

#[tokio::test(start_paused = true)]
async fn chance_depends_on_the_seed_alone() {
    let branches = ["NumberLessThan 51", "NumberLessThan 101", "NoMatchingCondition"];
    let mut counts = [0; 2];
    for seed in 0..100 {
        let mut settings = settings();
        settings.seed = seed;
        let first = branch("DistributeByPercentage", json!({}), &branches, settings.clone()).await;
        assert_eq!(branch("DistributeByPercentage", json!({}), &branches, settings).await, first);
        counts[usize::from(first == "do 101")] += 1;
    }
    assert!((35..=65).contains(&counts[0]), "{counts:?}");
}

#[tokio::test(start_paused = true)]
async fn compare_reads_every_operator_and_keys() {
    let mut settings = settings();
    settings.world.values.insert("Customer".into(), json!({"FirstName": "Ada", "Attributes": {"tier": "2"}}));
    let compare = |value: &str| json!({"ComparisonValue": value});
    let branches = ["TextStartsWith A", "NumberLessOrEqualTo 2", "KeyExists tier", "NoMatchingCondition"];
    for (value, expected) in [
        ("$.Customer.FirstName", "do A"),
        ("$.Customer.Attributes.tier", "do 2"),
        ("$.Customer.Attributes", "do tier"),
        ("$.Customer.LastName", "do NoMatchingCondition"),
    ] {
        assert_eq!(branch("Compare", compare(value), &branches, settings.clone()).await, expected, "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_loop_goes_through_a_list() {
    let set = action(
        "set",
        "InvokeLambdaFunction",
        json!({"LambdaFunctionARN": "f",
        "ResponseValidation": {"ResponseType": "JSON"}}),
        &[("next", "loop")],
    );
    let tell = json!({"Text": "$.Loop.cities.Index $.Loop.cities.Element.name"});
    let actions = json!([
        set,
        action(
            "loop",
            "Loop",
            json!({"LoopName": "cities", "LoopArray": "$.External.list"}),
            &[("ContinueLooping", "tell"), ("DoneLooping", "end"), ("NoMatchingError", "end")]
        ),
        action("tell", "MessageParticipant", tell, &[("next", "loop")]),
        hangs_up(),
    ]);
    let mut functions = Functions::default();
    functions.reply("f", json!({"list": [{"name": "Turin"}, {"name": "Rome"}]}));
    let call = try_out(flow("set", actions), settings(), functions).await;
    assert_eq!(texts(&call), ["0 Turin", "1 Rome"]);
}

#[tokio::test(start_paused = true)]
async fn numbers_in_place_of_strings_are_taken() {
    let actions = json!([
        action("loop", "Loop", json!({"LoopCount": 2}), &[("ContinueLooping", "la"), ("DoneLooping", "end")]),
        says("la", "loop"),
        hangs_up(),
    ]);
    let call = try_out(flow("loop", actions), settings(), Functions::default()).await;
    assert_eq!(texts(&call), ["la", "la"]);
}

#[tokio::test(start_paused = true)]
async fn actions_that_are_not_performed_pass_or_take_their_error_branch_with_a_remark() {
    let branches = ["next", "NoMatchingError", "NoneFoundError"];
    let run = |kind: &'static str| branch(kind, json!({}), &branches, settings());
    assert_eq!(run("UpdateContactRecordingBehavior").await, "do next");
    assert_eq!(run("TagContact").await, "do next");
    assert_eq!(run("CreateCase").await, "do NoMatchingError");
    assert_eq!(run("GetCustomerProfile").await, "do NoneFoundError");
    let actions = json!([action("a", "PlayPrompt", json!({}), &[("NoMatchingError", "end")]), hangs_up()]);
    let call = try_out(flow("a", actions), settings(), Functions::default()).await;
    let error = call.end.error().unwrap();
    assert!(error.starts_with(r#"action "a": the type "PlayPrompt" is not known: is it "#), "{error}");
}

#[tokio::test(start_paused = true)]
async fn every_action_that_the_table_calls_performed_is_performed() {
    for known in language::table().actions().filter(|known| known.run == Run::Performed) {
        let actions = json!([action("do", &known.name, json!({}), &[("next", "end")]), hangs_up()]);
        let call = try_out(flow("do", actions), settings(), Functions::default()).await;
        let error = call.end.error().unwrap_or_default();
        assert!(!error.contains("not performed"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_world_names_the_branch_of_an_action_or_type() {
    let branches = ["Continue", "NoMatchingError"];
    let run = |key: &str, taken: Branch| {
        let mut settings = settings();
        settings.world.branches.insert(key.to_owned(), taken);
        branch("ShowView", json!({}), &branches, settings)
    };
    assert_eq!(run("do", Branch::Condition("Continue".into())).await, "do Continue");
    assert_eq!(run("ShowView", Branch::Error("NoMatchingError".into())).await, "do NoMatchingError");
}

#[tokio::test(start_paused = true)]
async fn data_of_the_contact_and_the_voice_are_seen_by_references() {
    let data = json!({"LanguageCode": "en-AU", "Name": "n", "CustomerId": "c",
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "s"}}});
    let text = "$.LanguageCode $.Name $.CustomerId $.SegmentAttributes.['connect:Subtype'] $.TextToSpeechVoiceId \
                $.CallbackNumber";
    let actions = json!([
        action("data", "UpdateContactData", data, &[("next", "voice")]),
        action(
            "voice",
            "UpdateContactTextToSpeechVoice",
            json!({"TextToSpeechVoice": "Olivia"}),
            &[("next", "back")]
        ),
        action(
            "back",
            "UpdateContactCallbackNumber",
            json!({"CallbackNumber": "+1555"}),
            &[("next", "tell")]
        ),
        action("tell", "MessageParticipant", json!({"Text": text}), &[("next", "off")]),
        action(
            "off",
            "UpdateFlowLoggingBehavior",
            json!({"FlowLoggingBehavior": "Disabled"}),
            &[("next", "end")]
        ),
        hangs_up(),
    ]);
    let call = try_out(flow("data", actions), settings(), Functions::default()).await;
    assert_eq!(texts(&call), ["en-AU n c s Olivia +1555"]);
    let logged: Vec<_> = call.flow_log.iter().map(|line| line.logged).collect();
    assert_eq!(logged, [true, true, true, true, false, false]);
}
