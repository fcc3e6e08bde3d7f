//! Starts the service, and stops it without losing a stream.

use std::{process::ExitCode, sync::Arc, time::Duration};

use axum::Router;
use clap::Parser;
use connect_prompts::{Connect, Prompts};
use contract::HostId;
use otlp::Traces;
use rustix::process::{Resource, getrlimit, setrlimit};
use stream_store::{ObjectStore, StoreConfig};
use synth_service::{
    admission::{Admission, WaitLimits},
    health,
    http::{
        self, Cors, LineLimits, LiveDoors, Offer, TwilioAccess,
        door::{Door, DoorLimits, Tls, Tokens},
    },
    live::{self, Calls, LiveHost, Speakers},
    logging,
    phrases::{Books, Phrases},
    presence::Presence,
    settings::{Command, Settings},
    speak::{NarrationLimits, Narrator},
    stop::Stop,
    streams::{self, StreamLimits, Streams},
    supervisor::Supervisor,
    telemetry::{Exporters, HostState, Meters},
    transfers::{Passes, Talks},
    turns::{TurnLimits, Turns},
    voices::Voices,
};
use tokio_util::sync::CancellationToken;

/// Time for connections to close after the last stream has ended.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// Connections to the address of the metrics.
const METRICS_CONNECTIONS: usize = 16;

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    let done = match settings.command {
        Some(command) => {
            logging::start(settings.log_format, None);
            match command {
                Command::Doctor => doctor(&settings),
                Command::Health => health::check(settings.bind),
            }
        }
        None => log_and_run(settings).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("synth-service: {message}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the findings about this machine.
fn doctor(settings: &Settings) -> Result<(), String> {
    let report = Voices::examine(settings).map_err(|error| error.to_string())?;
    print!("{report}");
    if report.is_healthy() {
        Ok(())
    } else {
        Err("something is missing: see the lines that begin with fault".into())
    }
}

async fn log_and_run(settings: Settings) -> Result<(), String> {
    let traces = Traces::start(&settings.otlp.settings()).await.map_err(|error| error.to_string())?;
    logging::start(settings.log_format, traces.as_ref());
    run(settings, traces).await
}

async fn run(settings: Settings, traces: Option<Traces>) -> Result<(), String> {
    let tokens = Tokens::open(settings.token.reveal(), settings.token_file.as_deref());
    let tokens = tokens.map_err(|error| error.to_string())?;
    let cors = Cors::new(&settings.cors_origins).map_err(|error| error.to_string())?;
    let tls = Tls::open(settings.tls_certificate.as_deref(), settings.tls_key.as_deref());
    let tls = tls.map_err(|error| error.to_string())?;
    let twilio = TwilioAccess::open(&settings.live).map_err(|error| error.to_string())?;
    let model = settings.chat.settings().map_err(|error| error.to_string())?;
    let model = model.as_ref().map(chat::open).transpose().map_err(|error| error.to_string())?;
    let voices = {
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || Voices::load(&settings))
            .await
            .map_err(|error| error.to_string())?
    };
    let voices = voices.map_err(|error| error.to_string())?;
    Phrases::check(&settings.lexicons).map_err(|error| error.to_string())?;
    if settings.check_config {
        println!("the configuration is good; voices: {}", voices.names());
        return Ok(());
    }
    let voices = Arc::new(voices);
    let admission = Admission::new(WaitLimits {
        max_waiting: settings.max_waiting,
        patience: Duration::from_secs(settings.longest_wait_seconds),
    });
    let (meters, exporters) = Exporters::start(&settings, traces).await.map_err(|error| error.to_string())?;
    let narrator =
        Narrator::new(voices.clone(), admission.clone(), narration_limits(&settings), meters.clone());
    let (streams, turns, store) = match &settings.bucket {
        Some(bucket) => {
            let url_ttl = Duration::from_secs(settings.url_ttl_seconds);
            let store = ObjectStore::connect(&StoreConfig::of_service(bucket, url_ttl)).await;
            let prompts = prompts(&settings, store.clone()).await?;
            let phrases = Phrases::open(&settings.lexicons, store.clone(), prompts, meters.clone());
            let phrases = phrases.map_err(|error| error.to_string())?;
            let streams =
                streams(store.clone(), &settings, voices.clone(), phrases, admission.clone(), meters.clone());
            let turns = model.clone().map(|model| {
                Turns::new(streams.clone(), voices.clone(), store.clone(), model, turn_limits(&settings))
            });
            (Some(streams), turns, Some(store))
        }
        None => {
            tracing::warn!("no bucket is set: this host makes no streams and speaks to listeners only");
            (None, None, None)
        }
    };
    let phrases = streams.as_ref().map(|streams| streams.phrases().clone());
    let speakers = speakers(&settings, voices, admission.clone(), phrases, meters.clone())?;
    let talks = store.clone().map(|store| Talks::new(store, chat::TalkLimits::default()));
    let acknowledge_after = Duration::from_millis(settings.chat.acknowledge_after_ms);
    let calls = LiveHost::open(&settings.live, (speakers, model), talks, acknowledge_after).await;
    let calls = calls.map_err(|error| error.to_string())?;
    allow_open_files();
    let limits = DoorLimits {
        connections: settings.max_connections,
        // Their calls have closed the sockets by then.
        grace: Duration::from_secs(settings.shutdown_grace_seconds) + Calls::ENDING,
        ..DoorLimits::default()
    };
    let door = Door::bind(settings.bind, tls, limits)
        .map_err(|error| format!("can't listen on {}: {error}; set --bind", settings.bind))?;
    let address = door.address().map_err(|error| error.to_string())?;
    if !tokens.are_required() && !address.ip().is_loopback() {
        tracing::warn!(%address, "any client that reaches this address may use it: set --token or --token-file");
    }
    let state = HostState::new(meters, streams.clone(), narrator.clone(), admission);
    tokio::spawn(state.clone().watch());
    if let Some(address) = settings.metrics_bind {
        let limits = DoorLimits { connections: METRICS_CONNECTIONS, ..DoorLimits::default() };
        let door = Door::bind(address, None, limits)
            .map_err(|error| format!("can't listen on {address}: {error}; set --metrics-bind"))?;
        tokio::spawn(door.serve(http::metrics_router(state.clone()), CancellationToken::new()));
    }
    // Before the address is announced: a parent process may stop the service as soon as it reads that line.
    let stop = Stop::listen(settings.stop_when_stdin_ends).map_err(|error| error.to_string())?;
    tracing::info!(%address, bucket = settings.bucket, "listening");
    let live = calls.clone().map(|calls| {
        let voice = live::default_voice(&settings.live);
        let doors = LiveDoors::new(calls, voice, twilio.on(address), LineLimits::default());
        match store {
            Some(store) => doors.with_passes(Passes::new(store)),
            None => doors,
        }
    });
    let offer = Offer { streams: streams.clone(), turns, narrator: narrator.clone(), live };
    let router = http::router(offer, &state, tokens, cors, settings.max_body_bytes);
    let served = serve(door, router, (streams, narrator, calls), &settings, stop).await;
    exporters.stop().await;
    served
}

/// The prompts of an instance of Amazon Connect, where one is set.
async fn prompts(settings: &Settings, store: ObjectStore) -> Result<Prompts, String> {
    let Some(instance) = settings.connect_instance.clone() else { return Ok(Prompts::default()) };
    let connect = Connect::of_host(instance).await.map_err(|error| error.to_string())?;
    Ok(Prompts::start(connect, store))
}

/// The streams of this host. Starts its heartbeat.
fn streams(
    store: ObjectStore,
    settings: &Settings,
    voices: Arc<Voices>,
    phrases: Phrases,
    admission: Admission,
    meters: Meters,
) -> Streams {
    let host = HostId::from_random_bits(uuid::Uuid::new_v4().as_u128());
    let presence = Presence::start(host, store.clone(), contract::HOST_GONE_AFTER);
    let limits = StreamLimits {
        max_streams: settings.max_streams,
        max_text_chars: settings.max_text_chars,
        wait: Duration::from_millis(settings.wait_ms),
        part_patience: streams::PART_PATIENCE,
        log_text: settings.log_text,
    };
    Streams::new(store, presence, voices, phrases, admission, limits, meters)
}

/// The parts of this host that speak to callers on the line.
fn speakers(
    settings: &Settings,
    voices: Arc<Voices>,
    admission: Admission,
    phrases: Option<Phrases>,
    meters: Meters,
) -> Result<Speakers, String> {
    let books = match &phrases {
        Some(phrases) => phrases.books(),
        None => Books::open(&settings.lexicons).map_err(|error| error.to_string())?,
    };
    Ok(Speakers { voices, admission, books, phrases, meters, log_text: settings.log_text })
}

fn turn_limits(settings: &Settings) -> TurnLimits {
    TurnLimits {
        acknowledge_after: Duration::from_millis(settings.chat.acknowledge_after_ms),
        max_text_chars: settings.max_text_chars,
        max_system_chars: settings.chat.chat_max_system_chars,
        talk: chat::TalkLimits::default(),
        log_text: settings.log_text,
    }
}

fn narration_limits(settings: &Settings) -> NarrationLimits {
    NarrationLimits {
        max_narrations: settings.max_streams,
        max_text_chars: settings.max_text_chars,
        log_text: settings.log_text,
    }
}

async fn serve(
    door: Door,
    router: Router,
    (streams, narrator, calls): (Option<Streams>, Narrator, Option<Calls>),
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), String> {
    let stopping = CancellationToken::new();
    let supervisor = Supervisor::start(router.clone(), streams.clone());
    let mut serving = tokio::spawn(door.serve(router, stopping.clone()));
    tokio::select! {
        () = stop.wait() => {}
        // The server ends by itself only after a fault.
        ended = &mut serving => return ended.map_err(|error| error.to_string()),
    }
    tracing::info!("stopping");
    supervisor.stopping();
    stopping.cancel();
    let grace = Duration::from_secs(settings.shutdown_grace_seconds);
    let streams_end = async {
        if let Some(streams) = &streams {
            streams.shut_down(grace).await;
        }
    };
    let calls_end = async {
        if let Some(calls) = &calls {
            calls.shut_down(grace).await;
        }
    };
    tokio::join!(streams_end, narrator.shut_down(grace), calls_end);
    // Requests in progress get their answers, but a client that never finishes its request can't delay the exit.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, serving).await;
    Ok(())
}

/// Raises the limit on open files to the system's maximum: the connections alone can use up the usual 1024.
fn allow_open_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}
