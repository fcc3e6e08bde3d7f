//! Passes for contacts of Amazon Connect: in a real S3, with Twilio's protocol over real sockets.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{sync::Arc, time::Duration};

use contract::{
    keys,
    live::{PASS_LIFETIME, Pass, PassResponse},
};
use live::{FromCaller, Voice};
use serde_json::{Value, json};
use synth_service::{
    http::{LineLimits, LiveDoors, TwilioAccess, door::Tokens},
    live::{Arrival, Calls},
    transfers::{ByPass, Passes},
};
use tokio::{sync::mpsc, time::Instant};

use crate::support::{
    Bare, PLAIN, Service,
    live::{Client, Held, TestHolder, caller, connect, parameter, say},
    service, with_live,
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
        let mut client = connect(self.host.address, "/live/twilio", None).await.expect("an upgrade");
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
