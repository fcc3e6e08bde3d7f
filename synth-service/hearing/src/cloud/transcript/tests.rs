use super::*;

fn words(text: &str, begin: f64, length: f64) -> Words {
    Words::new(text, Some(begin), Some(length))
}

fn settled(text: &str, begin: f64, ends: bool) -> Said {
    let answers = if ends { Answers::IfNear } else { Answers::No };
    Said::Settled { words: words(text, begin, 1.0), ends, answers }
}

fn hear(transcript: &mut Transcript, said: Said) -> Vec<Heard> {
    // The audio ends with the words.
    let position = match &said {
        Said::Interim(words) | Said::Settled { words, .. } => words.end.unwrap_or_default(),
        _ => Duration::ZERO,
    };
    hear_at(transcript, said, position)
}

fn hear_at(transcript: &mut Transcript, said: Said, position: Duration) -> Vec<Heard> {
    let mut heard = Vec::new();
    transcript.hear(said, position, &mut heard);
    heard
}

fn last(text: &str, asked: bool) -> Heard {
    Heard::Final { text: text.into(), asked }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn interim_words_replace_each_other_and_settled_ones_stay() {
    let mut transcript = Transcript::default();
    let heard = hear(&mut transcript, Said::Interim(words("I wood", 0.0, 1.0)));
    assert_eq!(heard, [Heard::Partial("I wood".into())]);
    assert_eq!(hear(&mut transcript, settled("I would", 0.0, false)), [Heard::Partial("I would".into())]);
    let heard = hear(&mut transcript, Said::Interim(words("like", 1.0, 1.0)));
    assert_eq!(heard, [Heard::Partial("I would like".into())]);
    assert_eq!(hear(&mut transcript, Said::Interim(words("like", 1.0, 1.1))), []);
    assert_eq!(hear(&mut transcript, settled("like tea.", 1.0, true)), [last("I would like tea.", false)]);
    assert_eq!(hear(&mut transcript, settled("", 2.0, true)), []);
}

#[test]
fn each_wish_gets_one_final_text_and_a_late_one_is_dropped() {
    let mut transcript = Transcript::default();
    hear(&mut transcript, Said::Interim(words("네", 0.0, 0.5)));
    transcript.wish(SECOND, Duration::ZERO);
    assert_eq!(transcript.give_up(), Some(last("네", true)));
    assert_eq!(transcript.give_up(), None);
    assert_eq!(hear(&mut transcript, Said::Interim(words("네 네", 0.0, 0.9))), []);
    assert_eq!(hear(&mut transcript, settled("네.", 0.0, true)), []);
    assert_eq!(hear(&mut transcript, settled("좋아요.", 1.2, true)), [last("좋아요.", false)]);
}

#[test]
fn after_the_next_wish_no_final_text_is_dropped() {
    // A recogniser that never sends the late one, and counts the times of each utterance from its begin, or has none.
    for times in [Some((0.0, 0.9)), None] {
        let mut transcript = Transcript::default();
        hear(&mut transcript, Said::Interim(words("네", 0.0, 0.5)));
        transcript.wish(SECOND, Duration::ZERO);
        assert_eq!(transcript.give_up(), Some(last("네", true)));
        transcript.wish(2 * SECOND, Duration::ZERO);
        let words = Words::new("좋아요.", times.map(|times| times.0), times.map(|times| times.1));
        let said = Said::Settled { words, ends: true, answers: Answers::IfNear };
        let asked = times.is_none();
        assert_eq!(hear(&mut transcript, said), [last("좋아요.", asked)]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_utterance_that_was_cut_in_mid_speech_is_not_the_answer() {
    let (mut transcript, patience) = (Transcript::default(), Patience::default());
    hear(&mut transcript, Said::Interim(words("Well", 0.0, 2.0)));
    transcript.wish(3 * SECOND, Duration::ZERO);
    tokio::time::advance(SECOND / 10).await;
    assert_eq!(hear_at(&mut transcript, settled("Well I", 1.0, true), 3 * SECOND), [last("Well I", false)]);
    assert_eq!(transcript.deadline(&patience), Some(Instant::now() + patience.more_words));
    let rest = Said::Settled { words: words("know.", 2.0, 0.6), ends: true, answers: Answers::IfNear };
    assert_eq!(hear(&mut transcript, rest), [last("know.", true)]);
    // The recogniser that tells the answer is believed.
    transcript.wish(9 * SECOND, Duration::ZERO);
    let told = Said::Settled { words: words("Yes.", 4.0, 0.5), ends: true, answers: Answers::Yes };
    assert_eq!(hear(&mut transcript, told), [last("Yes.", true)]);
}

#[test]
fn a_late_final_text_is_kept_where_nothing_was_given_for_it() {
    let mut transcript = Transcript::default();
    transcript.wish(SECOND, Duration::ZERO);
    assert_eq!(transcript.give_up(), Some(last("", true)));
    assert_eq!(hear(&mut transcript, settled("네.", 0.0, true)), [last("네.", false)]);
}

#[tokio::test(start_paused = true)]
async fn settled_words_wait_for_more_shortly_and_late_ones_are_new() {
    let (mut transcript, patience) = (Transcript::default(), Patience::default());
    hear_at(&mut transcript, settled("Hello", 0.0, false), 2 * SECOND);
    transcript.wish(2 * SECOND, Duration::ZERO);
    assert_eq!(transcript.deadline(&patience), Some(Instant::now() + patience.more_words));
    assert_eq!(transcript.give_up(), Some(last("Hello", true)));
    assert_eq!(hear(&mut transcript, settled("there.", 1.0, true)), [last("there.", false)]);
}

#[test]
fn words_of_the_next_utterance_end_the_wait_for_an_answer() {
    let mut transcript = Transcript::default();
    transcript.wish(SECOND, Duration::ZERO);
    let heard = hear(&mut transcript, Said::Interim(words("Hello", 1.5, 0.5)));
    assert_eq!(heard, [last("", true), Heard::Partial("Hello".into())]);
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_short_where_all_words_were_final_before() {
    let (mut transcript, patience) = (Transcript::default(), Patience::default());
    let now = Instant::now();
    transcript.wish(SECOND, Duration::ZERO);
    assert_eq!(transcript.deadline(&patience), Some(now + patience.final_text));
    assert_eq!(hear(&mut transcript, settled("Yes.", 0.0, true)), [last("Yes.", true)]);
    assert_eq!(transcript.deadline(&patience), None);
    hear(&mut transcript, settled("No.", 1.0, true));
    transcript.wish(2 * SECOND, Duration::ZERO);
    assert_eq!(transcript.deadline(&patience), Some(now + patience.more_words));
    hear(&mut transcript, Said::Interim(words("No, no", 2.0, 0.1)));
    assert!(transcript.deadline(&patience).is_none(), "words behind the wish answer it");
}

#[tokio::test(start_paused = true)]
async fn audio_behind_the_last_final_words_may_have_more() {
    let patience = Patience::default();
    for ends in [true, false] {
        for (audio, wait) in [(200, patience.more_words), (220, patience.final_text)] {
            let mut transcript = Transcript::default();
            hear(&mut transcript, settled("Yes.", 0.0, ends));
            transcript.wish(SECOND + Duration::from_millis(audio), Duration::ZERO);
            assert_eq!(transcript.deadline(&patience), Some(Instant::now() + wait), "{ends} {audio}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn audio_that_was_sent_at_once_takes_a_while() {
    let (mut transcript, patience) = (Transcript::default(), Patience::default());
    let (now, whole) = (Instant::now(), 20 * SECOND);
    transcript.wish(whole, 5 * SECOND);
    assert_eq!(transcript.deadline(&patience), Some(now + patience.final_text + 5 * SECOND));
    hear_at(&mut transcript, Said::Interim(words("Well", 0.0, 12.0)), whole);
    assert_eq!(transcript.deadline(&patience), Some(now + patience.final_text + 5 * SECOND));
    tokio::time::advance(SECOND).await;
    let first = Said::Settled { words: words("Well I", 0.0, 12.0), ends: true, answers: Answers::IfNear };
    assert_eq!(hear_at(&mut transcript, first, whole), [last("Well I", false)]);
    assert_eq!(transcript.deadline(&patience), Some(now + patience.more_words + 3 * SECOND), "8 s of audio");
}

/// A wish whose final text is late, with these interim words before.
fn give_up_then(transcript: &mut Transcript, second: u32, interim: &str, final_text: &str) -> Vec<Heard> {
    let begin = f64::from(second);
    hear(transcript, Said::Interim(words(interim, begin, 0.5)));
    transcript.wish((second + 1) * SECOND, Duration::ZERO);
    assert_eq!(transcript.give_up(), Some(last(interim, true)));
    hear(transcript, settled(final_text, begin, true))
}

#[tokio::test(start_paused = true)]
async fn two_late_final_texts_in_a_row_are_too_many() {
    for (interim, late) in [("", vec![last("네.", false)]), ("네", vec![])] {
        let mut transcript = Transcript::default();
        assert_eq!(give_up_then(&mut transcript, 0, interim, "네."), late);
        // One in time between them, be it the answer or not.
        for (begin, asked) in [(1.0, true), (0.4, false)] {
            transcript.late = 1;
            transcript.wish(2 * SECOND, Duration::ZERO);
            assert_eq!(hear(&mut transcript, settled("네.", begin, true)), [last("네.", asked)]);
            assert_eq!(transcript.late, 0);
        }
        transcript.give_up();
        assert_eq!(give_up_then(&mut transcript, 2, interim, "네."), late);
        assert!(!transcript.is_late());
        // Silence is no fault: nobody may have spoken.
        transcript.wish(4 * SECOND, Duration::ZERO);
        assert_eq!(transcript.give_up(), Some(last("", true)));
        assert_eq!(hear(&mut transcript, settled("", 3.0, true)), []);
        assert!(!transcript.is_late());
        assert_eq!(give_up_then(&mut transcript, 4, interim, "네."), late);
        assert!(transcript.is_late());
        transcript.wish(6 * SECOND, Duration::ZERO);
        assert!(!transcript.is_late(), "a text is on its way");
    }
}

#[test]
fn speech_that_ended_by_itself_is_final() {
    let mut transcript = Transcript::default();
    hear(&mut transcript, settled("Goodbye", 0.0, false));
    assert_eq!(hear(&mut transcript, Said::SpeechEnded), [last("Goodbye", false), Heard::SpeechEnded]);
    transcript.wish(SECOND, Duration::ZERO);
    assert_eq!(hear(&mut transcript, Said::SpeechEnded), []);
}
