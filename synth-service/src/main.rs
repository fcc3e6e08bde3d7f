//! Starts the service, and stops it without losing a stream.

mod host;

use std::{process::ExitCode, sync::Arc, time::Duration};

use axum::Router;
use clap::Parser;
use otlp::Traces;
use rustix::process::{Resource, getrlimit, setrlimit};
use synth_service::{
    health,
    http::{
        self, Cors, TwilioAccess,
        door::{Door, DoorLimits, Tls, Tokens},
    },
    live::{self, Calls},
    logging,
    phrases::Phrases,
    settings::{Command, Settings},
    stop::Stop,
    supervisor::Supervisor,
    telemetry::{Exporters, HostState},
    voices::Voices,
};
use tokio_util::sync::CancellationToken;

use self::host::Host;

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
    let ears = live::check_ears(&settings.live);
    match &ears {
        Ok(Some(name)) => println!("ok     ears: {name}"),
        Ok(None) => println!("info   no ears are chosen: there are no live calls"),
        Err(error) => println!("fault  {error}"),
    }
    if report.is_healthy() && ears.is_ok() {
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
    if settings.check_config {
        return check(&settings).await;
    }
    let Parts { tokens, cors, tls, twilio, model, voices } = Parts::open(&settings).await?;
    let (meters, exporters) = Exporters::start(&settings, traces).await.map_err(|error| error.to_string())?;
    let host = Host::open(&settings, (voices, model), meters).await?;
    allow_open_files();
    let door = bind(&settings, tls)?;
    let address = door.address().map_err(|error| error.to_string())?;
    if !tokens.are_required() && !address.ip().is_loopback() {
        tracing::warn!(%address, "any client that reaches this address may use it: set --token or --token-file");
    }
    let state = host.state();
    tokio::spawn(state.clone().watch());
    serve_metrics(&settings, &state)?;
    // Before the address is announced: a parent process may stop the service as soon as it reads that line.
    let stop = Stop::listen(settings.stop_when_stdin_ends).map_err(|error| error.to_string())?;
    tracing::info!(%address, bucket = settings.bucket, "listening");
    let offer = host.offer(&settings, twilio.and_then(|twilio| twilio.on(address)));
    let router = http::router(offer, &state, tokens, cors, settings.max_body_bytes);
    let served = serve(door, router, host, &settings, stop).await;
    exporters.stop().await;
    served
}

/// The parts that need no other machine.
struct Parts {
    tokens: Tokens,
    cors: Cors,
    tls: Option<Tls>,
    /// `None` without ears.
    twilio: Option<TwilioAccess>,
    model: Option<chat::Writer>,
    voices: Arc<Voices>,
}

impl Parts {
    async fn open(settings: &Settings) -> Result<Self, String> {
        let tokens = Tokens::open(settings.token.reveal(), settings.token_file.as_deref());
        let tls = Tls::open(settings.tls_certificate.as_deref(), settings.tls_key.as_deref());
        let model = settings.chat.settings().map_err(|error| error.to_string())?;
        let parts = Self {
            tokens: tokens.map_err(|error| error.to_string())?,
            cors: Cors::new(&settings.cors_origins).map_err(|error| error.to_string())?,
            tls: tls.map_err(|error| error.to_string())?,
            twilio: TwilioAccess::open(&settings.live).map_err(|error| error.to_string())?,
            model: model.as_ref().map(chat::open).transpose().map_err(|error| error.to_string())?,
            voices: Arc::new(blocking(settings, Voices::load).await?),
        };
        Phrases::check(&settings.lexicons).map_err(|error| error.to_string())?;
        Ok(parts)
    }
}

/// Does something with the settings that takes seconds.
async fn blocking<T: Send + 'static, E: ToString + Send + 'static>(
    settings: &Settings,
    work: fn(&Settings) -> Result<T, E>,
) -> Result<T, String> {
    let settings = settings.clone();
    let done = tokio::task::spawn_blocking(move || work(&settings)).await;
    done.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}

/// Loads all that the settings name.
async fn check(settings: &Settings) -> Result<(), String> {
    let ears = blocking(settings, |settings| live::check_ears(&settings.live)).await?;
    let voices = Parts::open(settings).await?.voices;
    println!("the configuration is good; voices: {}; ears: {}", voices.names(), ears.unwrap_or("none"));
    Ok(())
}

/// The door for all but the metrics.
fn bind(settings: &Settings, tls: Option<Tls>) -> Result<Door, String> {
    let limits = DoorLimits {
        connections: settings.max_connections,
        // Their calls have closed the sockets by then.
        grace: Duration::from_secs(settings.shutdown_grace_seconds) + Calls::ENDING,
        ..DoorLimits::default()
    };
    Door::bind(settings.bind, tls, limits)
        .map_err(|error| format!("can't listen on {}: {error}; set --bind", settings.bind))
}

/// Serves the metrics at an address of their own, where one is set.
fn serve_metrics(settings: &Settings, state: &HostState) -> Result<(), String> {
    let Some(address) = settings.metrics_bind else { return Ok(()) };
    let limits = DoorLimits { connections: METRICS_CONNECTIONS, ..DoorLimits::default() };
    let door = Door::bind(address, None, limits)
        .map_err(|error| format!("can't listen on {address}: {error}; set --metrics-bind"))?;
    tokio::spawn(door.serve(http::metrics_router(state.clone()), CancellationToken::new()));
    Ok(())
}

async fn serve(
    door: Door,
    router: Router,
    host: Host,
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), String> {
    let stopping = CancellationToken::new();
    let supervisor = Supervisor::start(router.clone(), host.streams.clone());
    let mut serving = tokio::spawn(door.serve(router, stopping.clone()));
    tokio::select! {
        () = stop.wait() => {}
        // The server ends by itself only after a fault.
        ended = &mut serving => return ended.map_err(|error| error.to_string()),
    }
    tracing::info!("stopping");
    supervisor.stopping();
    stopping.cancel();
    host.shut_down(Duration::from_secs(settings.shutdown_grace_seconds)).await;
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
