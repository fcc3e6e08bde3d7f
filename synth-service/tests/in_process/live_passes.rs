//! Contacts of Amazon Connect in live calls: passes and talks in a real S3, Twilio's protocol over real sockets.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{future::pending, sync::Arc, time::Duration};

use async_trait::async_trait;
use chat::{Talk, TalkLimits};
use contract::{
    ContactId, keys,
    live::{LiveCall, LiveOutcome, PASS_LIFETIME, Pass, PassResponse},
};
use hearing::{Format, HearingError, Line, Recogniser, Session, session};
use live::{
    Answer, Answerer, Caller, Clip, FromCaller, Live, LiveSettings, Observer, Progress, Question, Saying,
    Step, ToCaller, TurnReport, Voice, answer,
};
use serde_json::{Value, json};
use synth_service::{
    http::{LineLimits, LiveDoors, TwilioAccess, door::Tokens},
    live::{Arrival, Calls},
    transfers::{ByPass, Passes, Talks},
};
use tokio::{
    net::TcpStream,
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_tungstenite::client_async;
use tokio_util::sync::CancellationToken;

use crate::support::{
    Bare, PLAIN, Service,
    live::{Client, Held, PATIENCE, TestHolder, parameter, say},
    service, until, with_live,
};

/// A bucket, and a host with live calls whose passes are in it.
struct World {
    bucket: Service,
    host: Bare,
    held: mpsc::UnboundedReceiver<Held>,
}

async fn world() -> World {
    let bucket = service(PLAIN).await;
    let (sender, held) = mpsc::unbounded_channel();
    let passes = Passes::new(bucket.store());
    let host = with_live(|meters| {
        let calls = Calls::new(Arc::new(TestHolder(sender)), 8, meters);
        let voice =
            Voice { name: Some("test".into()), language: "en-US".into(), system: Some("Be kind.".into()) };
        let twilio = TwilioAccess { secrets: Tokens::open("", None).expect("none"), public_url: None };
        LiveDoors::new(calls, voice, Some(twilio), LineLimits::default()).with_passes(passes)
    });
    World { bucket, host: host.await, held }
}

impl World {
    async fn pass(&self, request: Value) -> PassResponse {
        let response = self.host.post("/live/passes", request).await;
        assert!(response.status().is_success(), "{response:?}");
        response.json().await.expect("a pass")
    }

    /// A call whose stream has started. Its URL is that of Connect's number.
    async fn call(&self, query: &str) -> Client {
        let voice = self.host.http.post(format!("{}/live/twilio/voice{query}", self.host.url));
        let text = voice.body("CallSid=CA1").send().await.expect("an answer").text().await.expect("a text");
        let stream = TcpStream::connect(self.host.address).await.expect("the system takes it");
        let url = format!("ws://{}/live/twilio", self.host.address);
        let (mut client, _) = client_async(url, stream).await.expect("an upgrade");
        let parameters =
            json!({"token": parameter(&text, "token"), "pass": parameter(&text, "pass").unwrap_or_default()});
        let start = json!({"streamSid": "MZ1", "callSid": "CA1", "customParameters": parameters});
        say(&mut client, json!({"event": "start", "streamSid": "MZ1", "start": start})).await;
        client
    }

    async fn held(&mut self) -> Held {
        Held::on(&mut self.held).await
    }

    async fn stored(&self, pass: &PassResponse) -> Pass {
        let body = self.bucket.object(&keys::live_pass(&pass.code)).await.expect("is stored");
        Pass::parse(&body).expect("a pass")
    }
}

impl Held {
    /// The caller's keys until the line is closed.
    async fn keys(&mut self) -> String {
        let mut keys = String::new();
        while let Some(thing) = self.next().await {
            if let FromCaller::Key(key) = thing {
                keys.push(key);
            }
        }
        keys
    }
}

/// Presses keys as Twilio reports them; Connect's pauses are left out.
async fn press(client: &mut Client, keys: &str) {
    for key in keys.chars().filter(|key| *key != ',') {
        say(client, json!({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": key.to_string()}}))
            .await;
    }
}

async fn hang_up(client: &mut Client) {
    say(client, json!({"event": "stop", "stop": {"callSid": "CA1"}})).await;
}

const EXPECTED: &str = "?pass=expected";

#[tokio::test]
async fn a_pass_gives_a_call_its_contact_and_its_keys_are_not_the_callers() {
    let mut world = world().await;
    let request = json!({"contact_id": "contact-1", "language": "ko", "voice": "hum", "system": "Be brief."});
    let pass = world.pass(request).await;
    let mut client = world.call(EXPECTED).await;
    say(&mut client, json!({"event": "media", "media": {"timestamp": "0", "payload": "//8="}})).await;
    press(&mut client, &pass.digits).await;
    press(&mut client, "5*").await;
    let mut held = world.held().await;
    assert_eq!(held.caller.contact.as_ref().map(ToString::to_string).as_deref(), Some("contact-1"));
    let expected =
        Voice { name: Some("hum".into()), language: "ko".into(), system: Some("Be brief.".into()) };
    assert_eq!(held.caller.voice, expected);
    assert_eq!(world.stored(&pass).await.call, Some(held.caller.id.clone()));
    hang_up(&mut client).await;
    assert_eq!(held.keys().await, "5*");
}

#[tokio::test]
async fn of_two_calls_with_one_code_exactly_one_gets_the_pass() {
    let mut world = world().await;
    for _ in 0..5 {
        let pass = world.pass(json!({"contact_id": "contact-1"})).await;
        let (mut one, mut other) = tokio::join!(world.call(EXPECTED), world.call(EXPECTED));
        tokio::join!(press(&mut one, &pass.digits), press(&mut other, &pass.digits));
        let callers = [world.held().await.caller, world.held().await.caller];
        let winners: Vec<_> = callers.iter().filter(|caller| caller.contact.is_some()).collect();
        assert_eq!(winners.len(), 1);
        assert_eq!(world.stored(&pass).await.call.as_ref(), Some(&winners[0].id));
        // The other one has the voice of anybody.
        let loser = callers.iter().find(|caller| caller.contact.is_none()).expect("one");
        assert_eq!(loser.voice.system.as_deref(), Some("Be kind."));
    }
}

#[tokio::test]
async fn a_code_that_is_wrong_expired_or_not_expected_leaves_a_call_without_a_contact() {
    let mut world = world().await;
    let pass = world.pass(json!({"contact_id": "contact-1"})).await;
    let wrong = if pass.code.to_string() == "000000" { "*000001#" } else { "*000000#" };
    let mut client = world.call(EXPECTED).await;
    press(&mut client, wrong).await;
    assert_eq!(world.held().await.caller.contact, None);

    let mut client = world.call("").await;
    press(&mut client, &format!("*{}#", pass.code)).await;
    let mut held = world.held().await;
    assert_eq!(held.caller.contact, None);
    hang_up(&mut client).await;
    assert_eq!(held.keys().await, format!("*{}#", pass.code), "the keys of this caller are his own");

    world.bucket.let_bucket_time_pass(PASS_LIFETIME + Duration::from_secs(1));
    let mut client = world.call(EXPECTED).await;
    press(&mut client, &pass.digits).await;
    assert_eq!(world.held().await.caller.contact, None);
    assert_eq!(world.stored(&pass).await.call, None, "an expired pass is not taken");
}

#[tokio::test]
async fn a_caller_who_hangs_up_before_the_code_ends_the_call() {
    let mut world = world().await;
    let mut client = world.call(EXPECTED).await;
    press(&mut client, "*12").await;
    hang_up(&mut client).await;
    let mut held = world.held().await;
    assert_eq!((held.caller.contact.take(), held.keys().await), (None, "*12".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn without_a_code_the_call_begins_after_a_while_with_the_keys_that_came() {
    let shared = aws_config::SdkConfig::builder().build();
    let config = stream_store::StoreConfig::of_service("none", Duration::from_secs(60));
    let passes = Passes::new(stream_store::ObjectStore::new(&shared, &config));
    let (from, from_caller) = mpsc::channel(8);
    let (to, _line) = mpsc::channel(8);
    let began = Instant::now();
    for key in ['7', '*', '1'] {
        from.send(FromCaller::Key(key)).await.expect("room");
    }
    let mut caller = Box::new(ByPass::new(passes)).settle(caller("call-1", None, from_caller, to)).await;
    assert_eq!(began.elapsed(), Duration::from_secs(2));
    drop(from);
    let mut keys = Vec::new();
    while let Some(thing) = caller.from.recv().await {
        keys.push(thing);
    }
    assert_eq!(keys, ['7', '*', '1'].map(FromCaller::Key));
}

#[tokio::test]
async fn requests_for_passes_are_checked() {
    let world = world().await;
    let without_token = world.host.http.post(format!("{}/live/passes", world.host.url));
    let response = without_token.json(&json!({"contact_id": "c"})).send().await.expect("an answer");
    assert_eq!(response.status(), 401);
    for (wrong, status) in [
        (json!({}), 422),
        (json!({"contact_id": "../c"}), 422),
        (json!({"contact_id": "c", "system": "x".repeat(8001)}), 413),
    ] {
        assert_eq!(world.host.post("/live/passes", wrong).await.status(), status);
    }
}

fn caller(
    id: &str,
    contact: Option<&ContactId>,
    from: mpsc::Receiver<FromCaller>,
    to: mpsc::Sender<ToCaller>,
) -> Caller {
    let voice = Voice { language: "en".into(), ..Voice::default() };
    Caller { id: id.into(), contact: contact.cloned(), line: Line::Telephone, voice, from, to }
}

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
