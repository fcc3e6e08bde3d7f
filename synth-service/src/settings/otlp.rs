//! The settings of OpenTelemetry's export. The endpoints have the names that OpenTelemetry's specification gives them.

use clap::{Args, ValueEnum};
use otlp::Signing;

/// The flags of the export. Traces are exported where an endpoint is set for them.
#[derive(Clone, Debug, Args)]
pub struct OtlpFlags {
    /// Receiver to which the host sends its metrics. `GET /metrics` is there anyway.
    #[arg(long, env = "FIRSTWORD_METRICS_TO", value_enum, default_value_t = MetricsTo::None)]
    pub metrics_to: MetricsTo,

    /// Base URL of an OpenTelemetry collector (OTLP over HTTP), such as http://localhost:4318: traces go to /v1/traces
    /// there, and metrics to /v1/metrics with `--metrics-to otlp`. Empty: no traces.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env_values = true)]
    pub otlp_endpoint: Option<String>,

    /// Whole URL for metrics instead, such as `https://monitoring.REGION.amazonaws.com/v1/metrics`.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", hide_env_values = true)]
    pub otlp_metrics_endpoint: Option<String>,

    /// Whole URL for traces instead, such as `https://xray.REGION.amazonaws.com/v1/traces`.
    #[arg(long, env = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", hide_env_values = true)]
    pub otlp_traces_endpoint: Option<String>,

    /// Whether these requests are signed with AWS credentials: auto (those to AWS's own endpoints), always or never.
    #[arg(long, env = "FIRSTWORD_OTLP_SIGN", default_value = "auto")]
    pub otlp_sign: Signing,
}

/// Receiver of the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MetricsTo {
    /// Nobody: they are scraped.
    None,
    /// An OpenTelemetry collector, or CloudWatch's endpoint for one.
    Otlp,
}

impl OtlpFlags {
    /// The settings for the crate `otlp`.
    pub fn settings(&self) -> otlp::Settings {
        otlp::Settings {
            endpoint: self.otlp_endpoint.clone(),
            metrics_endpoint: self.otlp_metrics_endpoint.clone(),
            traces_endpoint: self.otlp_traces_endpoint.clone(),
            signing: self.otlp_sign,
        }
    }
}
