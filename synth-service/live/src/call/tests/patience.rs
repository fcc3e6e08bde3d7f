//! Callers who are silent or not understood, lines that stall, and calls that are too long.

use std::time::Duration;

use hearing::{Event, HearingError};
use tokio::sync::mpsc;

use super::{
    answers::{Script, source_of, usual},
    caller::{Test, settings},
};
use crate::{
    answer::Saying,
    report::{EndReason, Outcome},
    settings::LiveSettings,
};

fn gone() -> HearingError {
    HearingError::Ended { recogniser: "scripted", reason: "gone".into() }
}

fn deaf() -> Event {
    Event::Deaf(gone())
}

#[tokio::test(start_paused = true)]
async fn a_silent_caller_is_asked_once_and_let_go() {
    let test = Test::new(Script::new(usual), LiveSettings::default());
    let (script, log, begin) = (test.script.clone(), test.log(), test.begin);
    let (end, _) = test.over().await;
    let sayings = script.sayings.lock().unwrap().clone();
    assert_eq!(sayings, [Saying::Greeting, Saying::StillThere, Saying::Goodbye]);
    assert_eq!(end.reason, EndReason::Silent);
    let asked = super::caller::frames(&log);
    let at = |saying| asked.iter().find(|(_, source, _)| *source == source_of(&saying)).map(|frame| frame.0);
    assert_eq!(at(Saying::StillThere), Some(1_010 + 15_000 + 10), "behind the greeting of a second");
    assert_eq!(at(Saying::Goodbye), Some(16_020 + 1_000 + 15_000 + 10));
    assert_eq!(begin.elapsed().as_millis(), 33_030, "the goodbye is heard to its end");
}

#[tokio::test(start_paused = true)]
async fn words_begin_the_patience_anew() {
    let mut test = Test::new(Script::new(usual), settings());
    test.until(20_000).await;
    test.speak("Yes I am here").await;
    test.until(38_000).await;
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::StillThere]);
    test.until(43_000).await;
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::StillThere, Saying::StillThere]);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_whose_words_are_still_to_come_is_not_taken_for_silent() {
    for (limit, sayings) in [(15_000, &[][..]), (31_000, &[Saying::StillThere])] {
        let mut test = Test::new(Script::new(usual), settings());
        test.until(limit - 300).await;
        test.voice(300).await;
        test.silence(600).await;
        test.turn("Yes.").await;
        test.until(limit + 5_000).await;
        assert_eq!(*test.script.sayings.lock().unwrap(), *sayings);
        let (_, reports) = test.hang_up().await;
        assert_eq!(reports[0].outcome, Outcome::Answered);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_is_not_understood_is_asked_twice() {
    let mut test = Test::new(Script::new(usual), settings());
    for _ in 0..3 {
        test.voice(500).await;
        test.event(deaf());
        test.silence(3_000).await;
    }
    assert_eq!(*test.reports.2.lock().unwrap(), [gone(), gone(), gone()]);
    let script = test.script.clone();
    let (end, _) = test.over().await;
    assert_eq!(end.reason, EndReason::NotUnderstood);
    let sayings = script.sayings.lock().unwrap().clone();
    assert_eq!(sayings, [Saying::SayAgain, Saying::SayAgain, Saying::Goodbye]);
}

#[tokio::test(start_paused = true)]
async fn words_that_dropped_an_answer_and_are_not_borne_out_are_asked_for_again() {
    for answered in [true, false] {
        let mut test = Test::new(Script::new(usual), settings());
        test.speak("When do you open?").await;
        test.until(if answered { 2_501 } else { 1_401 }).await;
        test.voice(100).await;
        test.partial("wait please").await;
        test.nothing(100).await;
        assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::SayAgain]);
        let outcome = if answered { Outcome::Interrupted } else { Outcome::Superseded };
        assert_eq!(test.reports()[0].outcome, outcome);
        test.hang_up().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_cough_while_keys_are_pressed_asks_for_nothing() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("When do you open?").await;
    test.until(2_501).await;
    test.partial("wait please").await;
    test.key('1').await;
    test.nothing(100).await;
    assert!(test.script.sayings.lock().unwrap().is_empty());
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn voice_that_is_not_understood_is_asked_for_again_once() {
    let mut test = Test::new(Script::new(usual), settings());
    let asked = |test: &Test| test.script.sayings.lock().unwrap().len();
    test.nothing(900).await;
    assert_eq!(asked(&test), 0, "a cough");
    for _ in 0..3 {
        test.nothing(1_000).await;
        test.silence(3_000).await;
    }
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::SayAgain], "music asks for it once");
    test.speak("Hello?").await;
    test.nothing(1_000).await;
    assert_eq!(asked(&test), 1, "an answer is under way");
    test.silence(5_000).await;
    test.nothing(1_000).await;
    assert_eq!(asked(&test), 2);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn ears_that_fail_during_an_answer_are_told_behind_it() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("When do you open?").await;
    test.until(2_501).await;
    test.voice(600).await;
    test.event(deaf());
    test.until(9_000).await;
    assert_eq!(test.reports()[0].outcome, Outcome::Answered, "it goes on");
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::SayAgain]);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_goes_on_when_the_ears_are_back() {
    let mut test = Test::new(Script::new(usual), settings());
    for _ in 0..4 {
        test.event(deaf());
        test.silence(3_000).await;
        test.speak("Hello?").await;
        test.silence(4_000).await;
    }
    let (end, reports) = test.hang_up().await;
    assert_eq!((end.reason, end.turns), (EndReason::CallerGone, 4));
    assert!(reports.iter().all(|report| report.outcome == Outcome::Answered));
}

#[tokio::test(start_paused = true)]
async fn a_call_has_a_greatest_length() {
    let settings = LiveSettings { longest_call: Duration::from_millis(58_500), ..settings() };
    let mut test = Test::new(Script::new(usual), settings);
    for _ in 0..10 {
        test.speak("Hello?").await;
        test.silence(4_900).await;
    }
    let begin = test.begin;
    let script = test.script.clone();
    assert_eq!(test.clears().len(), 1, "the last answer is cut");
    let (end, _) = test.over().await;
    assert_eq!(end.reason, EndReason::TooLong);
    assert_eq!(script.sayings.lock().unwrap().last(), Some(&Saying::Goodbye));
    assert!(begin.elapsed() < Duration::from_secs(63));
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_without_a_voice_ends_the_call_too() {
    let test = Test::new(Script::new(usual).without_voice(), settings());
    let (end, _) = test.over().await;
    assert_eq!(end.reason, EndReason::Silent);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_takes_nothing_ends_the_call() {
    let (to, _unread) = mpsc::channel(4);
    let mut test = Test::to(Script::new(usual), settings(), to);
    test.speak("Hello?").await;
    let (end, reports) = test.over().await;
    assert_eq!(end.reason, EndReason::LineFull);
    assert_eq!(reports[0].outcome, Outcome::CallEnded);
}
