//! Tests functions: canned replies, limits, and replies that Connect refuses.

use std::time::Duration;

use connect_flows::runner::{Answer, Call, Function, Functions, InvokeError, Replies, Reply};
use serde_json::{Value, json};

use crate::{
    fakes::{action, flow, hangs_up, settings, texts, try_out},
    results,
};

/// Invokes the function `f` once, and says `$.External.word`.
async fn invoke(parameters: Value, functions: Functions) -> Call {
    let mut given = json!({"LambdaFunctionARN": "arn:aws:lambda:us-east-1:1:function:f:live"});
    given.as_object_mut().unwrap().extend(parameters.as_object().unwrap().clone());
    let tell = json!({"Text": "<$.External.word>"});
    let actions = json!([
        action("ask", "InvokeLambdaFunction", given, &[("next", "tell"), ("NoMatchingError", "end")]),
        action("tell", "MessageParticipant", tell, &[("next", "end")]),
        hangs_up(),
    ]);
    try_out(flow("ask", actions), settings(), functions).await
}

fn canned(replies: Vec<Reply>) -> Functions {
    let mut functions = Functions::default();
    functions.set("f", Function::Canned(Replies::new(replies)));
    functions
}

fn after(ms: u64, answer: Answer) -> Reply {
    Reply { after: Duration::from_millis(ms), answer }
}

fn reason(call: &Call) -> String {
    call.end.error().unwrap_or_default().trim_start_matches(r#"action "ask": "#).to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_limit_that_is_a_number_counts_as_one() {
    let slow = || canned(vec![after(5000, Answer::Value(json!({"word": "la"})))]);
    let call = invoke(json!({"InvocationTimeLimitSeconds": 8}), slow()).await;
    assert_eq!(texts(&call), ["<la>"]);
    let call = invoke(json!({}), slow()).await;
    assert_eq!(reason(&call), "f: no reply within 3 s");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_never_answers_runs_into_its_limit() {
    let call =
        invoke(json!({"InvocationTimeLimitSeconds": "7"}), canned(vec![after(0, Answer::Never)])).await;
    assert_eq!(reason(&call), "f: no reply within 7 s");
    assert_eq!(call.recording.duration(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn replies_that_connect_refuses_take_the_error_branch() {
    let large = json!({"word": "x".repeat(33 * 1024)});
    let cases = [
        (
            json!({"word": {"deep": "1"}}),
            "STRING_MAP",
            "reply refused: word is no string, as STRING_MAP asks for",
        ),
        (json!({"word": 1}), "STRING_MAP", "reply refused: word is no string, as STRING_MAP asks for"),
        (large, "JSON", "reply refused: it has 33803 bytes, 32768 are allowed"),
        (json!([1]), "JSON", "reply refused: it is no object"),
        (json!("word"), "STRING_MAP", "reply refused: it is no object"),
    ];
    for (value, kind, expected) in cases {
        let validation = json!({"ResponseValidation": {"ResponseType": kind}});
        let call = invoke(validation, canned(vec![Reply::now(value)])).await;
        assert_eq!(reason(&call), expected);
        assert_eq!(results(&call, "InvokeExternalResource"), [json!(format!("Error: {expected}"))]);
    }
    let nested = json!({"ResponseValidation": {"ResponseType": "JSON"}});
    let call = invoke(nested, canned(vec![Reply::now(json!({"word": 7}))])).await;
    assert_eq!(texts(&call), ["<7>"]);
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_and_replies_used_up_in_order() {
    let replies = vec![
        after(10, Answer::Fails(InvokeError::Throttled)),
        after(10, Answer::Fails(InvokeError::Service { status: 500 })),
        after(10, Answer::Value(json!({"word": "third"}))),
    ];
    let call = invoke(json!({}), canned(replies)).await;
    assert_eq!(texts(&call), ["<third>"]);
    let events = call.timeline.to_json();
    let end = events.as_array().unwrap().iter().find(|event| event["event"] == "lambda_end").unwrap();
    assert_eq!((&end["attempts"], &end["ms"]), (&json!(3), &json!(330.0)));
}

#[tokio::test(start_paused = true)]
async fn a_function_without_a_reply_and_one_without_a_name_say_so() {
    assert_eq!(
        reason(&invoke(json!({}), Functions::default()).await),
        "f: invocation refused: no function f is known here: give its reply, or the place where it is"
    );
    let call = invoke(json!({"LambdaFunctionARN": "$.Attributes.['my arn']"}), Functions::default()).await;
    assert_eq!(reason(&call), "LambdaFunctionARN is empty: $.Attributes.['my arn'] has no value");
}
