//! The real program with invalid settings: it prints the reason in one line, no secret, and exits.

#![allow(clippy::expect_used, reason = "a test whose setup fails can only stop")]

use std::{fs, process::Command};

use tempfile::TempDir;

#[test]
fn invalid_settings_of_the_door_are_reported_in_one_line() {
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("empty"), "# none\n").expect("written");
    fs::write(path("broken"), "s3cret\ns3cret s3cret\n").expect("written");
    for (arguments, expected) in [
        (vec!["--token-file".to_owned(), path("missing")], "missing can't be read"),
        (vec!["--token-file".to_owned(), path("empty")], "empty holds no token"),
        (vec!["--token-file".to_owned(), path("broken")], "token 2 of"),
        (vec!["--token".to_owned(), ",".to_owned()], "--token holds no token"),
        (
            vec!["--token".to_owned(), "s3cret".to_owned(), "--token-file".to_owned(), path("empty")],
            "set --token or --token-file",
        ),
        (vec!["--tls-key".to_owned(), path("empty")], "set both --tls-certificate and --tls-key"),
        (
            vec!["--cors-origins".to_owned(), "https://example.com,https://example.com/chat".to_owned()],
            "`https://example.com/chat` in --cors-origins is no origin",
        ),
        (vec!["--cors-origins".to_owned(), "example.com".to_owned()], "`example.com` in --cors-origins"),
        (
            vec!["--tls-certificate".to_owned(), path("empty"), "--tls-key".to_owned(), path("empty")],
            "empty has no certificate",
        ),
        (
            "--ears rtzr --rtzr-id i --rtzr-secret s3cret --ears-fall-back false --public-url https://voice.example.com"
                .split(' ')
                .map(str::to_owned)
                .collect(),
            "set --twilio-auth-token besides",
        ),
        (
            vec!["--ears".to_owned(), "local".to_owned(), "--ears-folder".to_owned(), path("no-ears")],
            "the local ears can't be used",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_synth-service"))
            .env_clear()
            .args(["--bucket", "b", "--check-config"])
            .args(&arguments)
            .output()
            .expect("it runs");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(!output.status.success(), "{arguments:?}");
        assert!(said.contains(expected) && said.trim_end().lines().count() == 1, "{arguments:?}: {said}");
        assert!(!said.contains("s3cret"), "{arguments:?}: {said}");
    }
}

#[test]
fn the_doctor_finds_that_the_models_of_the_ears_are_missing() {
    let folder = TempDir::new().expect("a folder");
    let output = Command::new(env!("CARGO_BIN_EXE_synth-service"))
        .env_clear()
        .args(["doctor", "--ears", "local", "--ears-folder", "no-ears", "--voices", "."])
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.lines().any(|line| line.starts_with("fault  the local ears can't be used")), "{said}");
    assert!(!output.status.success());
}
