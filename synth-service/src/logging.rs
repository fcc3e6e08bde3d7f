//! The form of the log, and its filter. The spans of traces are exported beside it.

use otlp::Traces;
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::LogFormat;

/// The filter when RUST_LOG is unset. The pronunciation dictionary is off, because it would log words that callers
/// hear.
pub const DEFAULT_FILTER: &str = "info,misaki_rs=off,ort=warn";

/// Logs to standard error from now on, panics included.
pub fn start(format: LogFormat, traces: Option<&Traces>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let stderr: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Text => Box::new(stderr.with_ansi(false)),
        LogFormat::Json => Box::new(stderr.json().flatten_event(true)),
    };
    // The filter is that of the log alone: a trace is the same at every level.
    tracing_subscriber::registry().with(stderr.with_filter(filter)).with(traces.map(Traces::layer)).init();
    std::panic::set_hook(Box::new(report_panic));
}

/// Logs the location of a panic but not its message, which may quote a caller's text.
fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}
