//! Runs libFuzzer, which searches for texts that break a promise of the crate `fuzz`.
//!
//! A stable compiler suffices: the coverage instrumentation is a pass of LLVM, and safe code needs no sanitizer.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::cargo;

/// The compiler flags: instrumentation that shows libFuzzer which code a text reaches, and debug assertions, which find
/// overflows.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cdebug-assertions",
    "-Ccodegen-units=1",
];

/// Longest text, in bytes.
const LONGEST: usize = 4_096;

/// Time limit for one text, in seconds. A text that takes longer counts as a hang.
const PATIENCE: u64 = 10;

/// Fuzzes one target for this many minutes. Texts that reach new code are kept in `out/fuzz/TARGET/` for later runs.
///
/// # Errors
/// When there is no such target, it can't be built, or a text broke a promise; that text is in `out/fuzz/`.
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
        // libFuzzer writes new texts to the first folder.
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

/// Builds the program of the crate `fuzz`, in a separate target folder because of the flags. Returns the program's
/// path.
fn build(root: &Path) -> Result<PathBuf> {
    let folder = cargo::target_folder()?.join("fuzz");
    let host = host()?;
    let mut build = cargo::command(root);
    // With `--target` the flags do not apply to build scripts and procedural macros.
    build
        .args(["build", "--release", "--package", "fuzz", "--features", "libfuzzer", "--target", &host])
        .arg("--target-dir")
        .arg(&folder)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\u{1f}"));
    cargo::run(&mut build, "cargo build --package fuzz (it needs a C++ compiler)")?;
    Ok(folder.join(host).join("release").join("fuzz"))
}

/// The target triple of this machine.
fn host() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc can't be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(host.to_owned())
}
