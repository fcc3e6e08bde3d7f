//! Tests the Lambda host through its public API, with real processes of `examples/lambda_fixture.rs`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use local_stack::lambda_host::{Function, LambdaHost, LambdaHostConfig, LambdaHostError, Outcome};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// Path of the fixture's program. `cargo test` builds examples along with the tests; with `--test` alone, add
/// `--examples`.
fn fixture() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let program = exe.parent().unwrap().parent().unwrap().join("examples/lambda_fixture");
    assert!(program.is_file(), "{} is missing: cargo build --examples", program.display());
    program
}

fn function(name: &str) -> Function {
    Function { timeout: Duration::from_secs(30), ..Function::new(name, fixture()) }
}

fn config(functions: Vec<Function>) -> LambdaHostConfig {
    LambdaHostConfig {
        address: SocketAddr::from(([127, 0, 0, 1], 0)),
        functions,
        region: "eu-central-1".to_owned(),
        account: "123456789012".to_owned(),
        logs: None,
    }
}

async fn host(function: Function) -> LambdaHost {
    LambdaHost::start(config(vec![function])).await.unwrap()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The error in the form that a client sees: HTTP status, whether the function failed, the error type.
    fn error(&self) -> (u16, Option<&str>, &str) {
        let kind = self.body["errorType"].as_str().or(self.header("x-amzn-errortype"));
        (self.status, self.header("x-amz-function-error"), kind.unwrap_or_default())
    }
}

fn request(host: &LambdaHost, name: &str) -> reqwest::RequestBuilder {
    let url = format!("{}/2015-03-31/functions/{name}/invocations", host.endpoint());
    reqwest::Client::new().post(url)
}

async fn send(request: reqwest::RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body = answer.bytes().await.unwrap();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
    Answer { status, headers, body }
}

async fn invoke(host: &LambdaHost, event: Value) -> Answer {
    send(request(host, "f").json(&event)).await
}

/// The listener to which waiting invocations connect.
struct Meeting(TcpListener);

impl Meeting {
    async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    fn event(&self) -> Value {
        json!({ "do": "wait", "at": self.0.local_addr().unwrap().to_string() })
    }

    /// Accepts the next waiting invocation, and returns its stream and process id. The invocation continues when the
    /// stream is dropped.
    async fn arrival(&self) -> (TcpStream, u32) {
        let arrived = async {
            let (mut stream, _) = self.0.accept().await.unwrap();
            let pid = stream.read_u32().await.unwrap();
            (stream, pid)
        };
        tokio::time::timeout(Duration::from_secs(20), arrived).await.expect("an invocation arrives")
    }
}

async fn reported(host: &LambdaHost, count: usize) {
    let enough = async {
        while host.reports().len() < count {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), enough).await.expect("a report is missing");
}

