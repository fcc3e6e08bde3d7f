//! Tests the limits of a call: numbers in a flow, the time and the actions of a call, and flows that lead nowhere.

use std::{sync::Arc, time::Duration};

use connect_flows::{play_text::play_text, runner::EndReason, urls::Urls};
use serde_json::json;

use crate::{
    fakes::{World, call_flow, chain, flow, play, settings},
    story,
};

#[tokio::test(start_paused = true)]
async fn limits_of_functions_and_loops_are_checked() {
    let with_limit = json!({"LambdaFunctionARN": "f", "InvocationTimeLimitSeconds": "9"});
    let cases = [
        ("InvokeLambdaFunction", with_limit, "InvocationTimeLimitSeconds is \"9\": use 1 to 8"),
        ("InvokeLambdaFunction", json!({}), "LambdaFunctionARN is empty"),
        ("Loop", json!({"LoopCount": "101"}), "LoopCount is \"101\": use 0 to 100"),
        ("MessageParticipant", json!({}), "there must be exactly one of PromptId, Text, SSML and Media"),
        (
            "MessageParticipant",
            json!({"Media": {"SourceType": "S3", "Uri": "none"}}),
            "Media.Uri is \"none\": an https URL is needed",
        ),
    ];
    for (kind, parameters, reason) in cases {
        let world = Arc::new(World::default());
        let call = call_flow(&world, chain(&[(kind, parameters)]), settings()).await;
        assert_eq!(call.end.error(), Some(format!("action \"0\": {reason}")));
        assert!(world.invocations().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_time_limit_in_the_middle_of_a_clip() {
    let world = Arc::new(World::default().replies(300, play(0, 1, true)).stores_part(0, 0, 5000));
    let mut settings = settings();
    settings.max_duration = Duration::from_secs(2);
    let flow = play_text(Urls::Presigned);
    let call = call_flow(&world, flow, settings).await;
    assert_eq!(call.end.error().as_deref(), Some("the call reached its limit of 2 s"));
    assert_eq!(call.recording.duration(), Duration::from_secs(2));
    assert_eq!(story(&call)[5..], ["clip_end 0", "call_end"]);
    assert_eq!(call.timeline.summary().audio_ms, 1700.0);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_at_its_time_limit_while_a_function_works() {
    let world = Arc::new(World::default().replies(5000, play(0, 1, true)));
    let mut settings = settings();
    settings.max_duration = Duration::from_secs(2);
    let flow = play_text(Urls::Presigned);
    let call = call_flow(&world, flow, settings).await;
    assert_eq!(call.end.reason, EndReason::TimeLimit { seconds: 2 });
    assert_eq!(call.recording.duration(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_flow_that_turns_in_a_circle_is_stopped() {
    let actions = json!([{
        "Identifier": "a", "Type": "UpdateFlowLoggingBehavior", "Transitions": {"NextAction": "a"},
    }]);
    let call = call_flow(&Arc::new(World::default()), flow("a", actions), settings()).await;
    assert_eq!(call.end.error().as_deref(), Some("the flow reached its limit of 10000 actions"));
    assert_eq!(call.flow_log.len(), 10_000);
}

#[tokio::test(start_paused = true)]
async fn an_action_that_nothing_follows_ends_the_call() {
    let actions = json!([{"Identifier": "a", "Type": "MessageParticipant", "Parameters": {"Text": "la"}}]);
    let call = call_flow(&Arc::new(World::default()), flow("a", actions), settings()).await;
    assert_eq!(call.end.error().as_deref(), Some(r#"nothing follows action "a""#));
}
