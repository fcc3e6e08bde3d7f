use super::*;

#[tokio::test(start_paused = true)]
async fn the_recogniser_is_told_of_a_silence_before_it_counts_as_a_pause() {
    let recogniser = Scripted::saying(&["hello"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(0.5), long()].concat()).await;
    let told = recogniser.told.lock().unwrap();
    let behind = told.windows(2).filter_map(|told| match (&told[0].1, &told[1].1) {
        (Input::Audio(last), Input::Pause { voice_ends }) => Some(last.ends().saturating_sub(*voice_ends)),
        _ => None,
    });
    let behind: Vec<Duration> = behind.collect();
    assert!(!behind.is_empty());
    assert!(behind.iter().all(|silence| *silence == Duration::from_millis(40)), "{behind:?}");
    let ends: Vec<&Input> =
        told.iter().map(|(_, input)| input).filter(|input| matches!(input, Input::Pause { .. })).collect();
    assert!(ends.windows(2).all(|ends| ends[0] != ends[1]), "each end of voice once: {ends:?}");
}

/// The partial texts that a call reports until a short silence behind the voice, of a recogniser that has this one.
async fn partials(text: &'static str) -> usize {
    let recogniser = Scripted::new(move |_, mut engine| async move {
        let mut frames = 0;
        while let Some(input) = engine.input.recv().await {
            frames += usize::from(matches!(input, Input::Audio(_)));
            if frames == 10 && engine.heard.send(Ok(Heard::Partial(text.to_owned()))).await.is_err() {
                return;
            }
        }
    });
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(0.5), sounds::silence(0.06)].concat()).await;
    call.events.iter().filter(|(_, event)| matches!(event, Event::Partial { .. })).count()
}

#[tokio::test(start_paused = true)]
async fn a_whole_sentence_is_reported_again_at_the_first_silence_behind_it() {
    assert_eq!((partials("When are you open?").await, partials("I would like").await), (2, 1));
}
