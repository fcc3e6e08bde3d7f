use super::*;

/// Holds a call of silence, `audio` and silence.
async fn call(recogniser: &Arc<Scripted>, language: &str, audio: &[u8], settings: EarSettings) -> Call {
    let mut call = Call::new(recogniser, language, settings);
    call.hear(&sounds::silence(0.5)).await;
    call.hear(audio).await;
    call.hear(&long()).await;
    call
}

/// The silence in milliseconds behind which words end a turn, and the reason.
async fn silence_behind(language: &str, text: &str) -> (u128, TurnEnd) {
    let recogniser = Scripted::saying(&[text], 50);
    let call = call(&recogniser, language, sounds::RIGHT, EarSettings::default()).await;
    let (turn, waited) = call.only_turn();
    assert_eq!(turn.text, text);
    (waited.as_millis(), turn.reason)
}

#[tokio::test(start_paused = true)]
async fn the_words_decide_how_long_a_silence_ends_a_turn() {
    assert_eq!(silence_behind("en-US", "Yes, that is right.").await, (300, TurnEnd::Complete));
    assert_eq!(silence_behind("ko", "예약하고 싶어요").await, (260, TurnEnd::Complete));
    assert_eq!(silence_behind("ko", "예약하려고 하는데요.").await, (700, TurnEnd::Silence));
    let (usual, reason) = silence_behind("en", "a table near a window").await;
    assert_eq!((usual.div_ceil(20), reason), (33, TurnEnd::Silence));
    assert_eq!(silence_behind("en", "I called because").await, (1_100, TurnEnd::Waited));
    assert_eq!(silence_behind("ko", "제가 어제 전화했는데").await, (1_100, TurnEnd::Waited));
    assert_eq!(silence_behind("en", "five five five").await, (700, TurnEnd::Waited));
}

