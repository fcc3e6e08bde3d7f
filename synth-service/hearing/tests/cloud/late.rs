//! A recogniser that is late, with another one behind it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use hearing::{
    EarSettings, Engine, FRAME, FallBack, Format, Heard, HearingError, Input, Recogniser, Session,
    cloud::{Patience, RtzrSettings},
    session,
};
use tokio::{sync::Notify, task::yield_now, time::sleep};

use crate::{
    fall_back::{both, with_scribe},
    final_text, finalise, frame, korean, rtzr,
    server::{Got, Peer, Server},
    speak,
};

/// The next result of a session, while its server says nothing but that it lives.
async fn meanwhile(session: &mut Session, peer: &mut Peer) -> Result<Heard, HearingError> {
    tokio::select! {
        heard = session.next() => heard,
        got = peer.next() => panic!("{got:?}"),
    }
}

#[tokio::test]
async fn one_that_is_late_again_and_again_is_left_with_the_shipped_times_and_its_words_come_once() {
    let mut server = Server::start().await;
    let settings = RtzrSettings { patience: Patience::default(), ..rtzr::settings(&server) };
    let (fall_back, scribe) = both(settings, FallBack::PATIENCE);
    let mut session = fall_back.open(korean()).await.expect("opens");
    let mut peer = server.socket().await;
    for turn in 0..2 {
        speak(&session, turn * 50..turn * 50 + 50);
        finalise(&session);
        peer.audio().await;
        assert_eq!(meanwhile(&mut session, &mut peer).await, final_text("", true));
        assert_eq!(session.recogniser(), "rtzr");
        peer.say(&rtzr::result(turn as f64, 0.9, true, "네.")).await;
        assert_eq!(session.next().await, final_text("네.", false));
    }
    assert_eq!(peer.next().await, Got::Closed, "its session is over");
    speak(&session, 100..150);
    finalise(&session);
    assert_eq!(session.next().await, final_text("100-149", true));
    assert_eq!((session.recogniser(), scribe.sessions()), ("scribe", (1, 1)));
    assert_eq!(fall_back.open(korean()).await.expect("opens").recogniser(), "scribe", "other calls too");
}

/// A recogniser of this name whose sessions do this.
struct Played<Does>(&'static str, Does);

#[async_trait]
impl<Does, Done> Recogniser for Played<Does>
where
    Does: Fn(Engine) -> Done + Send + Sync,
    Done: Future<Output = ()> + Send + 'static,
{
    fn name(&self) -> &'static str {
        self.0
    }

    async fn open(&self, _: Format) -> Result<Session, HearingError> {
        Ok(session(self.0, &self.1))
    }
}

/// Says "slow" 2 s after it was asked.
async fn slow(mut engine: Engine) {
    while let Some(input) = engine.input.recv().await {
        if input == Input::Finalise {
            sleep(Duration::from_secs(2)).await;
            let text = Heard::Final { text: "slow".into(), asked: true };
            engine.heard.send(Ok(text)).await.expect("a reader");
        }
    }
}

/// Takes nothing.
async fn stuck(_engine: Engine) {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn a_collected_utterance_is_waited_for_a_quarter_of_its_length_longer() {
    for (between, name) in [(FRAME, "scribe"), (Duration::ZERO, "slow")] {
        let (fall_back, _) = with_scribe(Arc::new(Played("slow", slow)), FallBack::PATIENCE);
        let mut session = fall_back.open(korean()).await.expect("opens");
        for number in 0..1_000 {
            session.give(Input::Audio(frame(number))).await.expect("it listens");
            if !between.is_zero() {
                sleep(between).await;
            }
        }
        finalise(&session);
        session.next().await.expect("a text");
        assert_eq!(session.recogniser(), name);
    }
}

#[tokio::test(start_paused = true)]
async fn words_before_the_end_of_the_first_one_are_heard_though_audio_goes_on() {
    let moment = Arc::new(Notify::new());
    let first_words = moment.clone();
    let brief = Played("brief", move |engine: Engine| {
        let moment = first_words.clone();
        async move {
            moment.notified().await;
            let text = Heard::Final { text: "first".into(), asked: false };
            engine.heard.send(Ok(text)).await.expect("a reader");
        }
    });
    let (fall_back, _) = with_scribe(Arc::new(brief), FallBack::PATIENCE);
    let mut session = fall_back.open(korean()).await.expect("opens");
    // Both wait.
    for _ in 0..9 {
        yield_now().await;
    }
    moment.notify_one();
    speak(&session, 0..30);
    finalise(&session);
    assert_eq!(session.next().await, final_text("first", false));
    assert!(matches!(session.next().await, Ok(Heard::Final { asked: true, .. })));
    assert_eq!(session.recogniser(), "scribe");
}

#[tokio::test(start_paused = true)]
async fn a_collected_utterance_is_kept_whole_while_the_first_one_takes_none_of_it() {
    let settings = EarSettings { stream: false, ..EarSettings::default() };
    let (fall_back, _) = with_scribe(Arc::new(Played("stuck", stuck)), FallBack::PATIENCE);
    let fall_back = fall_back.keeping(settings.kept_audio());
    let mut session = fall_back.open(korean()).await.expect("opens");
    for number in 0..3_000 {
        session.give(Input::Audio(frame(number))).await.expect("it listens");
    }
    session.give(Input::Finalise).await.expect("it listens");
    assert_eq!(session.next().await, final_text("0-2999", true));
}
