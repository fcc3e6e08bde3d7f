//! Starts the service, and stops it without losing a stream.

use std::{future::IntoFuture, process::ExitCode, sync::Arc, time::Duration};

use axum::serve::ListenerExt;
use clap::Parser;
use synth_service::{
    admission::{self, Admission},
    http::{self, Token},
    settings::{LogFormat, Settings},
    speak::{self, Narrator},
    stop::Stop,
    store::ObjectStore,
    streams::{self, Limits, Streams},
    voices::Voices,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// How long connections get to end once every stream has.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// What is logged unless RUST_LOG says otherwise. The dictionary would log words that callers hear.
const DEFAULT_LOG: &str = "info,misaki_rs=off,ort=warn";

#[tokio::main]
async fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_panic));
    let settings = Settings::parse();
    start_logging(settings.log_format);
    match run(settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("synth-service: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<(), String> {
    let voices = {
        let settings = settings.clone();
        tokio::task::spawn_blocking(move || Voices::load(&settings))
            .await
            .map_err(|error| error.to_string())?
    };
    let voices = voices.map_err(|error| error.to_string())?;
    if settings.check_config {
        println!("the configuration is good; voices: {}", voices.names());
        return Ok(());
    }
    let store = ObjectStore::connect(&settings.bucket, Duration::from_secs(settings.url_ttl_seconds)).await;
    let limits = Limits {
        max_streams: settings.max_streams,
        max_text_chars: settings.max_text_chars,
        wait: Duration::from_millis(settings.wait_ms),
        resume_after: contract::RESUME_AFTER,
        part_patience: streams::PART_PATIENCE,
    };
    let voices = Arc::new(voices);
    let speaking =
        speak::Limits { max_narrations: settings.max_streams, max_text_chars: settings.max_text_chars };
    let admission = Admission::new(admission::Limits {
        max_waiting: settings.max_waiting,
        patience: Duration::from_secs(settings.longest_wait_seconds),
    });
    let narrator = Narrator::new(voices.clone(), admission.clone(), speaking);
    let streams = Streams::new(store, voices, admission, limits);
    let listener = TcpListener::bind(settings.bind)
        .await
        .map_err(|error| format!("can't listen on {}: {error}; set --bind", settings.bind))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let first_check = streams.clone();
    tokio::spawn(async move {
        if let Err(error) = first_check.ready().await {
            tracing::warn!(%error, "not ready yet; /readyz will say when");
        }
    });
    // Before anybody is told that the service is there to be stopped.
    let stop = Stop::listen(settings.stop_when_stdin_ends).map_err(|error| error.to_string())?;
    tracing::info!(%address, bucket = settings.bucket, "listening");
    serve(listener, streams, narrator, &settings, stop).await
}

async fn serve(
    listener: TcpListener,
    streams: Streams,
    narrator: Narrator,
    settings: &Settings,
    mut stop: Stop,
) -> Result<(), String> {
    let token = Token::new(&settings.token);
    let router = http::router(streams.clone(), narrator.clone(), token, settings.max_body_bytes);
    // Answers are small: sent at once, not when a full segment has gathered.
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let stopping = CancellationToken::new();
    let server = axum::serve(listener, router).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        () = stop.wait() => {}
        // It never ends by itself but with an error.
        ended = &mut server => return ended.map_err(|error| error.to_string())?.map_err(|error| error.to_string()),
    }
    tracing::info!("stopping");
    stopping.cancel();
    let grace = Duration::from_secs(settings.shutdown_grace_seconds);
    tokio::join!(streams.shut_down(grace), narrator.shut_down(grace));
    // Requests under way get their answers; a client that never finishes its request does not hold us up.
    let _ = tokio::time::timeout(DRAIN_TIMEOUT, server).await;
    Ok(())
}

/// Where it happened, and not what: the text of a panic may repeat what a caller would hear.
fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}

fn start_logging(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_LOG));
    let registry = tracing_subscriber::registry().with(filter);
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => registry.with(stderr.with_ansi(false)).init(),
        LogFormat::Json => registry.with(stderr.json().flatten_event(true)).init(),
    }
}
