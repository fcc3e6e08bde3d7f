//! The service in the test's process: the real router and streams over a real S3 server, with a test voice whose
//! sentences can wait for tokens from the test.

#![allow(dead_code, reason = "each test file uses only some of these items")]
#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

pub(crate) mod live;
pub(crate) mod pages;
pub(crate) mod raw;
pub(crate) mod twilio;

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use connect_prompts::{Connect, Prompts};
use contract::{
    HostId, Life, StreamId,
    http::{StartResponse, State, StreamStatus},
    stream::{Manifest, Sentinel},
};
use local_stack::s3::{Faults, S3Config, S3Server, Store};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use speech::{Device, Engine, EngineConfig, Interrupt, Line, SpeechError, Utterance, Voice, Words};
use stream_store::{ObjectStore, StoreConfig};
use synth_service::{
    admission::{Admission, Demand, Seat, WaitLimits},
    gpus::GpuWatch,
    http::{
        Cors, LiveDoors, Offer,
        door::{Door, DoorLimits, Tls, Tokens},
        router,
    },
    phrases::Phrases,
    presence::Presence,
    speak::{NarrationLimits, Narrator},
    streams::{self, StreamLimits, Streams},
    telemetry::{HostState, Meters},
    turns::{TurnLimits, Turns},
    voices::{LoadedVoice, Voices},
};
use tempfile::TempDir;
use text::{LexiconFile, LexiconFolder};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) const BUCKET: &str = "test-bucket";
/// Time after which a talk is forgotten. S3 refuses requests when its clock is a quarter of an hour away.
pub(crate) const TALK_AGE: Duration = Duration::from_secs(10 * 60);

pub(crate) const TOKEN: &str = "let-me-in";

/// Sample rate of the test voice, in Hz.
pub(crate) const SAMPLE_RATE: u32 = 16_000;

/// Longest text that the service accepts, in characters.
const MAX_TEXT_CHARS: usize = 1000;

/// Longest wait for anything in these tests.
const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until there is an answer.
pub(crate) async fn until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking).await.expect("it happens in time")
}

/// Three sentences, none of them ultra-short.
pub(crate) const THREE: &str =
    "The first sentence is here. The second sentence follows. The third one ends it.";

/// A voice that speaks a tone. With a gate, each sentence waits for one token from the test. The words `unspeakable`
/// and `silent` make it fail.
struct TestVoice {
    gate: Arc<Mutex<Option<mpsc::Receiver<()>>>>,
    spoken: Arc<Mutex<Vec<String>>>,
}

impl Voice for TestVoice {
    fn speak(&mut self, lines: &[&Line], _: &Interrupt) -> Vec<Result<Utterance, SpeechError>> {
        lines.iter().map(|line| self.line(line)).collect()
    }
}

impl TestVoice {
    fn line(&self, line: &Line) -> Result<Utterance, SpeechError> {
        let words = line.words.iter().map(|words| match words {
            Words::Written(text) => text.clone(),
            Words::Ipa(ipa) => format!("/{ipa}/"),
        });
        let sentence = words.collect::<Vec<_>>().join(" ");
        self.spoken.lock().expect("not poisoned").push(sentence.clone());
        if let Some(gate) = &*self.gate.lock().expect("not poisoned") {
            // An error means that the test has ended.
            let _ = gate.recv();
        }
        if sentence.contains("unspeakable") {
            return Err(SpeechError::Unpronounceable);
        }
        let level = if sentence.contains("silent") { 0.0 } else { 0.5 };
        let waveform = (0..sentence.len() * 800).map(|index| level * (index as f32 * 0.2).sin()).collect();
        Ok(Utterance { waveform, sample_rate: SAMPLE_RATE, ..Utterance::default() })
    }
}

/// The running service and everything around it.
pub(crate) struct Service {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    /// Stops the door, and with it the task `serving`.
    pub(crate) stopping: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
    pub(crate) streams: Streams,
    /// The host's heartbeat, and its view of the other hosts.
    pub(crate) presence: Presence,
    pub(crate) narrator: Narrator,
    /// The admission of the host's streams.
    pub(crate) admission: Admission,
    pub(crate) http: reqwest::Client,
    pub(crate) s3: Option<S3Server>,
    shared: SdkConfig,
    s3_address: SocketAddr,
    objects: Arc<Store>,
    /// Faults that S3 is to have.
    pub(crate) faults: Faults,
    client: aws_sdk_s3::Client,
    gate: Option<mpsc::Sender<()>>,
    spoken: Arc<Mutex<Vec<String>>>,
    lexicons: TempDir,
}

