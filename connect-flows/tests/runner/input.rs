//! Tests GetParticipantInput: one key to branch on, several to store, limits, validation and buffering.

use std::time::Duration;

use connect_flows::runner::{Act, Call, EndReason, Functions, Then, When};
use serde_json::{Value, json};

use crate::{
    caller::with,
    fakes::{action, flow, hangs_up, says, texts, try_out, way},
};

/// A block that asks, says what it stored, and ends.
async fn ask(parameters: Value, branches: &[(&str, &str)], keys: &[&str]) -> Call {
    let actions = json!([
        action("ask", "GetParticipantInput", parameters, branches),
        tells(),
        says("one", "end"),
        says("none", "end"),
        says("late", "end"),
        says("wrong", "end"),
        hangs_up(),
    ]);
    let press = |keys: &&str| (When::Listens, Act::Press((*keys).to_owned()));
    let settings = with(keys.iter().map(press).collect(), Then::StaySilent);
    try_out(flow("ask", actions), settings, Functions::default()).await
}

/// Says the stored keys.
fn tells() -> Value {
    action("tell", "MessageParticipant", json!({"Text": "<$.StoredCustomerInput>"}), &[("next", "end")])
}

const CHOICES: [(&str, &str); 4] = [
    ("1", "one"),
    ("NoMatchingCondition", "none"),
    ("InputTimeLimitExceeded", "late"),
    ("NoMatchingError", "wrong"),
];
const STORED: [(&str, &str); 3] =
    [("next", "tell"), ("InvalidPhoneNumber", "wrong"), ("NoMatchingError", "wrong")];

