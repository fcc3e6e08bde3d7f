//! The metrics of this host. Their names are in [`contract::metrics`].
//!
//! | module | owns |
//! | --- | --- |
//! | `answer` | the metrics of an answer, from its timeline |
//! | `state` | the metrics of now, such as the length of a queue |

mod answer;
mod state;

use std::sync::Arc;

use ::metrics::{Key, Label, Level, Metadata, Recorder, SharedString};
use contract::metrics::{self, Kind, Metric};
use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

pub use self::{
    answer::AnswerKind,
    state::{HostState, NotReady},
};

/// The meters of a host. Cheap to clone; the clones count together.
#[derive(Clone)]
pub struct Meters(Arc<PrometheusRecorder>);

const METADATA: Metadata<'static> = Metadata::new("firstword", Level::INFO, None);

impl Meters {
    /// Meters that have counted nothing.
    ///
    /// # Errors
    /// [`BuildError`] for a histogram without buckets.
    pub fn new() -> Result<Self, BuildError> {
        let mut builder = PrometheusBuilder::new();
        for metric in metrics::SERVICE {
            if let Kind::Histogram(limits) = metric.kind {
                builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), limits)?;
            }
        }
        let recorder = builder.build_recorder();
        for Metric { name, kind, help, .. } in metrics::SERVICE {
            let (name, help) = (SharedString::const_str(name), SharedString::const_str(help));
            match kind {
                Kind::Counter => recorder.describe_counter(name.into(), None, help),
                Kind::Gauge => recorder.describe_gauge(name.into(), None, help),
                Kind::Histogram(_) => recorder.describe_histogram(name.into(), None, help),
            }
        }
        let meters = Self(Arc::new(recorder));
        // A counter without labels is there from the start on, so that its first increase is seen.
        for metric in metrics::SERVICE.iter().filter(|metric| metric.kind == Kind::Counter) {
            if metric.labels.is_empty() {
                meters.count(metric, &[], 0);
            }
        }
        Ok(meters)
    }

    /// Adds to a counter. `labels` are the values of the metric's labels, in order.
    pub fn count(&self, metric: &'static Metric, labels: &[&str], by: u64) {
        self.0.register_counter(&key(metric, labels), &METADATA).increment(by);
    }

    /// Sets a gauge.
    pub fn set(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        self.0.register_gauge(&key(metric, labels), &METADATA).set(value);
    }

    /// Adds a value to a histogram.
    pub fn observe(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        self.0.register_histogram(&key(metric, labels), &METADATA).record(value);
    }

    /// The view of these meters in Prometheus' text format.
    pub fn prometheus(&self) -> PrometheusHandle {
        self.0.handle()
    }
}

fn key(metric: &'static Metric, values: &[&str]) -> Key {
    debug_assert_eq!(metric.labels.len(), values.len(), "the labels of {}", metric.name);
    let labels = metric.labels.iter().zip(values);
    let labels: Vec<_> = labels.map(|(label, value)| Label::new(label.name, (*value).to_owned())).collect();
    Key::from_parts(metric.name, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_histogram_has_buckets_and_every_value_is_rendered() {
        let meters = Meters::new().expect("buckets");
        meters.observe(&metrics::UPLOAD, &[], 0.012);
        meters.count(&metrics::PHRASES, &["memory"], 2);
        meters.set(&metrics::READY, &[], 1.0);
        let text = meters.prometheus().render();
        for line in [
            "# TYPE firstword_upload_seconds histogram",
            "firstword_upload_seconds_bucket{le=\"0.01\"} 0",
            "firstword_upload_seconds_bucket{le=\"0.02\"} 1",
            "firstword_phrases_total{origin=\"memory\"} 2",
            "firstword_host_ready 1",
            "firstword_store_retries_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
