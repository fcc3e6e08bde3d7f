//! The export of metrics: cumulative, so that the same PromQL serves Prometheus and CloudWatch.

use std::{sync::Arc, time::Duration};

use opentelemetry::metrics::MeterProvider;
use opentelemetry_otlp::{MetricExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        PeriodicReader, SdkMeterProvider, Temporality, data::ResourceMetrics, exporter::PushMetricExporter,
    },
};

use crate::{
    client::{Client, REQUEST_TIMEOUT},
    health::Health,
    recorder::Instruments,
    resource::resource,
    settings::{OtlpError, Settings, Signal},
    stop::{LAST_FLUSH, flush_within},
};

/// The export of the service's metrics. One minute lies between two exports, or `OTEL_METRIC_EXPORT_INTERVAL`.
pub struct Metrics {
    provider: SdkMeterProvider,
    recorder: Arc<Instruments>,
    health: Arc<Health>,
}

impl Metrics {
    /// Starts the export, within a runtime. Nothing is sent yet: a collector that is gone is no error.
    ///
    /// # Errors
    /// [`OtlpError`].
    pub async fn start(settings: &Settings) -> Result<Self, OtlpError> {
        let signal = Signal::Metrics;
        let url = settings.metrics_url()?;
        let health = Arc::new(Health::new(signal, &url));
        let client = Client::new(&url, settings.signer(signal, &url).await?, health.clone())?;
        let exporter = MetricExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(url)
            .with_timeout(REQUEST_TIMEOUT)
            .with_temporality(Temporality::Cumulative)
            .build()
            .map_err(|error| OtlpError::Exporter(error.to_string()))?;
        let reader = PeriodicReader::builder(Watched { exporter, health: health.clone() }).build();
        let provider = SdkMeterProvider::builder().with_resource(resource()).with_reader(reader).build();
        let recorder = Arc::new(Instruments::new(&provider.meter("firstword")));
        Ok(Self { provider, recorder, health })
    }

    /// Receives every value.
    pub fn recorder(&self) -> Arc<dyn metrics::Recorder + Send + Sync> {
        self.recorder.clone()
    }

    /// Has each export reported that fails from now on.
    pub fn on_loss(&self, on_loss: impl Fn(u64) + Send + Sync + 'static) {
        self.health.on_loss(on_loss);
    }

    /// Exports once more, and ends. Takes 1.5 s at most.
    pub async fn stop(self) {
        let Self { provider, health, .. } = self;
        if !flush_within(LAST_FLUSH, move || drop(provider.shutdown())).await {
            health.failed(0);
        }
    }
}

/// The exporter, with a look at its results.
struct Watched {
    exporter: MetricExporter,
    health: Arc<Health>,
}

impl PushMetricExporter for Watched {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let done = self.exporter.export(metrics).await;
        match &done {
            Ok(()) => self.health.delivered(),
            // The sums come with the next export; the graph has a hole.
            Err(_) => self.health.failed(1),
        }
        done
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.exporter.temporality()
    }
}
