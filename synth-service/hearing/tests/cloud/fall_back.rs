//! A recogniser with another one behind it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use hearing::{
    Engine, FallBack, Format, Heard, HearingError, Input, Recogniser, Session,
    cloud::{Rtzr, RtzrSettings},
    session,
};

use crate::{
    LONG, WAIT, final_text, finalise, frame, korean, partial, rtzr,
    server::{Answer, Got, Peer, Server},
    speak,
};

/// A recogniser whose texts are the numbers of the frames that it got: `3-7`.
#[derive(Default)]
pub(crate) struct Scribe {
    opened: AtomicU64,
    taken_over: AtomicU64,
}

impl Scribe {
    /// The number of sessions that it has, and of those that were told to have been taken over.
    pub(crate) fn sessions(&self) -> (u64, u64) {
        (self.opened.load(Ordering::Relaxed), self.taken_over.load(Ordering::Relaxed))
    }

    async fn write(mut engine: Engine) {
        let mut frames: Option<(u64, u64)> = None;
        while let Some(input) = engine.input.recv().await {
            match input {
                Input::Audio(frame) => {
                    let (first, last) = frames.get_or_insert((frame.number, frame.number));
                    assert!(*last == *first || frame.number == *last + 1, "{} behind {last}", frame.number);
                    *last = frame.number;
                }
                Input::Pause { .. } => {}
                Input::Finalise => {
                    let text = frames.take().map(|(first, last)| format!("{first}-{last}"));
                    let text = Heard::Final { text: text.unwrap_or_default(), asked: true };
                    if engine.heard.send(Ok(text)).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

#[async_trait]
impl Recogniser for Scribe {
    fn name(&self) -> &'static str {
        "scribe"
    }

    async fn open(&self, _: Format) -> Result<Session, HearingError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(session("scribe", Self::write))
    }
}

/// A recogniser that does not open.
struct Broken {
    tried: AtomicU64,
    error: HearingError,
}

impl Broken {
    fn new(error: HearingError) -> Arc<Self> {
        Arc::new(Self { tried: AtomicU64::new(0), error })
    }
}

#[async_trait]
impl Recogniser for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }

    async fn open(&self, _: Format) -> Result<Session, HearingError> {
        self.tried.fetch_add(1, Ordering::Relaxed);
        Err(self.error.clone())
    }
}

fn gone() -> HearingError {
    HearingError::Ended { recogniser: "broken", reason: "it hung up".into() }
}

/// A recogniser with a scribe behind it.
pub(crate) fn with_scribe(first: Arc<dyn Recogniser>, patience: Duration) -> (FallBack, Arc<Scribe>) {
    let scribe = Arc::new(Scribe::default());
    let counted = scribe.clone();
    let count = move || {
        counted.taken_over.fetch_add(1, Ordering::Relaxed);
    };
    (FallBack::new(first, scribe.clone(), patience, count), scribe)
}

/// RTZR at this server, and a scribe behind it.
pub(crate) fn both(settings: RtzrSettings, patience: Duration) -> (FallBack, Arc<Scribe>) {
    with_scribe(Arc::new(Rtzr::new(settings).expect("valid settings")), patience)
}

async fn call(server: &mut Server, patience: Duration) -> (FallBack, Arc<Scribe>, Session, Peer) {
    let (fall_back, scribe) = both(rtzr::settings(server), patience);
    let session = fall_back.open(korean()).await.expect("opens");
    let peer = server.socket().await;
    (fall_back, scribe, session, peer)
}

#[tokio::test]
async fn all_passes_through_while_the_first_one_works() {
    let mut server = Server::start().await;
    let (fall_back, scribe, mut session, mut peer) = call(&mut server, LONG).await;
    assert_eq!((fall_back.name(), session.recogniser()), ("rtzr", "rtzr"));
    speak(&session, 0..50);
    session.tell(Input::Pause { voice_ends: Duration::ZERO }).expect("it listens");
    finalise(&session);
    assert_eq!(peer.audio().await.0.len(), 50 * 160);
    peer.say(&rtzr::result(0.0, 0.9, false, "네")).await;
    peer.say(&rtzr::result(0.0, 0.9, true, "네.")).await;
    assert_eq!(session.next().await, partial("네"));
    assert_eq!(session.next().await, final_text("네.", true));
    drop(session);
    assert_eq!(peer.next().await, Got::Text("EOS".into()));
    assert_eq!(scribe.sessions(), (0, 0));
}

#[tokio::test]
async fn the_second_one_gets_the_utterance_from_its_begin_when_the_first_one_breaks() {
    let mut server = Server::start().await;
    let (_fall_back, scribe, mut session, mut peer) = call(&mut server, LONG).await;
    speak(&session, 0..50);
    finalise(&session);
    peer.audio().await;
    peer.say(&rtzr::result(0.0, 0.9, true, "네.")).await;
    assert_eq!(session.next().await, final_text("네.", true));
    assert_eq!((session.recogniser(), scribe.sessions()), ("rtzr", (0, 0)));
    speak(&session, 50..80);
    peer.say(&rtzr::result(1.0, 0.5, false, "그럼")).await;
    assert_eq!(session.next().await, partial("그럼"));
    drop(peer);
    speak(&session, 80..100);
    finalise(&session);
    assert_eq!(session.next().await, final_text("50-99", true));
    assert_eq!(
        (session.recogniser(), scribe.sessions()),
        ("scribe", (1, 1)),
        "while the call is on the line"
    );
    // The call stays with it.
    speak(&session, 100..120);
    finalise(&session);
    assert_eq!(session.next().await, final_text("100-119", true));
    assert_eq!(scribe.sessions(), (1, 1));
}

#[tokio::test]
async fn the_second_one_answers_when_the_first_one_is_late() {
    let mut server = Server::start().await;
    let (_fall_back, scribe, mut session, mut peer) = call(&mut server, WAIT).await;
    speak(&session, 0..50);
    finalise(&session);
    peer.audio().await;
    peer.say(&rtzr::result(0.0, 0.9, false, "네")).await;
    assert_eq!(session.next().await, partial("네"));
    assert_eq!(session.next().await, final_text("0-49", true));
    assert_eq!(peer.next().await, Got::Text("EOS".into()), "the first one's session is over");
    assert_eq!(scribe.sessions(), (1, 1));
}

#[tokio::test]
async fn words_with_a_final_text_are_not_given_again() {
    let mut server = Server::start().await;
    let (_fall_back, _, mut session, mut peer) = call(&mut server, LONG).await;
    speak(&session, 0..100);
    while peer.next().await != Got::Audio(vec![99; 160]) {}
    peer.say(&rtzr::result(0.0, 1.2, true, "네.")).await;
    assert_eq!(session.next().await, final_text("네.", false));
    speak(&session, 100..110);
    finalise(&session);
    peer.say("garbage").await;
    assert_eq!(session.next().await, final_text("80-109", true), "from 400 ms before the final text");
}

#[tokio::test]
async fn the_last_15_seconds_of_a_long_utterance_are_kept() {
    let mut server = Server::start().await;
    let (_fall_back, _, mut session, mut peer) = call(&mut server, LONG).await;
    for begin in (0..1_000).step_by(100) {
        speak(&session, begin..begin + 100);
        for _ in 0..100 {
            assert!(matches!(peer.next().await, Got::Audio(_)));
        }
    }
    finalise(&session);
    peer.say("garbage").await;
    assert_eq!(session.next().await, final_text("250-999", true));
}

#[tokio::test]
async fn a_refusal_at_the_beginning_makes_it_the_second_one_s_call() {
    for status in [400, 401, 429, 500] {
        let answers = vec![Answer::status(status, "{}"), Answer::status(status, "{}"), Answer::Good];
        let server = Server::with(vec![Answer::token("token", 21_600)], answers).await;
        let (fall_back, scribe) = both(rtzr::settings(&server), LONG);
        let mut session = fall_back.open(korean()).await.expect("opens");
        assert_eq!((session.recogniser(), scribe.sessions()), ("scribe", (1, 1)));
        session.tell(Input::Audio(frame(7))).expect("it listens");
        finalise(&session);
        assert_eq!(session.next().await, final_text("7-7", true));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_one_is_left_alone_for_30_s() {
    let broken = Broken::new(gone());
    let (fall_back, scribe) = with_scribe(broken.clone(), LONG);
    let tried = || broken.tried.load(Ordering::Relaxed);
    for _ in 0..3 {
        fall_back.open(korean()).await.expect("opens");
    }
    assert_eq!((tried(), scribe.sessions()), (1, (3, 3)));
    tokio::time::advance(Duration::from_secs(29)).await;
    fall_back.open(korean()).await.expect("opens");
    assert_eq!(tried(), 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    fall_back.open(korean()).await.expect("opens");
    assert_eq!((tried(), scribe.sessions()), (2, (5, 5)));
}

#[tokio::test]
async fn a_full_one_is_tried_by_the_next_call() {
    let recogniser = "broken";
    for error in [
        HearingError::NoChannel { recogniser },
        HearingError::UnknownLanguage { recogniser, language: "xx".into() },
    ] {
        let broken = Broken::new(error);
        let (fall_back, _) = with_scribe(broken.clone(), LONG);
        for _ in 0..2 {
            fall_back.open(korean()).await.expect("opens");
        }
        assert_eq!(broken.tried.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn one_that_says_nothing_to_a_caller_is_left_alone_only_when_it_says_nothing_to_the_next_one_too() {
    let mut server = Server::start().await;
    let mut settings = RtzrSettings { channels: 20, ..rtzr::settings(&server) };
    settings.patience.mute_audio = Duration::from_secs(1);
    settings.patience.final_text = WAIT;
    let (fall_back, _) = both(settings, LONG);
    let mut taken_by = Vec::new();
    // The caller after the first one is heard.
    for is_mute in [true, false, true, true, true] {
        let mut session = fall_back.open(korean()).await.expect("opens");
        taken_by.push(session.recogniser());
        if session.recogniser() == "scribe" {
            continue;
        }
        let mut peer = server.socket().await;
        speak(&session, 0..50);
        if is_mute {
            peer.be_mute();
            finalise(&session);
            assert_eq!(session.next().await, final_text("0-49", true), "by the scribe");
        } else {
            peer.say(&rtzr::result(0.0, 0.9, false, "네")).await;
            assert_eq!(session.next().await, partial("네"));
        }
    }
    assert_eq!(taken_by, ["rtzr", "rtzr", "rtzr", "rtzr", "scribe"]);
}

#[tokio::test(start_paused = true)]
async fn a_first_one_that_never_opens_is_given_up() {
    struct Never;
    #[async_trait]
    impl Recogniser for Never {
        fn name(&self) -> &'static str {
            "never"
        }

        async fn open(&self, _: Format) -> Result<Session, HearingError> {
            std::future::pending().await
        }
    }
    let (fall_back, _) = with_scribe(Arc::new(Never), LONG);
    assert_eq!(fall_back.open(korean()).await.expect("opens").recogniser(), "scribe");
}

#[tokio::test]
async fn where_both_fail_the_error_is_the_second_one_s() {
    let never = || panic!("nothing was taken over");
    let fall_back = FallBack::new(Broken::new(gone()), Broken::new(gone()), LONG, never);
    assert_eq!(fall_back.open(korean()).await.err(), Some(gone()));

    let mut server = Server::start().await;
    let rtzr = Rtzr::new(rtzr::settings(&server)).expect("valid settings");
    let fall_back = FallBack::new(Arc::new(rtzr), Broken::new(gone()), LONG, never);
    let mut session = fall_back.open(korean()).await.expect("opens");
    server.socket().await.say("garbage").await;
    assert_eq!(session.next().await, Err(gone()));
    let mut reply = session.tell(Input::Finalise);
    while reply.is_ok() {
        tokio::task::yield_now().await;
        reply = session.tell(Input::Finalise);
    }
}

#[tokio::test]
async fn both_are_warmed_up() {
    let mut server = Server::start().await;
    let (fall_back, _) = both(rtzr::settings(&server), LONG);
    fall_back.warm_up().await;
    assert_eq!(server.paths(), ["/v1/authenticate"]);
}
