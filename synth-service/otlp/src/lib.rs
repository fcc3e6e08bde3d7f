//! OpenTelemetry export of the service: metrics and traces as OTLP over HTTP and protobuf, to any collector, or signed
//! to CloudWatch and X-Ray.
//!
//! | module | owns |
//! | --- | --- |
//! | [`Settings`], [`Signing`], [`OtlpError`] | the endpoints, and whether requests to them are signed |
//! | [`Metrics`] | a [`metrics::Recorder`] over the SDK's instruments, read and sent once a minute |
//! | [`Traces`] | a layer for `tracing` whose spans are sent in batches |
//! | [`spans`] | the trace of a request: its parent, the header for the next program, the stages of an answer |
//! | `client` | the HTTP client, in the service's runtime |
//! | `health` | lost telemetry: counted, and logged once for each outage |
//!
//! Reading and sending happen on threads of the SDK's own, from queues with a bound: a collector that is gone costs
//! telemetry and no caller's time. The standard variables that are no setting of the service (`OTEL_SERVICE_NAME`,
//! `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_METRIC_EXPORT_INTERVAL`, `OTEL_TRACES_SAMPLER`) are
//! read by the SDK. Words of callers are never in a span.

mod client;
mod health;
mod metric;
mod recorder;
mod resource;
mod settings;
pub mod spans;
mod stop;
mod trace;

pub use self::{
    metric::Metrics,
    settings::{OtlpError, Settings, Signing},
    trace::Traces,
};
