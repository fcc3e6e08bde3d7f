//! Exports to collectors that take everything, refuse everything, hang, or are gone.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

mod collector;

use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ::metrics::{Key, Label, Level, Metadata};
use collector::{Collector, metrics, spans, text};
use contract::metrics::{FIRST_AUDIO, Kind, READY, SERVICE, STORE_RETRIES};
use local_stack::signature::SigningKey;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, metric::Data};
use otlp::{Metrics, Settings, Signing, Traces, spans as trace};
use tokio::{net::TcpListener, process::Command, time::timeout};
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt;

/// A stop takes less than this, whatever the collector does.
const LONGEST_STOP: Duration = Duration::from_secs(2);

/// The endpoint for the child process of the test of signatures.
const SIGNED_TO: &str = "FIRSTWORD_TEST_SIGNED_TO";

const PARENT: &str = "00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01";

fn to(endpoint: &str) -> Settings {
    Settings { endpoint: Some(endpoint.to_owned()), ..Settings::default() }
}

/// Records a value of each kind.
fn record(metrics: &Metrics) {
    let (recorder, metadata) = (metrics.recorder(), Metadata::new("test", Level::INFO, None));
    let labels = vec![Label::new("voice", "hibari"), Label::new("kind", "text")];
    let audio = recorder.register_histogram(&Key::from_parts(FIRST_AUDIO.name, labels), &metadata);
    [0.004, 0.12, 60.0].into_iter().for_each(|value| audio.record(value));
    recorder.register_counter(&Key::from_name(STORE_RETRIES.name), &metadata).increment(3);
    recorder.register_gauge(&Key::from_name(READY.name), &metadata).set(1.0);
    recorder.register_counter(&Key::from_name("of_nobody"), &metadata).increment(1);
}

