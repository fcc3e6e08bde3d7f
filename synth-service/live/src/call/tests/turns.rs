//! Turns and their answers.

use std::time::Duration;

use contract::timeline::Moment;
use hearing::Hint;

use super::{
    answers::{ASIDE, FRAMES, Script, clip, spoken, usual},
    caller::{Test, settings, talk},
};
use crate::{
    answer::{Clip, Progress, Saying},
    line::News,
    report::{EndReason, Outcome},
    settings::LiveSettings,
};

const WHOLE: &str = "Yes of course. We open at nine.";

#[tokio::test(start_paused = true)]
async fn a_turn_is_answered_and_remembered_with_its_moments() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("When do you open?").await;
    test.until(6_000).await;
    let frames = test.sent();
    let numbers: Vec<u16> = frames.iter().map(|(_, _, number)| *number).collect();
    assert_eq!(numbers, (0..2 * FRAMES).collect::<Vec<_>>(), "each frame once and in order");
    let report = &test.reports()[0];
    assert_eq!((report.turn, &report.outcome, report.recogniser), (0, &Outcome::Answered, "scripted"));
    let at = |moment| report.timeline.at(moment).map(|ms| ms as u64);
    let moments = [Moment::AudioReceived, Moment::SpeechEnd, Moment::SttComplete, Moment::LlmStart];
    assert_eq!(moments.map(at), [Some(0), Some(980), Some(1_300), Some(1_300)]);
    let moments = [Moment::LlmFirstToken, Moment::TtsStart, Moment::FirstAudioSent];
    let [token, tts, audio] = moments.map(at).map(|ms| ms.expect("recorded"));
    assert!(token == 1_600 && tts <= audio && audio == 1_700, "{token} {tts} {audio}");
    assert_eq!(at(Moment::PipelineComplete), Some(1_700 + 2_000 - 300));
    let heard = News::Heard { turn: 0, text: "When do you open?".into() };
    let saying = News::Saying { turn: Some(0), text: "We open at nine.".into() };
    assert!(test.news().contains(&heard) && test.news().contains(&saying));
    let (end, _) = test.hang_up().await;
    assert_eq!((end.reason, end.turns), (EndReason::CallerGone, 1));
    assert_eq!(talk(&end), [("When do you open?".to_owned(), WHOLE.to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn speech_is_at_most_300_ms_ahead() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("Hello?").await;
    test.until(6_000).await;
    let frames = test.sent();
    let begin = frames[0].0;
    for (index, (at, ..)) in frames.iter().enumerate() {
        let plays = begin + index as u64 * 20;
        assert!(*at <= plays && plays + 20 <= at + 300, "frame {index} at {at}, for {plays}");
    }
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_serial_answer_is_collected_first() {
    let settings = LiveSettings { streamed: false, acknowledge_after: Duration::ZERO, ..settings() };
    let script = |_: &_| {
        let mut plan = spoken(0, &["Yes of course.", "We open at nine."]);
        plan[3].0 = 2_000;
        plan
    };
    let mut test = Test::new(Script::new(script), settings);
    test.speak("Hello?").await;
    test.until(9_000).await;
    assert!((3_700..3_710).contains(&test.sent()[0].0), "{:?}", test.sent()[0]);
    assert_eq!(test.sent().len(), 100);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_is_acknowledged_once() {
    let script = |_: &_| {
        let mut plan = spoken(0, &["Yes of course."]);
        plan[1].0 = 5_000;
        plan
    };
    let mut test = Test::new(Script::new(script), settings());
    test.speak("Hello?").await;
    test.until(9_000).await;
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::Acknowledgement(0)]);
    let sources: Vec<u8> = test.sent().iter().map(|(_, source, _)| *source).collect();
    assert_eq!(sources, [vec![201; 50], vec![0; 50]].concat());
    let saying = |turn, text: &str| News::Saying { turn, text: text.into() };
    let said: Vec<_> = test.news().into_iter().filter(|news| matches!(news, News::Saying { .. })).collect();
    assert_eq!(said, [saying(None, ASIDE), saying(Some(0), "Yes of course.")]);
    let first = test.sent()[0].0;
    assert!((1_300 + 900..1_300 + 950).contains(&first), "{first}");
    let (end, _) = test.hang_up().await;
    assert_eq!(talk(&end)[0].1, "Yes of course.", "the acknowledgement is not remembered");
}

#[tokio::test(start_paused = true)]
async fn behind_a_slow_answer_the_next_turn_is_acknowledged_sooner() {
    let script = |_: &_| {
        let mut plan = spoken(0, &["Yes of course."]);
        plan[1].0 = 2_000;
        plan
    };
    let mut test = Test::new(Script::new(script), settings());
    test.speak("Hello?").await;
    test.until(9_000).await;
    test.speak("Are you open?").await;
    test.until(19_000).await;
    let acknowledged: Vec<_> = test.sent().into_iter().filter(|(_, source, _)| *source == 201).collect();
    let (first, second) = (acknowledged[0].0, acknowledged[usize::from(FRAMES)].0);
    let sooner = (first - 1_300) - (second - 10_300);
    assert!((780..=820).contains(&sooner), "{first} {second}");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_that_comes_behind_the_answer_is_not_said() {
    let script = |_: &_| {
        let mut plan = spoken(0, &["Yes of course."]);
        plan[1].0 = 805;
        plan
    };
    let mut test = Test::new(Script::new(script), settings());
    test.speak("Hello?").await;
    test.until(9_000).await;
    assert!(test.sent().iter().all(|(_, source, _)| *source == 0));
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_ready_waits_for_no_more_than_the_acknowledgement_that_is_heard() {
    let script = |_: &_| {
        let mut plan = spoken(0, &["Yes of course."]);
        plan[1].0 = 900;
        plan
    };
    let mut test = Test::new(Script::new(script).without_end(), settings());
    test.speak("Hello?").await;
    test.until(9_000).await;
    let sent = test.sent();
    let (acknowledged, answered) = (sent[0].0, sent[usize::from(FRAMES)].0);
    assert_eq!((sent[0].1, sent[usize::from(FRAMES)].1), (201, 0));
    assert_eq!(answered, acknowledged + 1_000 - 280, "right behind it, and sent ahead");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_fails_is_spoken_as_far_as_it_came_and_followed_by_an_apology() {
    let script = |_: &_| {
        let clip = Progress::Clip(clip(0, 0, "Yes of course."));
        vec![(0, Progress::Asked), (100, clip), (50, Progress::Failed("HTTP 500".into()))]
    };
    let mut test = Test::new(Script::new(script), settings());
    test.speak("Hello?").await;
    test.until(9_000).await;
    let sources: Vec<u8> = test.sent().iter().map(|(_, source, _)| *source).collect();
    assert_eq!(sources, [vec![0; 50], vec![202; 50]].concat());
    let (end, reports) = test.hang_up().await;
    assert_eq!(reports[0].outcome, Outcome::Failed { reason: "HTTP 500".into(), heard: true });
    assert_eq!(talk(&end)[0].1, "Yes of course.");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_steps_ends_in_an_apology() {
    let mut test = Test::new(Script::new(|_: &_| Vec::new()), settings());
    test.speak("Hello?").await;
    test.until(25_000).await;
    let expected = [Saying::Acknowledgement(0), Saying::Apology];
    assert_eq!(test.script.sayings.lock().unwrap()[..2], expected);
    assert_eq!(test.script.running(), 0, "its request is closed");
    assert!(matches!(&test.reports()[0].outcome, Outcome::Failed { heard: true, .. }));
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_turn_without_any_voice_left_has_a_reason() {
    let script = Script::new(|_: &_| vec![(0, Progress::Failed("gone".into()))]).without_voice();
    let mut test = Test::new(script, settings());
    test.speak("Hello?").await;
    test.until(3_000).await;
    let silent = Outcome::Failed { reason: "gone".into(), heard: false };
    assert_eq!(test.reports()[0].outcome, silent);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_words_is_a_failure() {
    let script = Script::new(|_: &_| vec![(0, Progress::Asked), (10, Progress::Ended)]);
    let mut test = Test::new(script, settings());
    test.speak("Hello?").await;
    test.until(4_000).await;
    assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::Apology]);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_sound_is_a_failure_too() {
    for audio in [vec![], vec![0xff; 1_600]] {
        let script = move |_: &_| {
            let clip = Clip { text: "...".into(), audio: audio.clone().into(), begun: None };
            vec![(0, Progress::Asked), (100, Progress::Clip(clip)), (10, Progress::Ended)]
        };
        let mut test = Test::new(Script::new(script), settings());
        test.speak("Hello?").await;
        test.until(5_000).await;
        assert_eq!(*test.script.sayings.lock().unwrap(), [Saying::Apology]);
        let failed = Outcome::Failed { reason: "the answer has no sound".into(), heard: true };
        assert_eq!(test.reports()[0].outcome, failed);
        test.hang_up().await;
    }
}

#[tokio::test(start_paused = true)]
async fn two_turns_before_an_answer_are_answered_together() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("I have a question.").await;
    test.turn("When do you open?").await;
    test.until(6_000).await;
    assert!(test.sent().iter().all(|(_, source, _)| *source == 1), "nothing of the first answer");
    assert_eq!(test.script.running(), 0);
    let question = test.script.questions.lock().unwrap()[1].clone();
    let before: Vec<_> = question.turns.iter().map(|turn| (&*turn.caller, &*turn.answer)).collect();
    assert_eq!(before, [("I have a question.", "")]);
    let (_, reports) = test.hang_up().await;
    let outcomes: Vec<_> = reports.into_iter().map(|report| report.outcome).collect();
    assert_eq!(outcomes, [Outcome::Superseded, Outcome::Answered]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_hangs_up_in_mid_word_ends_everything() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("When do you open?").await;
    test.until(2_200).await;
    let script = test.script.clone();
    let (end, reports) = test.hang_up().await;
    assert_eq!(end.reason, EndReason::CallerGone);
    assert_eq!(talk(&end)[0].1, "Yes of", "half a second was heard");
    assert_eq!(reports[0].outcome, Outcome::CallEnded);
    assert_eq!(script.running(), 0);
}

#[tokio::test(start_paused = true)]
async fn keys_become_the_text_of_a_turn_and_interrupt() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("Hello?").await;
    test.until(2_000).await;
    test.key('1').await;
    test.settle().await;
    assert_eq!(test.clears().len(), 1);
    test.key('2').await;
    test.key('#').await;
    test.until(6_000).await;
    test.key('3').await;
    test.until(7_990).await;
    assert_eq!(test.script.questions.lock().unwrap().len(), 2);
    test.until(12_000).await;
    let texts: Vec<String> =
        test.script.questions.lock().unwrap().iter().map(|question| question.text.clone()).collect();
    assert_eq!(texts, ["Hello?", "1 2 #", "3"]);
    let (_, reports) = test.hang_up().await;
    assert_eq!((reports[0].outcome.clone(), reports[1].recogniser), (Outcome::Interrupted, "keys"));
}

#[tokio::test(start_paused = true)]
async fn a_question_for_a_number_is_hinted_to_the_ears() {
    for sentences in
        [["Sure.", "What is your order number?"], ["Please say the number.", "It is on the letter."]]
    {
        let script = move |_: &_| spoken(0, &sentences);
        let mut test = Test::new(Script::new(script), settings());
        test.speak("Where is my parcel?").await;
        test.until(6_000).await;
        assert_eq!(test.hints(), [Hint::Number]);
        test.hang_up().await;
    }
}