/// Options of the service.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Whether each sentence waits for [`Service::let_one_go`].
    pub(crate) gated: bool,
    pub(crate) max_streams: usize,
    pub(crate) part_patience: Duration,
    /// Name of the only voice.
    pub(crate) voice: &'static str,
}

/// The default options.
pub(crate) const PLAIN: Wanted =
    Wanted { gated: false, max_streams: 8, part_patience: streams::PART_PATIENCE, voice: VOICE };

/// The voice of the tests.
pub(crate) const VOICE: &str = "test";

/// Options of the door.
pub(crate) struct Entrance {
    pub(crate) tokens: Tokens,
    pub(crate) tls: Option<Tls>,
    pub(crate) cors: Cors,
    pub(crate) limits: DoorLimits,
    /// Whether texts may be logged.
    pub(crate) log_text: bool,
    /// The language model.
    pub(crate) model: Option<chat::Writer>,
    /// The instance of Amazon Connect that gets prompts.
    pub(crate) connect: Option<Connect>,
    /// The doors of live calls.
    pub(crate) live: Option<LiveDoors>,
}

impl Default for Entrance {
    fn default() -> Self {
        let tokens = Tokens::open(TOKEN, None).expect("a token");
        Self {
            tokens,
            tls: None,
            cors: Cors::default(),
            limits: DoorLimits::default(),
            log_text: false,
            model: None,
            connect: None,
            live: None,
        }
    }
}

pub(crate) async fn service(wanted: Wanted) -> Service {
    service_behind(Entrance::default(), wanted).await
}

pub(crate) async fn service_behind(entrance: Entrance, wanted: Wanted) -> Service {
    let (objects, faults) = (Arc::new(Store::default()), Faults::default());
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let s3 =
        S3Server::start_with(s3_config(any_port), objects.clone(), faults.clone()).await.expect("S3 starts");
    let shared = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(s3.endpoint())
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "KEY", "SECRET", None, None, "test",
        )))
        .build();
    let address = s3.address();
    host(wanted, entrance, shared, Bucket { objects, faults, address, s3: Some(s3) }).await
}

/// A host that has no bucket.
pub(crate) struct Bare {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    _lexicons: TempDir,
}

pub(crate) async fn without_bucket() -> Bare {
    without_bucket_on(Vec::new()).await
}

/// The same, with voices on these GPUs.
pub(crate) async fn without_bucket_on(gpus: Vec<GpuWatch>) -> Bare {
    bare(gpus, |_| None).await
}

/// The same, with doors of live calls.
pub(crate) async fn with_live(doors: impl FnOnce(Meters) -> LiveDoors) -> Bare {
    bare(Vec::new(), |meters| Some(doors(meters))).await
}

async fn bare(gpus: Vec<GpuWatch>, live: impl FnOnce(Meters) -> Option<LiveDoors>) -> Bare {
    let TestVoices { voices, lexicons, .. } = test_voices(false);
    let voices = Arc::try_unwrap(voices).unwrap_or_else(|_| panic!("nobody else has them"));
    let voices = Arc::new(voices.watching(gpus));
    let door = Door::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), None, DoorLimits::default());
    let door = door.expect("a free port");
    let address = door.address().expect("bound");
    let (narrator, meters) = (narrator(voices, 1), Meters::new(Vec::new()).expect("meters"));
    let live = live(meters.clone());
    let state = HostState::new(meters, None, narrator.clone(), admission());
    let offer = Offer { streams: None, turns: None, narrator, live };
    let app = router(offer, &state, Entrance::default().tokens, Cors::default(), 16 * 1024);
    tokio::spawn(door.serve(app, CancellationToken::new()));
    let http = reqwest::Client::builder().no_proxy().build().expect("a client");
    Bare { url: format!("http://{address}"), address, http, _lexicons: lexicons }
}

impl Bare {
    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(TOKEN);
        request.send().await.expect("the service answers")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(TOKEN).json(&body);
        request.send().await.expect("the service answers")
    }

    pub(crate) async fn metrics(&self) -> String {
        self.get("/metrics").await.text().await.expect("a text")
    }

    /// Waits until the metrics have this line.
    pub(crate) async fn until_counted(&self, series: &str) {
        until(async || self.metrics().await.lines().any(|line| line == series).then_some(())).await;
    }
}

/// Another host over the same bucket.
pub(crate) async fn beside(service: &Service, wanted: Wanted) -> Service {
    beside_behind(service, Entrance::default(), wanted).await
}

