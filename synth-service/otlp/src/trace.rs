//! The export of traces: a layer for `tracing`, and batches of its spans.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use opentelemetry::{Context, global, trace::TracerProvider};
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, Span, SpanData, SpanExporter as Exporter,
        SpanProcessor,
    },
};
use tracing::{Subscriber, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::filter_fn, registry::LookupSpan};

use crate::{
    client::{Client, REQUEST_TIMEOUT},
    health::Health,
    resource::resource,
    settings::{OtlpError, Settings, Signal},
    spans,
    stop::{LAST_FLUSH, flush_within},
};

/// Spans that wait for their export; an answer has about four for each sentence.
const MOST_WAITING: usize = 4096;

/// Spans of one request.
const BATCH: usize = 512;

/// Longest wait for a batch to fill.
const BETWEEN_BATCHES: Duration = Duration::from_secs(5);

/// The export of the service's traces. There is one in a process.
pub struct Traces {
    provider: SdkTracerProvider,
    health: Arc<Health>,
}

impl Traces {
    /// Starts the export, within a runtime; `None` where no endpoint is set. Nothing is sent yet: a collector that is
    /// gone is no error.
    ///
    /// # Errors
    /// [`OtlpError`].
    pub async fn start(settings: &Settings) -> Result<Option<Self>, OtlpError> {
        let signal = Signal::Traces;
        let Some(url) = settings.traces_url()? else { return Ok(None) };
        let health = Arc::new(Health::new(signal, &url));
        let client = Client::new(&url, settings.signer(signal, &url).await?, health.clone())?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .with_endpoint(url)
            .with_timeout(REQUEST_TIMEOUT)
            .build()
            .map_err(|error| OtlpError::Exporter(error.to_string()))?;
        let waiting = Arc::new(AtomicUsize::new(0));
        let exporter = Watched { exporter, health: health.clone(), waiting: waiting.clone() };
        let batches = BatchConfigBuilder::default()
            .with_max_queue_size(MOST_WAITING)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(BETWEEN_BATCHES)
            .build();
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(batches).build();
        let bounded = Bounded { batches, health: health.clone(), waiting };
        let provider =
            SdkTracerProvider::builder().with_resource(resource()).with_span_processor(bounded).build();
        global::set_tracer_provider(provider.clone());
        Ok(Some(Self { provider, health }))
    }

    /// The layer that turns the service's spans into those of traces. Log lines are no part of a span: they may quote
    /// texts.
    pub fn layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
    {
        let ours = filter_fn(|metadata| metadata.is_span() && metadata.target().starts_with("synth_service"))
            // All spans of the service are of this level, so that every log line has their ids.
            .with_max_level_hint(LevelFilter::ERROR);
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(spans::SCOPE))
            .with_context_activation(false)
            .with_level(false)
            .with_location(false)
            .with_target(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(ours)
    }

    /// Has the number of spans reported that are lost from now on.
    pub fn on_loss(&self, on_loss: impl Fn(u64) + Send + Sync + 'static) {
        self.health.on_loss(on_loss);
    }

    /// Exports the last spans, and ends. Takes 1.5 s at most.
    pub async fn stop(self) {
        let provider = self.provider;
        if !flush_within(LAST_FLUSH, move || drop(provider.shutdown_with_timeout(LAST_FLUSH))).await {
            self.health.failed(0);
        }
    }
}

/// Spans on their way to the batches. One for which there is no room is counted and dropped.
#[derive(Debug)]
struct Bounded {
    batches: BatchSpanProcessor,
    health: Arc<Health>,
    waiting: Arc<AtomicUsize>,
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.batches.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        if !span.span_context.is_sampled() {
            return;
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.health.lose(1);
            return;
        }
        self.batches.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// The exporter, with a look at its results.
#[derive(Debug)]
struct Watched {
    exporter: SpanExporter,
    health: Arc<Health>,
    waiting: Arc<AtomicUsize>,
}

impl Exporter for Watched {
    async fn export(&self, mut batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.waiting.fetch_sub(spans, Ordering::Relaxed);
        for span in &mut batch {
            // A field for the kind would stand in every log line.
            span.span_kind = spans::kind(&span.name).unwrap_or(span.span_kind.clone());
        }
        let done = self.exporter.export(batch).await;
        match &done {
            Ok(()) => self.health.delivered(),
            Err(_) => self.health.failed(spans),
        }
        done
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