#[tokio::test]
async fn metrics_have_the_names_and_buckets_of_the_table() {
    let collector = Collector::start(200).await;
    let exported = Metrics::start(&to(&collector.url())).await.expect("started");
    record(&exported);
    exported.stop().await;
    let (resource, metrics) = metrics(&collector.received()).expect("an export");
    assert_eq!(text(&resource.attributes, "service.name").as_deref(), Some("firstword"));
    assert!(text(&resource.attributes, "service.version").is_some());
    let mut names: Vec<_> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, [FIRST_AUDIO.name, READY.name, STORE_RETRIES.name]);
    for metric in &metrics {
        let known = SERVICE.iter().find(|known| known.name == metric.name).expect("in the table");
        assert_eq!(metric.description, known.help);
        match (metric.data.as_ref().expect("data"), known.kind) {
            (Data::Histogram(histogram), Kind::Histogram(limits)) => {
                let point = &histogram.data_points[0];
                assert_eq!(histogram.aggregation_temporality, AggregationTemporality::Cumulative as i32);
                assert_eq!((point.explicit_bounds.as_slice(), point.count), (limits, 3));
                assert_eq!((point.bucket_counts[0], *point.bucket_counts.last().expect("buckets")), (1, 1));
                assert_eq!(text(&point.attributes, "voice").as_deref(), Some("hibari"));
            }
            (Data::Sum(sum), Kind::Counter) => {
                assert!(sum.is_monotonic);
                assert_eq!(sum.aggregation_temporality, AggregationTemporality::Cumulative as i32);
            }
            (Data::Gauge(_), Kind::Gauge) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Makes one span with a child.
fn trace_something(traces: &Traces) -> Option<String> {
    let mut passed_on = None;
    with_default(tracing_subscriber::registry().with(traces.layer()), || {
        let span = tracing::error_span!(target: "synth_service::test", "request", contact = "c");
        trace::continue_trace(&span, PARENT);
        tracing::error!(target: "synth_service::test", parent: &span, "the words of a caller");
        let model = tracing::error_span!(target: "synth_service::test", parent: &span, "model");
        passed_on = trace::traceparent(&model);
        tracing::error_span!(target: "hyper", parent: &span, "a detail");
    });
    passed_on
}

#[tokio::test]
async fn a_span_continues_the_trace_of_its_client() {
    let collector = Collector::start(200).await;
    let traces = Traces::start(&to(&collector.url())).await.expect("started").expect("an endpoint is set");
    let passed_on = trace_something(&traces).expect("a trace");
    traces.stop().await;
    let found = spans(&collector.received());
    let [model, request] = &found[..] else { panic!("{found:?}") };
    assert_eq!((request.name.as_str(), request.kind), ("request", 2), "a server's");
    assert_eq!((model.name.as_str(), model.kind), ("model", 3), "a client's");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(PARENT, format!("00-{}-{}-01", hex(&request.trace_id), hex(&request.parent_span_id)));
    assert_eq!(passed_on, format!("00-{}-{}-01", hex(&model.trace_id), hex(&model.span_id)));
    assert_eq!(model.parent_span_id, request.span_id);
    assert_eq!(text(&request.attributes, "contact").as_deref(), Some("c"));
    assert!(found.iter().all(|span| span.events.is_empty()), "log lines are no part of a span: {found:?}");
}

#[tokio::test]
async fn without_an_endpoint_there_are_no_traces() {
    assert!(Traces::start(&Settings::default()).await.expect("no fault").is_none());
    let span = tracing::error_span!("request");
    trace::continue_trace(&span, PARENT);
    assert_eq!(trace::traceparent(&span), None);
}

#[tokio::test]
async fn spans_that_nobody_takes_are_counted() {
    let refusing = Collector::start(400).await;
    let traces = Traces::start(&to(&refusing.url())).await.expect("started").expect("an endpoint is set");
    let lost = Arc::new(AtomicU64::new(0));
    let counter = lost.clone();
    traces.on_loss(move |spans| {
        counter.fetch_add(spans, Ordering::Relaxed);
    });
    trace_something(&traces);
    timeout(LONGEST_STOP, traces.stop()).await.expect("in time");
    assert_eq!(lost.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_collector_that_is_dead_delays_a_stop_by_less_than_two_seconds() {
    // It takes connections and answers nothing.
    let hanging = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let addresses = [&hanging, &gone].map(|listener| listener.local_addr().expect("bound"));
    drop(gone);
    let (failing, refusing) = (Collector::start(503).await, Collector::start(403).await);
    let others = [failing.address, refusing.address];
    for address in addresses.into_iter().chain(others) {
        let settings = to(&format!("http://{address}"));
        let metrics = Metrics::start(&settings).await.expect("started");
        let traces = Traces::start(&settings).await.expect("started").expect("an endpoint is set");
        record(&metrics);
        trace_something(&traces);
        let stopping = async { tokio::join!(metrics.stop(), traces.stop()) };
        timeout(LONGEST_STOP, stopping).await.unwrap_or_else(|_| panic!("{address} delays the stop"));
    }
}

/// A process of its own exports: its environment has the credentials of a host.
#[tokio::test]
async fn requests_are_signed_with_the_credentials_of_the_host() {
    if let Ok(url) = std::env::var(SIGNED_TO) {
        let settings = Settings { signing: Signing::Always, ..to(&url) };
        let metrics = Metrics::start(&settings).await.expect("started");
        let traces = Traces::start(&settings).await.expect("started").expect("an endpoint is set");
        record(&metrics);
        trace_something(&traces);
        tokio::join!(metrics.stop(), traces.stop());
        return;
    }
    let collector = Collector::start(200).await;
    let this = std::env::current_exe().expect("this program");
    let exported = Command::new(this)
        .args(["--exact", "requests_are_signed_with_the_credentials_of_the_host"])
        .env(SIGNED_TO, collector.url())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "the-secret")
        .env("AWS_SESSION_TOKEN", "the-session")
        .env("AWS_REGION", "eu-west-1")
        .output();
    assert!(exported.await.expect("run").status.success());
    let received = collector.received();
    assert_eq!(received.len(), 2);
    for request in &received {
        let service = if request.head.uri == "/v1/metrics" { "monitoring" } else { "xray" };
        let key = SigningKey {
            access_key: "AKIDEXAMPLE".into(),
            secret_key: "the-secret".into(),
            region: "eu-west-1".into(),
            service,
        };
        assert!(key.has_signed(&request.head, &request.body, &["host", "x-amz-date", "content-type"]));
        assert_eq!(request.head.headers["x-amz-security-token"], "the-session");
    }
}
