//! Tests Wait in its voice forms, and functions that work beside the flow.

use std::time::Duration;

use connect_flows::runner::{Answer, Call, Function, Functions, Replies, Reply};
use serde_json::{Value, json};

use crate::fakes::{action, flow, hangs_up, says, settings, texts, try_out, way};

const ENDS: [(&str, &str); 3] =
    [("LambdaReturned", "load"), ("WaitCompleted", "late"), ("NoMatchingError", "wrong")];

/// Starts a function that takes this long, waits, and says its word.
async fn wait(function_ms: u64, parameters: Value, branches: &[(&str, &str)]) -> Call {
    let start = json!({"LambdaFunctionARN": "f", "InvocationType": "ASYNCHRONOUS", "InvocationTimeLimitSeconds": "60"});
    let branches = [branches, &ENDS].concat();
    let actions = json!([
        action("start", "InvokeLambdaFunction", start, &[("next", "wait"), ("NoMatchingError", "end")]),
        action("wait", "Wait", parameters, &branches),
        says("0123456789", "0123456789"),
        says("once", ""),
        action(
            "load",
            "LoadLambdaFunctionResult",
            json!({"LambdaInvocationId": "$.LambdaInvocation.InvocationId"}),
            &[("next", "tell"), ("InProgress", "late"), ("NoMatchingError", "wrong")]
        ),
        action("tell", "MessageParticipant", json!({"Text": "<$.External.word>"}), &[("next", "end")]),
        says("late", "end"),
        says("wrong", "end"),
        hangs_up(),
    ]);
    let mut functions = Functions::default();
    let reply =
        Reply { after: Duration::from_millis(function_ms), answer: Answer::Value(json!({"word": "la"})) };
    functions.set("f", Function::Canned(Replies::new(vec![reply])));
    try_out(flow("start", actions), settings(), functions).await
}

fn for_reply(seconds: &str, more: Value) -> Value {
    let mut parameters = json!({"TimeLimitSeconds": seconds, "InterruptibleEvents": {"LambdaReturned":
        {"AsyncLambdaCompletionEvent": {"Identifier": "$.LambdaInvocation.InvocationId"}}}});
    parameters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    parameters
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_the_reply_or_its_time() {
    let call = wait(2500, for_reply("10", json!({})), &[]).await;
    assert_eq!(texts(&call), ["<la>"]);
    assert_eq!(call.recording.duration(), Duration::from_millis(2500 + 40));
    let call = wait(2500, for_reply("2", json!({})), &[]).await;
    assert_eq!(way(&call), ["start next", "wait WaitCompleted", "late next", "end end"]);
    let call = wait(100, for_reply("10", json!({"MinimumWaitTimeSeconds": "3"})), &[]).await;
    assert_eq!(call.recording.duration(), Duration::from_millis(3000 + 40));
}

#[tokio::test(start_paused = true)]
async fn the_flow_goes_on_until_the_reply_cuts_it_off() {
    let goes_on = for_reply("10", json!({"ContinueExecution": "TRUE"}));
    let call = wait(250, goes_on.clone(), &[("Continue", "0123456789")]).await;
    let steps =
        ["start next", "wait Continue", "0123456789 next", "0123456789 next", "0123456789 interrupted"];
    assert_eq!(way(&call)[..5], steps);
    assert_eq!(way(&call)[5..], ["load next", "tell next", "end end"]);
    assert_eq!(texts(&call).last().map(String::as_str), Some("<la>"));
    // A path that ends waits for the event.
    let call = wait(1000, goes_on, &[("Continue", "once")]).await;
    assert_eq!((texts(&call), call.end.error()), (vec!["once".to_owned(), "<la>".to_owned()], None));
}

#[tokio::test(start_paused = true)]
async fn the_plain_form_is_refused_and_wrong_times_are_named() {
    for parameters in
        [json!({"TimeLimitSeconds": "5"}), json!({"TimeLimitSeconds": "5", "Events": ["CustomerReturned"]})]
    {
        assert_eq!(way(&wait(100, parameters, &[]).await)[1], "wait NoMatchingError");
    }
    let call = wait(100, for_reply("soon", json!({})), &[]).await;
    let error = r#"action "wait": TimeLimitSeconds is "soon": use seconds, up to 604800"#;
    assert_eq!(call.end.error().as_deref(), Some(error));
}

#[tokio::test(start_paused = true)]
async fn a_chat_waits_in_the_plain_form() {
    let parameters = json!({"TimeLimitSeconds": "900", "Events": ["CustomerReturned"]});
    let actions = json!([
        action("wait", "Wait", parameters, &[("WaitCompleted", "end"), ("NoMatchingError", "end")]),
        hangs_up()
    ]);
    let mut settings = settings();
    settings.world.values.insert("Channel".into(), json!("CHAT"));
    let call = try_out(flow("wait", actions), settings, Functions::default()).await;
    assert_eq!((way(&call)[0].as_str(), call.end.error()), ("wait WaitCompleted", None));
    assert_eq!(call.recording.duration(), Duration::from_secs(900));
}
