//! A Lambda function for the tests of `lambda_host`: it performs the action that the event names. For the action `wait`
//! it connects to the test.
//!
//! `FIXTURE_INIT` (`exit`, `report`) makes the function's init fail.

use std::env;
use std::process::exit;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    match env::var("FIXTURE_INIT").unwrap_or_default().as_str() {
        "exit" => {
            eprintln!("nothing works");
            exit(7);
        }
        "report" => report_init_error().await?,
        _ => {}
    }
    println!("init is over");
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (payload, context) = event.into_parts();
    match payload["do"].as_str().unwrap_or("echo") {
        "fail" => Err("the handler does not want to".into()),
        "panic" => panic!("the handler cannot"),
        "exit" => exit(101),
        "abort" => std::process::abort(),
        "hang" => std::future::pending().await,
        "wait" => wait(payload["at"].as_str().unwrap_or_default()).await,
        "print" => {
            for line in 0..payload["lines"].as_u64().unwrap_or(1) {
                println!("line {line}");
            }
            // On stderr, since stdout buffers an unfinished line.
            eprint!("no end");
            Ok(Value::Null)
        }
        "large" => Ok("x".repeat(payload["bytes"].as_u64().unwrap_or(0) as usize).into()),
        _ => Ok(json!({
            "payload": payload,
            "request_id": context.request_id,
            "deadline_ms": context.deadline,
            "arn": context.invoked_function_arn,
            "trace_id": context.xray_trace_id,
            "pid": std::process::id(),
            "environment": env::vars().collect::<std::collections::BTreeMap<_, _>>(),
        })),
    }
}

/// Connects to the test, sends the process id, and returns when the test closes the connection.
async fn wait(at: &str) -> Result<Value, Error> {
    let mut test = TcpStream::connect(at).await?;
    test.write_u32(std::process::id()).await?;
    let mut word = Vec::new();
    test.read_to_end(&mut word).await?;
    Ok(json!({ "pid": std::process::id() }))
}

async fn report_init_error() -> Result<(), Error> {
    let mut api = TcpStream::connect(env::var("AWS_LAMBDA_RUNTIME_API")?).await?;
    let body = r#"{"errorType":"Fixture.Init","errorMessage":"no settings"}"#;
    let head =
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: api\r\nConnection: close\r\nContent-Length";
    api.write_all(format!("{head}: {}\r\n\r\n{body}", body.len()).as_bytes()).await?;
    let mut answer = String::new();
    api.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 202 "), "{answer}");
    exit(1)
}
