//! The values of the running interval. Recording one is a look into a table that never changes and an addition.

use std::{
    collections::HashMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use contract::metrics::{Kind, Metric, SERVICE, STAGE};
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::rounded::Distribution;

/// Largest number of series of a gauge. Its labels are voices and GPUs, which are far fewer.
const MAX_SERIES: usize = 256;

/// A receiver of every value of the service, added up over the labels of each metric.
///
/// - A counter: the increase within the interval, 0 as well, so that a graph has no holes.
/// - A gauge: the sum over its labels of the latest values. The labels of our gauges divide a whole (sentences that wait
///   for each voice, memory on each GPU), and most have none. A gauge that was not set within the interval is not sent: a
///   host whose state is no longer read counts as one that is gone.
/// - A histogram: each value and how often it occurred; see `rounded`.
///
/// Gauges `*_info` and the times of stages mean nothing without their labels and are not sent.
pub struct Aggregate(HashMap<&'static str, Series>);

enum Series {
    Counter(Arc<AtomicU64>),
    Gauge(Mutex<HashMap<Key, Arc<AtomicU64>>>),
    Histogram(Arc<Shared>),
}

/// The values of a metric within an interval.
#[derive(Debug, PartialEq)]
pub(crate) enum Reading {
    /// One value.
    Value(f64),
    /// Values in ascending order, each with its count.
    Values(Vec<(f64, f64)>),
}

#[derive(Default)]
struct Shared(Mutex<Distribution>);

impl Aggregate {
    /// An aggregate of nothing.
    pub fn new() -> Self {
        let means_nothing = |metric: &Metric| metric.name.ends_with("_info") || is_by_stage(metric);
        let sent = SERVICE.iter().filter(|metric| !means_nothing(metric));
        Self(sent.map(|metric| (metric.name, Series::of(metric.kind))).collect())
    }

    /// Ends an interval: its values, in the order of the vocabulary. The next one begins.
    pub(crate) fn take(&self) -> Vec<(&'static Metric, Reading)> {
        let reading = |metric: &'static Metric| Some((metric, self.0.get(metric.name)?.take()?));
        SERVICE.iter().filter_map(reading).collect()
    }
}

/// Whether a metric has the times of stages, of an answer or of a live turn.
fn is_by_stage(metric: &Metric) -> bool {
    metric.labels.iter().any(|label| label.name == STAGE.name)
}

impl Default for Aggregate {
    fn default() -> Self {
        Self::new()
    }
}

impl Series {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(Arc::default()),
            Kind::Gauge => Self::Gauge(Mutex::default()),
            Kind::Histogram(_) => Self::Histogram(Arc::default()),
        }
    }

    fn take(&self) -> Option<Reading> {
        match self {
            Self::Counter(total) => Some(Reading::Value(total.swap(0, Ordering::Relaxed) as f64)),
            Self::Gauge(series) => {
                let series = mem::take(&mut *lock(series));
                let sum: f64 =
                    series.values().map(|value| f64::from_bits(value.load(Ordering::Relaxed))).sum();
                // CloudWatch refuses a call with a value that is no number.
                (!series.is_empty() && sum.is_finite()).then_some(Reading::Value(sum))
            }
            Self::Histogram(shared) => {
                let distribution = mem::take(&mut *lock(&shared.0));
                (!distribution.is_empty()).then(|| Reading::Values(distribution.values()))
            }
        }
    }
}

impl Recorder for Aggregate {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.0.get(key.name()) {
            Some(Series::Counter(total)) => Counter::from_arc(total.clone()),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        let Some(Series::Gauge(series)) = self.0.get(key.name()) else { return Gauge::noop() };
        let mut series = lock(series);
        if let Some(value) = series.get(key) {
            return Gauge::from_arc(value.clone());
        }
        if series.len() >= MAX_SERIES {
            return Gauge::noop();
        }
        Gauge::from_arc(series.entry(key.clone()).or_default().clone())
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.0.get(key.name()) {
            Some(Series::Histogram(shared)) => Histogram::from_arc(shared.clone()),
            _ => Histogram::noop(),
        }
    }
}

impl HistogramFn for Shared {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        lock(&self.0).add(value, count as u64);
    }
}

