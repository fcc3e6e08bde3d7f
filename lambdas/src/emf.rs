//! The metrics of an invocation: one line in the embedded metric format, from which CloudWatch makes metrics without a
//! request.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use contract::{
    ContactId, StreamId,
    metrics::{
        FUNCTION_COLD_STARTS, FUNCTION_DURATION, FUNCTION_ERRORS, FUNCTION_INIT, FUNCTION_POLL_HITS,
        FUNCTION_POLL_MISSES, FUNCTION_POLLS, FUNCTION_SERVICE, FUNCTION_TIME_LEFT, FUNCTION_WAITS, Metric,
    },
    reply::Status,
};
use serde_json::{Map, Value, json};

/// Figures that the work on an invocation adds up.
#[derive(Debug, Default)]
pub struct Figures {
    service_us: AtomicU64,
    polls: AtomicU32,
    hits: AtomicU32,
    misses: AtomicU32,
    failure: OnceLock<(&'static str, String)>,
}

impl Figures {
    /// Records the cause of an error reply; the first one counts.
    pub fn failed(&self, kind: &'static str, cause: String) {
        let _ = self.failure.set((kind, cause));
    }

    /// Adds the time of a request to the service.
    pub fn asked_service(&self, time: Duration) {
        self.service_us.fetch_add(time.as_micros().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Adds one look into the bucket for the next clips.
    pub fn looked(&self) {
        self.polls.fetch_add(1, Ordering::Relaxed);
    }

    /// Adds the end of the quick poll, with or without something for the flow.
    pub fn polled(&self, found: bool) {
        let count = if found { &self.hits } else { &self.misses };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// An invocation that is over.
pub struct Finished<'a> {
    /// Namespace of the metrics in CloudWatch.
    pub namespace: &'a str,
    /// The function's name.
    pub function: &'static str,
    /// Lambda's id of the request.
    pub request_id: &'a str,
    /// The contact, if the event names one.
    pub contact: Option<&'a ContactId>,
    /// The stream of the reply, or of the event.
    pub stream: Option<&'a StreamId>,
    /// The reply's status.
    pub status: Status,
    /// The figures of its work.
    pub figures: &'a Figures,
    /// Time of the invocation.
    pub duration: Duration,
    /// Time until Lambda's deadline, if that is known.
    pub time_left: Option<Duration>,
    /// The time of the sandbox's init, for its first invocation.
    pub init: Option<Duration>,
}

impl Finished<'_> {
    /// The line. Every metric has the dimension `function`; an error has its kind as well.
    pub fn line(&self) -> String {
        let mut values: Vec<(&Metric, f64)> = vec![
            (&FUNCTION_DURATION, self.duration.as_secs_f64()),
            (&FUNCTION_WAITS, flag(self.status == Status::Wait)),
            (&FUNCTION_ERRORS, flag(self.status == Status::Error)),
            (&FUNCTION_COLD_STARTS, flag(self.init.is_some())),
        ];
        let Figures { service_us, polls, hits, misses, .. } = self.figures;
        let service = Duration::from_micros(service_us.load(Ordering::Relaxed));
        values.extend((!service.is_zero()).then_some((&FUNCTION_SERVICE, service.as_secs_f64())));
        let counted = |count: &AtomicU32| f64::from(count.load(Ordering::Relaxed));
        if counted(polls) > 0.0 {
            values.push((&FUNCTION_POLLS, counted(polls)));
            values.push((&FUNCTION_POLL_HITS, counted(hits)));
            values.push((&FUNCTION_POLL_MISSES, counted(misses)));
        }
        values.extend(self.init.map(|init| (&FUNCTION_INIT, init.as_secs_f64())));
        values.extend(self.time_left.map(|left| (&FUNCTION_TIME_LEFT, left.as_secs_f64())));

        let named = |metric: &Metric| json!({"Name": metric.name, "Unit": metric.unit.cloudwatch()});
        let directive = |dimensions: &[&str], metrics: Vec<Value>| json!({"Namespace": self.namespace, "Dimensions": [dimensions], "Metrics": metrics});
        let mut directives =
            vec![directive(&["function"], values.iter().map(|(metric, _)| named(metric)).collect())];
        let mut line = Map::new();
        if self.status == Status::Error {
            // A stream that failed on its host is no failure of the function.
            let stream = || ("stream", "the stream failed: see the host's log".to_owned());
            let (kind, cause) = self.figures.failure.get().cloned().unwrap_or_else(stream);
            directives.push(directive(&["function", "failure"], vec![named(&FUNCTION_ERRORS)]));
            line.insert("failure".into(), json!(kind));
            line.insert("cause".into(), json!(cause));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        line.insert("_aws".into(), json!({"Timestamp": now, "CloudWatchMetrics": directives}));
        line.insert("function".into(), json!(self.function));
        line.insert("request_id".into(), json!(self.request_id));
        line.insert("status".into(), json!(self.status.as_str()));
        // Plain members, no dimensions: each id would be a metric of its own.
        line.extend(self.contact.map(|contact| ("contact".into(), json!(contact))));
        line.extend(self.stream.map(|stream| ("stream".into(), json!(stream))));
        for (metric, value) in values {
            line.insert(metric.name.into(), json!(value));
        }
        Value::Object(line).to_string()
    }
}

fn flag(is_set: bool) -> f64 {
    f64::from(u8::from(is_set))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(status: Status, figures: &Figures, init: Option<Duration>) -> Value {
        let finished = Finished {
            namespace: "Firstword/test",
            function: "get_next_batch",
            request_id: "r-1",
            contact: Some(&"c-1".parse().expect("an id")),
            stream: None,
            status,
            figures,
            duration: Duration::from_millis(420),
            time_left: None,
            init,
        };
        let line = finished.line();
        assert!(!line.contains('\n'));
        serde_json::from_str(&line).expect("JSON")
    }

    /// The names in the directive of these dimensions, each with its value in the line.
    fn metrics(line: &Value, dimensions: &[&str]) -> Map<String, Value> {
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().expect("directives");
        let found = directives.iter().find(|directive| directive["Dimensions"] == json!([dimensions]));
        let found = found.unwrap_or_else(|| panic!("no {dimensions:?} in {line}"));
        assert_eq!(found["Namespace"], "Firstword/test");
        let metrics = found["Metrics"].as_array().expect("metrics");
        let name = |metric: &Value| metric["Name"].as_str().expect("a name").to_owned();
        metrics.iter().map(|metric| (name(metric), line[name(metric)].clone())).collect()
    }

    #[test]
    fn a_line_has_a_value_for_each_metric_that_it_names() {
        let figures = Figures::default();
        (0..5).for_each(|_| figures.looked());
        figures.polled(false);
        let line = line(Status::Wait, &figures, None);
        let values = metrics(&line, &["function"]);
        assert_eq!(line["function"], "get_next_batch");
        assert_eq!((&line["contact"], &line["stream"]), (&json!("c-1"), &Value::Null));
        for (name, expected) in [
            ("firstword_function_duration_seconds", 0.42),
            ("firstword_function_polls", 5.0),
            ("firstword_function_poll_hits", 0.0),
            ("firstword_function_poll_misses", 1.0),
            ("firstword_function_waits", 1.0),
            ("firstword_function_errors", 0.0),
            ("firstword_function_cold_starts", 0.0),
        ] {
            assert_eq!(values[name], expected, "{name}");
        }
        assert!(values.values().all(Value::is_number), "{values:?}");
        assert!(!values.contains_key("firstword_function_init_seconds"), "{values:?}");
    }

    #[test]
    fn an_error_is_counted_by_its_kind_and_a_cold_start_has_its_time() {
        let figures = Figures::default();
        figures.failed("parameter", "the parameter Text is missing".to_owned());
        let line = line(Status::Error, &figures, Some(Duration::from_millis(90)));
        assert_eq!(metrics(&line, &["function", "failure"])["firstword_function_errors"], 1.0);
        assert_eq!(line["failure"], "parameter");
        let values = metrics(&line, &["function"]);
        assert_eq!(values["firstword_function_init_seconds"], 0.09);
        assert_eq!(values["firstword_function_cold_starts"], 1.0);
        assert!(!values.contains_key("firstword_function_polls"), "{values:?}");
    }
}
