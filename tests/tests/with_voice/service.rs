//! Tests of the process of synth-service: its endpoints, its start and its stop.

use std::{
    ffi::OsString,
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::{Output, Stdio},
    time::Duration,
};

use contract::{
    StreamId,
    http::{HEALTHZ, READYZ, SYNTHESIZE_STREAM, SYNTHESIZE_STREAM_CANCEL, StartResponse, State},
    stream::Outcome,
};
use e2e::{places, prelude::*};
use reqwest::{Method, StatusCode, header::RETRY_AFTER};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt, net::TcpStream, process::Command, time::timeout};

/// One request and the expected answer.
struct Case {
    name: &'static str,
    method: Method,
    path: &'static str,
    /// Value of the header `Authorization`.
    credentials: Option<String>,
    body: Option<Vec<u8>>,
    status: StatusCode,
    /// Code of the expected error; `None` if no error is expected.
    code: Option<&'static str>,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_of_the_service_is_open_to_whom_it_should_be_and_errors_have_one_shape() -> Result<()> {
    let bench = Bench::start().await?;
    for case in cases(bench.stack.token()) {
        let name = case.name;
        let url = format!("{}{}", bench.stack.service_endpoint(), case.path);
        let mut request = bench.http.request(case.method, url).header("Content-Type", "application/json");
        if let Some(credentials) = case.credentials {
            request = request.header("Authorization", credentials);
        }
        if let Some(body) = case.body {
            request = request.body(body);
        }
        let answer = request.send().await.context(name)?;
        let status = answer.status();
        let body = answer.text().await?;
        assert_eq!(status, case.status, "{name}: {body}");
        let Some(code) = case.code else { continue };
        let body: Value = serde_json::from_str(&body).with_context(|| format!("{name}: {body}"))?;
        assert_eq!(body["error"]["code"], code, "{name}");
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty() && !message.contains('\n'), "{name}: {body}");
        let expected = json!({"error": {"code": code, "message": message}});
        assert_eq!(body, expected, "{name}");
    }
    bench.stop().await?;
    Ok(())
}

