//! The form of the log, and its filter.

use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::LogFormat;

/// The filter when RUST_LOG is unset. The pronunciation dictionary is off, because it would log words that callers
/// hear.
pub const DEFAULT_FILTER: &str = "info,misaki_rs=off,ort=warn";

/// Logs to standard error from now on, panics included.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let registry = tracing_subscriber::registry().with(filter);
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => registry.with(stderr.with_ansi(false)).init(),
        LogFormat::Json => registry.with(stderr.json().flatten_event(true)).init(),
    }
    std::panic::set_hook(Box::new(report_panic));
}

/// Logs the location of a panic but not its message, which may quote a caller's text.
fn report_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked");
}
