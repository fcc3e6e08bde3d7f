//! Deliveries to a server over HTTP, to one that never answers, and to none.

#![allow(clippy::expect_used, reason = "a test may panic")]

mod server;

use std::{
    collections::HashSet,
    io::{self, Write},
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cloudwatch::{Aggregate, CloudWatch, PutError, Sender};
use contract::{
    Namespace,
    metrics::{FIRST_AUDIO, Kind, REFUSALS, SERVICE},
};
use metrics::{Key, Level, Metadata, Recorder};
use server::{Answers, SECRET, Server, config, contains};
use tokio::{net::TcpListener, time::Instant};

const METADATA: Metadata<'static> = Metadata::new("test", Level::INFO, None);
const MINUTE: Duration = Duration::from_secs(60);

fn namespace() -> Namespace {
    "Firstword/test".parse().expect("a namespace")
}

fn observe(aggregate: &Aggregate, name: &'static str, value: f64) {
    aggregate.register_histogram(&Key::from_name(name), &METADATA).record(value);
}

/// A sender to this address, and the number of values that it has dropped.
fn start(address: SocketAddr, aggregate: &Arc<Aggregate>, every: Duration) -> (Sender, Arc<AtomicU64>) {
    let cloudwatch = CloudWatch::new(&config(address), namespace());
    let dropped: Arc<AtomicU64> = Arc::default();
    let counter = dropped.clone();
    let count = move |values| {
        counter.fetch_add(values, Ordering::Relaxed);
    };
    (Sender::start(cloudwatch, aggregate.clone(), every, count), dropped)
}

/// The address of a listener whose connections are accepted by the system, and read by nobody.
async fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

#[tokio::test]
async fn a_stop_delivers_the_values_of_the_interval_that_has_begun() {
    let server = Server::start(Answers::Success).await;
    let aggregate = Arc::new(Aggregate::new());
    observe(&aggregate, FIRST_AUDIO.name, 0.4);
    let cloudwatch = CloudWatch::new(&server.config(), namespace());
    let sender = Sender::start(cloudwatch, aggregate, MINUTE, |_| panic!("nothing is dropped"));
    sender.stop().await;
    let bodies = server.bodies();
    for text in ["Firstword/test", FIRST_AUDIO.name, REFUSALS.name, "Seconds", "Count"] {
        assert!(bodies.iter().any(|body| contains(body, text)), "{text} was not sent");
    }
}

#[tokio::test]
async fn a_stop_in_the_middle_of_a_slow_call_delivers_the_last_values() {
    let mut server = Server::start(Answers::AllButFirst).await;
    let aggregate = Arc::new(Aggregate::new());
    let cloudwatch = CloudWatch::new(&server.config(), namespace());
    let every = Duration::from_secs(1);
    let sender = Sender::start(cloudwatch, aggregate.clone(), every, |_| panic!("nothing is dropped"));
    server.received(1, REFUSALS.name).await;
    observe(&aggregate, FIRST_AUDIO.name, 0.4);
    sender.stop().await;
    let bodies = server.bodies();
    assert!(!contains(&bodies[0], FIRST_AUDIO.name));
    assert!(contains(&bodies[1], FIRST_AUDIO.name), "the last values come first");
    assert!(bodies.len() == 3 && bodies[2] == bodies[0], "{} calls", bodies.len());
}

#[tokio::test]
async fn the_fullest_calls_are_within_the_limits_of_cloudwatch() {
    let mut server = Server::start(Answers::Success).await;
    let aggregate = Arc::new(Aggregate::new());
    let histograms = SERVICE.iter().filter(|metric| matches!(metric.kind, Kind::Histogram(_)));
    for metric in histograms {
        for unit in [0.0001, 0.001, 0.01, 0.1, 1.0] {
            (0..=1000).for_each(|digits| observe(&aggregate, metric.name, f64::from(digits) * unit));
        }
    }
    let cloudwatch = CloudWatch::new(&server.config(), namespace());
    let every = Duration::from_millis(10);
    let sender = Sender::start(cloudwatch, aggregate, every, |_| panic!("nothing is dropped"));
    // 4601 distinct values of each histogram, 150 in a call.
    server.received(31, FIRST_AUDIO.name).await;
    sender.stop().await;
    let bodies = server.bodies();
    let full: HashSet<_> = bodies.iter().filter(|body| contains(body, FIRST_AUDIO.name)).collect();
    assert_eq!(full.len(), 31);
    let largest = bodies.iter().map(|body| body.len()).max().expect("calls");
    assert!((20_000..1_000_000).contains(&largest), "{largest} bytes");
    assert!(SERVICE.len() <= 1000);
}

#[tokio::test]
async fn a_refused_call_is_dropped_and_a_denied_one_names_the_permission() {
    for (code, expected) in [
        (
            "AccessDenied",
            "CloudWatch denies it (AccessDenied): allow cloudwatch:PutMetricData for the namespace `Firstword/test` in \
             this program's role",
        ),
        (
            "InvalidClientTokenId",
            "CloudWatch does not accept the credentials (InvalidClientTokenId): check the keys and the time of this \
             machine",
        ),
        ("InvalidParameterValue", "CloudWatch takes no such data (InvalidParameterValue)"),
    ] {
        let server = Server::start(Answers::Error(code)).await;
        let error = CloudWatch::new(&server.config(), namespace()).put(Vec::new()).await.expect_err(code);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.may_pass(), code != "InvalidParameterValue");
        assert_eq!(server.bodies().len(), 1, "{code} was tried again");
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_cloudwatch_delays_a_stop_by_less_than_two_seconds() {
    let (_listener, address) = silent().await;
    let aggregate = Arc::new(Aggregate::new());
    observe(&aggregate, FIRST_AUDIO.name, 0.4);
    let (sender, _) = start(address, &aggregate, MINUTE);
    let begun = Instant::now();
    sender.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    // In the middle of a call as well.
    let (sender, _) = start(address, &aggregate, MINUTE);
    tokio::time::sleep(MINUTE + Duration::from_secs(1)).await;
    let begun = Instant::now();
    sender.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_are_bounded_and_the_rest_is_dropped_and_counted() {
    let (_listener, address) = silent().await;
    let aggregate = Arc::new(Aggregate::new());
    let (_sender, dropped) = start(address, &aggregate, MINUTE);
    tokio::time::sleep(60 * MINUTE).await;
    assert_eq!(dropped.load(Ordering::Relaxed), 0);
    tokio::time::sleep(10 * MINUTE).await;
    let counters = SERVICE.iter().filter(|metric| metric.kind == Kind::Counter).count() as u64;
    let dropped = dropped.load(Ordering::Relaxed);
    assert!((5..=6).any(|intervals| dropped == intervals * counters), "{dropped}");
}

/// The lines of the log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_cloudwatch_is_reported_once_a_minute_without_secrets() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(log);
    let (listener, address) = silent().await;
    drop(listener);
    let (_sender, _) = start(address, &Arc::new(Aggregate::new()), Duration::from_secs(1));
    tokio::time::sleep(3 * MINUTE).await;
    let log =
        String::from_utf8(lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("a text");
    let reason = PutError::NoConnection.to_string();
    let warnings = log.lines().filter(|line| line.contains(&reason)).count();
    assert!((2..=4).contains(&warnings), "{log}");
    assert!(!log.contains(SECRET), "{log}");
}
