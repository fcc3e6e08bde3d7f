//! Functions in AWS Lambda, which a server of this test plays. It checks the signature of each request.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Output},
    sync::mpsc,
    thread,
};

use serde_json::{Value, json};

use crate::{command::text, server::Request};

const SECRET: &str = "secret";
const ARN: &str = "arn:aws:lambda:eu-central-1:123456789012:function:words:live";

/// An invocation as the server saw it.
struct Seen {
    line: String,
    event: Value,
    token: Option<String>,
    is_signed: bool,
}

fn answer(stream: TcpStream, head: &str, body: &str, seen: &mpsc::Sender<Seen>) {
    let request = Request::read(stream);
    let token = request.headers.iter().find(|(name, _)| name == "x-amz-security-token");
    let token = token.map(|(_, value)| value.clone());
    let line = format!("{} {}", request.method, request.path);
    let is_signed = request.is_signed(SECRET, "eu-central-1/lambda");
    // Before the answer: the command may end with it.
    seen.send(Seen { line, event: request.json(), token, is_signed }).unwrap();
    request.answer(head, body);
}

/// A flow that invokes the function and reads its reply.
fn write_flow(folder: &Path) {
    let action = |id: &str, kind: &str, parameters: Value, next: Value| json!({ "Identifier": id, "Type": kind, "Parameters": parameters, "Transitions": next });
    let error = json!([{ "NextAction": "failed", "ErrorType": "NoMatchingError" }]);
    let parameters = json!({ "LambdaFunctionARN": ARN, "InvocationTimeLimitSeconds": "8", "LambdaInvocationAttributes": { "who": "Ada" } });
    let flow = json!({ "Version": "2019-10-30", "StartAction": "ask", "Actions": [
        action("ask", "InvokeLambdaFunction", parameters, json!({ "NextAction": "say", "Errors": error })),
        action("say", "MessageParticipant", json!({ "Text": "The word is $.External.word." }),
            json!({ "NextAction": "end", "Errors": error })),
        action("failed", "MessageParticipant", json!({ "Text": "It failed." }),
            json!({ "NextAction": "end", "Errors": [{ "NextAction": "end", "ErrorType": "NoMatchingError" }] })),
        action("end", "DisconnectParticipant", json!({}), json!({})),
    ] });
    fs::write(folder.join("flow.json"), flow.to_string()).unwrap();
}

/// The command with keys, and a Lambda service that always answers this.
fn run(arguments: &[&str], head: &'static str, body: &'static str) -> (Output, Vec<Seen>) {
    let folder = tempfile::tempdir().unwrap();
    write_flow(folder.path());
    let scenario = "flow = \"flow.json\"\n[[function]]\nname = \"words\"\naws = true\n\
                    [[expect]]\nheard = \"The word is la.\"\nends = \"disconnected\"\n";
    fs::write(folder.path().join("call.toml"), scenario).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, seen) = mpsc::channel();
    thread::spawn(move || {
        listener.incoming().for_each(|stream| answer(stream.unwrap(), head, body, &sender));
    });
    let output = command(folder.path(), arguments)
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_SESSION_TOKEN", "token")
        .env("AWS_ENDPOINT_URL_LAMBDA", &endpoint)
        .output()
        .unwrap();
    (output, seen.try_iter().collect())
}

/// The command in a folder that is its home too, without any setting of AWS.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connect-flow"));
    command.args(arguments).current_dir(folder).env("HOME", folder).env("NO_PROXY", "127.0.0.1");
    for name in std::env::vars().map(|(name, _)| name).filter(|name| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command
}

const RUN: [&str; 5] = ["run", "flow.json", "--silent", "--virtual", "--function"];

#[test]
fn a_function_in_aws_is_invoked_by_a_signed_request() {
    let by_option = [&RUN[..], &["*=aws"]].concat();
    let by_scenario = [&RUN[..4], &["--scenario", "call.toml"]].concat();
    for arguments in [by_option, by_scenario, vec!["test", "call.toml"]] {
        let (output, seen) = run(&arguments, "200 OK", r#"{"word": "la"}"#);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        let [invocation] = &seen[..] else { panic!("{} invocations", seen.len()) };
        let name = ARN.replace(':', "%3A");
        assert_eq!(invocation.line, format!("POST /2015-03-31/functions/{name}/invocations"));
        assert!(invocation.is_signed, "{arguments:?}");
        assert_eq!(invocation.token.as_deref(), Some("token"));
        assert_eq!(invocation.event["Details"]["Parameters"]["who"], "Ada");
    }
}

#[test]
fn failures_are_those_of_the_invoke_api() {
    let arguments = [&RUN[..], &["words=aws"]].concat();
    let token = r#"{"message": "The signature does not match.\n\nThe Canonical String was x-amz-security-token:token"}"#;
    for (head, body, expected, attempts) in [
        ("429 Too Many Requests", "{}", "throttled", 4),
        ("500 Internal Server Error", "{}", "the Lambda service answered 500", 4),
        ("200 OK\r\nX-Amz-Function-Error: Unhandled", r#"{"errorMessage": "no word"}"#, "no word", 1),
        ("403 Forbidden", token, "403: The signature does not match.", 1),
        ("200 OK", "la", "the reply is not JSON", 1),
    ] {
        let (output, seen) = run(&arguments, head, body);
        let told = text(&output);
        assert!(told.contains(expected) && told.contains("It failed."), "{head}: {told}");
        assert!(!told.contains("security-token"), "{told}");
        assert_eq!(seen.len(), attempts, "{head}");
    }
}

#[test]
fn without_keys_or_with_a_wrong_endpoint_one_line_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    write_flow(folder.path());
    let arguments = [&RUN[..], &["*=aws"]].concat();
    let keys = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let wrong = [&keys[..], &[("AWS_ENDPOINT_URL", "lambda")]].concat();
    for (set, expected) in [
        (
            &[][..],
            "error: no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile",
        ),
        (&wrong[..], "error: the endpoint \"lambda\" is no http or https URL"),
    ] {
        let output = command(folder.path(), &arguments).envs(set.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).starts_with(expected), "{}", text(&output));
        assert_eq!(text(&output).lines().count(), 1, "{}", text(&output));
    }
}
