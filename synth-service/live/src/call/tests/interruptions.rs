//! Callers who speak during an answer.

use std::time::Duration;

use contract::timeline::Moment;
use hearing::{EarSettings, Hint, Line};

use super::{
    answers::{FRAMES, Script, spoken, usual},
    caller::{Test, settings, talk},
    ears::FAINT,
};
use crate::{
    answer::{Clip, Progress},
    line::News,
    report::{EndReason, Outcome},
    settings::LiveSettings,
};

/// A call in the middle of the first answer, which sounds since 1.7 s.
async fn answered(settings: LiveSettings, line: Line, until: u64) -> Test {
    let mut test = Test::on_line(Script::new(usual), settings, line);
    test.speak("When do you open?").await;
    test.until(until).await;
    test
}

/// The numbers of the answer's frames that were sent since.
fn numbers(test: &Test, since: u64) -> Vec<u16> {
    test.sent().into_iter().filter(|(at, ..)| *at >= since).map(|(_, _, number)| number).collect()
}

#[tokio::test(start_paused = true)]
async fn voice_silences_the_answer_and_words_drop_it() {
    let mut test = answered(settings(), Line::Telephone, 3_001).await;
    test.voice(600).await;
    let last = test.sent().last().expect("frames").0;
    assert!((3_240..=3_261).contains(&last), "250 ms behind the first voiced frame: {last}");
    assert_eq!(test.clears().len(), 1, "and the line is cleared");
    assert!((3_241..=3_262).contains(&test.clears()[0]));
    test.partial("wait please").await;
    test.silence(300).await;
    test.turn("Wait please.").await;
    test.until(4_600).await;
    let report = &test.reports()[0];
    assert_eq!(report.outcome, Outcome::Interrupted);
    let interruption = report.interruptions[0];
    assert!(interruption.confirmed && interruption.voice_to_hold <= Duration::from_millis(260));
    assert!(interruption.voice_to_last_frame <= interruption.voice_to_hold);
    assert_eq!(interruption.own, Duration::from_millis(10), "a frame is 20 ms: 260 ms of voice stopped it");
    let heard = "Yes of course. We open";
    assert!(
        test.news().contains(&News::Interrupted { turn: Some(0), heard: heard.into() }),
        "{:?}",
        test.news()
    );
    let question = test.script.questions.lock().unwrap().last().cloned().expect("a question");
    assert_eq!(question.turns[0].answer, heard);
    test.until(8_000).await;
    let (end, _) = test.hang_up().await;
    assert_eq!(talk(&end)[0].1, heard);
}

