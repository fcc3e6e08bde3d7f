//! A narration without HTTP: its lead over the listener, and its end.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::time::Duration;

use speech::{Band, Clip};
use synth_service::{
    order::OrderRequest,
    speak::{Narration, Narrator, SpeakError},
};
use tokio::time::{Instant, sleep};

use crate::support::{self, THREE, TestVoices, narrator, test_voices};

const REQUEST: OrderRequest<'_> =
    OrderRequest { text: THREE, pronunciations: false, voice: None, tenant: None, speed: None };

async fn next(narration: &mut Narration) -> Option<Clip> {
    narration.next().await.expect("it goes on")
}

async fn until_no_narration_runs(narrator: &Narrator) {
    while narrator.underway() > 0 {
        sleep(Duration::from_secs(1)).await;
    }
}

#[tokio::test]
async fn the_clips_of_a_text_come_in_order_and_then_the_end() {
    let TestVoices { voices, spoken, .. } = test_voices(false);
    let narrator = narrator(voices, 1);
    let mut narration = narrator.start(REQUEST, Band::Wide).expect("admitted");
    for length in [27, 28, 23] {
        let clip = next(&mut narration).await.expect("a clip");
        let seconds = (length * 800) as f64 / f64::from(support::SAMPLE_RATE);
        assert!(clip.duration.as_secs_f64() >= seconds, "{length}: {:?}", clip.duration);
    }
    assert!(next(&mut narration).await.is_none());
    assert!(next(&mut narration).await.is_none(), "the end stays the end");
    assert_eq!(spoken.lock().expect("not poisoned").len(), 3);
}

/// With paused time, waits end at once.
#[tokio::test(start_paused = true)]
async fn a_listener_that_stops_reading_is_cut_off_and_at_most_one_clip_is_made_ahead() {
    let TestVoices { voices, spoken, .. } = test_voices(false);
    let narrator = narrator(voices, 1);
    let mut narration = narrator.start(REQUEST, Band::Wide).expect("admitted");
    assert!(next(&mut narration).await.is_some());
    let stopped_listening = Instant::now();
    until_no_narration_runs(&narrator).await;
    assert!(stopped_listening.elapsed() >= Duration::from_secs(30));
    assert_eq!(spoken.lock().expect("not poisoned").len(), 2, "the third would have been two ahead");

    assert!(narrator.start(REQUEST, Band::Wide).is_ok(), "the seat is free");
    assert!(next(&mut narration).await.is_some(), "the clip that was made is still there");
    assert!(matches!(narration.next().await, Err(SpeakError::TooSlow)));
}

#[tokio::test]
async fn a_narration_that_is_dropped_frees_its_seat_while_its_sentence_waits() {
    let TestVoices { voices, gate, spoken, lexicons: _lexicons } = test_voices(true);
    let narrator = narrator(voices, 2);
    let mut busy = narrator.start(REQUEST, Band::Telephone).expect("admitted");
    let dropped =
        narrator.start(OrderRequest { text: "This one waits.", ..REQUEST }, Band::Wide).expect("admitted");
    assert!(matches!(narrator.start(REQUEST, Band::Wide), Err(SpeakError::TooMany { limit: 2 })));
    drop(dropped);
    while narrator.underway() > 1 {
        tokio::task::yield_now().await;
    }
    drop(gate);
    while next(&mut busy).await.is_some() {}
    assert!(spoken.lock().expect("not poisoned").iter().all(|sentence| !sentence.contains("waits")));
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_listeners_within_its_grace_and_then_ends_the_rest() {
    let TestVoices { voices, gate, .. } = test_voices(true);
    let narrator = narrator(voices, 2);
    let mut narration = narrator.start(REQUEST, Band::Wide).expect("admitted");
    let begun = Instant::now();
    narrator.shut_down(Duration::from_secs(20)).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(20));
    assert!(matches!(narration.next().await, Err(SpeakError::Stopping)));
    assert!(matches!(narrator.start(REQUEST, Band::Wide), Err(SpeakError::Stopping)));
    drop(gate);
}
