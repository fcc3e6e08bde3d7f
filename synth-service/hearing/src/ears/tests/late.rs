//! Final texts that come when their turn is over.

use super::*;

/// Answers the first `Finalise` with this text, and gives others after so many milliseconds, unasked.
fn late(first: &'static str, others: &'static [(u64, &'static str)]) -> Arc<Scripted> {
    Scripted::new(move |_, mut engine| async move {
        while engine.input.recv().await.is_some_and(|input| input != Input::Finalise) {}
        engine.heard.send(Ok(Heard::Final { text: first.into(), asked: true })).await.unwrap();
        for (after_ms, text) in others {
            time::sleep(Duration::from_millis(*after_ms)).await;
            engine.heard.send(Ok(Heard::Final { text: (*text).into(), asked: false })).await.unwrap();
        }
        while engine.input.recv().await.is_some() {}
    })
}

async fn call(recogniser: &Arc<Scripted>, seconds: f32) -> Call {
    let mut call = Call::new(recogniser, "en", EarSettings::default());
    call.hear(&[sounds::silence(0.5), voice(0.5), sounds::silence(seconds)].concat()).await;
    call
}

#[tokio::test(start_paused = true)]
async fn late_words_of_a_voice_that_was_given_up_on_are_a_turn() {
    let call = call(&late("", &[(300, ""), (100, "Yes.")]), 2.0).await;
    assert_eq!(call.kinds(), "began paused nothing turn");
    let (turn, waited) = call.only_turn();
    assert_eq!(turn.text, "Yes.");
    assert!((500..600).contains(&turn.began.as_millis()), "{turn:?}");
    assert!((1_000..1_160).contains(&turn.ended.as_millis()), "{turn:?}");
    assert!((600..=640).contains(&waited.as_millis()), "at once: {waited:?}");
}

#[tokio::test(start_paused = true)]
async fn late_words_that_call_for_more_wait_for_it() {
    let recogniser = late("", &[(100, "I called because")]);
    let mut call = call(&recogniser, 0.8).await;
    assert_eq!(call.kinds(), "began paused nothing");
    call.hear(&sounds::silence(2.0)).await;
    let (turn, waited) = call.only_turn();
    assert_eq!((turn.reason, waited.as_millis()), (TurnEnd::Waited, 1_100));
}

#[tokio::test(start_paused = true)]
async fn late_words_are_a_turn_of_their_own_and_the_same_ones_are_not() {
    let call = call(&late("Yes please.", &[(400, "yes, please"), (200, "On Friday.")]), 3.0).await;
    let texts: Vec<&str> = call.turns().iter().map(|turn| turn.text.as_str()).collect();
    assert_eq!(texts, ["Yes please.", "On Friday."]);
}

#[tokio::test(start_paused = true)]
async fn words_long_behind_their_voice_are_no_turn() {
    let call = call(&late("", &[(5_000, "Thank you.")]), 8.0).await;
    assert_eq!(call.kinds(), "began paused nothing");
}