fn cases(token: &str) -> Vec<Case> {
    let right = || Some(format!("Bearer {token}"));
    let speak = || Some(json!({"text": "The harbour is closed."}).to_string().into_bytes());
    let start = |name, credentials: Option<String>, body, status, code| Case {
        name,
        method: Method::POST,
        path: SYNTHESIZE_STREAM,
        credentials,
        body,
        status,
        code,
    };
    let other = |name, method, path, credentials: Option<String>, status, code| Case {
        name,
        method,
        path,
        credentials,
        body: None,
        status,
        code,
    };
    let text = |body: &str| Some(body.as_bytes().to_vec());
    vec![
        start("the right token", right(), speak(), StatusCode::OK, None),
        start("no token", None, speak(), StatusCode::UNAUTHORIZED, Some("unauthorised")),
        start(
            "a wrong token",
            Some("Bearer wrong".into()),
            speak(),
            StatusCode::UNAUTHORIZED,
            Some("unauthorised"),
        ),
        start(
            "a token that only begins right",
            Some(format!("Bearer {token}0")),
            speak(),
            StatusCode::UNAUTHORIZED,
            Some("unauthorised"),
        ),
        start(
            "the right token in another scheme",
            Some(format!("Basic {token}")),
            speak(),
            StatusCode::UNAUTHORIZED,
            Some("unauthorised"),
        ),
        other(
            "cancel without a token",
            Method::POST,
            SYNTHESIZE_STREAM_CANCEL,
            None,
            StatusCode::UNAUTHORIZED,
            Some("unauthorised"),
        ),
        other(
            "a stream's state without a token",
            Method::GET,
            "/streams/abc",
            None,
            StatusCode::UNAUTHORIZED,
            Some("unauthorised"),
        ),
        other("alive, without a token", Method::GET, HEALTHZ, None, StatusCode::OK, None),
        other("ready, without a token", Method::GET, READYZ, None, StatusCode::OK, None),
        other("an unknown path", Method::GET, "/nowhere", right(), StatusCode::NOT_FOUND, Some("not_found")),
        other(
            "a wrong method",
            Method::GET,
            SYNTHESIZE_STREAM,
            right(),
            StatusCode::METHOD_NOT_ALLOWED,
            Some("method_not_allowed"),
        ),
        other(
            "a wrong method of a health check",
            Method::DELETE,
            HEALTHZ,
            None,
            StatusCode::METHOD_NOT_ALLOWED,
            Some("method_not_allowed"),
        ),
        other(
            "an unknown stream",
            Method::GET,
            "/streams/nosuchstream",
            right(),
            StatusCode::NOT_FOUND,
            Some("unknown_stream"),
        ),
        other(
            "a stream with a path in it",
            Method::GET,
            "/streams/..%2Fx",
            right(),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("invalid_id"),
        ),
        other(
            "no body",
            Method::POST,
            SYNTHESIZE_STREAM,
            right(),
            StatusCode::BAD_REQUEST,
            Some("invalid_json"),
        ),
        start("malformed JSON", right(), text(r#"{"text": "#), StatusCode::BAD_REQUEST, Some("invalid_json")),
        start(
            "bytes that are no text",
            right(),
            Some(vec![0xff, 0xfe, 0x00]),
            StatusCode::BAD_REQUEST,
            Some("invalid_json"),
        ),
        start(
            "a text that is a number",
            right(),
            text(r#"{"text": 7}"#),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("invalid_field"),
        ),
        start("no text", right(), text("{}"), StatusCode::UNPROCESSABLE_ENTITY, Some("invalid_field")),
        start(
            "an empty text",
            right(),
            text(r#"{"text": ""}"#),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("nothing_to_say"),
        ),
        start(
            "a contact id with a path in it",
            right(),
            text(r#"{"text": "Hello there.", "contact_id": "../x"}"#),
            StatusCode::UNPROCESSABLE_ENTITY,
            Some("invalid_field"),
        ),
        start(
            "20,000 characters",
            right(),
            Some(json!({"text": "word ".repeat(4000)}).to_string().into_bytes()),
            StatusCode::PAYLOAD_TOO_LARGE,
            Some("text_too_long"),
        ),
        start(
            "a body of 300 KB",
            right(),
            Some(json!({"text": "x".repeat(300_000)}).to_string().into_bytes()),
            StatusCode::PAYLOAD_TOO_LARGE,
            Some("body_too_large"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_told_to_stop_finishes_its_streams_or_hands_them_over() -> Result<()> {
    let bench = Bench::start().await?;

    let patient = bench.another_host("patient", &[]).await?;
    let stream = start_at(&bench, &patient.endpoint(), 6).await?;
    // A client that never finishes its request must not delay the stop.
    let mut half_open = TcpStream::connect(patient.endpoint().trim_start_matches("http://")).await?;
    half_open.write_all(b"POST /synthesize_stream HTTP/1.1\r\nHost: x\r\n").await?;
    timeout(STOP_PATIENCE, patient.stop())
        .await
        .context("it does not stop")?
        .context("the host with time to finish")?;
    // The host has stopped, so no further object can be written.
    let sentinel = bench.bucket.sentinel(&stream).await?.context("no sentinel")?;
    assert_eq!((sentinel.outcome, sentinel.parts), (Outcome::Complete, 6));
    bench.parts_are_those_of(&stream, &sentinel).await?;

    let hasty = bench
        .another_host("hasty", &[("FIRSTWORD_SHUTDOWN_GRACE_SECONDS", "0"), ("FIRSTWORD_MAX_STREAMS", "1")])
        .await?;
    let stream = start_at(&bench, &hasty.endpoint(), 120).await?;
    let refused = post_start(&bench, &hasty.endpoint(), 1).await?;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key(RETRY_AFTER), "429 says when to come back");
    hasty.stop().await.context("the host without time to finish")?;
    assert_eq!(bench.bucket.sentinel(&stream).await?, None, "it has handed the stream over");
    let life = bench.bucket.life(&stream).await?;
    assert_eq!((life.maker, life.end), (None, None));

    // The function's request makes another host resume the stream.
    let next = bench.next_batch(&stream, 0).await?;
    assert_eq!(bench.walk(&next, 2).await?, (0..120).collect::<Vec<_>>());
    assert_eq!(bench.status(&stream).await?.state, State::Complete);
    assert_eq!(bench.bucket.spoken_sentences(&stream).await?, (0..120).collect::<Vec<_>>());
    bench.stop().await?;
    Ok(())
}

async fn post_start(bench: &Bench, endpoint: &str, count: usize) -> Result<reqwest::Response> {
    let request = bench
        .http
        .post(format!("{endpoint}{SYNTHESIZE_STREAM}"))
        .bearer_auth(bench.stack.token())
        .json(&json!({"text": sentences(count)}));
    Ok(request.send().await?)
}

async fn start_at(bench: &Bench, endpoint: &str, count: usize) -> Result<StreamId> {
    let answer = post_start(bench, endpoint, count).await?.error_for_status()?;
    let started: StartResponse = answer.json().await?;
    ensure!(started.ready && started.first_url.is_some(), "{started:?}");
    Ok(started.stream_id)
}

/// Longest time of a stop when the streams end soon.
const STOP_PATIENCE: Duration = Duration::from_secs(40);

/// Longest time of a start that fails.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// A setting and its changed value; `None` removes the setting.
type Change = (&'static str, Option<OsString>);

/// Runs the service with valid settings, of which some are changed or removed.
async fn run(arguments: &[&str], changes: &[Change]) -> Result<Output> {
    let assets = places::assets()?;
    let mut settings: Vec<(&str, OsString)> = vec![
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ("FIRSTWORD_BIND", "127.0.0.1:0".into()),
        ("FIRSTWORD_BUCKET", "bucket".into()),
        ("FIRSTWORD_ONNXRUNTIME", assets.join("onnxruntime/libonnxruntime.so").into()),
        ("FIRSTWORD_VOICES", assets.join("voices").into()),
        ("FIRSTWORD_SERVE", "hibari".into()),
        ("FIRSTWORD_WORKERS", "1".into()),
    ];
    settings.retain(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let changes = changes.iter().filter_map(|(name, value)| Some((*name, value.clone()?)));
    let child = Command::new(places::program("synth-service")?)
        .args(arguments)
        .env_clear()
        .envs(settings.into_iter().chain(changes))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    Ok(timeout(START_PATIENCE, child).await.context("it never ended")??)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_set_up_rightly_says_so() -> Result<()> {
    let output = run(&["--check-config"], &[]).await?;
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("hibari"), "{output:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_parent_has_gone_stops_by_itself() -> Result<()> {
    // Standard input is at its end from the start, as after the death of the parent.
    let output = run(&[], &[("FIRSTWORD_STOP_WHEN_STDIN_ENDS", Some("true".into()))]).await?;
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && log.contains("stopping"), "{output:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_set_up_wrongly_ends_with_one_line_that_names_the_cause() -> Result<()> {
    let damaged = voices_with("hibari.onnx", |content| {
        let middle = content.len() / 2;
        content[middle] ^= 0x10;
    })?;
    let truncated = voices_with("hibari.onnx", |content| content.truncate(content.len() / 2))?;
    let no_toml = voices_with("voice.toml", |content| *content = b"this is = = no TOML".to_vec())?;
    let no_library = TempDir::new()?;
    fs::write(no_library.path().join("libonnxruntime.so"), "no library at all")?;
    let empty = TempDir::new()?;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let path = |folder: &TempDir, name: &str| Some(folder.path().join(name).into_os_string());
    let voices = |folder: &TempDir| vec![("FIRSTWORD_VOICES", Some(folder.path().into()))];
    let cases: Vec<(&str, Vec<Change>, &str)> = vec![
        ("a missing ONNX Runtime", vec![("FIRSTWORD_ONNXRUNTIME", path(&empty, "gone.so"))], "gone.so"),
        (
            "an ONNX Runtime that is no library",
            vec![("FIRSTWORD_ONNXRUNTIME", path(&no_library, "libonnxruntime.so"))],
            "libonnxruntime.so",
        ),
        (
            "a missing voices folder",
            every_voice(vec![("FIRSTWORD_VOICES", path(&empty, "no-voices"))]),
            "no-voices",
        ),
        (
            "a voice to serve that is not there",
            vec![("FIRSTWORD_SERVE", Some("hibari,nobody".into()))],
            "nobody",
        ),
        ("a GPU that is not there", vec![("FIRSTWORD_DEVICE", Some("cuda".into()))], "cuda:0"),
        ("a voices folder without voices", every_voice(voices(&empty)), "voice"),
        ("a damaged model", voices(&damaged), "hibari.onnx"),
        ("a truncated model", voices(&truncated), "hibari.onnx"),
        ("a voice.toml that is no TOML", voices(&no_toml), "voice.toml"),
        ("an unknown default voice", vec![("FIRSTWORD_DEFAULT_VOICE", Some("nobody".into()))], "nobody"),
        (
            "a port that is taken",
            vec![("FIRSTWORD_BIND", Some(taken.local_addr()?.to_string().into()))],
            "--bind",
        ),
    ];
    for (name, changes, cause) in cases {
        let output = run(&[], &changes).await.context(name)?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name}: it ended with success: {stderr}");
        // Log lines of the successful steps come first.
        let lines: Vec<&str> = stderr.lines().filter(|line| !line.contains(" INFO ")).collect();
        let [line] = lines[..] else {
            bail!("{name}: not exactly one line: {stderr}");
        };
        assert!(line.contains(cause), "{name}: {line}");
        assert!(!line.contains("panicked"), "{name}: {line}");
    }
    // Errors of the command line include its usage.
    let output = run(&["--max-streams", "0"], &[]).await?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && stderr.contains("--max-streams"), "{stderr}");
    Ok(())
}

/// Removes the limit to one voice.
fn every_voice(mut changes: Vec<Change>) -> Vec<Change> {
    changes.push(("FIRSTWORD_SERVE", None));
    changes
}

/// A voices folder in which one file of the voice is altered.
fn voices_with(altered: &str, alter: impl Fn(&mut Vec<u8>)) -> Result<TempDir> {
    let voices = TempDir::new()?;
    let target = voices.path().join("hibari");
    fs::create_dir(&target)?;
    for entry in fs::read_dir(places::assets()?.join("voices/hibari"))? {
        let source = entry?.path();
        let name = source.file_name().unwrap_or_default();
        let mut content = fs::read(&source)?;
        if Path::new(name) == Path::new(altered) {
            alter(&mut content);
        }
        fs::write(target.join(name), content)?;
    }
    Ok(voices)
}