#[tokio::test(start_paused = true)]
async fn one_key_chooses_a_branch_and_time_runs_out_after_the_prompt() {
    let menu = json!({"Text": "menu", "StoreInput": "False", "InputTimeLimitSeconds": 4});
    for (keys, expected) in [(vec!["1"], "one"), (vec!["7"], "none"), (vec![], "late")] {
        let call = ask(menu.clone(), &CHOICES, &keys).await;
        assert_eq!(texts(&call), ["menu", expected], "{keys:?}");
        if expected == "late" {
            // Four characters of the prompt, four seconds, four characters of the answer.
            assert_eq!(call.recording.duration(), Duration::from_millis(40 + 4000 + 40));
        }
        assert_eq!(call.end.error(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_stored_up_to_their_number_or_the_end_key() {
    let custom = |dtmf: Value| {
        json!({"Text": "number", "StoreInput": "True", "InputTimeLimitSeconds": "5", "DTMFConfiguration": dtmf,
            "InputValidation": {"CustomValidation": {"MaximumLength": "3"}}})
    };
    let cases = [
        (json!({}), "1234", "<123>"),
        (json!({}), "12#", "<12>"),
        (json!({}), "12*34#", "<34>"),
        (json!({"DisableCancelKey": "True"}), "1*3", "<1*3>"),
        (json!({"InputTerminationSequence": "9"}), "19", "<1>"),
        (json!({}), "12", "<12>"),
    ];
    for (dtmf, keys, expected) in cases {
        let call = ask(custom(dtmf), &STORED, &[keys]).await;
        assert_eq!(texts(&call), ["number", expected], "{keys}");
    }
    let silent = ask(custom(json!({})), &STORED, &[]).await;
    assert_eq!(texts(&silent), ["number", "<Timeout>"]);
}

#[tokio::test(start_paused = true)]
async fn telephone_numbers_are_validated() {
    let phone = json!({"Text": "number", "StoreInput": "True", "InputTimeLimitSeconds": "5",
        "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "Local", "CountryCode": "+1"}}});
    let call = ask(phone.clone(), &STORED, &["5550100123#"]).await;
    assert_eq!(texts(&call), ["number", "<+15550100123>"]);
    let call = ask(phone, &STORED, &["12#"]).await;
    assert_eq!(way(&call)[0], "ask InvalidPhoneNumber");
}

#[tokio::test(start_paused = true)]
async fn keys_that_connect_encrypts_are_in_no_output() {
    let secret = json!({"Text": "card", "StoreInput": "True", "InputTimeLimitSeconds": "5",
        "InputEncryption": {"EncryptionKeyId": "k", "Key": "-----BEGIN"},
        "InputValidation": {"CustomValidation": {"MaximumLength": "20"}}});
    let actions = json!([
        action("on", "GetParticipantInput", json!({"EnableDTMFBuffer": "True"}), &[("next", "hello")]),
        says("hello", "ask"),
        action("ask", "GetParticipantInput", secret, &STORED),
        tells(),
        hangs_up(),
    ]);
    // The first key is pressed before the block listens.
    let steps = [(10, "44"), (2000, "55#")]
        .map(|(ms, keys)| (When::At(Duration::from_millis(ms)), Act::Press(keys.into())));
    let call = try_out(flow("on", actions), with(steps.into(), Then::StaySilent), Functions::default()).await;
    assert_eq!(texts(&call), ["hello", "<encrypted>"]);
    let log: String = call.flow_log.iter().map(|line| line.to_json()).collect();
    let events = call.timeline.to_json().to_string();
    assert!(!log.contains("44") && !log.contains("55"), "{log}");
    assert_eq!(events.matches(r#""key":"•""#).count(), 5, "{events}");
    assert!(events.contains(r#""input":"••••""#), "{events}");
    // Each key has the same tone: that of no key.
    let tone = &call.recording.said()[80..880];
    assert!(tone.iter().any(|sample| *sample != 0));
    assert_eq!(call.recording.said()[1680..2480], *tone);
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_keys_have_a_time_waits_for_their_effect() {
    let number = json!({"Text": "number", "StoreInput": "True", "InputTimeLimitSeconds": "5",
        "InputValidation": {"CustomValidation": {"MaximumLength": "4"}}});
    let actions = json!([action("ask", "GetParticipantInput", number, &STORED), tells(), hangs_up(),]);
    let steps = vec![(When::At(Duration::from_millis(2000)), Act::Press("12".into()))];
    let call = try_out(flow("ask", actions), with(steps, Then::HangUp), Functions::default()).await;
    assert_eq!(texts(&call), ["number", "<12>"]);
}

#[tokio::test(start_paused = true)]
async fn any_number_of_seconds_is_a_time() {
    let menu = json!({"SSML": "<speak></speak>", "StoreInput": "False",
        "InputTimeLimitSeconds": u64::MAX.to_string()});
    let call = ask(menu.clone(), &CHOICES, &["1"]).await;
    assert_eq!(way(&call)[0], "ask 1");
    let call = ask(menu, &CHOICES, &[]).await;
    assert_eq!(call.end.reason, EndReason::TimeLimit { seconds: 1800 });
}

#[tokio::test(start_paused = true)]
async fn a_key_interrupts_the_prompt_and_a_buffered_one_takes_its_place() {
    let menu = json!({"Text": "a long menu", "StoreInput": "False", "InputTimeLimitSeconds": "4"});
    let on = action("on", "GetParticipantInput", json!({"EnableDTMFBuffer": "True"}), &[("next", "hello")]);
    let actions = json!([
        on,
        says("hello", "ask"),
        action("ask", "GetParticipantInput", menu, &CHOICES),
        says("one", "again"),
        action(
            "again",
            "GetParticipantInput",
            json!({"Text": "once more", "StoreInput": "False",
            "InputTimeLimitSeconds": "4"}),
            &[("2", "end"), ("NoMatchingError", "end")]
        ),
        hangs_up(),
    ]);
    let at = |ms| When::At(Duration::from_millis(ms));
    let steps = vec![(at(10), Act::Press("1".into())), (at(100), Act::Press("2".into()))];
    let call = try_out(flow("on", actions), with(steps, Then::StaySilent), Functions::default()).await;
    // The first key is in the buffer before the menu; the second one interrupts the question after it.
    assert_eq!(way(&call), ["on next", "hello next", "ask 1", "one next", "again 2", "end end"]);
    assert_eq!(texts(&call), ["hello", "one", "once more"]);
    assert_eq!(call.recording.duration(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_do_everything_once_more() {
    let menu = json!({"Text": "menu", "StoreInput": "False", "InputTimeLimitSeconds": "4"});
    let actions = json!([
        action(
            "loop",
            "Loop",
            json!({"LoopCount": "3"}),
            &[("ContinueLooping", "ask"), ("DoneLooping", "end")]
        ),
        action(
            "ask",
            "GetParticipantInput",
            menu,
            &[("8", "loop"), ("9", "loop"), ("InputTimeLimitExceeded", "end")]
        ),
        hangs_up(),
    ]);
    let steps = ["8", "9"].map(|key| (When::Listens, Act::Press(key.into())));
    let call = try_out(flow("loop", actions), with(steps.into(), Then::Repeat), Functions::default()).await;
    let asked: Vec<_> = way(&call).into_iter().filter(|step| step.starts_with("ask")).collect();
    assert_eq!(asked, ["ask 8", "ask 9", "ask 8"]);
}

#[tokio::test(start_paused = true)]
async fn numbers_that_are_none_take_the_error_branch() {
    let wrong = json!({"Text": "menu", "StoreInput": "False", "InputTimeLimitSeconds": "soon"});
    let call = ask(wrong, &CHOICES, &["1"]).await;
    assert_eq!(way(&call)[0], "ask NoMatchingError");
    assert_eq!(
        call.end.error().as_deref(),
        Some(r#"action "ask": InputTimeLimitSeconds is "soon": use seconds"#)
    );
}
