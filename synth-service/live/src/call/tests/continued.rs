//! A talk that goes on in a call, as those see it who follow the call.

use chat::{Talk, TalkLimits};

use super::{
    answers::{Script, usual},
    caller::{Test, settings},
};
use crate::report::{EndReason, Outcome};

fn before() -> Talk {
    let mut talk = Talk::default();
    talk.begin("chat-1", "Hello?", &TalkLimits::default());
    talk.remember("chat-1", "Good morning.", &TalkLimits::default());
    talk
}

fn turns(talk: &Talk) -> Vec<(&str, &str, &str)> {
    talk.turns().map(|turn| (&*turn.id, &*turn.caller, &*turn.answer)).collect()
}

#[tokio::test(start_paused = true)]
async fn the_turns_before_a_call_are_its_history_and_its_own_are_seen_as_they_begin_and_end() {
    let mut test = Test::continuing(Script::new(usual), settings(), before());
    test.speak("When do you open?").await;
    assert_eq!(
        test.script.questions.lock().unwrap().last().unwrap().turns,
        before().turns().cloned().collect::<Vec<_>>()
    );
    let history = ("chat-1", "Hello?", "Good morning.");
    assert_eq!(turns(&test.followed.borrow_and_update()), [history, ("call-0", "When do you open?", "")]);
    test.until(6_000).await;
    let answered = ("call-0", "When do you open?", "Yes of course. We open at nine.");
    assert_eq!(turns(&test.followed.borrow_and_update()), [history, answered]);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_handed_over_ends_at_once_with_its_turn_reported() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("An agent, please.").await;
    test.hand_over.cancel();
    let (end, reports) = test.over().await;
    assert_eq!((end.reason, end.turns), (EndReason::HandedOver, 1));
    assert_eq!(reports[0].outcome, Outcome::CallEnded);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_line_a_stop_of_the_host_has_closed_says_so() {
    let test = Test::new(Script::new(usual), settings());
    test.stop.cancel();
    let (end, _) = test.hang_up().await;
    assert_eq!(end.reason, EndReason::Stopped);
}