pub(crate) async fn beside_behind(service: &Service, entrance: Entrance, wanted: Wanted) -> Service {
    let bucket = Bucket {
        objects: service.objects.clone(),
        faults: service.faults.clone(),
        address: service.s3_address,
        s3: None,
    };
    host(wanted, entrance, service.shared.clone(), bucket).await
}

/// The bucket, and the S3 server of one host or of several.
struct Bucket {
    objects: Arc<Store>,
    faults: Faults,
    address: SocketAddr,
    /// The server, if this host has started it.
    s3: Option<S3Server>,
}

async fn host(wanted: Wanted, entrance: Entrance, shared: SdkConfig, bucket: Bucket) -> Service {
    let store = ObjectStore::new(&shared, &StoreConfig::of_service(BUCKET, Duration::from_secs(60)));
    let client = aws_sdk_s3::Client::new(&shared);

    let TestVoices { voices, gate, spoken, lexicons } = voices_named(wanted.voice, wanted.gated);
    let limits = StreamLimits {
        max_streams: wanted.max_streams,
        max_text_chars: MAX_TEXT_CHARS,
        wait: Duration::from_secs(5),
        part_patience: wanted.part_patience,
        log_text: entrance.log_text,
    };
    let speaking = NarrationLimits { log_text: entrance.log_text, ..speaking(wanted.max_streams) };
    let (admission, meters) = (admission(), Meters::new(Vec::new()).expect("meters"));
    let narrator = Narrator::new(voices.clone(), admission.clone(), speaking, meters.clone());
    let host = HostId::from_random_bits(uuid::Uuid::new_v4().as_u128());
    let presence = Presence::start(host, store.clone(), contract::HOST_GONE_AFTER);
    let prompts = entrance.connect.map(|connect| Prompts::start(connect, store.clone())).unwrap_or_default();
    let phrases = Phrases::open(lexicons.path(), store.clone(), prompts, meters.clone());
    let phrases = phrases.expect("none is fine");
    let streams = Streams::new(
        store.clone(),
        presence.clone(),
        voices.clone(),
        phrases,
        admission.clone(),
        limits,
        meters.clone(),
    );
    let state = HostState::new(meters, Some(streams.clone()), narrator.clone(), admission.clone());
    let turns = entrance.model.map(|model| {
        let limits = TurnLimits {
            acknowledge_after: Duration::ZERO,
            max_text_chars: MAX_TEXT_CHARS,
            max_system_chars: MAX_TEXT_CHARS,
            talk: chat::TalkLimits { age: TALK_AGE, ..chat::TalkLimits::default() },
            log_text: entrance.log_text,
        };
        Turns::new(streams.clone(), voices, store, model, limits)
    });
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let scheme = if entrance.tls.is_some() { "https" } else { "http" };
    let door = Door::bind(any_port, entrance.tls, entrance.limits).expect("a free port");
    let address = door.address().expect("bound");
    let offer =
        Offer { streams: Some(streams.clone()), turns, narrator: narrator.clone(), live: entrance.live };
    let app = router(offer, &state, entrance.tokens, entrance.cors, 16 * 1024);
    let stopping = CancellationToken::new();
    let serving = tokio::spawn(door.serve(app, stopping.clone()));
    let ready = async {
        while presence.check().is_err_and(|error| !error.needs_an_operator()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.expect("the bucket answers");
    Service {
        url: format!("{scheme}://{address}"),
        address,
        stopping,
        serving,
        streams,
        presence,
        narrator,
        admission,
        http: reqwest::Client::builder().no_proxy().build().expect("a client"),
        shared,
        s3_address: bucket.address,
        s3: bucket.s3,
        objects: bucket.objects,
        faults: bucket.faults,
        client,
        gate,
        spoken,
        lexicons,
    }
}

/// One voice, `test`, with two speakers.
pub(crate) struct TestVoices {
    pub(crate) voices: Arc<Voices>,
    /// Each message releases one sentence; dropping it releases all.
    pub(crate) gate: Option<mpsc::Sender<()>>,
    /// The sentences that have reached the voice.
    pub(crate) spoken: Arc<Mutex<Vec<String>>>,
    /// The folder with the voice's lexicon, [`VOICE_LEXICON`], and the tenants' lexicons.
    pub(crate) lexicons: TempDir,
}

/// Name of the voice's own lexicon.
pub(crate) const VOICE_LEXICON: &str = "voice.lexicon";

pub(crate) fn test_voices(gated: bool) -> TestVoices {
    voices_named(VOICE, gated)
}

fn voices_named(name: &str, gated: bool) -> TestVoices {
    let (sender, receiver) = mpsc::channel();
    let gate = Arc::new(Mutex::new(None));
    let spoken = Arc::new(Mutex::new(Vec::new()));
    let lexicons = TempDir::new().expect("a folder");
    let load = |_| -> Result<Box<dyn Voice>, SpeechError> {
        Ok(Box::new(TestVoice { gate: gate.clone(), spoken: spoken.clone() }))
    };
    let engine =
        Engine::start(EngineConfig::new(Device::Cpu, 1, 64), "en-US", load).expect("the voice warms up");
    // Set only now, so that the warm-up needs no token.
    *gate.lock().expect("not poisoned") = gated.then_some(receiver);
    spoken.lock().expect("not poisoned").clear();
    let voice = LoadedVoice {
        name: name.into(),
        version: "1".into(),
        language: "en-US".into(),
        sample_rate: SAMPLE_RATE,
        speakers: vec!["tone".into(), "hum".into()],
        engine,
        lexicon: LexiconFile::open(lexicons.path().join(VOICE_LEXICON)).expect("none is fine"),
    };
    let tenants = LexiconFolder::open(lexicons.path());
    let voices = Arc::new(Voices::new(vec![voice], name, tenants).expect("there is a voice"));
    TestVoices { voices, gate: gated.then_some(sender), spoken, lexicons }
}

pub(crate) fn narrator(voices: Arc<Voices>, max_narrations: usize) -> Narrator {
    Narrator::new(voices, admission(), speaking(max_narrations), Meters::new(Vec::new()).expect("meters"))
}

pub(crate) fn admission() -> Admission {
    Admission::new(WaitLimits { max_waiting: 1, patience: Duration::from_secs(10) })
}

fn speaking(max_narrations: usize) -> NarrationLimits {
    NarrationLimits { max_narrations, max_text_chars: MAX_TEXT_CHARS, log_text: false }
}

fn s3_config(address: SocketAddr) -> S3Config {
    S3Config {
        address,
        region: "us-east-1".into(),
        access_key: "KEY".into(),
        secret_key: "SECRET".into(),
        services: Vec::new(),
        buckets: vec![BUCKET.into()],
    }
}

impl Service {
    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(TOKEN).json(&body);
        request.send().await.expect("the service answers")
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(TOKEN);
        request.send().await.expect("the service answers")
    }

    /// Starts a stream that must be accepted.
    pub(crate) async fn start(&self, body: Value) -> StartResponse {
        let response = self.post("/synthesize_stream", body).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("a start response")
    }

    /// Admits a text that this host can never speak in time: the host is full until the seat is dropped.
    pub(crate) fn occupied(&self) -> Seat {
        let demand = Demand {
            voice: VOICE.into(),
            device: Device::Cpu,
            workers: 1.0,
            cost: 1000.0,
            sentences: [0.001, 1000.0].into(),
        };
        self.admission.admit(demand).expect("the host is idle")
    }

    /// Releases one waiting sentence.
    pub(crate) fn let_one_go(&self) {
        self.gate.as_ref().expect("a gated service").send(()).expect("the voice is there");
    }

    /// Releases every sentence from now on.
    pub(crate) fn open_gate(&mut self) {
        self.gate = None;
    }

    /// Writes or replaces a lexicon: [`VOICE_LEXICON`] or `TENANT.lexicon`.
    pub(crate) fn write_lexicon(&self, name: &str, content: &str) {
        std::fs::write(self.lexicons.path().join(name), content).expect("written");
    }

    pub(crate) fn spoken(&self) -> Vec<String> {
        self.spoken.lock().expect("not poisoned").clone()
    }

    /// Clears the list of spoken sentences.
    pub(crate) fn clear_spoken(&self) {
        self.spoken.lock().expect("not poisoned").clear();
    }

    pub(crate) async fn status(&self, id: &StreamId) -> StreamStatus {
        self.get(&format!("/streams/{id}")).await.json().await.expect("a stream status")
    }

    pub(crate) async fn until_ended(&self, id: &StreamId) -> StreamStatus {
        self.until(async || {
            let status = self.status(id).await;
            (status.state != State::Running && status.ended_at_ms.is_some()).then_some(status)
        })
        .await
    }

    /// As [`until`].
    pub(crate) async fn until<T>(&self, ask: impl AsyncFnMut() -> Option<T>) -> T {
        until(ask).await
    }

    pub(crate) async fn object(&self, key: &str) -> Option<Vec<u8>> {
        let object = self.client.get_object().bucket(BUCKET).key(key).send().await.ok()?;
        Some(object.body.collect().await.expect("the whole body").into_bytes().to_vec())
    }

    /// A value of an object's metadata.
    pub(crate) async fn metadata(&self, key: &str, name: &str) -> Option<String> {
        let head = self.client.head_object().bucket(BUCKET).key(key).send().await.ok()?;
        head.metadata()?.get(name).cloned()
    }

    /// A client of the bucket, as another program has it.
    pub(crate) fn store(&self) -> ObjectStore {
        ObjectStore::new(&self.shared, &StoreConfig::of_service(BUCKET, Duration::from_secs(60)))
    }

    /// The keys of all objects below a prefix.
    pub(crate) async fn keys(&self, prefix: &str) -> Vec<String> {
        let listing = self.client.list_objects_v2().bucket(BUCKET).prefix(prefix);
        let listing = listing.send().await.expect("a listing");
        listing.contents().iter().map(|object| object.key().expect("a key").to_owned()).collect()
    }

    /// Every object of a stream, by the last part of its key.
    pub(crate) async fn objects(&self, id: &StreamId) -> HashMap<String, Vec<u8>> {
        let prefix = format!("streams/{id}/");
        let listing =
            self.client.list_objects_v2().bucket(BUCKET).prefix(&prefix).send().await.expect("a listing");
        let mut objects = HashMap::new();
        for object in listing.contents() {
            let key = object.key().expect("a key");
            objects.insert(key[prefix.len()..].to_owned(), self.object(key).await.expect("is there"));
        }
        objects
    }

    pub(crate) async fn sentinel(&self, id: &StreamId) -> Option<Sentinel> {
        let body = self.object(&format!("streams/{id}/final.json")).await?;
        Some(serde_json::from_slice(&body).expect("a sentinel"))
    }

    pub(crate) async fn manifest(&self, id: &StreamId) -> Option<Manifest> {
        let body = self.object(&format!("streams/{id}/manifest.json")).await?;
        Some(serde_json::from_slice(&body).expect("a manifest"))
    }

    /// The stream's life; `None` before its first change.
    pub(crate) async fn life(&self, id: &StreamId) -> Option<Life> {
        let body = self.object(&format!("streams/{id}/life.json")).await?;
        Some(serde_json::from_slice(&body).expect("a life"))
    }

    /// Replaces an object behind the service's back.
    pub(crate) async fn put(&self, key: &str, body: Vec<u8>) {
        self.client.put_object().bucket(BUCKET).key(key).body(body.into()).send().await.expect("written");
    }

    /// Advances the bucket's clock without any beat.
    pub(crate) fn let_bucket_time_pass(&self, time: Duration) {
        let now = self.objects.clock().now();
        let passed = now.duration_since(std::time::SystemTime::now()).unwrap_or_default() + time;
        self.objects.clock().set_offset_ms(passed.as_millis() as i64);
    }

    /// Sets the offset of the bucket's clock against the hosts' clocks.
    pub(crate) fn set_bucket_clock(&self, offset_ms: i64) {
        self.objects.clock().set_offset_ms(offset_ms);
    }

    /// Stops the host's heartbeat: for the other hosts it is gone, even if it still works.
    pub(crate) async fn stop_beating(&self) {
        self.until_beaten().await;
        self.presence.stop();
        self.let_bucket_time_pass(Duration::from_secs(60));
    }

    /// Waits for the host's next beat.
    pub(crate) async fn until_beaten(&self) {
        let key = format!("hosts/{}", self.presence.host());
        let before = self.object(&key).await;
        self.until(async || (self.object(&key).await != before).then_some(())).await;
    }

    pub(crate) async fn stop_s3(&mut self) {
        self.s3.take().expect("S3 runs").stop().await;
    }

    pub(crate) async fn restart_s3(&mut self) {
        let s3 =
            S3Server::start_with(s3_config(self.s3_address), self.objects.clone(), self.faults.clone()).await;
        self.s3 = Some(s3.expect("S3 starts again"));
    }
}

/// The code of an error answer.
pub(crate) async fn error_code(response: Response) -> String {
    let body: Value = response.json().await.expect("JSON");
    let message = body["error"]["message"].as_str().expect("a message");
    assert!(!message.is_empty() && !message.contains('\n'), "{message:?} is one line");
    body["error"]["code"].as_str().expect("a code").to_owned()
}

/// A start request for `text`.
pub(crate) fn text(text: &str) -> Value {
    json!({ "text": text })
}
