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

#[tokio::test(start_paused = true)]
async fn a_voice_fades_before_it_pauses() {
    let recogniser = Scripted::saying(&["hello"], 50);
    let mut call = Call::new(&recogniser, "en", EarSettings::default());
    call.hear(&[voice(0.5), sounds::silence(0.5)].concat()).await;
    let at = |wanted: fn(&Event) -> bool| call.events.iter().rfind(|(_, event)| wanted(event)).unwrap().0;
    let faded = at(|event| *event == Event::VoiceFaded);
    let paused = at(|event| matches!(event, Event::VoicePaused { .. }));
    assert_eq!(paused - faded, Duration::from_millis(40));
}
