//! Tests the caller: moments, interruptions, the hang-up and the two channels of the recording.

use std::{sync::Arc, time::Duration};

use connect_flows::runner::{
    Act, Beeps, CallSettings, Caller, EndReason, Functions, Lex, Ports, Rule, Runner, Sound, Step, Then,
    Understood, When, in_virtual_time,
};
use serde_json::json;
use time::macros::datetime;

use crate::{
    fakes::{World, action, chain, flow, hangs_up, says, settings, texts, try_out, way},
    noticed,
};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

pub(crate) fn with(steps: Vec<(When, Act)>, then: Then) -> CallSettings {
    let steps = steps.into_iter().map(|(when, act)| Step { when, act }).collect();
    CallSettings { script: Caller { steps, then }, ..settings() }
}

fn say(text: &str) -> Act {
    Act::Say(text.into())
}

#[tokio::test(start_paused = true)]
async fn a_caller_hangs_up_in_the_middle_of_a_prompt_and_the_recording_ends_there() {
    let flow = flow("0123456789", json!([says("0123456789", "end"), hangs_up()]));
    let when = When::Plays { contains: "345".into(), after: ms(40) };
    let call = try_out(flow, with(vec![(when, Act::HangUp)], Then::StaySilent), Functions::default()).await;
    assert_eq!((call.end.reason.clone(), call.end.error()), (EndReason::HungUp, None));
    assert_eq!(call.recording.duration(), ms(40));
    assert_eq!(call.recording.said().len(), call.recording.samples().len());
    assert_eq!(way(&call), ["0123456789 end"]);
}

#[tokio::test(start_paused = true)]
async fn keys_are_heard_on_the_callers_channel_at_their_times() {
    let flow = flow("0123456789", json!([says("0123456789", "more"), says("more", "end"), hangs_up()]));
    let steps = vec![
        (When::Action { action: "more".into(), after: ms(10) }, Act::Press("5".into())),
        (When::At(ms(20)), Act::Press("1".into())),
    ];
    let call = try_out(flow, with(steps, Then::StaySilent), Functions::default()).await;
    let keys: Vec<_> = noticed(&call)
        .into_iter()
        .filter(|event| event["event"] == "key_pressed")
        .map(|key| key["t_ms"].clone())
        .collect();
    assert_eq!(keys, [20.0, 110.0]);
    let said = call.recording.said();
    assert!(said[..160].iter().all(|sample| *sample == 0) && said[161..].iter().any(|sample| *sample != 0));
}

#[tokio::test(start_paused = true)]
async fn words_that_nothing_listens_to_are_lost_and_a_bot_hears_those_that_end_while_it_listens() {
    let bot =
        json!({"LexV2Bot": {"AliasArn": "arn:aws:lex:us-east-1:1:bot-alias/B/A"}, "Text": "0123456789"});
    let ask =
        |id: &str, next: &str| action(id, "ConnectParticipantWithLexBot", bot.clone(), &[("next", next)]);
    let tell =
        action("tell", "MessageParticipant", json!({"Text": "<$.Lex.InputTranscript>"}), &[("next", "end")]);
    let flow = flow("hello there", json!([says("hello there", "ask"), ask("ask", "tell"), tell, hangs_up()]));
    let steps = vec![
        (When::Plays { contains: "hello".into(), after: ms(0) }, say("a")),
        (When::Plays { contains: "345".into(), after: ms(50) }, say("no")),
    ];
    let call = try_out(flow, with(steps, Then::StaySilent), Functions::default()).await;
    assert_eq!(texts(&call), ["hello there", "0123456789", "<no>"]);
    let events = call.timeline.to_json().to_string();
    assert!(events.contains(r#""by":"voice""#), "{events}");
}

#[tokio::test(start_paused = true)]
async fn rules_say_what_a_bot_understands() {
    let bot = json!({"LexV2Bot": {"AliasArn": "arn:aws:lex:us-east-1:1:bot-alias/B/A"},
        "LexSessionAttributes": {"from": "flow"}});
    let branches = [("Book", "tell"), ("NoMatchingCondition", "end")];
    let tell = "$.Lex.Slots.city $.Lex.InputTranscript $.Lex.IntentConfidence.Score \
                $.Lex.SessionAttributes.from $.Lex.SessionAttributes.of";
    let flow = flow(
        "ask",
        json!([
            action("ask", "ConnectParticipantWithLexBot", bot, &branches),
            action("tell", "MessageParticipant", json!({"Text": tell}), &[("next", "ask")]),
            hangs_up(),
        ]),
    );
    let answer = Understood {
        intent: "Book".into(),
        slots: [("city".to_owned(), "Turin".to_owned())].into(),
        transcript: Some("to turin".into()),
        confidence: Some(0.8),
        session_attributes: [("of".to_owned(), "bot".to_owned())].into(),
    };
    let mut settings = with(Vec::new(), Then::HangUp);
    settings.script = Caller::who_says(["To Turin please", "Never mind"]);
    let rules = vec![Rule { words: "*turin*".into(), answer }];
    settings.world.lex = Lex { bots: [("A".to_owned(), rules)].into() };
    let call = try_out(flow, settings, Functions::default()).await;
    assert_eq!(texts(&call), ["Turin to turin 0.8 flow bot"]);
    assert_eq!(way(&call), ["ask Book", "tell next", "ask NoMatchingCondition", "end end"]);
}

#[test]
fn a_call_in_virtual_time_takes_no_time_and_has_no_samples_when_none_are_wanted() {
    // The longest text that is spoken has 3000 characters.
    let long = vec![("MessageParticipant", json!({"Text": "word ".repeat(500)})); 8];
    let settings = CallSettings { sound: Sound::None, ..settings() };
    let world = Arc::new(World::default());
    let ports = Ports {
        lambdas: world.clone(),
        clips: world,
        voice: Arc::new(Beeps),
        caller: Some(Arc::new(Beeps)),
        clock: Arc::new(|| datetime!(2026-03-01 12:00 UTC)),
    };
    let runner = Runner::new(chain(&long), ports, settings);
    let call = in_virtual_time(runner.run(&mut |_| {})).unwrap();
    let twenty_minutes = 20_000.0 * 60.0;
    assert_eq!(call.timeline.events().last().unwrap().t_ms, twenty_minutes);
    assert!(call.recording.samples().is_empty() && call.recording.said().is_empty());
    let again = in_virtual_time(runner.run(&mut |_| {})).unwrap();
    assert_eq!(again.timeline, call.timeline);
}
