//! Runs `examples/voice-family.rs` as a user would.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

use std::{fs, path::PathBuf, process::Command};

use speech::telephone;
use tempfile::TempDir;

fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a test lies in target/PROFILE/deps");
    let program = folder.join("examples").join(name);
    assert!(program.is_file(), "{} is missing: run `cargo build --examples`", program.display());
    program
}

/// Seconds of sound that the example makes from a text.
fn seconds(text: &str) -> f64 {
    let folder = TempDir::new().expect("a folder");
    let out = folder.path().join("morse.wav");
    let status =
        Command::new(example("voice-family")).arg(text).arg(&out).status().expect("the example starts");
    assert!(status.success());
    let file = fs::read(&out).expect("it writes the file");
    telephone::payload(&file).len() as f64 / f64::from(telephone::SAMPLE_RATE)
}

#[test]
fn a_family_in_few_lines_speaks_through_the_whole_engine() {
    // E is one dot, O three dashes: eleven dots long. Part of the silence around them is trimmed.
    let (short, long) = (seconds("Eee eee eee."), seconds("Ooo ooo ooo."));
    assert!(short > 1.0 && long > 2.0 * short, "{short} s and {long} s");
}
