//! The simulated caller against a small service that speaks Twilio's protocol, over real sockets in real time.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::result_large_err, reason = "the signature of a WebSocket's handshake")]

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{SinkExt, StreamExt};
use local_stack::talk::{Exchange, Happened, Held, Item, TalkConfig, hold, talk};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep_until},
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{Request, Response},
    },
};

/// The TwiML of the service.
const TWIML: &str = r#"<?xml version="1.0"?><Response><Connect><Stream url="wss://voice.example/live/twilio">
<Parameter name="token" value="one-time"/></Stream></Connect></Response>"#;

/// Silence behind a caller's voice after which the service answers, in frames.
const PAUSE: usize = 10;

/// Voice over an answer that stops it, in frames.
const INTERRUPTS: usize = 10;

/// Frames that the service sends ahead of real time.
const AHEAD: usize = 10;

/// Frames of an answer.
const ANSWER: usize = 40;

/// A service with these faults.
#[derive(Clone, Copy, Default)]
struct Service {
    /// Closes the stream in place of its first answer.
    breaks: bool,
    /// Goes on over the caller's voice.
    ignores_voice: bool,
    /// Adds this to the time in its log, in milliseconds.
    lies_by_ms: f64,
}

/// Everything that the service was sent.
#[derive(Debug, Default)]
struct Got {
    webhook: String,
    signature: String,
    events: Vec<Value>,
    marks: Vec<(String, Instant)>,
    log: Vec<String>,
}

impl Service {
    /// Serves one call. Returns the way to it, and its end.
    async fn start(self, log: PathBuf) -> (Exchange, tokio::task::JoinHandle<Got>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let exchange = Exchange {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            public_url: "https://voice.example".into(),
            auth_token: "secret".into(),
            query: "language=en".into(),
        };
        let serving = tokio::spawn(async move {
            let webhook = webhook(listener.accept().await.unwrap().0).await;
            let mut signature = String::new();
            let accepted = listener.accept().await.unwrap().0;
            let upgrade = |request: &Request, response: Response| {
                signature = request.headers()["x-twilio-signature"].to_str().unwrap().to_owned();
                Ok(response)
            };
            let socket = accept_hdr_async(accepted, upgrade).await.unwrap();
            let mut got = Got { webhook, signature, ..Got::default() };
            Agent::new(self, socket).run(&mut got).await;
            std::fs::write(&log, got.log.join("\n")).unwrap();
            got
        });
        (exchange, serving)
    }
}

/// Answers the webhook; returns the request.
async fn webhook(mut stream: TcpStream) -> String {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&request).contains("To=") {
        let length = stream.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..length]);
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        TWIML.len()
    );
    stream.write_all(format!("{head}{TWIML}").as_bytes()).await.unwrap();
    String::from_utf8(request).unwrap()
}

/// Answers each voice with a tone, and stops when it is spoken over.
struct Agent {
    service: Service,
    socket: WebSocketStream<TcpStream>,
    stream: String,
    /// Frames of voice without a pause, and of silence behind voice.
    voiced: usize,
    silent: usize,
    has_spoken: bool,
    /// Frames of the answer that are to be sent, and the begin of the answer.
    to_send: usize,
    begun: Instant,
    turns: usize,
    last_voice: Instant,
}

impl Agent {
    fn new(service: Service, socket: WebSocketStream<TcpStream>) -> Self {
        let now = Instant::now();
        Self {
            service,
            socket,
            stream: String::new(),
            voiced: 0,
            silent: 0,
            has_spoken: false,
            to_send: 0,
            begun: now,
            turns: 0,
            last_voice: now,
        }
    }

    async fn run(&mut self, got: &mut Got) {
        loop {
            let sent = ANSWER - self.to_send;
            let due = self.begun + Duration::from_millis(20) * sent.saturating_sub(AHEAD) as u32;
            tokio::select! {
                message = self.socket.next() => {
                    let Some(Ok(Message::Text(text))) = message else { return };
                    let event: Value = serde_json::from_str(&text).unwrap();
                    if event["event"] == "stop" {
                        return got.events.push(event);
                    }
                    if !self.take(event, got).await {
                        return;
                    }
                }
                () = sleep_until(due), if self.to_send > 0 => self.send_frame().await,
            }
        }
    }