#[tokio::test]
async fn a_function_gets_what_aws_gives_it() {
    let mut function = function("f");
    function.memory_mb = 512;
    function.environment.extend([
        ("BUCKET".to_owned(), "clips".to_owned()),
        ("AWS_ACCESS_KEY_ID".to_owned(), "AKIALOCAL".to_owned()),
        ("AWS_REGION".to_owned(), "nowhere".to_owned()),
    ]);
    let host = host(function).await;
    let answer = invoke(&host, json!({ "contact": "ü" })).await;
    assert_eq!((answer.status, answer.header("x-amz-executed-version")), (200, Some("$LATEST")));
    assert_eq!(answer.header("x-amz-function-error"), None);
    assert_eq!(answer.header("x-amz-log-result"), None);
    let got = &answer.body;
    assert_eq!(got["payload"], json!({ "contact": "ü" }));
    assert_eq!(got["request_id"].as_str(), answer.header("x-amzn-requestid"));
    assert_eq!(got["arn"], "arn:aws:lambda:eu-central-1:123456789012:function:f");
    assert!(got["trace_id"].as_str().unwrap().starts_with("Root=1-"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    let left = got["deadline_ms"].as_u64().unwrap() - now;
    assert!((1..=30_000).contains(&left), "{left}");

    let environment = &got["environment"];
    for (name, value) in [
        ("BUCKET", "clips"),
        ("AWS_ACCESS_KEY_ID", "AKIALOCAL"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/f"),
        ("_HANDLER", "lambda_fixture"),
        ("TZ", ":UTC"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    assert_eq!(environment["CARGO_MANIFEST_DIR"], Value::Null, "the host's environment leaks");
    host.stop().await;
}

#[tokio::test]
async fn every_name_of_a_function_works() {
    let host = host(function("f")).await;
    for name in [
        "f:$LATEST",
        "123456789012:function:f",
        "arn%3Aaws%3Alambda%3Aeu-central-1%3A123456789012%3Afunction%3Af%3Aprod",
    ] {
        // An empty payload counts as an empty object.
        let answer = send(request(&host, name)).await;
        assert_eq!((answer.status, &answer.body["payload"]), (200, &json!({})), "{name}");
    }
    host.stop().await;
}

#[tokio::test]
async fn a_failing_handler_is_no_failing_call_and_keeps_its_process() {
    let host = host(function("f")).await;
    let pid = invoke(&host, json!({})).await.body["pid"].clone();
    for (what, message) in
        [("fail", "the handler does not want to"), ("panic", "Lambda panicked: the handler cannot")]
    {
        let answer = invoke(&host, json!({ "do": what })).await;
        assert_eq!((answer.status, answer.header("x-amz-function-error")), (200, Some("Unhandled")));
        assert_eq!(answer.body["errorMessage"], message);
        assert!(answer.body["errorType"].is_string());
    }
    let large = invoke(&host, json!({ "do": "large", "bytes": (6 << 20) + 1 })).await;
    assert_eq!(large.error(), (200, Some("Unhandled"), "Function.ResponseSizeTooLarge"));
    let outcomes: Vec<Outcome> = host.reports().iter().map(|report| report.outcome).collect();
    assert_eq!(outcomes[1..3], [Outcome::HandlerError; 2]);
    assert_eq!(invoke(&host, json!({})).await.body["pid"], pid);
    host.stop().await;
}

#[tokio::test]
async fn after_a_crash_the_next_invocation_has_a_fresh_process() {
    let host = host(function("f")).await;
    let first = invoke(&host, json!({})).await.body["pid"].clone();
    for (what, reason) in [("exit", "exit status 101"), ("abort", "signal: aborted")] {
        let answer = invoke(&host, json!({ "do": what })).await;
        assert_eq!(answer.error(), (200, Some("Unhandled"), "Runtime.ExitError"));
        let id = answer.header("x-amzn-requestid").unwrap();
        let message = format!("RequestId: {id} Error: Runtime exited with error: {reason}");
        assert_eq!(answer.body["errorMessage"], message);
    }
    let next = invoke(&host, json!({})).await;
    assert_eq!(next.status, 200);
    assert_ne!(next.body["pid"], first);
    host.stop().await;
}

#[tokio::test]
async fn the_time_limit_kills() {
    let timeout = Duration::from_millis(250);
    let host = host(Function { timeout, concurrency: 1, ..function("f") }).await;
    let meeting = Meeting::new().await;
    let (answer, (mut stream, _)) = tokio::join!(invoke(&host, meeting.event()), meeting.arrival());
    assert_eq!(answer.error(), (200, Some("Unhandled"), "Sandbox.Timedout"));
    let message = answer.body["errorMessage"].as_str().unwrap();
    assert!(message.ends_with("Error: Task timed out after 0.25 seconds"), "{message}");
    // The connection ends with the process.
    assert!(stream.read_u8().await.is_err());
    assert_eq!(host.reports()[0].outcome, Outcome::TimedOut);
    assert!(host.reports()[0].duration_ms >= 250.0);
    assert_eq!(invoke(&host, json!({})).await.header("x-amz-function-error"), None);
    host.stop().await;
}

#[tokio::test]
async fn two_at_once_are_two_processes_and_a_third_is_too_many() {
    let host = host(Function { concurrency: 2, ..function("f") }).await;
    let meeting = Meeting::new().await;
    let calls = async { tokio::join!(invoke(&host, meeting.event()), invoke(&host, meeting.event())) };
    let watch = async {
        let (one, two) = (meeting.arrival().await, meeting.arrival().await);
        assert_ne!(one.1, two.1);
        let third = invoke(&host, json!({})).await;
        assert_eq!(third.error(), (429, None, "TooManyRequestsException"));
        // One after the other, so that the order in which the processes became idle is known.
        drop(one.0);
        reported(&host, 1).await;
        drop(two.0);
        two.1
    };
    let ((one, two), last) = tokio::join!(calls, watch);
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(invoke(&host, json!({})).await.body["pid"], last);
    host.stop().await;
}

#[tokio::test]
async fn the_first_invocation_is_cold_unless_the_process_was_warmed() {
    let host = host(Function { concurrency: 2, ..function("f") }).await;
    invoke(&host, json!({})).await;
    invoke(&host, json!({})).await;
    let reports = host.reports();
    assert!(reports[0].init_ms.is_some_and(|init| init > 0.0));
    assert_eq!((reports[1].init_ms, reports[1].outcome), (None, Outcome::Success));
    assert_eq!(reports[1].function, "f");

    assert!(host.warm("f").await.unwrap().is_some_and(|init| init > Duration::ZERO));
    assert_eq!(host.warm("f").await.unwrap(), None);
    let meeting = Meeting::new().await;
    let both = async { tokio::join!(invoke(&host, meeting.event()), invoke(&host, meeting.event())) };
    let watch = async { drop((meeting.arrival().await, meeting.arrival().await)) };
    tokio::join!(both, watch);
    assert!(host.reports()[2..].iter().all(|report| report.init_ms.is_none()));
    let unknown = host.warm("g").await.unwrap_err();
    assert!(matches!(unknown, LambdaHostError::UnknownFunction(_)), "{unknown}");
    host.stop().await;
}

#[tokio::test]
async fn events_run_in_the_background_and_wait_for_their_turn() {
    let host = host(Function { concurrency: 1, ..function("f") }).await;
    let meeting = Meeting::new().await;
    for _ in 0..2 {
        let event = request(&host, "f").header("X-Amz-Invocation-Type", "Event").json(&meeting.event());
        let answer = send(event).await;
        assert_eq!((answer.status, answer.body), (202, Value::Null));
    }
    let first = meeting.arrival().await;
    assert!(host.reports().is_empty());
    drop(first);
    drop(meeting.arrival().await);
    reported(&host, 2).await;
    assert!(host.reports().iter().all(|report| report.outcome == Outcome::Success));
    host.stop().await;
}

#[tokio::test]
async fn what_cannot_be_invoked_is_refused_as_aws_does() {
    let host = host(function("f")).await;
    let dry = send(request(&host, "f").header("X-Amz-Invocation-Type", "DryRun")).await;
    assert_eq!((dry.status, dry.body), (204, Value::Null));

    let missing = send(request(&host, "g")).await;
    assert_eq!(missing.error(), (404, None, "ResourceNotFoundException"));
    assert_eq!((&missing.body["Type"], missing.body["Message"].is_string()), (&json!("User"), true));
    let large = send(request(&host, "f").body(vec![b'1'; (6 << 20) + 1])).await;
    assert_eq!(large.error(), (413, None, "RequestTooLargeException"));
    let event = request(&host, "f").header("X-Amz-Invocation-Type", "Event").body(vec![b'1'; (1 << 20) + 1]);
    assert_eq!(send(event).await.error(), (413, None, "RequestTooLargeException"));
    for body in ["{", "not json", "{} {}"] {
        let refused = send(request(&host, "f").body(body)).await;
        assert_eq!(refused.error(), (400, None, "InvalidRequestContentException"), "{body}");
    }
    let kind = send(request(&host, "f").header("X-Amz-Invocation-Type", "Sometimes")).await;
    assert_eq!(kind.error(), (400, None, "InvalidParameterValueException"));
    assert!(host.reports().is_empty(), "none of these reached a process");

    let list = reqwest::get(format!("{}/2015-03-31/functions/", host.endpoint())).await.unwrap();
    let list: Value = list.json().await.unwrap();
    assert_eq!(list["Functions"][0]["FunctionName"], "f");
    host.stop().await;
}

fn tail(answer: &Answer) -> String {
    let tail = answer.header("x-amz-log-result").unwrap();
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(tail).unwrap()).unwrap()
}

#[tokio::test]
async fn the_log_of_an_invocation_is_whole_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let logs = Some(folder.path().join("logs"));
    let host = LambdaHost::start(LambdaHostConfig { logs, ..config(vec![function("f")]) }).await.unwrap();
    let print = |lines: u32| {
        let event = json!({ "do": "print", "lines": lines });
        send(request(&host, "f").header("X-Amz-Log-Type", "Tail").json(&event))
    };
    for (round, init) in [(0, true), (1, false)] {
        let answer = print(2).await;
        let id = answer.header("x-amzn-requestid").unwrap();
        let log = tail(&answer);
        let mut lines = log.lines();
        if init {
            assert_eq!(lines.next(), Some("init is over"));
        }
        assert_eq!(lines.next(), Some(format!("START RequestId: {id} Version: $LATEST").as_str()), "{round}");
        assert_eq!(lines.by_ref().take(3).collect::<Vec<_>>(), ["line 0", "line 1", "no end"]);
        assert_eq!(lines.next(), Some(format!("END RequestId: {id}").as_str()));
        let report = lines.next().unwrap();
        assert!(report.starts_with(&format!("REPORT RequestId: {id}\tDuration: ")), "{report}");
        assert_eq!(report.contains("\tInit Duration: "), init, "{report}");
        assert_eq!(lines.next(), None);
    }
    let long = tail(&print(5_000).await);
    assert_eq!(long.len(), 4096);
    assert!(long.contains("\nline 4999\nno end\nEND RequestId: "));
    host.stop().await;

    let file = std::fs::read_to_string(folder.path().join("logs/f.log")).unwrap();
    assert_eq!(file.matches("START RequestId: ").count(), 3);
    assert!(file.contains("\nline 4999\n"));
}

#[tokio::test]
async fn a_failing_init_fails_the_invocation() {
    for (how, kind, message) in [
        ("exit", "Runtime.ExitError", "Runtime exited with error: exit status 7"),
        ("report", "Fixture.Init", "no settings"),
    ] {
        let mut function = Function { concurrency: 1, ..function("f") };
        function.environment.insert("FIXTURE_INIT".to_owned(), how.to_owned());
        let host = host(function).await;
        for _ in 0..2 {
            let answer = send(request(&host, "f").header("X-Amz-Log-Type", "Tail")).await;
            assert_eq!(answer.error(), (200, Some("Unhandled"), kind));
            assert!(answer.body["errorMessage"].as_str().unwrap().ends_with(message), "{how}");
            assert_eq!(tail(&answer).contains("nothing works\n"), how == "exit");
        }
        assert_eq!(host.reports()[0].outcome, Outcome::InitFailed);
        let error = host.warm("f").await.unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
        host.stop().await;
    }
}

#[tokio::test]
async fn an_invocation_outlives_its_client() {
    let host = host(Function { concurrency: 1, ..function("f") }).await;
    let meeting = Meeting::new().await;
    let (stream, pid) = tokio::select! {
        _ = invoke(&host, meeting.event()) => panic!("it was not released yet"),
        arrival = meeting.arrival() => arrival,
    };
    drop(stream);
    reported(&host, 1).await;
    assert_eq!(host.reports()[0].outcome, Outcome::Success);
    assert_eq!(invoke(&host, json!({})).await.body["pid"], pid);
    host.stop().await;
}

#[tokio::test]
async fn stopping_ends_invocations_and_processes() {
    let host = host(function("f")).await;
    let url = format!("{}/2015-03-31/functions/f/invocations", host.endpoint());
    let meeting = Meeting::new().await;
    let call = reqwest::Client::new().post(url).json(&meeting.event()).send();
    let stop = async {
        let (mut stream, _) = meeting.arrival().await;
        host.stop().await;
        assert!(stream.read_u8().await.is_err());
    };
    let (answer, ()) = tokio::join!(call, stop);
    assert_eq!(answer.unwrap().status(), 500);
}

#[tokio::test]
async fn dropping_leaves_no_process() {
    let host = host(function("f")).await;
    let meeting = Meeting::new().await;
    let event = request(&host, "f").header("X-Amz-Invocation-Type", "Event").json(&meeting.event());
    send(event).await;
    let (mut stream, _) = meeting.arrival().await;
    drop(host);
    assert!(stream.read_u8().await.is_err());
}

#[tokio::test]
async fn settings_are_checked_before_anything_starts() {
    let outside = SocketAddr::from(([0, 0, 0, 0], 0));
    let started = [
        LambdaHostConfig { address: outside, ..config(vec![]) },
        config(vec![function("../f")]),
        config(vec![function("f"), function("f")]),
        config(vec![Function::new("f", "/no/such/program")]),
        config(vec![Function::new("f", "/")]),
    ];
    let mut reasons = Vec::new();
    for config in started {
        reasons.push(LambdaHost::start(config).await.err().unwrap());
    }
    assert!(matches!(
        reasons.as_slice(),
        [
            LambdaHostError::NotLoopback(_),
            LambdaHostError::FunctionName(_),
            LambdaHostError::Duplicate(_),
            LambdaHostError::Program { .. },
            LambdaHostError::Program { .. },
        ]
    ));
}
