use super::*;

#[tokio::test(start_paused = true)]
async fn a_noise_without_words_is_nothing() {
    let recogniser = Scripted::saying(&[""], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[sounds::silence(0.5), voice(0.3), long()].concat()).await;
    assert_eq!(call.kinds(), "began paused nothing");
    let Some((at, Event::Nothing { at: ended, voiced, had_words })) = call.events.last() else {
        panic!("{:?}", call.events)
    };
    assert!(at.saturating_sub(*ended) < Duration::from_millis(300), "it does not wait");
    assert!((200..=320).contains(&voiced.as_millis()) && !had_words, "{voiced:?}");
}

#[tokio::test(start_paused = true)]
async fn nothing_tells_that_words_were_reported_before() {
    for partials in [true, false] {
        let recogniser = Scripted::new(|_, mut engine| async move {
            while let Some(input) = engine.input.recv().await {
                let heard = match input {
                    Input::Audio(_) => continue,
                    Input::Pause { .. } => Heard::Partial("thank you".into()),
                    Input::Finalise => Heard::Final { text: String::new(), asked: true },
                };
                engine.heard.send(Ok(heard)).await.unwrap();
            }
        });
        let settings = EarSettings { partials, ..EarSettings::default() };
        let mut call = Call::new(&recogniser, "en", settings);
        call.hear(&[sounds::silence(0.5), voice(1.0), sounds::silence(0.16), voice(0.5), long()].concat())
            .await;
        let Some((_, Event::Nothing { voiced, had_words, .. })) = call.events.last() else {
            panic!("{:?}", call.events)
        };
        assert_eq!(*had_words, partials);
        assert!((1_300..=1_540).contains(&voiced.as_millis()), "both utterances: {voiced:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_word_is_a_turn() {
    let recogniser = Scripted::saying(&["네"], 50);
    let mut call = Call::new(&recogniser, "ko", EarSettings::default());
    call.hear(&[sounds::silence(0.5), voice(0.2), long()].concat()).await;
    assert_eq!(call.only_turn().0.text, "네");
}

/// Recognisers hear words in such sounds, too.
#[tokio::test(start_paused = true)]
async fn a_quiet_line_and_its_noise_begin_no_voice() {
    for audio in [sounds::silence(60.0), sounds::ringback(8.0), sounds::pink(8.0, 0.1)] {
        let recogniser = Scripted::saying(&["thank you"], 50);
        let mut call = Call::new(&recogniser, "en", EarSettings::default());
        call.hear(&[audio, long()].concat()).await;
        assert_eq!(call.kinds(), "");
    }
}

#[tokio::test(start_paused = true)]
async fn each_sound_without_words_ends_and_leaves_nobody_deaf() {
    for audio in [sounds::keys(4.0), sounds::organ(8.0), sounds::coughs(6.0)] {
        let recogniser = Scripted::saying(&[], 50);
        let mut call = Call::new(&recogniser, "en", EarSettings::default());
        call.hear(&[audio, long()].concat()).await;
        assert!(!call.kinds().contains("deaf"), "{}", call.kinds());
        assert!(call.kinds().is_empty() || call.kinds().ends_with("nothing"), "{}", call.kinds());
    }
}

#[tokio::test(start_paused = true)]
async fn a_minute_of_silence_costs_the_recogniser_nothing() {
    let recogniser = Scripted::saying(&[], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&sounds::silence(60.0)).await;
    assert!(call.events.is_empty() && recogniser.told.lock().unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn two_speakers_who_are_equally_loud_are_one_turn_until_both_are_silent() {
    let recogniser = Scripted::saying(&["I want to book", "a table please"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    let other = [sounds::silence(0.8), sounds::babble(1.2, 210.0)].concat();
    let caller = [voice(1.2), sounds::silence(0.8)].concat();
    call.hear(&[sounds::silence(0.5), sounds::mix(&caller, &other, 1.0), long()].concat()).await;
    let (turn, _) = call.only_turn();
    assert_eq!(call.kinds(), "began paused turn");
    assert!((500..600).contains(&turn.began.as_millis()), "{turn:?}");
    assert!((2_400..=2_520).contains(&turn.ended.as_millis()), "{turn:?}");
}
