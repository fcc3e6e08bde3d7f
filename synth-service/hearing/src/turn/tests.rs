use super::*;

fn rules(settings: TurnSettings) -> Rules {
    Rules { settings, stream: true, shortest_voice: Duration::from_millis(250), language: "en".into() }
}

fn at(ms: u64) -> Moment {
    Moment { at: Duration::from_millis(ms), received: Instant::now() }
}

/// A turn with this text, silent since 1 s, and finalised.
fn spoken(text: &str, rules: &Rules) -> Turn {
    let mut turn = Turn::new(at(0));
    turn.pause(at(1_000));
    assert_eq!(turn.step(Duration::from_millis(1_199), Hint::None, rules), None);
    assert_eq!(turn.step(Duration::from_millis(1_200), Hint::None, rules), Some(Step::Finalise));
    assert_eq!(turn.step(Duration::from_millis(9_000), Hint::None, rules), None, "its text is to come");
    turn.final_text(text, true, Instant::now());
    turn
}

/// The first time after 1.2 s, in steps of 10 ms, at which the turn is over.
fn end(turn: &mut Turn, hint: Hint, rules: &Rules) -> (u64, Step) {
    let step = |ms| turn.step(Duration::from_millis(ms), hint, rules).map(|step| (ms - 1_000, step));
    (1_200..9_000).step_by(10).find_map(step).unwrap()
}

#[tokio::test(start_paused = true)]
async fn each_kind_of_words_has_its_silence() {
    let rules = rules(TurnSettings::default());
    for (text, hint, silence, reason) in [
        ("yes", Hint::None, 300, TurnEnd::Complete),
        ("a table", Hint::None, 650, TurnEnd::Silence),
        ("a table for", Hint::None, 1_100, TurnEnd::Waited),
        ("My number is.", Hint::None, 1_100, TurnEnd::Waited),
        ("five five five", Hint::None, 1_100, TurnEnd::Waited),
        ("five", Hint::Number, 1_300, TurnEnd::Waited),
        ("I don't know", Hint::Number, 300, TurnEnd::Complete),
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
    assert_eq!(turn.step(Duration::from_millis(2_200), Hint::None, &rules), Some(Step::Finalise));
    turn.final_text("near a window", true, Instant::now());
    assert_eq!(turn.step(Duration::from_millis(2_640), Hint::None, &rules), None);
    let end = turn.step(Duration::from_millis(2_650), Hint::None, &rules);
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
        assert_eq!(turn.step(Duration::from_millis(voiced + 200), Hint::None, &rules), Some(step));
    }
}

#[tokio::test(start_paused = true)]
async fn the_plain_way_waits_for_the_usual_silence() {
    let rules = Rules { stream: false, ..rules(TurnSettings::default()) };
    let mut turn = Turn::new(at(0));
    turn.pause(at(1_000));
    assert_eq!(turn.step(Duration::from_millis(1_640), Hint::None, &rules), None);
    assert_eq!(turn.step(Duration::from_millis(1_650), Hint::None, &rules), Some(Step::Finalise));
    turn.final_text("because", true, Instant::now());
    let end = turn.step(Duration::from_millis(1_660), Hint::None, &rules);
    assert_eq!(end, Some(Step::End(TurnEnd::Silence)));
}
