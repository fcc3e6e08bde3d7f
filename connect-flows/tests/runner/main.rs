//! Tests whole calls in paused time: with the committed flow, and with small flows for the other actions.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test that uses them")]

mod caller;
mod decisions;
mod fakes;
mod functions;
mod input;
mod lex;
mod limits;
mod passages;
mod prompts;
mod queues;
mod talk;
mod waits;

use std::{sync::Arc, time::Duration};

use connect_flows::runner::{Call, EndReason, InvokeError};
use contract::reply::Reply;
use fakes::{
    HUM, LOUD, SECRET, World, call, call_flow, chain, flow, part_key, play, settings, silence, wait, wav,
};
use serde_json::{Value, json};

const SORRY: &str = "I am sorry, I cannot answer right now. Please call again later.";

/// The events that the caller could notice, in JSON: actions and flows are left out.
pub(crate) fn noticed(call: &Call) -> Vec<Value> {
    let inner =
        ["action_start", "action_end", "flow_start", "flow_end", "listen_start", "listen_end", "interrupted"];
    let events = call.timeline.to_json();
    let all = events.as_array().unwrap().iter();
    all.filter(|event| !inner.iter().any(|name| event["event"] == *name)).cloned().collect()
}

/// The name of every event, with the part or status if the event has one.
pub(crate) fn story(call: &Call) -> Vec<String> {
    let name = |event: Value| {
        let detail = [&event["part"], &event["status"]].into_iter().find(|detail| !detail.is_null());
        let name = event["event"].as_str().unwrap();
        detail.map_or(name.to_owned(), |detail| format!("{name} {detail}").replace('"', ""))
    };
    noticed(call).into_iter().skip(1).map(name).collect()
}

/// The results of all flow log lines of this module type.
pub(crate) fn results(call: &Call, module_type: &str) -> Vec<Value> {
    call.flow_log
        .iter()
        .filter(|line| line.contact_flow_module_type == module_type)
        .map(|line| line.results.clone())
        .collect()
}

#[tokio::test(start_paused = true)]
async fn three_parts_in_order_without_gaps() {
    let world = Arc::new(
        World::default()
            .replies(300, play(0, 2, false))
            .replies(0, play(2, 1, true))
            .stores_part(0, 50, 950)
            .stores_part(1, 0, 500)
            .stores_part(2, 0, 250),
    );
    let call = call(&world).await;
    let url = |number| format!("https://bucket.test/{}", part_key(number));
    let expected = json!([
        {"t_ms": 0, "event": "summary", "ttfa_ms": 350.0, "parts": 3, "gaps_ms": [0.0, 0.0],
         "round_trips": 2, "dead_air_ms": 300.0, "audio_ms": 1750.0},
        {"t_ms": 0.0, "event": "silence_start", "ms": 300.0},
        {"t_ms": 0.0, "event": "lambda_start", "function": "start_stream", "status": "invoked"},
        {"t_ms": 300.0, "event": "lambda_end", "function": "start_stream", "status": "play", "ms": 300.0},
        {"t_ms": 300.0, "event": "silence_end", "ms": 300.0},
        {"t_ms": 300.0, "event": "clip_start", "url": url(0), "part": 0},
        {"t_ms": 1300.0, "event": "clip_end", "url": url(0), "part": 0},
        {"t_ms": 1300.0, "event": "clip_start", "url": url(1), "part": 1},
        {"t_ms": 1800.0, "event": "clip_end", "url": url(1), "part": 1},
        {"t_ms": 1800.0, "event": "lambda_start", "function": "get_next_batch", "status": "invoked"},
        {"t_ms": 1800.0, "event": "lambda_end", "function": "get_next_batch", "status": "play", "ms": 0.0},
        {"t_ms": 1800.0, "event": "clip_start", "url": url(2), "part": 2},
        {"t_ms": 2050.0, "event": "clip_end", "url": url(2), "part": 2},
        {"t_ms": 2050.0, "event": "call_end", "reason": "disconnected"},
    ]);
    assert_eq!(json!(noticed(&call)), expected);
    assert_eq!((call.end.reason.clone(), call.end.error()), (EndReason::Disconnected, None));
    let samples = [vec![0; 350 * 8], vec![LOUD.1; 1700 * 8]].concat();
    assert!(call.recording.samples() == samples);
    let parameters: Vec<_> =
        world.invocations().into_iter().map(|(_, event)| event["Details"]["Parameters"].clone()).collect();
    let expected =
        [json!({"Text": "Hello.", "Voice": ""}), json!({"StreamId": "s1", "NextIndex": "2", "Limit": "2"})];
    assert_eq!(parameters, expected);
}

