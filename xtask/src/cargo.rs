//! Calls of cargo, and of the programs that it built.

use std::{
    env,
    ffi::{OsStr, OsString},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

/// Builds the workspace for release and runs one of its programs.
///
/// The whole workspace, because a part of it would be built with other features and then again.
pub(crate) fn run_release(root: &Path, program: &str, command: &str, arguments: &[OsString]) -> Result<()> {
    let path = build_release(root)?.join(program);
    let mut process = Command::new(&path);
    process.args(Some(command).filter(|command| !command.is_empty()));
    process.arg("--assets").arg(root.join(crate::fetch::ASSETS)).args(arguments);
    // In place of this process, so that a signal to it is a signal to the program.
    Err(process.exec()).with_context(|| format!("{} can't be started", path.display()))
}

/// Builds all programs; the folder that they are in.
pub(crate) fn build_release(root: &Path) -> Result<PathBuf> {
    cargo(root, ["build", "--release", "--workspace", "--bins"])?;
    Ok(target_folder()?.join("release"))
}

/// The documentation of our own crates, with its warnings denied.
pub(crate) fn document(root: &Path) -> Result<()> {
    let mut doc = command(root);
    doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    run(&mut doc, "cargo doc")
}

/// Writes the flows that designers import.
pub(crate) fn write_flows(root: &Path) -> Result<()> {
    cargo(root, ["run", "--quiet", "--package", "connect-flows", "--example", "write-flows"])
}

/// Runs cargo to its end.
pub(crate) fn cargo<const N: usize>(root: &Path, arguments: [&str; N]) -> Result<()> {
    let words = arguments.join(" ");
    run(command(root).args(arguments), &format!("cargo {words}"))
}

/// Cargo, in the workspace's folder.
pub(crate) fn command(root: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root);
    cargo
}

/// Runs to the end.
///
/// # Errors
/// When it can't be started or fails; the error says so by `name`.
pub(crate) fn run(command: &mut Command, name: &str) -> Result<()> {
    let status = command.status().with_context(|| format!("{name} can't be started"))?;
    if !status.success() {
        bail!("{name}: {status}");
    }
    Ok(())
}

/// The folder that holds the folders of the profiles: xtask itself lies in one of them.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let program = env::current_exe().context("the path of xtask is not known")?;
    let profile = program.parent().filter(|folder| folder.file_name() != Some(OsStr::new("deps")));
    Ok(profile.and_then(Path::parent).context("xtask lies in cargo's target folder")?.to_owned())
}