    async fn take(&mut self, event: Value, got: &mut Got) -> bool {
        match event["event"].as_str().unwrap() {
            "start" => {
                self.stream = event["streamSid"].as_str().unwrap().to_owned();
                let call = event["start"]["callSid"].clone();
                got.log.push(
                    json!({"message": "a caller is on the line", "call": "c", "call_sid": call}).to_string(),
                );
            }
            "media" => {
                let codes = STANDARD.decode(event["media"]["payload"].as_str().unwrap()).unwrap();
                assert_eq!(codes.len(), 160);
                return self.hear(&codes, got).await;
            }
            "mark" => got.marks.push((event["mark"]["name"].as_str().unwrap().to_owned(), Instant::now())),
            _ => {}
        }
        got.events.push(event);
        true
    }

    async fn hear(&mut self, codes: &[u8], got: &mut Got) -> bool {
        let is_voice = codes.iter().any(|code| code & 0x7F < 0x50);
        if is_voice {
            (self.voiced, self.silent, self.has_spoken) = (self.voiced + 1, 0, true);
            self.last_voice = Instant::now();
        } else {
            (self.voiced, self.silent) = (0, self.silent + 1);
        }
        let plays_until = self.begun + Duration::from_millis(20 * ANSWER as u64);
        if self.voiced == INTERRUPTS
            && self.turns > 0
            && Instant::now() < plays_until
            && !self.service.ignores_voice
        {
            self.to_send = 0;
            self.tell("clear", Value::Null).await;
        }
        if self.has_spoken && self.silent == PAUSE {
            if self.service.breaks {
                self.socket.close(None).await.unwrap();
                return false;
            }
            self.has_spoken = false;
            self.begin(got);
        }
        true
    }

    fn begin(&mut self, got: &mut Got) {
        (self.begun, self.to_send) = (Instant::now(), ANSWER);
        let response_ms = self.last_voice.elapsed().as_secs_f64() * 1e3;
        let now =
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64() * 1e3;
        let line = json!({
            "message": "live turn", "call": "c", "turn": self.turns, "outcome": "answered",
            "e2e_ms": response_ms + self.service.lies_by_ms, "began_at_ms": now - response_ms,
        });
        let moment = json!({"message": "waterfall speech_end: +0.0 ms (total: 0.0 ms)", "call": "c", "turn": self.turns});
        got.log.extend([line.to_string(), moment.to_string()]);
        self.turns += 1;
    }

    async fn send_frame(&mut self) {
        let payload = STANDARD.encode([0x90; 160]);
        self.tell("media", json!({"payload": payload})).await;
        self.to_send -= 1;
        if self.to_send == 0 {
            self.tell("mark", json!({"name": self.turns.to_string()})).await;
        }
    }

    async fn tell(&mut self, event: &str, body: Value) {
        let message = json!({"event": event, "streamSid": self.stream, event: body});
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }
}

/// A voice of this length.
fn item(ms: usize) -> Item {
    Item::turn("tone", (0..ms * 8).map(|at| if at % 8 < 4 { 8000 } else { -8000 }).collect())
}

fn over(item: Item, ms: u64) -> Item {
    Item { over: Some(Duration::from_millis(ms)), ..item }
}

async fn held(service: Service, items: Vec<Item>) -> (Held, Got) {
    let folder = tempfile::tempdir().unwrap();
    let (exchange, serving) = service.start(folder.path().join("log")).await;
    let held = hold(&exchange, items, None).await.unwrap();
    (held, serving.await.unwrap())
}

async fn talked(service: Service, items: Vec<Item>, out: &Path) -> anyhow::Result<()> {
    let log = out.join("log");
    std::fs::write(&log, "").unwrap();
    let (exchange, _serving) = service.start(log.clone()).await;
    talk(&exchange, TalkConfig { items, noise: None, log, out: out.to_owned() }).await
}

