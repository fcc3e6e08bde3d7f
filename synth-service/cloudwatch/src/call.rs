//! The values of an interval as the calls of `PutMetricData` that send them.

use std::time::SystemTime;

use aws_sdk_cloudwatch::types::{MetricDatum, StandardUnit};
use contract::metrics::Metric;

use crate::aggregate::Reading;

/// Largest number of distinct values of a metric in one call, by CloudWatch's API. It also takes no more than 1,000
/// metrics and 1 MB in a call; the vocabulary with this many values each stays far below both.
const MAX_VALUES: usize = 150;

/// Splits the values of an interval that ended `at` this time into calls. A call has each metric once at most, so that a
/// metric with many distinct values is in several calls.
pub(crate) fn calls(readings: &[(&'static Metric, Reading)], at: SystemTime) -> Vec<Vec<MetricDatum>> {
    let mut calls: Vec<Vec<MetricDatum>> = Vec::new();
    for (metric, reading) in readings {
        for (index, datum) in data(metric, reading, at).enumerate() {
            match calls.get_mut(index) {
                Some(call) => call.push(datum),
                None => calls.push(vec![datum]),
            }
        }
    }
    calls
}

fn data<'a>(
    metric: &'a Metric,
    reading: &'a Reading,
    at: SystemTime,
) -> impl Iterator<Item = MetricDatum> + 'a {
    let datum = move || {
        let unit = StandardUnit::from(metric.unit.cloudwatch());
        MetricDatum::builder().metric_name(metric.name).unit(unit).timestamp(at.into())
    };
    let (value, values) = match reading {
        Reading::Value(value) => (Some(*value), [].as_slice()),
        Reading::Values(values) => (None, values.as_slice()),
    };
    let single = value.map(|value| datum().value(value).build());
    let several = values.chunks(MAX_VALUES).map(move |chunk| {
        let (values, counts) = chunk.iter().copied().unzip();
        datum().set_values(Some(values)).set_counts(Some(counts)).build()
    });
    single.into_iter().chain(several)
}

#[cfg(test)]
mod tests {
    use contract::metrics::{FIRST_AUDIO, REFUSALS, UPLOAD};

    use super::*;

    #[test]
    fn a_call_has_a_metric_once_with_150_values_at_most() {
        let many = |count: u32| Reading::Values((0..count).map(|value| (f64::from(value), 2.0)).collect());
        let readings = [(&FIRST_AUDIO, many(301)), (&REFUSALS, Reading::Value(7.0)), (&UPLOAD, many(150))];
        let calls = calls(&readings, SystemTime::UNIX_EPOCH);
        let sizes = |call: &Vec<MetricDatum>| -> Vec<_> {
            let size = |datum: &MetricDatum| {
                (datum.metric_name().unwrap_or_default().to_owned(), datum.values().len())
            };
            call.iter().map(size).collect()
        };
        let named = |metric: &Metric, values: usize| (metric.name.to_owned(), values);
        assert_eq!(
            calls.iter().map(sizes).collect::<Vec<_>>(),
            [
                vec![named(&FIRST_AUDIO, 150), named(&REFUSALS, 0), named(&UPLOAD, 150)],
                vec![named(&FIRST_AUDIO, 150)],
                vec![named(&FIRST_AUDIO, 1)],
            ]
        );
        let [first, refusals, _] = calls[0].as_slice() else { panic!("three metrics") };
        assert_eq!((first.unit(), first.counts()[0]), (Some(&StandardUnit::Seconds), 2.0));
        assert_eq!((refusals.unit(), refusals.value()), (Some(&StandardUnit::Count), Some(7.0)));
        assert!(calls.iter().flatten().all(|datum| datum.dimensions().is_empty()));
    }
}
