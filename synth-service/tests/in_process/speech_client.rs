//! `examples/speech-client.rs` as a process, against the service.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{PLAIN, THREE, TOKEN, service};

fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a test lies in target/PROFILE/deps");
    let program = folder.join("examples").join(name);
    assert!(program.is_file(), "{} is missing: run `cargo build --examples`", program.display());
    program
}

async fn speak(service: &str, token: &str, text: &str, out: &Path) -> Output {
    Command::new(example("speech-client"))
        .args([text.as_ref(), out.as_os_str()])
        .env("FIRSTWORD_SERVICE_URL", service)
        .env("FIRSTWORD_SERVICE_TOKEN", token)
        .output()
        .await
        .expect("the example starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_writes_the_speech_to_a_file() {
    let (service, folder) = (service(PLAIN).await, TempDir::new().expect("a folder"));
    let out = folder.path().join("hello.wav");
    let output = speak(&service.url, TOKEN, THREE, &out).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = fs::read(&out).expect("it writes the file");
    // 78 letters of 50 ms each, at 16 kHz and 16 bit.
    assert!(file.starts_with(b"RIFF") && file.len() > 100_000, "{} bytes", file.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_reports_the_reason_of_a_refusal() {
    let (service, folder) = (service(PLAIN).await, TempDir::new().expect("a folder"));
    let out = folder.path().join("hello.wav");
    let output = speak(&service.url, "wrong", THREE, &out).await;
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && complaint.contains("401"), "{complaint}");
    assert!(!out.exists());
}
