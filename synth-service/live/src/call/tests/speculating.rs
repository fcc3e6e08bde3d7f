//! Answers that are begun before the turn is over.

use super::{
    answers::{Script, spoken, usual},
    caller::{Test, settings, talk},
};
use crate::{answer::Question, report::Speculated, settings::LiveSettings};

/// The answer depends on the words that the model got.
fn by_text(question: &Question) -> Vec<(u64, crate::answer::Progress)> {
    match question.text.as_str() {
        "When do you open" => spoken(1, &["A wrong answer."]),
        text if text.starts_with("When do you open on Sunday") => spoken(2, &["At ten."]),
        _ => spoken(3, &["Something else."]),
    }
}

fn first(test: &Test) -> u64 {
    test.sent()[0].0
}

#[tokio::test(start_paused = true)]
async fn an_adopted_attempt_is_heard_earlier() {
    let mut firsts = Vec::new();
    for speculation in [false, true] {
        let mut test = Test::new(Script::new(usual), LiveSettings { speculation, ..settings() });
        test.voice(1_000).await;
        test.silence(100).await;
        test.partial("when do you open").await;
        test.silence(300).await;
        assert!(test.sent().is_empty(), "nothing is heard before the turn is over");
        test.turn("When do you open?").await;
        test.until(5_000).await;
        firsts.push(first(&test));
        assert_eq!(test.script.questions.lock().unwrap().len(), 1);
        let (end, reports) = test.hang_up().await;
        let adopted = u32::from(speculation);
        assert_eq!(reports[0].speculation, Speculated { started: adopted, adopted, dropped: 0 });
        assert_eq!(talk(&end)[0].0, "When do you open?", "the final words are remembered");
    }
    assert!(firsts[1] + 290 <= firsts[0], "{firsts:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_dropped_attempt_is_heard_or_remembered() {
    let mut test = Test::new(Script::new(by_text), settings());
    test.voice(600).await;
    test.partial("When do you open").await;
    test.fade().await;
    test.voice(200).await;
    assert_eq!(test.script.running(), 1);
    test.silence(300).await;
    test.turn("When do you open on Sunday?").await;
    test.until(5_000).await;
    assert!(test.sent().iter().all(|(_, source, _)| *source == 2));
    test.speak("Thanks.").await;
    test.until(10_000).await;
    let question = test.script.questions.lock().unwrap().last().cloned().expect("a question");
    let turns: Vec<_> = question.turns.iter().map(|turn| (&*turn.caller, &*turn.answer)).collect();
    assert_eq!(turns, [("When do you open on Sunday?", "At ten.")]);
    let (end, reports) = test.hang_up().await;
    assert_eq!(reports[0].speculation, Speculated { started: 1, adopted: 0, dropped: 1 });
    assert!(talk(&end).iter().all(|(_, answer)| !answer.contains("wrong")));
}

#[tokio::test(start_paused = true)]
async fn the_attempts_of_a_turn_that_never_comes_are_reported_with_the_call() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("Hello?").await;
    test.until(6_000).await;
    for text in ["When do you open", "Are you there"] {
        test.voice(600).await;
        test.silence(100).await;
        test.partial(text).await;
        if text.starts_with("When") {
            test.nothing(600).await;
        }
    }
    let (end, reports) = test.hang_up().await;
    assert_eq!(reports[0].speculation, Speculated::default());
    assert_eq!(end.speculation, Speculated { started: 2, adopted: 0, dropped: 2 });
}

#[tokio::test(start_paused = true)]
async fn there_is_one_attempt_at_a_time_and_three_of_a_turn() {
    let mut test = Test::new(Script::new(usual), settings());
    test.voice(200).await;
    for text in ["Hello.", "Hello. Hi.", "Hello. Hi. Yes.", "Hello. Hi. Yes. No.", "Hello. Hi. Yes. No. Bye."]
    {
        test.partial(text).await;
        test.partial(text).await;
        test.silence(250).await;
        test.voice(100).await;
        assert!(test.script.running() <= 1, "one at a time");
    }
    assert_eq!(test.script.questions.lock().unwrap().len(), 3);
    assert_eq!(test.script.running(), 0, "the last one is known to be wrong");
    test.turn("Hello. Hi. Yes. No. Bye. Well.").await;
    test.until(6_000).await;
    let (_, reports) = test.hang_up().await;
    assert_eq!(reports[0].speculation, Speculated { started: 3, adopted: 0, dropped: 3 });
}

#[tokio::test(start_paused = true)]
async fn an_attempt_knows_the_turns_before_it() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("Hello?").await;
    test.until(6_000).await;
    test.voice(500).await;
    test.silence(100).await;
    test.partial("And on Sunday").await;
    test.silence(200).await;
    test.turn("And on Sunday?").await;
    test.until(9_000).await;
    let questions = test.script.questions.lock().unwrap().clone();
    assert_eq!(questions.len(), 2, "the attempt is the answer");
    assert_eq!(questions[1].turns[0].answer, "Yes of course. We open at nine.");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn digits_that_an_answer_has_asked_for_are_not_answered_one_by_one() {
    for (answer, attempts) in [("What is your order number?", 0), ("How can I help?", 1)] {
        let mut test = Test::new(Script::new(move |_: &_| spoken(0, &[answer])), settings());
        test.speak("Where is my parcel?").await;
        test.until(6_000).await;
        test.voice(500).await;
        test.partial("It is five").await;
        test.voice(200).await;
        test.partial("It is five").await;
        assert_eq!(test.script.questions.lock().unwrap().len(), 1 + attempts, "{answer}");
        test.hang_up().await;
    }
}
