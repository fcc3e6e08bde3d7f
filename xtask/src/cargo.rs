//! Runs cargo, and the programs that cargo built.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow, bail};

/// The programs that a call needs; the first one starts the others.
pub(crate) const CALL: [&str; 7] = [
    "local-stack",
    "synth-service",
    "start_stream",
    "chat_and_stream",
    "get_next_batch",
    "synthesize_stream_cancel",
    "live_call",
];

/// Builds programs for release, fetches files meanwhile, then runs the first program.
///
/// # Errors
/// When a program can't be built, a fetch failed, or the first program can't be started.
pub(crate) fn run_release(
    root: &Path,
    programs: &[&str],
    command: &str,
    arguments: &[OsString],
    fetch: impl FnOnce() -> Result<()> + Send,
) -> Result<()> {
    run_built(root, || build_release(root, programs), programs, command, arguments, fetch)
}

/// Does the same with the programs of a call, without the features that no call from a flow uses: the first command of
/// a new user compiles half a minute less.
///
/// # Errors
/// As for [`run_release`].
pub(crate) fn run_call(
    root: &Path,
    command: &str,
    arguments: &[OsString],
    fetch: impl FnOnce() -> Result<()> + Send,
) -> Result<()> {
    let build = || build(root, &CALL, &["--no-default-features"]);
    run_built(root, build, &CALL, command, arguments, fetch)
}

fn run_built(
    root: &Path,
    build: impl FnOnce() -> Result<PathBuf>,
    programs: &[&str],
    command: &str,
    arguments: &[OsString],
    fetch: impl FnOnce() -> Result<()> + Send,
) -> Result<()> {
    let folder = thread::scope(|scope| {
        let fetched = scope.spawn(fetch);
        let folder = build();
        fetched.join().map_err(|_| anyhow!("fetching panicked; see the lines above"))??;
        folder
    })?;
    let path = folder.join(programs.first().context("a program to run")?);
    let mut process = Command::new(&path);
    process.args(Some(command).filter(|command| !command.is_empty()));
    process.arg("--assets").arg(root.join(crate::fetch::ASSETS)).args(arguments);
    // The program replaces this process, so that a signal to this process reaches the program.
    Err(process.exec()).with_context(|| format!("{} can't be started", path.display()))
}

/// Builds programs for release. Returns the folder that contains them.
///
/// `--workspace` selects the features of the whole workspace. Without it a program's dependencies would be built once
/// more, with other features.
pub(crate) fn build_release(root: &Path, programs: &[&str]) -> Result<PathBuf> {
    build(root, programs, &[])
}

fn build(root: &Path, programs: &[&str], features: &[&str]) -> Result<PathBuf> {
    let mut build = command(root);
    build.args(["build", "--release", "--workspace"]).args(features);
    run(build.args(programs.iter().flat_map(|program| ["--bin", *program])), "cargo build")?;
    Ok(target_folder()?.join("release"))
}

/// Builds an example for release. Returns its path.
pub(crate) fn build_release_example(root: &Path, example: &str) -> Result<PathBuf> {
    let mut build = command(root);
    run(build.args(["build", "--release", "--workspace", "--example", example]), "cargo build")?;
    Ok(target_folder()?.join("release").join("examples").join(example))
}

pub(crate) fn check_format(root: &Path) -> Result<()> {
    cargo(root, ["fmt", "--all", "--check"])
}

pub(crate) fn lint(root: &Path) -> Result<()> {
    cargo(root, ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Builds the documentation of our own crates, with warnings denied.
pub(crate) fn document(root: &Path) -> Result<()> {
    let mut doc = command(root);
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    run(&mut doc, "cargo doc")
}

/// Writes the reference page of the metrics.
pub(crate) fn write_metrics(root: &Path) -> Result<()> {
    cargo(root, ["run", "--quiet", "--package", "contract", "--example", "write-metrics"])
}

/// Writes the flows that designers import.
pub(crate) fn write_flows(root: &Path, arguments: &[OsString]) -> Result<()> {
    become_flow_program(root, ["--example", "write-flows"], arguments)
}

/// Runs `connect-flow`.
pub(crate) fn connect_flow(root: &Path, arguments: &[OsString]) -> Result<()> {
    become_flow_program(root, ["--bin", "connect-flow"], arguments)
}

/// Becomes a program of `connect-flows`. Paths among the arguments are relative to the current folder.
fn become_flow_program(root: &Path, program: [&str; 2], arguments: &[OsString]) -> Result<()> {
    let mut run = command(root);
    run.current_dir(env::current_dir()?).args(["run", "--quiet", "--manifest-path"]);
    run.arg(root.join("Cargo.toml")).args(["--package", "connect-flows"]).args(program).arg("--");
    Err(run.args(arguments).exec()).context("cargo can't be started")
}

/// Runs cargo until it ends.
pub(crate) fn cargo<const N: usize>(root: &Path, arguments: [&str; N]) -> Result<()> {
    let words = arguments.join(" ");
    run(command(root).args(arguments), &format!("cargo {words}"))
}

/// A command that runs cargo in the workspace's folder.
pub(crate) fn command(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// Runs a command until it ends.
///
/// # Errors
/// When the command can't be started or fails; the error contains `name`.
pub(crate) fn run(command: &mut Command, name: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("{name} can't be started"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

/// The folder with the folders of the build profiles, found from the path of xtask's own program.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe().context("the path of xtask is not known")?;
    let profile = program.parent().filter(|folder| folder.file_name() != Some(OsStr::new("deps")));
    Ok(profile.and_then(Path::parent).context("xtask lies in cargo's target folder")?.to_owned())
}
