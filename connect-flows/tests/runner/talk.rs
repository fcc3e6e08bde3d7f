//! Tests conversations in paused time: the questions to the functions, and the sound at the caller.

use std::{sync::Arc, time::Duration};

use connect_flows::{
    runner::{Call, CallSettings, EndReason, KeyPress, Script, Then},
    talk::{Thinking, talk},
    timeline::EventKind,
    urls::Urls,
};
use contract::reply::Reply;
use serde_json::{Value, json};

use crate::{
    fakes::{LOUD, World, call_flow, play, settings, silence, wait},
    results, story,
};

/// Length of a part, in milliseconds.
const PART_MS: usize = 1000;

fn world() -> World {
    let world = World::default().stores(&contract::keys::silence(), silence());
    (0..6).fold(world, |world, number| world.stores_part(number, 0, PART_MS))
}

/// A world in which the greeting has one part.
fn greeting() -> World {
    world().replies(0, play(0, 1, true))
}

pub(crate) fn caller(says: &[&str]) -> Script {
    Script { says: says.iter().map(|text| (*text).to_owned()).collect(), ..Script::default() }
}

pub(crate) fn presses(mut script: Script, at_ms: u64, key: char) -> Script {
    script.keys.push(KeyPress { at: Duration::from_millis(at_ms), key });
    script
}

pub(crate) fn with(script: Script) -> CallSettings {
    CallSettings { script: script.into(), ..settings() }
}

async fn converse(world: &Arc<World>, thinking: Thinking, settings: CallSettings) -> Call {
    call_flow(world, talk(thinking, Urls::Presigned), settings).await
}

/// The functions that were invoked, without the rest of their ARNs.
fn functions(world: &World) -> Vec<String> {
    let name = |(arn, _): (String, Value)| arn.rsplit(':').next().unwrap_or_default().to_owned();
    world.invocations().into_iter().map(name).collect()
}

/// The parameters of every invocation of a function.
fn parameters(world: &World, function: &str) -> Vec<Value> {
    let of_function = |(arn, event): (String, Value)| {
        arn.ends_with(&format!(":{function}")).then(|| event["Details"]["Parameters"].clone())
    };
    world.invocations().into_iter().filter_map(of_function).collect()
}

/// Start and end of each part that was heard, in milliseconds.
fn parts(call: &Call) -> Vec<(f64, f64)> {
    let events = call.timeline.events();
    let times = |starts: bool| {
        events.iter().filter_map(move |event| match event.kind {
            EventKind::ClipStart { .. } if starts => Some(event.t_ms),
            EventKind::ClipEnd { .. } if !starts => Some(event.t_ms),
            _ => None,
        })
    };
    times(true).zip(times(false)).collect()
}