#[tokio::test(start_paused = true)]
async fn a_turn_has_all_its_times() {
    let recogniser = Scripted::saying(&["Yes."], 50);
    let call = call(&recogniser, "en", sounds::RIGHT, EarSettings::default()).await;
    let (turn, waited) = call.only_turn();
    assert!((500..600).contains(&turn.began.as_millis()), "{turn:?}");
    assert!((1_500..1_660).contains(&turn.ended.as_millis()), "{turn:?}");
    // Frame n is received n × 20 ms after the call's begin.
    assert_eq!(turn.began_received - call.started, turn.began);
    assert_eq!(turn.ended_received - call.started + FRAME, turn.ended);
    let voice_ended = call.started + call.events.last().unwrap().0 - waited;
    assert_eq!(turn.complete - voice_ended, Duration::from_millis(250));
    assert_eq!((turn.recogniser, turn.first_partial), ("scripted", None));
    // 200 ms before the voice until the final text was asked for, each frame once.
    let first = turn.began.as_millis() as u64 / 20 - 10;
    let last = (voice_ended - call.started).as_millis() as u64 / 20 + 11;
    assert_eq!(recogniser.frames(0), (first..last).collect::<Vec<_>>());
    assert_eq!((recogniser.count(&Input::Finalise), recogniser.opened()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_part_of_the_turn() {
    let recogniser = Scripted::saying(&["I want to", "book a table please"], 150);
    let audio = [voice(0.8), sounds::silence(0.6), voice(0.8)].concat();
    let call = call(&recogniser, "en", &audio, EarSettings::default()).await;
    let (turn, _) = call.only_turn();
    assert_eq!(turn.text, "I want to book a table please");
    assert_eq!(call.kinds(), "began paused began paused turn");
    assert_eq!(call.partials()[0], "I want to");
    let frames = recogniser.frames(0);
    assert!(frames.is_sorted_by(|one, next| one < next), "no frame twice");
}

#[tokio::test(start_paused = true)]
async fn a_dictated_number_may_have_pauses() {
    let recogniser = Scripted::saying(&["five five", "one two", "seven"], 100);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.ears.hint(Hint::Number);
    // The silence ends while the next digit begins.
    let pause = sounds::silence(1.2);
    let audio = [voice(0.6), pause.clone(), voice(0.6), pause, voice(0.6)].concat();
    call.hear(&audio).await;
    call.hear(&long()).await;
    let (turn, waited) = call.only_turn();
    assert_eq!((turn.text.as_str(), waited.as_millis()), ("five five one two seven", 1_300));
    assert_eq!(call.ears.hint, Hint::None, "for one turn");
}

#[tokio::test(start_paused = true)]
async fn the_recognisers_own_end_shortens_the_usual_silence_only() {
    for (text, end) in [("a table", Some(TurnEnd::Recogniser)), ("a table for", None)] {
        let recogniser = Scripted::new(move |_, mut engine| async move {
            while let Some(input) = engine.input.recv().await {
                let heard = match input {
                    Input::Pause { .. } => {
                        time::sleep(Duration::from_millis(50)).await;
                        Heard::Final { text: text.into(), asked: false }
                    }
                    Input::Finalise => Heard::Final { text: String::new(), asked: true },
                    Input::Audio(_) => continue,
                };
                engine.heard.send(Ok(heard)).await.unwrap();
            }
        });
        let call = call(&recogniser, "en", sounds::NO, EarSettings::default()).await;
        let (turn, waited) = call.only_turn();
        match end {
            Some(reason) => assert_eq!((turn.reason, waited.as_millis()), (reason, 300)),
            None => assert_eq!((turn.reason, waited.as_millis()), (TurnEnd::Waited, 1_100)),
        }
    }
}

/// Each tenth frame makes a partial text of one more word.
fn counting() -> Arc<Scripted> {
    Scripted::new(|_, mut engine| async move {
        let mut frames = 0;
        while let Some(input) = engine.input.recv().await {
            let heard = match input {
                Input::Audio(_) => {
                    frames += 1;
                    if frames % 10 != 0 {
                        continue;
                    }
                    Heard::Partial(vec!["word"; frames / 10].join(" "))
                }
                Input::Pause { .. } => continue,
                Input::Finalise => {
                    let text = vec!["word"; std::mem::take(&mut frames) / 10].join(" ");
                    Heard::Final { text, asked: true }
                }
            };
            engine.heard.send(Ok(heard)).await.unwrap();
        }
    })
}

#[tokio::test(start_paused = true)]
async fn partial_texts_grow_over_pauses() {
    let audio = [voice(0.8), sounds::silence(0.5), voice(0.8)].concat();
    let heard = call(&counting(), "en", &audio, EarSettings::default()).await;
    let lengths: Vec<usize> = heard.partials().iter().map(|text| text.split(' ').count()).collect();
    assert!(lengths.is_sorted() && lengths[0] == 1 && lengths.len() > 8, "{lengths:?}");
    let (turn, _) = heard.only_turn();
    assert_eq!(turn.text, *heard.partials().last().unwrap());
    assert!(turn.first_partial.is_some_and(|at| at < turn.ended_received));

    let settings = EarSettings { partials: false, ..EarSettings::default() };
    let quiet = call(&counting(), "en", &audio, settings).await;
    assert!(quiet.partials().is_empty());
    assert_eq!(quiet.only_turn().0.text, turn.text);
}

#[tokio::test(start_paused = true)]
async fn without_streaming_the_audio_comes_at_the_end() {
    let settings = EarSettings { stream: false, ..EarSettings::default() };
    let recogniser = Scripted::saying(&["I called because"], 400);
    let mut call = Call::new(&recogniser, "en", settings);
    // Longer than the queue of a session and than the audio that is kept for another try.
    call.hear(&[voice(20.0), sounds::silence(0.6)].concat()).await;
    assert!(recogniser.frames(0).is_empty(), "nothing before the silence");
    call.hear(&long()).await;
    let (turn, waited) = call.only_turn();
    assert_eq!((turn.text.as_str(), turn.reason), ("I called because", TurnEnd::Silence));
    assert!((1_040..1_500).contains(&waited.as_millis()), "{waited:?}");
    let frames = recogniser.frames(0);
    assert!(frames.len() > 1_000 && frames.is_sorted_by(|one, next| *next == one + 1));
}

#[tokio::test(start_paused = true)]
async fn a_monologue_is_answered_each_minute() {
    let recogniser = Scripted::saying(&["one", "two", "three", "four", "five", "six", "seven"], 300);
    // Louder and softer, but without a silence.
    let call = call(&recogniser, "en", &voice(300.0), EarSettings::default()).await;
    let turns = call.turns();
    let texts: Vec<&str> = turns.iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five"], "{}", call.kinds());
    assert!(turns[..4].iter().all(|turn| turn.reason == TurnEnd::TooLong));
    assert!(turns.windows(2).all(|pair| pair[1].began - pair[0].ended < Duration::from_millis(100)));
    let frames = recogniser.frames(0);
    let missing = frames.windows(2).filter(|pair| pair[1] != pair[0] + 1).count();
    assert_eq!(missing, 0, "no frame is lost at a cut");
}

/// Gives a complete partial text in the middle of each utterance.
fn sure() -> Arc<Scripted> {
    Scripted::new(|_, mut engine| async move {
        let mut frames = 0;
        while let Some(input) = engine.input.recv().await {
            let heard = match input {
                Input::Audio(_) => {
                    frames += 1;
                    if frames != 20 {
                        continue;
                    }
                    Heard::Partial("yes please".into())
                }
                Input::Pause { .. } => continue,
                Input::Finalise => {
                    frames = 0;
                    Heard::Final { text: "yes please".into(), asked: true }
                }
            };
            engine.heard.send(Ok(heard)).await.unwrap();
        }
    })
}

#[tokio::test(start_paused = true)]
async fn behind_complete_words_the_final_text_is_asked_for_early() {
    let recogniser = sure();
    let heard = call(&recogniser, "en", &voice(0.8), EarSettings::default()).await;
    let (turn, waited) = heard.only_turn();
    let sent = FRAME * (*recogniser.frames(0).last().unwrap() as u32 + 1);
    assert!((100..=120).contains(&(sent - turn.ended).as_millis()), "{sent:?} {turn:?}");
    assert_eq!(waited.as_millis(), 260);
}

#[tokio::test(start_paused = true)]
async fn words_behind_complete_ones_belong_to_the_same_turn() {
    let recogniser = sure();
    let audio = [voice(0.8), sounds::silence(0.16), voice(0.8)].concat();
    let heard = call(&recogniser, "en", &audio, EarSettings::default()).await;
    assert_eq!(heard.only_turn().0.text, "yes please yes please");
    assert_eq!(heard.kinds(), "began paused began paused turn");
    assert_eq!(recogniser.count(&Input::Finalise), 2);
    assert!(recogniser.frames(0).is_sorted_by(|one, next| *next == one + 1), "each frame once");
}

/// The time from the first voiced frame of these sounds until there is voice of 250 ms, which stops a speech.
async fn interrupts_after(audio: &[u8]) -> Option<u128> {
    let mut call = Call::new(&Scripted::saying(&[], 50), "en", EarSettings::default());
    call.hear(&sounds::silence(0.5)).await;
    let mut stopped = None;
    for frame in sounds::frames(call.next, &[audio, &long()].concat()) {
        let ends = frame.ends();
        call.ears.hear(frame);
        call.wait(FRAME).await;
        if call.ears.voiced() >= Duration::from_millis(250) {
            stopped.get_or_insert(ends);
        }
    }
    let began = call.events.iter().find_map(|(_, event)| match event {
        Event::VoiceBegan { at, .. } => Some(*at),
        _ => None,
    });
    Some((stopped? - began?).as_millis())
}

#[tokio::test(start_paused = true)]
async fn a_gap_between_two_words_does_not_delay_an_interruption() {
    for (first, gap) in [(0.2, 0.1), (0.18, 0.12), (0.12, 0.1), (0.2, 0.06)] {
        let audio = [voice(first), sounds::silence(gap), voice(0.5)].concat();
        let after = interrupts_after(&audio).await;
        assert!(after.is_some_and(|after| after <= 350), "{first} {gap}: {after:?}");
    }
    let apart = [voice(0.2), sounds::silence(0.5), voice(0.2)].concat();
    assert_eq!(interrupts_after(&apart).await, None, "two sounds on their own");
}

#[tokio::test(start_paused = true)]
async fn voice_is_counted_until_now() {
    let recogniser = Scripted::saying(&["yes"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&sounds::silence(0.5)).await;
    assert_eq!(call.ears.voiced(), Duration::ZERO);
    call.hear(&voice(1.0)).await;
    let voiced = call.ears.voiced().as_millis();
    assert!((850..=1_000).contains(&voiced), "{voiced}");
    call.hear(&sounds::silence(0.2)).await;
    assert_eq!(call.ears.voiced(), Duration::ZERO);
}