#[tokio::test(start_paused = true)]
async fn two_words_alone_interrupt() {
    let mut test = answered(settings(), Line::Telephone, 3_001).await;
    test.voice(100).await;
    test.partial("wait please").await;
    assert_eq!(test.clears().len(), 1);
    assert_eq!(test.reports()[0].outcome, Outcome::Interrupted);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_short_cough_stops_nothing() {
    let mut test = answered(settings(), Line::Telephone, 2_001).await;
    test.voice(200).await;
    test.silence(600).await;
    test.nothing(200).await;
    test.until(6_000).await;
    assert_eq!(numbers(&test, 0), (0..2 * FRAMES).collect::<Vec<_>>());
    assert!(test.clears().is_empty());
    test.hang_up().await;
}

/// After a false interruption nothing is lost, and at most 200 ms are said twice.
fn goes_on(test: &Test) {
    let numbers = numbers(test, 0);
    let back = numbers.windows(2).position(|pair| pair[1] < pair[0]).expect("it was stopped");
    let (before, after) = numbers.split_at(back + 1);
    assert_eq!(*before, (0..before.len() as u16).collect::<Vec<_>>()[..]);
    assert_eq!(*after, (after[0]..2 * FRAMES).collect::<Vec<_>>()[..]);
    // 280 to 300 ms of the frames before were cleared, and not heard.
    let overlap = before.len() as u16 - after[0];
    assert!((14..=25).contains(&overlap), "{overlap} frames");
}

#[tokio::test(start_paused = true)]
async fn a_long_cough_and_mhm_go_on_where_the_answer_stopped() {
    for text in [None, Some("Mhm.")] {
        let mut test = answered(settings(), Line::Telephone, 2_501).await;
        test.voice(350).await;
        test.silence(400).await;
        assert_eq!(test.clears().len(), 1);
        match text {
            None => test.nothing(350).await,
            Some(text) => test.turn(text).await,
        }
        test.until(8_000).await;
        goes_on(&test);
        assert_eq!(test.script.questions.lock().unwrap().len(), 1, "no answer of its own");
        let (end, reports) = test.hang_up().await;
        assert_eq!(talk(&end), [("When do you open?".into(), "Yes of course. We open at nine.".into())]);
        let answered = reports.iter().find(|report| report.turn == 0).expect("a report");
        assert_eq!(answered.outcome, Outcome::Answered);
        assert!(!answered.interruptions[0].confirmed);
        assert_eq!(reports.len(), if text.is_some() { 2 } else { 1 });
    }
}

#[tokio::test(start_paused = true)]
async fn music_holds_the_answer_for_two_seconds_once() {
    let mut test = answered(settings(), Line::Telephone, 2_501).await;
    test.voice(10_000).await;
    assert_eq!(test.clears().len(), 1);
    goes_on(&test);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_interruption_counts_from_the_first_voice_of_its_utterance() {
    let mut test = answered(settings(), Line::Telephone, 2_501).await;
    test.voice(200).await;
    test.silence(100).await;
    test.voice(400).await;
    test.partial("wait please").await;
    let interruption = test.reports()[0].interruptions[0];
    let [hold, own] = [interruption.voice_to_hold, interruption.own].map(|time| time.as_millis());
    assert!((340..=361).contains(&hold), "200 + 100 ms, and the first frames of the other voice: {hold}");
    assert_eq!(own, 40, "not from the pause on, in which nobody spoke");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn an_interruption_behind_a_false_one_counts_by_itself() {
    let mut test = answered(settings(), Line::Telephone, 1_901).await;
    test.voice(2_600).await;
    test.partial("wait please").await;
    let interruptions = test.reports()[0].interruptions.clone();
    let confirmed: Vec<bool> = interruptions.iter().map(|interruption| interruption.confirmed).collect();
    assert_eq!(confirmed, [false, true], "the answer went on over the voice after 2 s");
    let hold = interruptions[1].voice_to_hold.as_millis();
    assert!((300..=360).contains(&hold), "{hold}");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn without_partial_texts_the_answer_waits_for_the_end_of_a_sentence() {
    let ears = EarSettings { partials: false, ..EarSettings::default() };
    let mut test = answered(LiveSettings { ears, ..settings() }, Line::Telephone, 2_001).await;
    test.voice(4_000).await;
    test.silence(700).await;
    assert!(numbers(&test, 2_262).is_empty(), "nothing is said over the caller");
    test.turn("I only wanted to know whether you are open on Sunday.").await;
    assert_eq!(test.reports()[0].outcome, Outcome::Interrupted);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_too_busy_for_partial_texts_is_known_by_the_turn_before() {
    for in_time in [false, true] {
        let mut test = Test::new(Script::new(usual), settings());
        test.voice(1_500).await;
        if in_time {
            test.partial("when do you").await;
        }
        test.voice(1_500).await;
        test.voice.0 = test.begin;
        test.silence(300).await;
        test.turn("When do you open?").await;
        test.until(4_501).await;
        test.voice(3_000).await;
        assert_eq!(numbers(&test, 4_762).is_empty(), !in_time);
        test.hang_up().await;
    }
}

#[tokio::test(start_paused = true)]
async fn yes_within_a_question_at_the_end_is_an_answer_and_before_it_is_none() {
    for (until, questions) in [(1_801, 1), (2_801, 2)] {
        let script = |_: &_| spoken(0, &["We have a table.", "Shall I book it?"]);
        let mut test = Test::new(Script::new(script), settings());
        test.speak("A table for two.").await;
        test.until(until).await;
        test.voice(200).await;
        test.partial("Yeah").await;
        test.turn("Yeah.").await;
        test.until(9_000).await;
        assert_eq!(test.script.questions.lock().unwrap().len(), questions);
        test.hang_up().await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_echo_at_the_begin_stops_nothing() {
    let script = |_: &_| {
        let clip = Clip { text: "Yes.".into(), audio: vec![0x10; 960 * 100].into(), begun: None };
        vec![(400, Progress::Clip(clip)), (0, Progress::Ended)]
    };
    let mut test = Test::on_line(Script::new(script), settings(), Line::Wide);
    test.speak("When do you open?").await;
    test.until(1_721).await;
    test.voice(500).await;
    let holds = test.clears();
    assert_eq!(holds.len(), 1);
    assert!((2_000..=2_021).contains(&holds[0]), "300 ms behind the first sound at 1.7 s: {holds:?}");
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn yes_behind_a_question_is_an_answer() {
    let script = |_: &_| spoken(0, &["Shall I book it?"]);
    let mut test = Test::new(Script::new(script), settings());
    test.speak("A table for two.").await;
    test.until(2_450).await;
    test.voice(200).await;
    test.turn("Yeah.").await;
    test.until(9_000).await;
    assert_eq!(test.script.questions.lock().unwrap().len(), 2);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_goes_on_is_not_talked_over() {
    let mut test = Test::new(Script::new(usual), settings());
    test.speak("I have a question").await;
    test.voice(900).await;
    assert!(test.sent().is_empty(), "the answer is ready since 400 ms, and waits");
    test.partial("and it is long").await;
    test.silence(300).await;
    test.turn("And it is long.").await;
    test.until(6_000).await;
    assert!(test.sent().iter().all(|(_, source, _)| *source == 1));
    let (_, reports) = test.hang_up().await;
    assert_eq!(reports[0].outcome, Outcome::Superseded);
}

#[tokio::test(start_paused = true)]
async fn without_barge_in_the_words_wait() {
    let settings = LiveSettings { barge_in: false, ..settings() };
    let mut test = answered(settings, Line::Telephone, 2_001).await;
    test.voice(700).await;
    test.turn("Wait please").await;
    test.turn("I mean Sunday").await;
    test.until(9_000).await;
    assert!(test.clears().is_empty());
    let question = test.script.questions.lock().unwrap()[1].clone();
    assert_eq!(question.text, "Wait please I mean Sunday");
    let (_, reports) = test.hang_up().await;
    assert!(reports.iter().all(|report| report.outcome == Outcome::Answered));
}

#[tokio::test(start_paused = true)]
async fn keys_behind_words_that_wait_are_answered_with_them() {
    let settings = LiveSettings { barge_in: false, ..settings() };
    let mut test = answered(settings, Line::Telephone, 2_001).await;
    test.turn("My number is").await;
    test.key('7').await;
    test.key('#').await;
    test.until(9_000).await;
    let texts: Vec<_> =
        test.script.questions.lock().unwrap().iter().map(|question| question.text.clone()).collect();
    assert_eq!(texts, ["When do you open?", "My number is 7 #"]);
    let (end, reports) = test.hang_up().await;
    let outcomes: Vec<_> = reports.into_iter().map(|report| report.outcome).collect();
    assert_eq!((end.turns, outcomes), (2, vec![Outcome::Interrupted, Outcome::Answered]));
}

#[tokio::test(start_paused = true)]
async fn a_waiting_turn_is_reported_when_the_call_ends() {
    let settings = LiveSettings { barge_in: false, ..settings() };
    let mut test = answered(settings, Line::Telephone, 2_001).await;
    test.turn("Wait please").await;
    let (end, reports) = test.hang_up().await;
    assert_eq!(end.turns, 2);
    let sound = [0, 1].map(|turn| reports[turn].timeline.at(Moment::FirstAudioSent).is_some());
    assert_eq!(sound, [true, false], "the sound of one turn is none of another");
    assert!(reports.iter().all(|report| report.outcome == Outcome::CallEnded));
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_dictates_into_the_question_is_given_time() {
    let script = |_: &_| spoken(0, &["What is your order number, please?", "It is on the letter."]);
    let mut test = Test::new(Script::new(script), settings());
    test.speak("Where is my parcel?").await;
    test.until(3_001).await;
    test.partial("one two").await;
    assert_eq!(test.hints(), [Hint::Number]);
    test.hang_up().await;
}

#[tokio::test(start_paused = true)]
async fn a_greeting_can_be_interrupted_and_is_not_remembered() {
    let mut test = Test::new(Script::new(usual), LiveSettings::default());
    test.until(301).await;
    test.speak("When do you open?").await;
    assert_eq!(test.clears().len(), 1);
    let (end, _) = test.hang_up().await;
    assert_eq!((end.reason, end.turns), (EndReason::CallerGone, 1));
    assert_eq!(talk(&end).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn somebody_else_in_the_room_stops_nothing_unless_they_ask_for_the_word() {
    let mut test = answered(settings(), Line::Telephone, 2_001).await;
    test.level = FAINT;
    test.voice(400).await;
    test.partial("Did you put the kettle on?").await;
    test.silence(200).await;
    test.turn("Did you put the kettle on?").await;
    assert!(test.clears().is_empty(), "the answer goes on");
    let unanswered = &test.reports()[0];
    assert_eq!((unanswered.turn, &unanswered.outcome), (1, &Outcome::Faint));
    test.voice(400).await;
    test.partial("Wait, please.").await;
    assert_eq!(test.clears().len(), 1);
    test.silence(300).await;
    test.turn("Wait, please.").await;
    test.until(8_000).await;
    let (end, reports) = test.hang_up().await;
    let heard: Vec<_> = talk(&end).into_iter().map(|(asked, ..)| asked).collect();
    assert_eq!(heard, ["When do you open?", "Wait, please."], "and nothing of theirs is remembered");
    assert_eq!(reports[1].outcome, Outcome::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_faint_voice_is_the_callers_while_nothing_is_said() {
    let mut test = answered(settings(), Line::Telephone, 8_000).await;
    test.level = FAINT;
    test.speak("And on Sundays?").await;
    test.until(16_000).await;
    let (_, reports) = test.hang_up().await;
    assert_eq!(reports[1].outcome, Outcome::Answered);
}
