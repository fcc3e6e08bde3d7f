use super::*;

async fn answer(engine: &mut Engine, text: &str) {
    while let Some(input) = engine.input.recv().await {
        if input == Input::Finalise {
            let heard = Heard::Final { text: text.into(), asked: true };
            if engine.heard.send(Ok(heard)).await.is_err() {
                return;
            }
        }
    }
}

fn broken() -> HearingError {
    HearingError::Ended { recogniser: "scripted", reason: "test".into() }
}

#[tokio::test(start_paused = true)]
async fn missing_frames_are_silence_and_old_ones_are_dropped() {
    let recogniser = Scripted::saying(&["yes please"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    let frames = sounds::frames(0, &[voice(2.0), long()].concat());
    for frame in &frames {
        // Two frames of the voice are lost, one comes twice, one is late.
        if [40, 41].contains(&frame.number) {
            continue;
        }
        call.ears.hear(frame.clone());
        if [20, 50].contains(&frame.number) {
            call.ears.hear(frame.clone());
            call.ears.hear(frames[3].clone());
        }
        call.wait(FRAME).await;
    }
    let odd = Frame { audio: frames[0].audio.slice(..100), number: 1_000, ..frames[0].clone() };
    call.ears.hear(odd);
    let wide = Frame { line: Line::Wide, number: 1_000, audio: bytes::Bytes::from_static(&[0; 640]) };
    call.ears.hear(wide);
    assert_eq!(call.only_turn().0.text, "yes please");
    assert_eq!(call.ears.counts(), FrameCounts { old: 4, missing: 2, odd: 2 });
    assert!(recogniser.frames(0).is_sorted_by(|one, next| *next == one + 1));
}

#[tokio::test(start_paused = true)]
async fn a_long_gap_ends_a_turn_and_is_bounded() {
    let recogniser = Scripted::saying(&["yes please", "no"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&voice(1.0)).await;
    call.next += 1_000_000;
    call.hear(&sounds::silence(0.1)).await;
    assert_eq!(call.only_turn().0.text, "yes please");
    assert!(recogniser.frames(0).len() < 100);
    call.hear(&[voice(1.0), long()].concat()).await;
    assert_eq!(call.turns()[1].text, "no");
    assert!(call.turns()[1].began > Duration::from_secs(20_000));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_breaks_in_mid_word_is_replaced() {
    let recogniser = Scripted::new(|session, mut engine| async move {
        if session == 0 {
            for _ in 0..30 {
                engine.input.recv().await;
            }
            engine.heard.send(Err(broken())).await.unwrap();
        } else {
            answer(&mut engine, "all of it please").await;
        }
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[sounds::silence(0.5), voice(1.5), long()].concat()).await;
    let (turn, waited) = call.only_turn();
    assert_eq!((turn.text.as_str(), waited.as_millis()), ("all of it please", 260));
    let (first, second) = (recogniser.frames(0), recogniser.frames(1));
    assert_eq!(first[..20], second[..20], "the utterance from its begin on");
    assert!(second.is_sorted_by(|one, next| *next == one + 1));
}

#[tokio::test(start_paused = true)]
async fn a_recogniser_that_never_answers_leaves_the_ears_deaf() {
    let recogniser = Scripted::new(|_, mut engine| async move {
        // The whole engine: without its sender the session would be over.
        let engine = &mut engine;
        while engine.input.recv().await.is_some() {}
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(1.0), sounds::silence(5.0)].concat()).await;
    assert_eq!(call.kinds(), "began paused deaf");
    let last = &call.events.last().unwrap().1;
    assert!(matches!(last, Event::Deaf(HearingError::TooSlow { .. })), "{last:?}");
    assert_eq!(recogniser.opened(), 2);
    // Too soon to try again: the caller is told at once.
    let before = call.started.elapsed();
    call.hear(&[voice(0.5), sounds::silence(0.5)].concat()).await;
    assert!(call.kinds().ends_with("deaf began paused deaf"), "{}", call.kinds());
    assert!(call.events.last().unwrap().0 - before < Duration::from_secs(1));
    assert_eq!(recogniser.opened(), 2);
    // Later it is tried again, once.
    call.hear(&[sounds::silence(5.0), voice(0.5), sounds::silence(5.0)].concat()).await;
    assert_eq!(recogniser.opened(), 3);
    assert!(call.kinds().ends_with("began paused deaf"));
}

#[tokio::test(start_paused = true)]
async fn a_recogniser_that_comes_back_is_used() {
    let recogniser = Scripted::new(|session, mut engine| async move {
        if session < 2 {
            engine.heard.send(Err(broken())).await.unwrap();
        } else {
            answer(&mut engine, "hello").await;
        }
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(0.5), long()].concat()).await;
    assert!(call.kinds().ends_with("deaf"), "{}", call.kinds());
    call.hear(&[sounds::silence(5.0), voice(0.5), long()].concat()).await;
    assert_eq!(call.only_turn().0.text, "hello");
    assert_eq!(recogniser.opened(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_turn_has_the_name_of_the_recogniser_that_heard_its_words() {
    let recogniser = Scripted::new(|_, mut engine| async move {
        while let Some(input) = engine.input.recv().await {
            if input == Input::Finalise {
                engine.recogniser.send_replace("the other one");
                let text = Heard::Final { text: "hello".into(), asked: true };
                engine.heard.send(Ok(text)).await.unwrap();
            }
        }
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(1.0), long()].concat()).await;
    assert_eq!(call.only_turn().0.recogniser, "the other one");
}

#[tokio::test(start_paused = true)]
async fn words_that_were_heard_outlive_the_recogniser() {
    let recogniser = Scripted::new(|session, mut engine| async move {
        if session == 0 {
            let mut said = false;
            while let Some(input) = engine.input.recv().await {
                if matches!(input, Input::Pause { .. }) && !std::mem::replace(&mut said, true) {
                    let heard = Heard::Final { text: "cancel my booking".into(), asked: false };
                    engine.heard.send(Ok(heard)).await.unwrap();
                    engine.heard.send(Ok(Heard::Partial("please".into()))).await.unwrap();
                }
            }
        }
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(1.0), sounds::silence(6.0)].concat()).await;
    assert_eq!(call.only_turn().0.text, "cancel my booking please");
}

#[tokio::test(start_paused = true)]
async fn a_stalled_line_ends_the_turn() {
    let recogniser = Scripted::saying(&["I called because", "no"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&voice(1.0)).await;
    call.wait(Duration::from_secs(10)).await;
    let (turn, waited) = call.only_turn();
    assert_eq!(turn.text, "I called because");
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    call.hear(&[voice(1.0), long()].concat()).await;
    assert_eq!(call.turns()[1].text, "no");
}

#[tokio::test(start_paused = true)]
async fn a_recogniser_that_opens_late_hears_everything() {
    struct Late(Shared);
    #[async_trait]
    impl Recogniser for Late {
        fn name(&self) -> &'static str {
            "late"
        }
        async fn open(&self, format: Format) -> Result<Session, HearingError> {
            time::sleep(Duration::from_secs(2)).await;
            self.0.open(format).await
        }
    }
    let recogniser = Scripted::saying(&["yes please"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    let format = Format { line: Line::Telephone, language: "en".into() };
    call.ears = Ears::new(Arc::new(Late(Shared(Arc::clone(&recogniser)))), format, EarSettings::default());
    call.hear(&[voice(1.0), long()].concat()).await;
    assert_eq!(call.only_turn().0.text, "yes please");
    assert!(recogniser.frames(0).len() > 50);
}

#[tokio::test(start_paused = true)]
async fn voice_that_may_begin_when_the_line_stalls_leaves_no_turn_open() {
    let recogniser = Scripted::saying(&["I called because"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(1.0), sounds::silence(0.3)].concat()).await;
    for frame in sounds::frames(call.next, &voice(0.2)) {
        if call.ears.activity.may_begin() {
            break;
        }
        call.ears.hear(frame);
        call.wait(FRAME).await;
    }
    assert!(call.ears.activity.may_begin() && !call.ears.activity.is_voice());
    call.wait(Duration::from_secs(5)).await;
    assert_eq!(call.only_turn().0.text, "I called because");
}

/// A reader that looks at the ears for less than a frame at a time, as a call does.
#[tokio::test(start_paused = true)]
async fn a_long_utterance_is_sent_though_its_reader_never_waits_for_a_frame() {
    let settings = EarSettings { stream: false, ..EarSettings::default() };
    let recogniser = Scripted::saying(&["all of it please"], 50);
    let mut call = Call::new(&recogniser, "en", settings);
    for frame in sounds::frames(0, &[voice(20.0), long()].concat()) {
        call.ears.hear(frame);
        for part in [7, 7, 6] {
            call.wait(Duration::from_millis(part)).await;
        }
    }
    assert_eq!(call.only_turn().0.text, "all of it please");
    assert_eq!(recogniser.opened(), 1);
}
