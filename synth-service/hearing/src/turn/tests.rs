use super::*;

fn rules(settings: TurnSettings) -> Rules {
    Rules { settings, stream: true, shortest_voice: Duration::from_millis(250), language: "en".into() }
}

fn at(ms: u64) -> Moment {
    Moment { at: Duration::from_millis(ms), received: Instant::now() }
}

/// A look at this time, in the middle of sound.
fn look(ms: u64) -> Look {
    let now = Duration::from_millis(ms);
    Look { now, sound: now, may_begin: false }
}

/// A turn with this text, silent since 1 s, and finalised.
fn spoken(text: &str, rules: &Rules) -> Turn {
    let mut turn = Turn::new(at(0));
    turn.pause(at(1_000));
    assert_eq!(turn.step(look(1_199), Hint::None, rules), None);
    assert_eq!(turn.step(look(1_200), Hint::None, rules), Some(Step::Finalise));
    assert_eq!(turn.step(look(9_000), Hint::None, rules), None, "its text is to come");
    turn.final_text(text, true, Instant::now());
    turn
}

/// The first time after 1.2 s, in steps of 10 ms, at which the turn is over.
fn end(turn: &mut Turn, hint: Hint, rules: &Rules) -> (u64, Step) {
    let step = |ms| turn.step(look(ms), hint, rules).map(|step| (ms - 1_000, step));
    (1_200..9_000).step_by(10).find_map(step).unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_words_has_its_silence() {
    let rules = rules(TurnSettings::default());
    for (text, hint, silence, reason) in [
        ("yes", Hint::None, 250, TurnEnd::Complete),
        ("Yes, it is.", Hint::None, 300, TurnEnd::Complete),
        ("I'd like to know.", Hint::None, 700, TurnEnd::Silence),
        ("a table", Hint::None, 650, TurnEnd::Silence),
        ("a table for", Hint::None, 1_100, TurnEnd::Waited),
        ("My number is.", Hint::None, 1_100, TurnEnd::Waited),
        ("five five five", Hint::None, 700, TurnEnd::Waited),
        ("five", Hint::Number, 1_300, TurnEnd::Waited),
        ("I don't know", Hint::Number, 250, TurnEnd::Complete),
    ] {
        let found = end(&mut spoken(text, &rules), hint, &rules);
        assert_eq!(found, (silence, Step::End(reason)), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_silence_is_longer_than_the_longest_pause() {
    let ms = Duration::from_millis;
    let rules = rules(TurnSettings { open: ms(5_000), longest_pause: ms(1_000), ..TurnSettings::default() });
    let found = end(&mut spoken("because", &rules), Hint::None, &rules);
    assert_eq!(found, (1_000, Step::End(TurnEnd::Waited)));
}

#[tokio::test(start_paused = true)]
async fn voice_that_resumes_forgets_the_end_that_was_found() {
    let rules = rules(TurnSettings::default());
    let mut turn = spoken("a table", &rules);
    turn.found_end();
    turn.resume(Duration::from_millis(1_400));
    // In the middle of voice the recogniser is mistaken.
    turn.found_end();
    turn.pause(at(2_000));
    assert_eq!(turn.step(look(2_200), Hint::None, &rules), Some(Step::Finalise));
    turn.final_text("near a window", true, Instant::now());
    assert_eq!(turn.step(look(2_640), Hint::None, &rules), None);
    let end = turn.step(look(2_650), Hint::None, &rules);
    assert_eq!((end, turn.words().as_str()), (Some(Step::End(TurnEnd::Silence)), "a table near a window"));
}

#[tokio::test(start_paused = true)]
async fn a_lost_recogniser_makes_a_noise_of_a_click_only() {
    let rules = rules(TurnSettings::default());
    let error = HearingError::Model("gone".into());
    for (voiced, step) in [(200, Step::Nothing), (400, Step::Deaf(error.clone()))] {
        let mut turn = Turn::new(at(0));
        turn.lose(error.clone(), Instant::now());
        turn.pause(at(voiced));
        assert_eq!(turn.step(look(voiced + 200), Hint::None, &rules), Some(step));
    }
}

#[tokio::test(start_paused = true)]
async fn the_plain_way_waits_for_the_usual_silence() {
    let rules = Rules { stream: false, ..rules(TurnSettings::default()) };
    let mut turn = Turn::new(at(0));
    turn.pause(at(1_000));
    assert_eq!(turn.step(look(1_640), Hint::None, &rules), None);
    assert_eq!(turn.step(look(1_650), Hint::None, &rules), Some(Step::Finalise));
    turn.final_text("because", true, Instant::now());
    let end = turn.step(look(1_660), Hint::None, &rules);
    assert_eq!(end, Some(Step::End(TurnEnd::Silence)));
}

#[tokio::test(start_paused = true)]
async fn a_shorter_or_longer_silence_behind_sentences_goes_for_kinds_like_them() {
    let ms = Duration::from_millis;
    let rules =
        rules(TurnSettings { complete: ms(220), usual: ms(900), soft: ms(700), ..TurnSettings::default() });
    assert_eq!(end(&mut spoken("yes", &rules), Hint::None, &rules).0, 220);
    assert_eq!(end(&mut spoken("I'd like to know.", &rules), Hint::None, &rules).0, 900);
}

#[tokio::test(start_paused = true)]
async fn the_recognisers_own_end_does_not_close_soft_words() {
    let rules = rules(TurnSettings::default());
    let mut turn = spoken("can you tell me", &rules);
    turn.found_end();
    assert_eq!(end(&mut turn, Hint::None, &rules), (700, Step::End(TurnEnd::Silence)));
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_was_cut_ends_whatever_the_usual_silence_is() {
    let usual = Duration::from_secs(2);
    let rules = Rules { stream: false, ..rules(TurnSettings { usual, ..TurnSettings::default() }) };
    let mut turn = Turn::new(at(0));
    assert_eq!(turn.step(look(60_000), Hint::None, &rules), Some(Step::Cut));
    turn.pause(at(60_000));
    turn.final_text("and so on", true, Instant::now());
    // No frame moves the clock on: those behind the cut wait for the next turn.
    assert_eq!(turn.step(look(60_000), Hint::None, &rules), Some(Step::End(TurnEnd::TooLong)));
}

/// The silence behind which the final text is asked for: the partial text, the end of its sound behind the voice, and
/// whether voice may begin 200 ms behind it.
fn asked(partial: &str, sound: u64, may_begin: bool) -> u64 {
    let rules = rules(TurnSettings::default());
    let mut turn = Turn::new(at(0));
    turn.partial(partial.into(), Instant::now());
    turn.pause(at(1_000));
    let sound = Duration::from_millis(1_000 + sound);
    let look = |ms: u64| Look { now: Duration::from_millis(ms), sound, may_begin: may_begin && ms >= 1_200 };
    let mut times = (1_080..2_000).step_by(20);
    let first = times.find(|ms| turn.step(look(*ms), Hint::None, &rules) == Some(Step::Finalise));
    first.unwrap() - 1_000
}

#[tokio::test(start_paused = true)]
async fn the_final_text_of_complete_words_is_asked_for_early() {
    assert_eq!(asked("yes please", 0, false), 100);
    assert_eq!(asked("yes please", 60, false), 160, "an \"s\" without a voice");
    assert_eq!(asked("yes please", 180, false), 200);
    for more in ["a table.", "a table for", "", "five five five"] {
        assert_eq!(asked(more, 0, false), 200, "{more}");
    }
}

#[tokio::test(start_paused = true)]
async fn voice_that_may_begin_delays_the_question_by_a_frame_and_the_end_until_it_is_sure() {
    assert_eq!(asked("a table", 0, true), 220);
    let rules = rules(TurnSettings::default());
    let mut turn = spoken("yes", &rules);
    let noisy = |ms| Look { may_begin: true, ..look(ms) };
    assert_eq!(turn.step(noisy(1_300), Hint::None, &rules), None);
    assert_eq!(turn.step(look(1_320), Hint::None, &rules), Some(Step::End(TurnEnd::Complete)));
}
