//! The talks of contacts of Amazon Connect in live calls: how they go on, and which parts are kept in a real S3.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{future::pending, sync::Arc};

use async_trait::async_trait;
use chat::{Talk, TalkLimits};
use contract::{
    ContactId, keys,
    live::{LiveCall, LiveOutcome},
};
use hearing::{Format, HearingError, Line, Recogniser, Session, session};
use live::{
    Answer, Answerer, Clip, FromCaller, Live, LiveSettings, Observer, Progress, Question, Saying, Step,
    ToCaller, TurnReport, Voice, answer,
};
use synth_service::transfers::Talks;
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::support::{
    PLAIN, Service,
    live::{PATIENCE, caller},
    service, until,
};

/// Hears nothing: the callers of these tests press keys.
struct Deaf;

#[async_trait]
impl Recogniser for Deaf {
    fn name(&self) -> &'static str {
        "deaf"
    }

    async fn open(&self, _: Format) -> Result<Session, HearingError> {
        Ok(session("deaf", |_engine| pending()))
    }
}

/// Answers each question with its words in two sentences of 20 ms, and shows the question to the test.
struct Echo(mpsc::UnboundedSender<Question>);

impl Answerer for Echo {
    fn answer(&self, question: Question) -> Answer {
        let text = question.text.clone();
        let _ = self.0.send(question);
        answer(async move |steps: mpsc::Sender<Step>| {
            let clip =
                |text: String| Progress::Clip(Clip { text, audio: vec![0x10; 160].into(), begun: None });
            for progress in [clip(format!("You pressed {text}.")), clip("Thank you.".into()), Progress::Ended]
            {
                let _ = steps.send(Step { at: Instant::now(), progress }).await;
            }
        })
    }

    fn say(&self, _: Saying, _: &Voice, _: Line) -> Answer {
        answer(async |_| {})
    }
}

struct Nobody;

impl Observer for Nobody {
    fn call_began(&self, _: &str) {}
    fn turn_ended(&self, _: &TurnReport) {}
    fn call_ended(&self, _: &str, _: &live::CallEnd) {}
}

/// A call of a contact that is being held.
struct Talking {
    contact: ContactId,
    from: mpsc::Sender<FromCaller>,
    asked: mpsc::UnboundedReceiver<Question>,
    holding: tokio::task::JoinHandle<()>,
    /// Cancelled by a stop of the host.
    stop: CancellationToken,
}

impl Talking {
    fn begin(bucket: &Service, call: &str) -> Self {
        let contact: ContactId = "contact-1".parse().expect("an id");
        let (from, from_caller) = mpsc::channel(64);
        let (to, mut line) = mpsc::channel(64);
        let (asks, asked) = mpsc::unbounded_channel();
        let marks = from.downgrade();
        tokio::spawn(async move {
            while let Some(message) = line.recv().await {
                // The line plays everything at once.
                if let (ToCaller::Mark(mark), Some(from)) = (message, marks.upgrade()) {
                    let _ = from.send(FromCaller::Mark(mark)).await;
                }
            }
        });
        let settings = LiveSettings { greeting: false, ..LiveSettings::default() };
        let live = Live::new(Arc::new(Deaf), Arc::new(Echo(asks)), Arc::new(Nobody), settings);
        let talks = Talks::new(bucket.store(), TalkLimits::default());
        let caller = caller(call, Some(&contact), from_caller, to);
        let of = contact.clone();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let holding = tokio::spawn(async move { talks.hold(&live, caller, of, &stopped).await });
        Self { contact, from, asked, holding, stop }
    }

    async fn press(&self, keys: &str) {
        for key in keys.chars() {
            self.from.send(FromCaller::Key(key)).await.expect("the call goes on");
        }
    }

    async fn asked(&mut self) -> Question {
        timeout(PATIENCE, self.asked.recv()).await.expect("in time").expect("a question")
    }

