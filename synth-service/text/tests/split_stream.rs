//! Runs `examples/split-stream.rs` as from a shell.

#![allow(clippy::expect_used, reason = "a helper of a test can only stop")]

use std::{
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
};

fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("a test lies in target/PROFILE/deps");
    let program = folder.join("examples").join(name);
    assert!(program.is_file(), "{} is missing: run `cargo build --examples`", program.display());
    program
}

#[test]
fn sentences_come_as_they_are_certain_with_their_words_as_they_are_spoken() {
    let mut splitting = Command::new(example("split-stream"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the example starts");
    let text = "Dr. Lee is in until 3:30 p.m. on Monday. Your café bill is $12.50, thank you.";
    splitting.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let output = splitting.wait_with_output().expect("it ends");
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).lines().collect::<Vec<_>>(),
        [
            "Dr. Lee is in until 3:30 p.m. on Monday.",
            "  Doctor Lee is in until three thirty p.m. on Monday.",
            "Your café bill is $12.50, thank you.",
            "  Your café bill is twelve dollars and fifty cents, thank you.",
        ]
    );
}
