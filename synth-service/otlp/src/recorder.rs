//! The service's metrics as instruments of OpenTelemetry: the names, limits of buckets and units of the one table.

use std::{collections::HashMap, sync::Arc};

use contract::metrics::{Kind, Metric, SERVICE, Unit};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString,
};
use opentelemetry::{KeyValue, metrics as otel};

/// Receives every value of the service's meters.
pub(crate) struct Instruments(HashMap<&'static str, Instrument>);

enum Instrument {
    Counter(otel::Counter<u64>),
    Gauge(otel::Gauge<f64>),
    Histogram(otel::Histogram<f64>),
}

/// An instrument with the labels of one series.
struct Series<I> {
    instrument: I,
    labels: Vec<KeyValue>,
}

impl Instruments {
    pub(crate) fn new(meter: &otel::Meter) -> Self {
        Self(SERVICE.iter().map(|metric| (metric.name, Instrument::new(meter, metric))).collect())
    }
}

impl Instrument {
    fn new(meter: &otel::Meter, metric: &'static Metric) -> Self {
        // The names end with their units already, which a receiver for Prometheus does not add twice.
        let unit = match metric.unit {
            Unit::Seconds => "s",
            Unit::Bytes => "By",
            Unit::Count | Unit::Ratio => "",
        };
        let (name, help) = (metric.name, metric.help);
        match metric.kind {
            Kind::Counter => {
                Self::Counter(meter.u64_counter(name).with_description(help).with_unit(unit).build())
            }
            Kind::Gauge => Self::Gauge(meter.f64_gauge(name).with_description(help).with_unit(unit).build()),
            Kind::Histogram(limits) => {
                let histogram = meter.f64_histogram(name).with_description(help).with_unit(unit);
                Self::Histogram(histogram.with_boundaries(limits.to_vec()).build())
            }
        }
    }
}

impl<I> Series<I> {
    fn of(instrument: I, key: &Key) -> Arc<Self> {
        let label = |label: &metrics::Label| KeyValue::new(label.key().to_owned(), label.value().to_owned());
        Arc::new(Self { instrument, labels: key.labels().map(label).collect() })
    }
}

impl CounterFn for Series<otel::Counter<u64>> {
    fn increment(&self, value: u64) {
        self.instrument.add(value, &self.labels);
    }

    /// The service's meters only add to counters.
    fn absolute(&self, _: u64) {}
}

impl GaugeFn for Series<otel::Gauge<f64>> {
    /// The service's meters only set gauges.
    fn increment(&self, _: f64) {}

    /// The service's meters only set gauges.
    fn decrement(&self, _: f64) {}

    fn set(&self, value: f64) {
        self.instrument.record(value, &self.labels);
    }
}

impl HistogramFn for Series<otel::Histogram<f64>> {
    fn record(&self, value: f64) {
        self.instrument.record(value, &self.labels);
    }
}

/// Descriptions come from the table. A name that is not in it, or of another kind, has no instrument.
impl Recorder for Instruments {
    fn describe_counter(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<metrics::Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        match self.0.get(key.name()) {
            Some(Instrument::Counter(counter)) => Counter::from_arc(Series::of(counter.clone(), key)),
            _ => Counter::noop(),
        }
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match self.0.get(key.name()) {
            Some(Instrument::Gauge(gauge)) => Gauge::from_arc(Series::of(gauge.clone(), key)),
            _ => Gauge::noop(),
        }
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        match self.0.get(key.name()) {
            Some(Instrument::Histogram(histogram)) => Histogram::from_arc(Series::of(histogram.clone(), key)),
            _ => Histogram::noop(),
        }
    }
}