/// The texts that Connect's own voice said.
pub(crate) fn prompts(call: &Call) -> Vec<Value> {
    let events = call.timeline.to_json();
    let starts = events.as_array().unwrap().iter().filter(|event| event["event"] == "prompt_start");
    starts.map(|event| event["text"].clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn each_turn_is_answered_and_the_next_one_says_what_was_heard() {
    let world = Arc::new(
        greeting()
            .replies(200, play(0, 1, false))
            .replies(50, play(1, 2, true))
            .replies(300, play(0, 1, true)),
    );
    let mut settings = with(caller(&["When do you open?", "And on Sundays?"]));
    settings.attributes.insert("voice".into(), "hibari".into());
    let call = converse(&world, Thinking::InSilence, settings).await;
    assert_eq!((call.end.reason.clone(), call.end.error()), (EndReason::HungUp, None));
    let invoked = ["start_stream", "chat_and_stream", "get_next_batch", "chat_and_stream"];
    assert_eq!(functions(&world), invoked);
    let asked = parameters(&world, "chat_and_stream");
    assert_eq!(asked[0]["Text"], "When do you open?");
    assert_eq!(asked[0]["Voice"], "hibari");
    assert_eq!(asked[1]["Text"], "And on Sundays?");
    assert_eq!((&asked[1]["StreamId"], &asked[1]["NextIndex"]), (&json!("s1"), &json!("3")));
    let told: Vec<_> = story(&call).into_iter().filter(|event| !event.starts_with("silence")).collect();
    let expected = [
        "lambda_start invoked",
        "lambda_end play",
        "clip_start 0",
        "clip_end 0",
        "caller_start",
        "caller_end",
        "lambda_start invoked",
        "lambda_end play",
        "clip_start 0",
        "clip_end 0",
        "lambda_start invoked",
        "lambda_end play",
        "clip_start 1",
        "clip_end 1",
        "clip_start 2",
        "clip_end 2",
        "caller_start",
        "caller_end",
        "lambda_start invoked",
        "lambda_end play",
        "clip_start 0",
        "clip_end 0",
        "call_end",
    ];
    assert_eq!(told, expected);
    // 600 ms of silence tell Lex that the caller has spoken.
    assert_eq!(call.timeline.summary().answered_after_ms, [800.0, 900.0]);
    assert_eq!(call.timeline.summary().gaps_ms, [50.0, 0.0]);
}

#[tokio::test(start_paused = true)]
async fn a_key_silences_the_clip_and_those_after_it_and_cancels_the_answer() {
    let world = Arc::new(
        greeting()
            .replies(0, play(0, 2, false))
            .replies(100, Ok(json!(Reply::new(contract::reply::Status::Cancelled, None, 0))))
            .replies(0, play(0, 1, true)),
    );
    // Greeting 1000 ms, silence 50 ms, speech 5 * 60 ms, its end 600 ms: the answer begins at 1950 ms.
    let script = presses(caller(&["Hello", "Hello"]), 2250, '#');
    let call = converse(&world, Thinking::InSilence, with(script)).await;
    assert_eq!(parts(&call)[1], (1950.0, 2250.0));
    assert_eq!(parts(&call).len(), 3);
    let invoked = ["start_stream", "chat_and_stream", "synthesize_stream_cancel", "chat_and_stream"];
    assert_eq!(functions(&world), invoked);
    assert_eq!(parameters(&world, "synthesize_stream_cancel"), [json!({"StreamId": "s1"})]);
    let next = &parameters(&world, "chat_and_stream")[1];
    assert_eq!((next.get("StreamId"), next.get("NextIndex")), (None, None));
    let samples = |from_ms: usize, to_ms: usize| &call.recording.samples()[from_ms * 8..to_ms * 8];
    assert!(samples(1950, 2250).iter().all(|sample| *sample == LOUD.1));
    assert!(samples(2250, 2350).iter().all(|sample| *sample == 0));
    let keys = call.timeline.to_json().as_array().unwrap().iter().filter(|event| event["key"] == "#").count();
    assert_eq!((keys, call.end.error()), (1, None));
}

#[tokio::test(start_paused = true)]
async fn an_attribute_forbids_keys_to_interrupt() {
    let world = Arc::new(greeting().replies(0, play(0, 2, true)));
    let mut settings = with(presses(caller(&["Hello"]), 2250, '0'));
    settings.attributes.insert("key_interrupts".into(), "false".into());
    let call = converse(&world, Thinking::InSilence, settings).await;
    assert!(parts(&call).iter().all(|(start, end)| end - start == PART_MS as f64));
    assert_eq!((parts(&call).len(), call.end.reason), (3, EndReason::HungUp));
}

#[tokio::test(start_paused = true)]
async fn a_key_pressed_while_the_model_thinks_silences_the_answer() {
    let world = Arc::new(
        greeting()
            .replies(2000, play(0, 1, false))
            .replies(0, Ok(json!(Reply::new(contract::reply::Status::Cancelled, None, 0)))),
    );
    let call = converse(&world, Thinking::InSilence, with(presses(caller(&["Hello"]), 3000, '5'))).await;
    assert_eq!(parts(&call).len(), 1);
    assert_eq!(functions(&world)[2..], ["synthesize_stream_cancel"]);
    assert_eq!(call.end.reason, EndReason::HungUp);
}

#[tokio::test(start_paused = true)]
async fn the_key_zero_leads_to_a_person_while_clips_play_and_while_lex_listens() {
    let cancelled = || Ok(json!(Reply::new(contract::reply::Status::Cancelled, None, 0)));
    let playing = Arc::new(world().replies(0, play(0, 1, false)).replies(0, cancelled()));
    let interrupted = converse(&playing, Thinking::InSilence, with(presses(caller(&[]), 500, '0'))).await;
    let listening = Arc::new(greeting());
    let mut silent = caller(&[]);
    silent.then = Then::StaySilent;
    let asked = converse(&listening, Thinking::InSilence, with(presses(silent, 2000, '0'))).await;
    for call in [&interrupted, &asked] {
        assert!(matches!(call.end.reason, EndReason::Transferred { .. }), "{:?}", call.end);
        assert_eq!(call.end.error(), None);
        assert_eq!(prompts(call), ["I'll put you through to a colleague. One moment, please."]);
    }
    assert_eq!(functions(&playing), ["start_stream", "synthesize_stream_cancel"]);
    assert_eq!(functions(&listening), ["start_stream"]);
}

#[tokio::test(start_paused = true)]
async fn a_word_leads_to_a_person() {
    for words in ["can i talk to a person please", "Operator", "상담원 연결해 주세요"] {
        let world = Arc::new(greeting());
        let call = converse(&world, Thinking::InSilence, with(caller(&[words]))).await;
        assert!(matches!(call.end.reason, EndReason::Transferred { .. }), "{words}: {:?}", call.end);
        assert_eq!(functions(&world), ["start_stream"]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_third_error_in_a_row_ends_in_an_apology_and_an_answer_between_them_counts_anew() {
    let error = || Ok(json!(Reply::error("the model is away")));
    let script = || with(caller(&["one", "two", "three", "four", "five"]));
    let again = "I'm sorry, could you say that again, please?";
    let sorry = "I'm sorry, I can't answer right now. I'll put you through to a colleague.";

    let down = Arc::new((0..3).fold(greeting(), |world, _| world.replies(0, error())));
    let call = converse(&down, Thinking::InSilence, script()).await;
    assert_eq!(prompts(&call), [again, again, sorry]);
    assert!(matches!(call.end.reason, EndReason::Transferred { .. }), "{:?}", call.end);
    assert_eq!(call.end.error().as_deref(), Some(r#"action "chat-on": the model is away"#));

    let shaky = [error(), error(), play(0, 1, true), error(), error()];
    let shaky = Arc::new(shaky.into_iter().fold(greeting(), |world, reply| world.replies(0, reply)));
    let call = converse(&shaky, Thinking::InSilence, script()).await;
    assert_eq!(prompts(&call), [again; 4]);
    assert_eq!(call.end.reason, EndReason::HungUp);
}

#[tokio::test(start_paused = true)]
async fn a_silent_caller_is_asked_again() {
    let missing = || Ok(json!(Reply::error("parameter Text is missing")));
    let world = Arc::new((0..3).fold(greeting(), |world, _| world.replies(0, missing())));
    let script = Script { then: Then::StaySilent, ..caller(&[]) };
    let call = converse(&world, Thinking::InSilence, with(script)).await;
    let texts: Vec<_> =
        parameters(&world, "chat_and_stream").iter().map(|asked| asked["Text"].clone()).collect();
    assert_eq!(texts, ["", "", ""]);
    assert!(matches!(call.end.reason, EndReason::Transferred { .. }), "{:?}", call.end);
}

#[tokio::test(start_paused = true)]
async fn while_the_model_thinks_for_five_seconds_the_caller_is_not_left_alone() {
    let world = Arc::new(greeting().replies(5000, play(0, 1, false)).replies(0, play(1, 1, true)));
    let call = converse(&world, Thinking::Acknowledged, with(caller(&["Hello"]))).await;
    assert_eq!(call.end.error(), None);
    assert_eq!(functions(&world), ["start_stream", "chat_and_stream", "get_next_batch"]);
    assert_eq!(prompts(&call)[0], "One moment, please.");
    let events = call.timeline.to_json();
    let events = events.as_array().unwrap();
    let at = |name: &str| events.iter().rev().find(|event| event["event"] == name).unwrap()["t_ms"].as_f64();
    // Lex knows 600 ms after the caller's last word that it was the last one.
    let waited: Vec<_> = events
        .iter()
        .filter(|event| event["event"] == "silence_end" && event["t_ms"].as_f64() > at("caller_end"))
        .map(|event| event["ms"].as_f64().unwrap())
        .collect();
    assert!(waited.len() > 2 && waited.iter().all(|ms| *ms <= 1700.0), "{waited:?}");
    assert_eq!(parts(&call).len(), 3);
    let late = call.timeline.summary().answered_after_ms[0];
    assert!((5600.0..=6300.0).contains(&late), "{late}");
}

#[tokio::test(start_paused = true)]
async fn a_quick_model_is_heard_right_behind_the_acknowledgement() {
    let world = Arc::new(greeting().replies(50, play(0, 1, true)));
    let call = converse(&world, Thinking::Acknowledged, with(caller(&["Hello"]))).await;
    assert_eq!(prompts(&call), ["One moment, please."]);
    let prompt_ends = results(&call, "PlayPrompt").len();
    assert_eq!((prompt_ends, parts(&call).len()), (3, 2));
    let events = story(&call);
    let after = events.iter().position(|event| event == "prompt_end").unwrap();
    assert_eq!(events[after + 1..after + 3], ["lambda_end play", "clip_start 0"]);
}

#[tokio::test(start_paused = true)]
async fn a_function_that_fails_in_the_background_takes_the_error_branch() {
    let message = "out of memory".into();
    let failure = Err(connect_flows::runner::InvokeError::Function { message });
    let world = Arc::new(greeting().replies(100, failure).replies(0, play(0, 1, true)));
    let call = converse(&world, Thinking::Acknowledged, with(caller(&["one", "two"]))).await;
    let error = r#"action "load": chat_and_stream: the function failed: out of memory"#;
    assert_eq!(call.end.error().as_deref(), Some(error));
    assert_eq!(parts(&call).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn with_barge_in_lex_plays_the_last_clip_and_the_others_come_one_by_one() {
    let world = Arc::new(
        world()
            .replies(0, play(0, 1, false))
            .replies(0, play(1, 1, true))
            .replies(0, wait(0))
            .replies(0, play(0, 1, true)),
    );
    let mut settings = with(caller(&["Hello"]));
    settings.attributes.insert("barge_in".into(), "true".into());
    let call = converse(&world, Thinking::InSilence, settings).await;
    assert_eq!(call.end.error(), None);
    let limits: Vec<_> =
        parameters(&world, "get_next_batch").iter().map(|asked| asked["Limit"].clone()).collect();
    assert_eq!(limits, ["1", "1"]);
    assert_eq!(parts(&call).len(), 3);
    let by_lex: Vec<_> = call
        .flow_log
        .iter()
        .filter(|line| line.contact_flow_module_type == "GetUserInput")
        .map(|line| line.parameters["Media"]["Uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned())
        .collect();
    assert_eq!(by_lex, ["part1.wav", "part0.wav"]);
}

#[tokio::test(start_paused = true)]
async fn with_barge_in_the_callers_voice_silences_the_last_clip() {
    let replies = || greeting().replies(0, play(0, 1, true));
    for (barge_in, heard_ms) in [("true", 300.0), ("false", PART_MS as f64)] {
        let world = Arc::new(replies());
        let script = Script { barges_in_after: Some(Duration::from_millis(300)), ..caller(&["Hello"]) };
        let mut settings = with(script);
        settings.attributes.insert("barge_in".into(), barge_in.into());
        let call = converse(&world, Thinking::InSilence, settings).await;
        let (start, end) = parts(&call)[0];
        assert_eq!((end - start, call.end.error()), (heard_ms, None));
        let speaks =
            call.timeline.events().iter().find(|event| matches!(event.kind, EventKind::CallerStart { .. }));
        // Otherwise Lex begins with 50 ms of silence, over which nobody can speak.
        let expected = if barge_in == "true" { end } else { end + 50.0 };
        assert_eq!(speaks.unwrap().t_ms, expected);
    }
}
