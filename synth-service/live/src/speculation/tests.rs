use std::time::Duration;

use super::*;

fn speculation() -> (Speculation, Instant) {
    let mut speculation = Speculation::new(SpeculationSettings::default(), "en");
    let now = Instant::now();
    speculation.voice(now);
    (speculation, now)
}

const STEADY: Duration = Duration::from_millis(200);

fn start(text: &str) -> Option<Action> {
    Some(Action::Start(text.into()))
}

#[test]
fn a_text_that_stays_the_same_starts_one_attempt() {
    let (mut speculation, now) = speculation();
    let steady = now + STEADY;
    assert_eq!(speculation.partial("I was", now), None);
    assert_eq!(speculation.partial("I was here yesterday.", now), None, "a full stop says nothing");
    assert_eq!(speculation.partial("I was here yesterday.", now + STEADY / 2), None);
    assert_eq!(speculation.partial("i was here yesterday", steady), start("i was here yesterday"));
    assert_eq!(speculation.partial("I was here yesterday", steady), None, "it runs already");
    assert!(speculation.is_for("I was here yesterday!"));
    assert!(!speculation.is_for("I was here yesterday evening."));
    assert_eq!(speculation.ended(true), Speculated { started: 1, adopted: 1, dropped: 0 });
    assert!(!speculation.is_for("I was here yesterday."), "the next turn begins with none");
}

#[test]
fn a_whole_sentence_starts_an_attempt_when_the_voice_fades_while_one_is_left_for_a_pause() {
    let (mut speculation, now) = speculation();
    assert_eq!(speculation.faded(now), None, "no words yet");
    speculation.partial("When do you...", now);
    assert_eq!(speculation.faded(now), None, "it is no sentence");
    assert_eq!(speculation.partial("When do you open.", now), None);
    assert_eq!(speculation.faded(now), start("When do you open."));
    assert_eq!(speculation.partial("When do you open at", now), None, "it may waver");
    assert!(speculation.is_for("When do you open?"));
    let longer = "When do you open on Sunday?";
    assert_eq!(speculation.partial(longer, now), None);
    assert_eq!(speculation.faded(now), start(longer));
    assert_eq!(speculation.partial("When do you open on Sunday morning", now), None);
    assert!(speculation.is_for(longer), "and nothing is dropped for a guess");
    let last = "When do you open on Sunday mornings?";
    speculation.partial(last, now);
    assert_eq!(speculation.paused(now, now), start(last));
    assert_eq!(speculation.ended(true), Speculated { started: 3, adopted: 1, dropped: 2 });
}

#[test]
fn the_last_word_of_a_korean_sentence_starts_an_attempt() {
    let mut speculation = Speculation::new(SpeculationSettings::default(), "ko");
    let now = Instant::now();
    assert_eq!(speculation.partial("내일 저녁에", now), None);
    assert_eq!(speculation.partial("내일 저녁에 예약하고.", now), None);
    assert_eq!(speculation.partial("내일 저녁에 예약하고 싶어요", now), start("내일 저녁에 예약하고 싶어요"));
}

/// A partial text for each word of a sentence, and a pause behind the last one. Returns the counts, and whether the
/// attempt that was adopted began before the pause.
fn spoken(language: &str, sentence: &str) -> (Speculated, bool) {
    let mut speculation = Speculation::new(SpeculationSettings::default(), language);
    let now = Instant::now();
    for (end, _) in sentence.match_indices(' ') {
        speculation.partial(&format!("{}.", &sentence[..end]), now);
    }
    speculation.partial(sentence, now);
    speculation.faded(now);
    let is_early = speculation.is_for(sentence);
    speculation.paused(now, now);
    speculation.tick(now + SpeculationSettings::default().last);
    let is_adopted = speculation.is_for(sentence);
    (speculation.ended(is_adopted), is_early)
}

#[test]
fn few_attempts_are_wasted_on_the_begin_of_a_sentence() {
    let sentences = [
        ("en", "When do you open on Sundays?"),
        ("en", "I would like to book a table for four people, please."),
        ("en", "Can I speak to somebody about my order?"),
        ("en", "Hello, where is the nearest branch in the city?"),
        ("en", "Yes, that is right."),
        ("en", "I was here yesterday and lost my umbrella."),
        ("ko", "내일 저녁 일곱 시에 네 명 예약하고 싶어요."),
        ("ko", "주문한 상품이 아직 도착하지 않았습니다."),
        ("ko", "영업 시간이 어떻게 되나요?"),
        ("ko", "네 맞습니다."),
    ];
    let (mut dropped, mut early) = (0, 0);
    for (language, sentence) in sentences {
        let (counts, is_early) = spoken(language, sentence);
        assert_eq!(counts.adopted, 1, "{sentence}: {counts:?}");
        dropped += counts.dropped;
        early += usize::from(is_early);
    }
    assert!(dropped <= 8 && early >= 7, "{dropped} dropped, {early} early");
}