/// Nothing panics while it holds the lock.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use contract::metrics::{
        BUILD_INFO, FIRST_AUDIO, LIVE_STAGES, PHRASES, QUEUE_LENGTH, READY, REFUSALS, STAGES, STORE_RETRIES,
    };
    use metrics::{Label, Level};

    use super::*;

    const METADATA: Metadata<'static> = Metadata::new("test", Level::INFO, None);

    fn key(name: &'static str, label: &'static str) -> Key {
        Key::from_parts(name, vec![Label::new("label", label)])
    }

    /// The values of one more interval.
    fn taken(aggregate: &Aggregate) -> HashMap<&'static str, Reading> {
        aggregate.take().into_iter().map(|(metric, reading)| (metric.name, reading)).collect()
    }

    #[test]
    fn counters_are_sent_as_increases_over_all_labels() {
        let aggregate = Aggregate::new();
        let count = |name, label, by| aggregate.register_counter(&key(name, label), &METADATA).increment(by);
        count(REFUSALS.name, "busy", 3);
        count(REFUSALS.name, "stopping", 2);
        count(PHRASES.name, "memory", 1);
        let first = taken(&aggregate);
        assert_eq!(first[REFUSALS.name], Reading::Value(5.0));
        assert_eq!(first[PHRASES.name], Reading::Value(1.0));
        assert_eq!(first[STORE_RETRIES.name], Reading::Value(0.0));
        count(REFUSALS.name, "busy", 1);
        let second = taken(&aggregate);
        assert_eq!(second[REFUSALS.name], Reading::Value(1.0));
        assert_eq!(second[PHRASES.name], Reading::Value(0.0));
    }

    #[test]
    fn gauges_are_sent_as_the_sum_of_their_latest_values_while_they_are_set() {
        let aggregate = Aggregate::new();
        let set = |name, label, value| aggregate.register_gauge(&key(name, label), &METADATA).set(value);
        set(QUEUE_LENGTH.name, "hibari", 9.0);
        set(QUEUE_LENGTH.name, "hibari", 2.0);
        set(QUEUE_LENGTH.name, "piper", 3.0);
        set(READY.name, "", f64::NAN);
        set(BUILD_INFO.name, "0.1.0", 1.0);
        let first = taken(&aggregate);
        assert_eq!(first[QUEUE_LENGTH.name], Reading::Value(5.0));
        assert!(!first.contains_key(READY.name) && !first.contains_key(BUILD_INFO.name), "{first:?}");
        assert!(!taken(&aggregate).contains_key(QUEUE_LENGTH.name));
    }

    #[test]
    fn times_of_stages_are_not_sent() {
        let aggregate = Aggregate::new();
        for metric in [STAGES, LIVE_STAGES] {
            aggregate.register_histogram(&key(metric.name, "speech"), &METADATA).record(0.1);
            assert!(!taken(&aggregate).contains_key(metric.name), "{}", metric.name);
        }
    }

    #[test]
    fn histograms_are_sent_as_values_with_counts() {
        let aggregate = Aggregate::new();
        let record = |label, value| {
            aggregate.register_histogram(&key(FIRST_AUDIO.name, label), &METADATA).record(value);
        };
        record("hibari", 0.2);
        record("piper", 0.100_02);
        record("hibari", 0.1);
        record("hibari", f64::NAN);
        assert_eq!(taken(&aggregate)[FIRST_AUDIO.name], Reading::Values(vec![(0.1, 2.0), (0.2, 1.0)]));
        assert!(!taken(&aggregate).contains_key(FIRST_AUDIO.name));
    }

    #[test]
    fn unknown_metrics_and_endless_labels_take_no_memory() {
        let aggregate = Aggregate::new();
        aggregate.register_counter(&key("other", ""), &METADATA).increment(1);
        aggregate.register_histogram(&key("other", ""), &METADATA).record(1.0);
        for label in 0..10_000 {
            let key = Key::from_parts(QUEUE_LENGTH.name, vec![Label::new("voice", label.to_string())]);
            aggregate.register_gauge(&key, &METADATA).set(1.0);
        }
        let values = taken(&aggregate);
        assert_eq!(values[QUEUE_LENGTH.name], Reading::Value(MAX_SERIES as f64));
        assert!(!values.contains_key("other"));
    }
}
