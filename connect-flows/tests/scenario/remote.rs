//! Test cases in an instance, which a server of this test plays. It checks the signature of each request.

use std::{
    net::{TcpListener, TcpStream},
    process::Command,
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};

use crate::{cases, command::text, server::Request};

const SECRET: &str = "secret";

/// A request as the server saw it.
struct Seen {
    line: String,
    body: Value,
    is_signed: bool,
}

/// Answers requests for as long as the test runs; `status` is the one of the execution.
fn serve(listener: TcpListener, status: &'static str, seen: mpsc::Sender<Seen>) {
    for stream in listener.incoming() {
        answer(stream.unwrap(), status, &seen);
    }
}

fn answer(stream: TcpStream, status: &str, seen: &mpsc::Sender<Seen>) {
    let request = Request::read(stream);
    let (method, path) = (&*request.method, &*request.path);
    let reply = match path {
        path if path.ends_with("/start-execution") => {
            json!({ "TestCaseExecutionId": "run", "Status": "INITIATED" })
        }
        path if path.ends_with("/summary") => {
            json!({ "Status": status, "ObservationSummary": { "ObservationsFailed": 1 } })
        }
        path if path.ends_with("/records") => json!({ "ExecutionRecords": [
            { "ObservationId": "start", "Status": "PASSED", "Record": "{}" },
            { "ObservationId": "welcome", "Status": "FAILED", "Record": "OBSERVE_EVENT" },
        ] }),
        _ if method == "PUT" => json!({ "TestCaseId": "case" }),
        _ => Value::Null,
    };
    let reply = if reply.is_null() { String::new() } else { reply.to_string() };
    let is_signed = request.is_signed(SECRET, "us-west-2/connect");
    // Before the answer: the command may end with it.
    seen.send(Seen { line: format!("{method} {path}"), body: request.json(), is_signed }).unwrap();
    request.answer("200 OK", &reply);
}

fn run(status: &'static str, more: &[&str]) -> (std::process::Output, Vec<Seen>) {
    let folder = tempfile::tempdir().unwrap();
    cases::write(folder.path(), "InHours");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, seen) = mpsc::channel();
    thread::spawn(move || serve(listener, status, sender));
    let instance = "arn:aws:connect:us-west-2:123456789012:instance/11111111-2222-3333-4444-555555555555";
    let output = Command::new(env!("CARGO_BIN_EXE_connect-flow"))
        .args(["test", ".", "--remote", instance, "--endpoint", &endpoint])
        .args(more)
        .current_dir(folder.path())
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env_remove("AWS_SESSION_TOKEN")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .unwrap();
    (output, seen.try_iter().collect())
}

#[test]
fn a_test_case_is_created_started_watched_and_deleted_by_signed_requests() {
    let (output, seen) = run("PASSED", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let instance = "/test-cases/11111111-2222-3333-4444-555555555555";
    let lines: Vec<_> = seen.iter().map(|request| request.line.replace(instance, "")).collect();
    assert_eq!(lines, ["PUT ", "PUT /case/start-execution", "GET /case/run/summary", "DELETE /case"]);
    assert!(seen.iter().all(|request| request.is_signed));
    let created = &seen[0].body;
    assert_eq!(created["Status"], "PUBLISHED");
    assert_eq!(created["EntryPoint"]["VoiceCallEntryPointParameters"]["FlowId"], "menu");
    let content: Value = serde_json::from_str(created["Content"].as_str().unwrap()).unwrap();
    assert_eq!(content["Observations"].as_array().unwrap().len(), 3);
    assert!(!seen[1].body["ClientToken"].as_str().unwrap().is_empty());
}

#[test]
fn a_failed_execution_is_reported_with_the_observations_that_failed() {
    let (output, seen) = run("FAILED", &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("welcome: OBSERVE_EVENT"), "{}", text(&output));
    assert!(!text(&output).contains("start:"));
    assert_eq!(seen.last().unwrap().line.split(' ').next(), Some("DELETE"));
}

#[test]
fn the_id_of_the_command_stands_for_the_name_of_a_flow() {
    let id = "99999999-2222-3333-4444-555555555555";
    let (output, seen) = run("PASSED", &["--flow-id", id]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(seen[0].body["EntryPoint"]["VoiceCallEntryPointParameters"]["FlowId"], id);
}