#[tokio::test]
async fn the_caller_speaks_twilios_protocol_and_plays_in_real_time() {
    let (held, got) = held(Service::default(), vec![item(400), Item::keys("7")]).await;
    assert!(got.webhook.starts_with("POST /live/twilio/voice?language=en HTTP/1.1"));
    assert!(
        got.webhook.contains("CallStatus=ringing")
            && got.webhook.to_lowercase().contains("x-twilio-signature: ")
    );
    assert!(!got.signature.is_empty());
    let names: Vec<_> = got.events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names[..2], ["connected", "start"]);
    assert_eq!(names.last(), Some(&"stop"));
    assert_eq!(got.events[1]["start"]["customParameters"], json!({"token": "one-time"}));
    assert!(got.events.iter().any(|event| event["dtmf"]["digit"] == "7"));
    // The mark came back when the sound before it had been played, not when it was sent.
    let sound: Vec<_> = held
        .events
        .iter()
        .filter_map(|event| match event {
            Happened::Media { heard, until, .. } => Some((*heard, *until)),
            _ => None,
        })
        .collect();
    let mark = held.events.iter().find_map(|event| match event {
        Happened::Mark(at) => Some(*at),
        _ => None,
    });
    assert_eq!(mark, sound.last().map(|(_, until)| *until));
    assert_eq!(sound.len(), ANSWER);
    assert!(sound.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    assert_eq!(got.marks.len(), 1);
    assert_eq!(held.broken, None);
}

#[tokio::test]
async fn a_talk_with_an_interruption_has_no_fault_and_leaves_its_files() {
    let out = tempfile::tempdir().unwrap();
    talked(Service::default(), vec![item(400), over(item(600), 200)], out.path()).await.unwrap();
    let document: Value =
        serde_json::from_slice(&std::fs::read(out.path().join("talk.json")).unwrap()).unwrap();
    assert_eq!(document["faults"], json!([]));
    let second = &document["turns"][1];
    assert!(
        second["interruption"]["cleared_after_ms"].is_number() && second["answered_after_ms"].is_number()
    );
    let recording = hound::WavReader::open(out.path().join("talk.wav")).unwrap();
    assert_eq!((recording.spec().channels, recording.spec().sample_rate), (2, 8000));
}

#[tokio::test]
async fn each_fault_of_a_service_is_an_error() {
    for (service, items, reason) in [
        (
            Service { breaks: true, ..Service::default() },
            vec![item(400)],
            "the service closed the media stream",
        ),
        (
            Service { ignores_voice: true, ..Service::default() },
            vec![item(400), over(item(300), 200)],
            "turn 2: the answer went on over the caller's voice",
        ),
        (
            Service::default(),
            vec![item(400), over(item(300), 5000)],
            "turn 2: nothing was interrupted, for the answer had ended",
        ),
        (Service { lies_by_ms: -90.0, ..Service::default() }, vec![item(400)], "turn 1: the log says "),
    ] {
        let out = tempfile::tempdir().unwrap();
        let error = talked(service, items, out.path()).await.unwrap_err().to_string();
        assert!(error.starts_with("the talk went wrong: "), "{error}");
        let document = std::fs::read(out.path().join("talk.json")).unwrap();
        let document: Value = serde_json::from_slice(&document).unwrap();
        let faults = document["faults"].as_array().unwrap();
        assert!(faults.iter().any(|fault| fault.as_str().unwrap().starts_with(reason)), "{faults:?}");
        assert!(out.path().join("talk.wav").is_file());
    }
}

/// The error of a benchmark that can't begin.
fn refused(arguments: &str) -> String {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_local-stack"));
    let folder = tempfile::tempdir().unwrap();
    let output = program.current_dir(&folder).arg("live").args(arguments.split(' ')).output().unwrap();
    assert!(!output.status.success(), "{arguments}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn the_benchmark_refuses_arguments_that_would_measure_or_write_the_wrong_language() {
    let two = refused("--recordings calls");
    assert!(two.contains("--recordings are in one language"), "{two}");
    let one = refused("--recordings calls --lang ko");
    assert!(one.contains("baseline") && !one.contains("one language"), "{one}");
    let written = refused("--minutes 10 --callers 2 --write-baseline");
    assert!(written.contains("cannot be used with"), "{written}");
}
