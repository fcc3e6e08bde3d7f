//! Lets libFuzzer look for texts that break a promise of the crate `fuzz`.
//!
//! It works with a stable compiler: coverage is a pass of LLVM, and no sanitizer is needed for safe code.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// The instrumentation by which libFuzzer follows a text. Overflow is to be found too.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// Bytes of a text, at most.
const LONGEST: usize = 4_096;

/// Seconds after which a text counts as one that never ends.
const PATIENCE: u64 = 10;

/// Fuzzes one target for this many minutes. Texts that reach new code are kept in `out/fuzz/TARGET/`, for the next time.
///
/// # Errors
/// When there is no such target, it can't be built, or a text was found; that one is in `out/fuzz/`.
pub(crate) fn run(root: &Path, target: &str, minutes: u64) -> Result<()> {
    let corpora = root.join("fuzz").join("corpus");
    let corpus = corpora.join(target);
    ensure!(corpus.is_dir(), "no target {target}: say one of {}", names(&corpora)?.join(", "));
    let program = build(root)?;
    let out = root.join("out").join("fuzz");
    let kept = out.join(target);
    fs::create_dir_all(&kept).with_context(|| kept.display().to_string())?;
    let dictionary = root.join("fuzz").join("dictionaries").join(format!("{target}.dict"));
    let mut fuzzer = Command::new(program);
    fuzzer
        .env("FIRSTWORD_FUZZ_TARGET", target)
        .arg(format!("-max_total_time={}", minutes * 60))
        .args([
            format!("-max_len={LONGEST}"),
            format!("-timeout={PATIENCE}"),
            "-print_final_stats=1".to_owned(),
        ])
        .arg(format!("-dict={}", dictionary.display()))
        .arg(format!("-artifact_prefix={}", out.join(format!("{target}-found-")).display()))
        // New texts go to the first folder.
        .args([kept, corpus]);
    cargo::run(&mut fuzzer, &format!("{target} broke a promise of fuzz/src with the text above"))
}

fn names(corpora: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for folder in fs::read_dir(corpora)? {
        names.push(folder?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The program of the crate `fuzz`, in a target folder of its own, because of the flags.
fn build(root: &Path) -> Result<PathBuf> {
    let folder = cargo::target_folder()?.join("fuzz");
    let host = host()?;
    let mut build = cargo::command(root);
    // With a target named the flags are not for build scripts and procedural macros.
    build
        .args(["build", "--release", "--package", "fuzz", "--features", "libfuzzer", "--target", &host])
        .arg("--target-dir")
        .arg(&folder)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    cargo::run(&mut build, "cargo build --package fuzz (it needs a C++ compiler)")?;
    Ok(folder.join(host).join("release").join("fuzz"))
}

/// The compiler's name of this machine.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc can't be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}
