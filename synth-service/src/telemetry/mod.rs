//! The metrics of this host, and the exports. The metrics' names are in [`contract::metrics`].
//!
//! | module | owns |
//! | --- | --- |
//! | `answer` | the metrics of an answer, from its timeline |
//! | `exporters` | the exports that the host makes by itself |
//! | `state` | the metrics of now, such as the length of a queue |
//! | `view` | the same for people |

mod answer;
mod exporters;
mod state;
mod view;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use ::metrics::{Key, Label, Level, Metadata, Recorder, SharedString};
use contract::metrics::{self, Kind, Metric};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use self::{
    answer::AnswerKind,
    exporters::{ExportError, Exporters},
    state::{HostState, NotReady},
    view::{HostView, VoiceView},
};

/// The meters of a host. Cheap to clone; the clones count together.
#[derive(Clone)]
pub struct Meters {
    prometheus: PrometheusHandle,
    recorders: Arc<[SharedRecorder]>,
    /// Refusals by code, for people: recorders can't be asked.
    refusals: Arc<Mutex<BTreeMap<&'static str, u64>>>,
}

/// A receiver of every value.
pub type SharedRecorder = Arc<dyn Recorder + Send + Sync>;

const METADATA: Metadata<'static> = Metadata::new("firstword", Level::INFO, None);

impl Meters {
    /// Meters that have counted nothing. Prometheus' recorder and `others` receive every value.
    ///
    /// # Errors
    /// [`BuildError`] for a histogram without buckets.
    pub fn new(others: Vec<SharedRecorder>) -> Result<Self, BuildError> {
        let mut builder = PrometheusBuilder::new();
        for metric in metrics::SERVICE {
            if let Kind::Histogram(limits) = metric.kind {
                builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), limits)?;
            }
        }
        let recorder = builder.build_recorder();
        let prometheus = recorder.handle();
        let mut recorders = others;
        recorders.push(Arc::new(recorder));
        let meters = Self { prometheus, recorders: recorders.into(), refusals: Arc::default() };
        meters.describe();
        Ok(meters)
    }

    fn describe(&self) {
        for metric in metrics::SERVICE {
            let name = || SharedString::const_str(metric.name).into();
            let help = || SharedString::const_str(metric.help);
            for recorder in self.recorders.iter() {
                match metric.kind {
                    Kind::Counter => recorder.describe_counter(name(), None, help()),
                    Kind::Gauge => recorder.describe_gauge(name(), None, help()),
                    Kind::Histogram(_) => recorder.describe_histogram(name(), None, help()),
                }
            }
            // A counter without labels is there from the start on, so that its first increase is seen.
            if metric.kind == Kind::Counter && metric.labels.is_empty() {
                self.count(metric, &[], 0);
            }
        }
    }

    /// Adds to a counter. `labels` are the values of the metric's labels, in order.
    pub fn count(&self, metric: &'static Metric, labels: &[&str], by: u64) {
        let key = key(metric, labels);
        self.recorders.iter().for_each(|recorder| recorder.register_counter(&key, &METADATA).increment(by));
    }

    /// Counts a request that was refused. `code` is that of the error.
    pub fn refuse(&self, code: &'static str) {
        self.count(&metrics::REFUSALS, &[code], 1);
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner).entry(code).or_default() += 1;
    }

    /// The requests that were refused since the start, by the code of the error.
    pub fn refusals(&self) -> Vec<(&'static str, u64)> {
        let refusals = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        refusals.iter().map(|(code, count)| (*code, *count)).collect()
    }

    /// Sets a gauge.
    pub fn set(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        let key = key(metric, labels);
        self.recorders.iter().for_each(|recorder| recorder.register_gauge(&key, &METADATA).set(value));
    }

    /// Adds a value to a histogram.
    pub fn observe(&self, metric: &'static Metric, labels: &[&str], value: f64) {
        let key = key(metric, labels);
        self.recorders.iter().for_each(|recorder| recorder.register_histogram(&key, &METADATA).record(value));
    }

    /// The view of these meters in Prometheus' text format.
    pub fn prometheus(&self) -> PrometheusHandle {
        self.prometheus.clone()
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
        let meters = Meters::new(Vec::new()).expect("buckets");
        meters.observe(&metrics::UPLOAD, &[], 0.012);
        meters.count(&metrics::PHRASES, &["memory"], 2);
        meters.set(&metrics::READY, &[], 1.0);
        ["busy", "stopping", "busy"].into_iter().for_each(|code| meters.refuse(code));
        assert_eq!(meters.clone().refusals(), [("busy", 2), ("stopping", 1)]);
        let text = meters.prometheus().render();
        for line in [
            "# TYPE firstword_upload_seconds histogram",
            "firstword_upload_seconds_bucket{le=\"0.01\"} 0",
            "firstword_upload_seconds_bucket{le=\"0.02\"} 1",
            "firstword_phrases_total{origin=\"memory\"} 2",
            "firstword_host_ready 1",
            "firstword_refusals_total{code=\"busy\"} 2",
            "firstword_store_retries_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
        }
    }
}