#[test]
fn digits_that_were_asked_for_start_none() {
    let (mut speculation, now) = speculation();
    speculation.expect(Hint::Number);
    speculation.partial("It is five", now);
    assert_eq!(speculation.partial("It is five", now + STEADY), None, "more may follow");
    speculation.ended(false);
    speculation.partial("It is five", now);
    assert_eq!(speculation.partial("It is five", now + STEADY), start("It is five"));
}

#[test]
fn a_partial_behind_the_last_voice_starts_one_at_once() {
    let (mut speculation, now) = speculation();
    let later = now + Duration::from_millis(100);
    assert_eq!(speculation.partial("A table", now), None);
    assert_eq!(speculation.paused(later, later), None, "words may have followed");
    assert_eq!(speculation.partial("A table tonight", later), start("A table tonight"));
    speculation.ended(false);
    speculation.partial("A room", later);
    assert_eq!(speculation.paused(now, later), start("A room"), "all voice is in it");
}

#[test]
fn another_steady_text_takes_its_place_three_times_at_most() {
    let (mut speculation, now) = speculation();
    for text in ["A table.", "A table. Tonight."] {
        speculation.partial(text, now);
        assert_eq!(speculation.partial(text, now + STEADY), start(text));
    }
    let text = "A table. Tonight. I listen.";
    speculation.partial(text, now);
    assert!(speculation.is_for("A table. Tonight."), "a text that changes drops nothing");
    let steady = speculation.partial(text, now + STEADY);
    assert_eq!(steady, Some(Action::Drop), "the last one is for a pause");
    let later = now + SpeculationSettings::default().last;
    assert_eq!((speculation.paused(now, now), speculation.tick(later)), (None, start(text)));
    assert_eq!(speculation.partial("A table. Tonight. I listen. Bye.", later), Some(Action::Drop));
    assert_eq!(speculation.ended(false), Speculated { started: 3, adopted: 0, dropped: 3 });
}

#[test]
fn a_text_that_calls_for_more_is_tried_when_nothing_follows() {
    let (mut speculation, now) = speculation();
    let text = "I would like to";
    speculation.partial(text, now);
    assert_eq!(speculation.partial(text, now + STEADY), None);
    assert_eq!(speculation.paused(now, now), None);
    let later = now + SpeculationSettings::default().open;
    assert_eq!(speculation.deadline(), Some(later));
    assert_eq!(speculation.tick(later - Duration::from_millis(1)), None);
    assert_eq!(speculation.tick(later), start(text));
    assert_eq!(speculation.deadline(), None);
    speculation.partial("I would like to and", later);
    speculation.voice(later);
    assert_eq!(speculation.deadline(), None, "the caller goes on");
}

#[test]
fn the_last_attempt_is_not_spent_on_a_pause_between_words() {
    let (mut speculation, now) = speculation();
    for text in ["A table.", "A table. Tonight."] {
        speculation.partial(text, now);
        assert_eq!(speculation.paused(now, now), start(text));
        speculation.voice(now);
    }
    speculation.partial("A table. Tonight. For my.", now);
    assert_eq!(speculation.paused(now, now), None);
    speculation.voice(now);
    let text = "A table. Tonight. For my friend.";
    speculation.partial(text, now);
    assert_eq!(speculation.paused(now, now), None);
    let later = now + SpeculationSettings::default().last;
    assert_eq!(speculation.deadline(), Some(later));
    assert_eq!(speculation.tick(later), start(text));
}

#[test]
fn a_long_speech_starts_none() {
    let (mut speculation, now) = speculation();
    let late = now + Duration::from_secs(10);
    speculation.partial("a long story", late);
    assert_eq!(speculation.partial("a long story", late + STEADY), None);
}

#[test]
fn a_noise_drops_its_attempts_keeps_their_count_and_leaves_the_next_turn_all_of_its_own() {
    let (mut speculation, now) = speculation();
    for text in ["Ah.", "Ah. Oh.", "Ah. Oh. Eh."] {
        speculation.partial(text, now);
        speculation.paused(now, now);
        speculation.tick(now + SpeculationSettings::default().last);
        assert!(speculation.is_for(text));
    }
    speculation.abandon();
    speculation.partial("When do you open.", now);
    assert_eq!(speculation.faded(now), start("When do you open."));
    assert_eq!(speculation.ended(true), Speculated { started: 4, adopted: 1, dropped: 3 });
}