#[tokio::test(start_paused = true)]
async fn while_nothing_is_ready_a_clip_of_silence_paces_the_loop() {
    let world = Arc::new(
        World::default()
            .replies(1500, wait(0))
            .replies(100, play(0, 1, false))
            .replies(100, Ok(json!(Reply::new(contract::reply::Status::Done, None, 1))))
            .stores(&contract::keys::silence(), silence())
            .stores_part(0, 0, 500),
    );
    let call = call(&world).await;
    let expected = [
        "silence_start",
        "lambda_start invoked",
        "lambda_end wait",
        "lambda_start invoked",
        "lambda_end play",
        "silence_end",
        "clip_start 0",
        "clip_end 0",
        "silence_start",
        "lambda_start invoked",
        "lambda_end done",
        "silence_end",
        "call_end",
    ];
    assert_eq!(story(&call), expected);
    let summary = call.timeline.summary();
    assert_eq!((summary.ttfa_ms, summary.dead_air_ms, summary.round_trips), (Some(2000.0), 2000.0, 3));
    assert_eq!(call.end.error(), None);
}

#[tokio::test(start_paused = true)]
async fn an_error_reply_is_spoken_by_connects_own_voice() {
    let world = Arc::new(World::default().replies(100, Ok(json!(Reply::error("the service is down")))));
    let call = call(&world).await;
    assert_eq!(call.end.error().as_deref(), Some(r#"action "start": the service is down"#));
    assert_eq!(call.end.reason, EndReason::Disconnected);
    let start = &noticed(&call)[5];
    assert_eq!(start, &json!({"t_ms": 100.0, "event": "prompt_start", "text": SORRY}));
    let spoken = vec![HUM; SORRY.len() * 80];
    assert!(call.recording.samples()[800..] == spoken);
    assert_eq!(call.timeline.summary().ttfa_ms, None);
}

#[tokio::test(start_paused = true)]
async fn a_clip_that_connect_would_not_play_takes_the_error_branch() {
    let mut pcm = wav(&[0; 100]);
    pcm[20] = 1;
    let world = Arc::new(World::default().replies(0, play(0, 1, true)).stores(&part_key(0), pcm));
    let call = call(&world).await;
    let reason = "https://bucket.test/streams/s1/part0.wav is 8 bit PCM, 8000 Hz, mono; \
                  Connect plays mu-law, 8000 Hz, mono: \
                  sox part0.wav -r 8000 -c 1 -e mu-law part0-8k.wav, \
                  or: ffmpeg -i part0.wav -ar 8000 -ac 1 -c:a pcm_mulaw part0-8k.wav";
    assert_eq!(call.end.error(), Some(format!("action \"play-0\": {reason}")));
    let expected = [json!(format!("Error: {reason}")), json!("Success")];
    assert_eq!(results(&call, "PlayPrompt"), expected);
    assert_eq!(call.timeline.summary().parts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_clip_that_is_not_there_takes_the_error_branch() {
    let world = Arc::new(World::default().replies(0, play(0, 1, true)));
    let call = call(&world).await;
    let expected = "action \"play-0\": cannot fetch https://bucket.test/streams/s1/part0.wav: \
                    the store answered 403";
    assert_eq!(call.end.error().as_deref(), Some(expected));
    assert_eq!(story(&call)[2..4], ["prompt_start", "prompt_end"]);
}

#[tokio::test(start_paused = true)]
async fn a_function_slower_than_its_limit_takes_the_error_branch() {
    let world = Arc::new(World::default().replies(8001, play(0, 1, true)));
    let call = call(&world).await;
    assert_eq!(call.end.error().as_deref(), Some(r#"action "start": start_stream: no reply within 8 s"#));
    let end = &noticed(&call)[3];
    assert_eq!(
        end,
        &json!({"t_ms": 8000.0, "event": "lambda_end", "function": "start_stream",
                "status": "timeout", "ms": 8000.0})
    );
}

#[tokio::test(start_paused = true)]
async fn throttling_is_repeated_up_to_three_times() {
    let throttled = || Err(InvokeError::Throttled);
    let broken = || Err(InvokeError::Service { status: 503 });
    let world = || World::default().stores_part(0, 0, 100);
    let patient = Arc::new(
        world()
            .replies(0, throttled())
            .replies(0, broken())
            .replies(0, throttled())
            .replies(0, play(0, 1, true)),
    );
    let heard = call(&patient).await;
    assert_eq!((heard.end.error(), heard.timeline.summary().parts), (None, 1));
    assert_eq!(patient.invocations().len(), 4);
    assert_eq!(heard.timeline.summary().round_trips, 1);

    let hopeless = Arc::new((0..5).fold(world(), |world, _| world.replies(0, throttled())));
    let failed = call(&hopeless).await;
    assert_eq!(failed.end.error().as_deref(), Some(r#"action "start": start_stream: throttled"#));
    assert_eq!(hopeless.invocations().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_fails_is_invoked_once() {
    let message = "index out of range".into();
    let failure = Err(InvokeError::Function { message });
    let world = Arc::new(World::default().replies(0, failure).replies(0, play(0, 1, true)));
    let call = call(&world).await;
    assert_eq!(
        call.end.error().as_deref(),
        Some(r#"action "start": start_stream: the function failed: index out of range"#)
    );
    assert_eq!(world.invocations().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_no_flat_map_of_strings_takes_the_error_branch() {
    let world = Arc::new(World::default().replies(0, Ok(json!({"Status": "play", "Count": 1}))));
    let call = call(&world).await;
    let reason = "reply refused: Count is no string, as STRING_MAP asks for";
    assert_eq!(call.end.error(), Some(format!("action \"start\": {reason}")));
    assert_eq!(results(&call, "InvokeExternalResource"), [json!(format!("Error: {reason}"))]);
    assert_eq!(story(&call)[1], "lambda_end error");
}

#[tokio::test(start_paused = true)]
async fn no_output_contains_the_query_of_a_presigned_url() {
    let world = Arc::new(
        World::default()
            .replies(0, wait(0))
            .replies(0, play(0, 2, true))
            .stores(&contract::keys::silence(), silence())
            .stores_part(0, 0, 100),
    );
    let call = call(&world).await;
    let log: Vec<_> = call.flow_log.iter().map(|line| line.to_json()).collect();
    let outputs = format!("{} {} {:?}", call.timeline.to_json(), log.concat(), call.end);
    assert!(outputs.contains("part0.wav") && outputs.contains("part1.wav"));
    assert!(!outputs.contains(SECRET), "{outputs}");
}

#[tokio::test(start_paused = true)]
async fn the_flow_log_has_one_dated_line_for_each_action() {
    let world = Arc::new(World::default().replies(300, play(0, 1, true)).stores_part(0, 0, 1000));
    let call = call(&world).await;
    let lines: Vec<_> = call
        .flow_log
        .iter()
        .map(|line| format!("{} {}", line.timestamp, line.contact_flow_module_type))
        .collect();
    let expected = [
        "2026-03-01T12:00:00.000Z SetLoggingBehavior",
        "2026-03-01T12:00:00.300Z InvokeExternalResource",
        "2026-03-01T12:00:00.300Z CheckAttribute",
        "2026-03-01T12:00:01.300Z PlayPrompt",
        "2026-03-01T12:00:01.300Z CheckAttribute",
        "2026-03-01T12:00:01.300Z CheckAttribute",
        "2026-03-01T12:00:01.300Z Disconnect",
    ];
    assert_eq!(lines, expected);
    assert!(call.flow_log.iter().all(|line| line.contact_id == "contact-1"));
}

#[tokio::test(start_paused = true)]
async fn a_loop_goes_round_as_often_as_it_says() {
    let when = |operand, target| json!({"NextAction": target, "Condition": {"Operator": "Equals", "Operands": [operand]}});
    let actions = json!([
        {"Identifier": "loop", "Type": "Loop", "Parameters": {"LoopCount": "3"}, "Transitions": {
            "NextAction": "end",
            "Conditions": [when("ContinueLooping", "say"), when("DoneLooping", "end")]}},
        {"Identifier": "say", "Type": "MessageParticipant", "Parameters": {"Text": "la"},
            "Transitions": {"NextAction": "loop"}},
        {"Identifier": "end", "Type": "EndFlowExecution", "Transitions": {}},
    ]);
    let world = Arc::new(World::default());
    let call = call_flow(&world, flow("loop", actions), settings()).await;
    let turns = ["ContinueLooping", "ContinueLooping", "ContinueLooping", "DoneLooping"];
    assert_eq!(results(&call, "Loop"), turns);
    assert_eq!(results(&call, "PlayPrompt").len(), 3);
    assert_eq!((call.end.reason.clone(), call.end.error()), (EndReason::FlowEnded, None));
}

#[tokio::test(start_paused = true)]
async fn attributes_are_set_and_spoken() {
    let flow = chain(&[
        ("UpdateContactAttributes", json!({"Attributes": {"who": "Ada $.Attributes.text"}})),
        ("UpdateFlowAttributes", json!({"FlowAttributes": {"city": {"Value": "Turin"}}})),
        (
            "MessageParticipant",
            json!({"SSML": "<speak>$.Attributes.who from <s>$.FlowAttributes.city</s></speak>"}),
        ),
    ]);
    let call = call_flow(&Arc::new(World::default()), flow, settings()).await;
    assert_eq!(noticed(&call)[1]["text"], "Ada Hello. from Turin");
    assert_eq!(call.end.error(), None);
}

#[tokio::test(start_paused = true)]
async fn attributes_beyond_32_kb_are_refused_and_the_old_ones_stay() {
    let large = json!({"Attributes": {"text": "x".repeat(32 * 1024)}});
    let flow = chain(&[
        ("UpdateContactAttributes", large),
        ("MessageParticipant", json!({"Text": "$.Attributes.text"})),
    ]);
    let call = call_flow(&Arc::new(World::default()), flow, settings()).await;
    let error = call.end.error().unwrap();
    assert!(error.starts_with(r#"action "0": the contact's attributes would have"#), "{error}");
    assert_eq!(noticed(&call)[1]["text"], "Hello.");
}

#[tokio::test(start_paused = true)]
async fn wait_is_refused_on_a_voice_contact() {
    let flow = chain(&[("Wait", json!({"TimeLimitSeconds": "2"}))]);
    let call = call_flow(&Arc::new(World::default()), flow, settings()).await;
    let error = call.end.error().unwrap();
    assert!(error.contains("Wait is refused on a voice contact"), "{error}");
    assert_eq!(call.recording.duration(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_failed_invocation_leaves_nothing_of_the_reply_before_it() {
    let invoke = || ("InvokeLambdaFunction", json!({"LambdaFunctionARN": "f"}));
    let say = || ("MessageParticipant", json!({"Text": "$.External.word"}));
    let world = Arc::new(World::default().replies(0, Ok(json!({"word": "la"}))));
    let flow = chain(&[invoke(), say(), invoke(), say()]);
    let call = call_flow(&world, flow, settings()).await;
    let expected = [
        json!("Success"),
        json!("Error: the prompt has no words: Text is empty: $.External.word has no value"),
    ];
    assert_eq!(results(&call, "PlayPrompt"), expected);
    assert_eq!(story(&call)[1], "lambda_end ok");
}