    async fn over(self) {
        drop(self.from);
        timeout(PATIENCE, self.holding).await.expect("in time").expect("no panic");
    }
}

async fn record(bucket: &Service, contact: &ContactId) -> Option<LiveCall> {
    let body = bucket.object(&keys::live_call(contact)).await?;
    Some(LiveCall::parse(&body).expect("a record"))
}

async fn turns(bucket: &Service, contact: &ContactId) -> Vec<[String; 3]> {
    let body = bucket.object(&keys::talk(contact)).await.expect("a talk");
    let talk = Talk::from_json(&body).expect("a talk");
    talk.turns().map(|turn| [turn.id.clone(), turn.caller.clone(), turn.answer.clone()]).collect()
}

#[tokio::test]
async fn the_talk_before_a_call_goes_on_in_it_and_is_kept_with_the_answers_as_far_as_heard() {
    let bucket = service(PLAIN).await;
    let mut talking = Talking::begin(&bucket, "call-1");
    let contact = talking.contact.clone();
    talking.press("7#").await;
    assert!(talking.asked().await.turns.is_empty(), "no talk was there");
    talking.over().await;

    // A chat turn of the flow, and another live call.
    let mut stored =
        Talk::from_json(&bucket.object(&keys::talk(&contact)).await.expect("a talk")).expect("a talk");
    stored.begin("chat-1", "Hello?", &TalkLimits::default());
    stored.remember("chat-1", "Good morning.", &TalkLimits::default());
    bucket.put(&keys::talk(&contact), stored.to_json()).await;
    let mut talking = Talking::begin(&bucket, "call-2");
    talking.press("4#").await;
    let history: Vec<_> = talking.asked().await.turns.into_iter().map(|turn| turn.id).collect();
    assert_eq!(history, ["call-1-0", "chat-1"]);
    let answered = async || {
        let record = record(&bucket, &contact).await.filter(|record| record.call == "call-2")?;
        (record.last_answer == "You pressed 4 #. Thank you.").then_some(record)
    };
    let running = until(answered).await;
    assert_eq!((running.outcome, running.turns, &*running.last_said), (None, 1, "4 #"));
    talking.press("5#").await;
    talking.asked().await;
    talking.over().await;

    let record = record(&bucket, &contact).await.expect("a record");
    assert_eq!((record.outcome, record.turns, &*record.said), (Some(LiveOutcome::CallerGone), 2, "4 # 5 #"));
    let turns = turns(&bucket, &contact).await;
    let ids: Vec<_> = turns.iter().map(|[id, ..]| id.as_str()).collect();
    assert_eq!(ids, ["call-1-0", "chat-1", "call-2-0", "call-2-1"]);
    assert_eq!(turns[2][2], "You pressed 4 #. Thank you.");
    assert_eq!(turns[1][2], "Good morning.");
}

#[tokio::test]
async fn a_caller_who_asks_for_a_person_ends_the_call_for_the_flow() {
    let bucket = service(PLAIN).await;
    let talking = Talking::begin(&bucket, "call-1");
    let contact = talking.contact.clone();
    talking.press("0#").await;
    timeout(PATIENCE, talking.holding).await.expect("in time").expect("no panic");
    let record = record(&bucket, &contact).await.expect("a record");
    assert_eq!((record.outcome, record.turns), (Some(LiveOutcome::Person), 1));
}

#[tokio::test]
async fn a_call_that_a_stop_of_the_host_ends_is_recorded_as_such() {
    let bucket = service(PLAIN).await;
    let mut talking = Talking::begin(&bucket, "call-1");
    let contact = talking.contact.clone();
    talking.press("7#").await;
    talking.asked().await;
    talking.stop.cancel();
    talking.over().await;
    let record = record(&bucket, &contact).await.expect("a record");
    assert_eq!((record.outcome, record.turns), (Some(LiveOutcome::Stopped), 1));
    assert_eq!(turns(&bucket, &contact).await[0][1], "7 #");
}
