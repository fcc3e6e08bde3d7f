use super::*;

const LONG: Duration = Duration::from_millis(250);
const SHORT: Duration = Duration::from_millis(230);
/// The level of a usual voice.
const LOUD: f32 = 0.01;
/// Voice that holds the speech, and none of it too much.
const HELD: Option<Duration> = Some(Duration::ZERO);

fn interruption() -> (Interruption, Instant) {
    with(InterruptionSettings::default())
}

fn with(settings: InterruptionSettings) -> (Interruption, Instant) {
    (Interruption::new(settings, "en"), Instant::now())
}

/// A noise that holds the speech, some seconds behind the one before.
fn noise(interruption: &mut Interruption, voice: Duration, now: &mut Instant) {
    *now += Duration::from_secs(3);
    interruption.voice_begins();
    assert_eq!(interruption.voice(voice - Duration::from_millis(1), LOUD, false, *now), None);
    assert_eq!(interruption.voice(voice, LOUD, false, *now), HELD);
    interruption.paused(*now);
    assert_eq!(interruption.nothing(*now), Some(Verdict::Resume));
}

#[test]
fn a_short_noise_holds_nothing_and_voice_holds_at_once() {
    let (mut interruption, now) = interruption();
    assert_eq!(interruption.voice(SHORT, LOUD, false, now), None);
    assert_eq!(interruption.voice(LONG, LOUD, true, now), None, "an echo");
    assert_eq!(interruption.voice(LONG + SHORT, LOUD, false, now), Some(SHORT));
    assert_eq!(interruption.voice(LONG * 2, LOUD, false, now), None, "it is held already");
    assert_eq!(interruption.partial("wait please", true, now), Some(Verdict::Confirm));
    assert_eq!(interruption.deadline(), None);
}

#[test]
fn two_words_interrupt_without_a_long_voice() {
    let (mut interruption, now) = interruption();
    assert_eq!(interruption.partial("my", true, now), None);
    assert_eq!(interruption.partial("my order", true, now), Some(Verdict::Confirm));
    assert_eq!(
        interruption.partial("wait", true, now),
        Some(Verdict::Confirm),
        "a call for the word is enough"
    );
    assert_eq!(interruption.ended("stop", true, now), Verdict::Confirm, "and one clear word at the end");
}

#[test]
fn a_backchannel_holds_until_the_caller_pauses() {
    let (mut interruption, now) = interruption();
    interruption.voice(LONG, LOUD, false, now);
    assert_eq!(interruption.partial("yeah okay", true, now), None, "more may follow");
    assert_eq!(interruption.paused(now), Some(Verdict::Resume));
    assert_eq!(interruption.ended("yeah okay", true, now), Verdict::Resume);
    assert_eq!(interruption.ended("yeah", false, now), Verdict::Confirm, "it answers a question");
}

#[test]
fn an_answer_to_a_question_keeps_the_speech_held() {
    let (mut interruption, now) = interruption();
    interruption.voice(LONG, LOUD, false, now);
    assert_eq!(interruption.partial("yeah", false, now), None);
    assert_eq!(interruption.paused(now), None);
    assert_eq!(interruption.ended("yeah", false, now), Verdict::Confirm);
}

#[test]
fn a_backchannel_that_is_known_in_time_holds_nothing() {
    let (mut interruption, now) = interruption();
    interruption.partial("mhm", true, now);
    assert_eq!(interruption.voice(LONG, LOUD, false, now), None);
    assert_eq!(interruption.voice(LONG * 2, LOUD, false, now), HELD, "more than \"mhm\"");
    assert_eq!(interruption.ended("mhm", true, now), Verdict::Resume);
}

#[test]
fn a_backchannel_says_nothing_of_the_voice_behind_a_pause() {
    let (mut interruption, now) = interruption();
    interruption.voice_begins();
    interruption.partial("yeah", true, now);
    interruption.paused(now);
    interruption.voice_begins();
    interruption.partial("Yeah.", true, now);
    assert_eq!(interruption.voice(LONG, LOUD, false, now), HELD, "\"wait\" may follow");
}

