//! The telemetry that this host sends by itself. `GET /metrics` is not among it: there a client asks.

use std::{sync::Arc, time::Duration};

use cloudwatch::{Aggregate, CloudWatch, Sender};
use contract::{
    Namespace,
    metrics::{METRICS_DROPPED, SPANS_DROPPED},
};
use metrics_exporter_prometheus::BuildError;
use otlp::{Metrics, OtlpError, Traces};

use super::{Meters, SharedRecorder};
use crate::settings::{MetricsTo, Settings};

/// An export that can't start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "each message says it")]
pub enum ExportError {
    #[error(transparent)]
    Meters(#[from] BuildError),
    #[error(transparent)]
    Otlp(#[from] OtlpError),
}

/// The exporters that are switched on. They work in the background and never delay a stream.
pub struct Exporters {
    cloudwatch: Option<Sender>,
    metrics: Option<Metrics>,
    traces: Option<Traces>,
}

impl Exporters {
    /// Meters whose values are exported as the settings say, and the exporters. `traces` began with the log.
    ///
    /// # Errors
    /// [`ExportError`].
    pub async fn start(settings: &Settings, traces: Option<Traces>) -> Result<(Meters, Self), ExportError> {
        let metrics = match settings.otlp.metrics_to {
            MetricsTo::None => None,
            MetricsTo::Otlp => Some(Metrics::start(&settings.otlp.settings()).await?),
        };
        let cloudwatch =
            settings.cloudwatch_namespace.0.clone().map(|namespace| (namespace, Arc::new(Aggregate::new())));
        let mut recorders: Vec<SharedRecorder> = Vec::new();
        recorders.extend(metrics.iter().map(Metrics::recorder));
        recorders.extend(cloudwatch.iter().map(|(_, aggregate)| aggregate.clone() as SharedRecorder));
        let meters = Meters::new(recorders)?;
        if let Some(metrics) = &metrics {
            let counter = meters.clone();
            metrics.on_loss(move |exports| counter.count(&METRICS_DROPPED, &[], exports));
        }
        if let Some(traces) = &traces {
            let counter = meters.clone();
            traces.on_loss(move |spans| counter.count(&SPANS_DROPPED, &[], spans));
        }
        let cloudwatch = match cloudwatch {
            Some((namespace, aggregate)) => Some(sender(namespace, aggregate, settings, &meters).await),
            None => None,
        };
        Ok((meters, Self { cloudwatch, metrics, traces }))
    }

    /// Sends the rest. Ends within two seconds, whatever the receivers do.
    pub async fn stop(self) {
        let cloudwatch = async {
            if let Some(cloudwatch) = self.cloudwatch {
                cloudwatch.stop().await;
            }
        };
        let metrics = async {
            if let Some(metrics) = self.metrics {
                metrics.stop().await;
            }
        };
        let traces = async {
            if let Some(traces) = self.traces {
                traces.stop().await;
            }
        };
        tokio::join!(cloudwatch, metrics, traces);
    }
}

/// Sends the values of `aggregate` to CloudWatch from now on.
async fn sender(
    namespace: Namespace,
    aggregate: Arc<Aggregate>,
    settings: &Settings,
    meters: &Meters,
) -> Sender {
    let client = CloudWatch::connect(namespace).await;
    let every = Duration::from_secs(settings.cloudwatch_interval_seconds);
    let counter = meters.clone();
    let dropped = move |values| counter.count(&METRICS_DROPPED, &[], values);
    Sender::start(client, aggregate, every, dropped)
}