#[test]
fn a_noise_goes_on_after_two_seconds_and_holds_only_once() {
    let (mut interruption, now) = interruption();
    interruption.voice(LONG, LOUD, false, now);
    let later = now + Duration::from_secs(2);
    assert_eq!(interruption.tick(later - Duration::from_millis(1)), None);
    assert_eq!(interruption.deadline(), Some(later));
    assert_eq!(interruption.tick(later), Some(Verdict::Resume));
    assert_eq!(interruption.voice(Duration::from_secs(3), LOUD, false, later), None, "the same voice");
    let pause = later + LONG;
    interruption.paused(pause);
    interruption.voice_begins();
    let long = Duration::from_secs(2);
    assert_eq!(interruption.voice(long, LOUD, false, pause + SHORT), None, "counted over a gap");
    assert_eq!(interruption.voice(long, LOUD, false, pause + LONG), HELD);
    assert_eq!(interruption.nothing(pause + LONG), Some(Verdict::Resume));
    assert_eq!(interruption.nothing(pause + LONG), None);
}

#[test]
fn voice_before_a_false_alarm_counts_no_more() {
    let (mut interruption, now) = interruption();
    interruption.voice(LONG, LOUD, false, now);
    interruption.partial("mhm", true, now);
    assert_eq!(interruption.paused(now), Some(Verdict::Resume));
    interruption.voice_begins();
    let later = now + Duration::from_millis(100);
    assert_eq!(interruption.voice(LONG + SHORT, LOUD, false, later), None, "\"mhm\" is in it");
    assert_eq!(interruption.voice(LONG * 2, LOUD, false, now + LONG), HELD);
}

#[test]
fn from_the_second_false_alarm_on_more_voice_is_wanted_up_to_a_second() {
    let (mut interruption, mut now) = interruption();
    for times in [1, 1, 2, 4, 4] {
        noise(&mut interruption, LONG * times, &mut now);
    }
    now += Duration::from_secs(3);
    interruption.voice_begins();
    interruption.partial("mhm", true, now);
    assert_eq!(interruption.voice(LONG * 4, LOUD, false, now), HELD, "also behind \"mhm\"");
    interruption.reset();
    noise(&mut interruption, LONG, &mut now);
}

#[test]
fn false_alarms_never_lower_a_setting_above_the_greatest_value() {
    let voice = Duration::from_millis(1_500);
    let (mut interruption, mut now) = with(InterruptionSettings { voice, ..InterruptionSettings::default() });
    for _ in 0..3 {
        noise(&mut interruption, voice, &mut now);
    }
}

#[test]
fn one_word_gives_the_recogniser_two_more_seconds() {
    let (mut interruption, now) = interruption();
    interruption.voice(LONG, LOUD, false, now);
    let later = now + Duration::from_secs(1);
    assert_eq!(interruption.partial("my", true, later), None);
    assert_eq!(interruption.deadline(), Some(later + Duration::from_secs(2)));
}

#[test]
fn where_no_words_come_the_speech_waits_for_the_end_of_a_sentence() {
    let (mut interruption, now) = interruption();
    interruption.expect_words(false);
    interruption.voice(LONG, LOUD, false, now);
    let seconds = |seconds| now + Duration::from_secs(seconds);
    assert_eq!(interruption.deadline(), Some(seconds(5)));
    interruption.paused(seconds(1));
    assert_eq!(interruption.deadline(), Some(seconds(5)));
    interruption.paused(seconds(4));
    assert_eq!(interruption.deadline(), Some(seconds(6)), "its final text may still come");
    assert_eq!(interruption.tick(seconds(6)), Some(Verdict::Resume));
}

#[test]
fn a_faint_voice_holds_nothing_and_confirms_nothing_unless_it_asks_for_the_word() {
    let (mut interruption, now) = interruption();
    let (faint, frame) = (LOUD / 12.0, Duration::from_millis(20));
    assert_eq!(interruption.voice(LONG, faint, false, now), HELD, "nothing is known of the caller");
    assert!(!interruption.is_someone_else(faint, "did you put the kettle on"));
    interruption.nothing(now);
    interruption.learn(LOUD);
    let now = now + Duration::from_secs(3);
    assert_eq!(interruption.voice(LONG, faint, false, now), None);
    assert!(interruption.is_someone_else(faint, "did you put the kettle on"));
    assert!(!interruption.is_someone_else(faint, "Wait, please"));
    assert!(!interruption.is_someone_else(LOUD, "did you put the kettle on"));
    // The caller speaks as well: the time counts from then on.
    assert_eq!(interruption.voice(LONG + SHORT, LOUD, false, now + frame), Some(frame));
}
