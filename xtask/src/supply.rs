//! The dependencies, checked by cargo-deny against `deny.toml`: licences, duplicates, sources, advisories.
//!
//! cargo-deny is built when it is first needed and kept in the target folder. The advisories are in a git repository
//! that not every machine can reach. If it can't be fetched, one line reports that the advisories were not checked.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::cargo;

const TOOL: &str = "cargo-deny";

/// The version of cargo-deny for which `deny.toml` is written.
const VERSION: &str = "0.20.2";

/// Time limit for fetching the advisories.
const PATIENCE: Duration = Duration::from_secs(60);

/// # Errors
/// When cargo-deny finds something, or can't be built.
pub(crate) fn check(root: &Path) -> Result<()> {
    let tool = tool(root)?;
    // Entries of deny.toml that are no longer needed count as errors.
    let stale = ["--deny", "unnecessary-skip", "--deny", "unmatched-skip"];
    run(&tool, root, &[&["check", "licenses", "bans", "sources"], &stale[..]].concat())?;
    match fetch_advisories(&tool, root) {
        Ok(()) => run(&tool, root, &["--offline", "check", "advisories"]),
        Err(cause) => {
            eprintln!("advisories not checked: {cause}");
            Ok(())
        }
    }
}

fn run(tool: &Path, root: &Path, arguments: &[&str]) -> Result<()> {
    let name = format!("cargo deny {}", arguments.join(" "));
    cargo::run(Command::new(tool).current_dir(root).args(arguments), &name)
}

/// The path of cargo-deny: an earlier build or the one in the PATH if the version is right, else a new build.
fn tool(root: &Path) -> Result<PathBuf> {
    let folder = cargo::target_folder()?.join("tools");
    let ours = folder.join("bin").join(TOOL);
    for known in [ours.as_path(), Path::new(TOOL)] {
        if is_right_version(known) {
            return Ok(known.to_owned());
        }
    }
    eprintln!("building {TOOL} {VERSION}, once: about two minutes");
    let build = folder.join("build");
    let mut install = cargo::command(root);
    install.args(["install", "--quiet", "--locked", "--force", TOOL, "--version", VERSION, "--root"]);
    // Without optimisation the build takes half the time, and a check still takes only three seconds.
    let profile = [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "0")];
    install.arg(&folder).envs(profile.map(|(key, value)| (format!("CARGO_PROFILE_RELEASE_{key}"), value)));
    cargo::run(install.env("CARGO_TARGET_DIR", &build), &format!("cargo install {TOOL}"))?;
    fs::remove_dir_all(&build).with_context(|| format!("{} can't be removed", build.display()))?;
    Ok(ours)
}

fn is_right_version(tool: &Path) -> bool {
    let output = Command::new(tool).arg("--version").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == format!("{TOOL} {VERSION}").as_bytes())
}

/// # Errors
/// One line that names the reason.
fn fetch_advisories(tool: &Path, root: &Path) -> Result<(), String> {
    let mut fetch = Command::new(tool);
    fetch.current_dir(root).args(["fetch", "db"]).env("GIT_TERMINAL_PROMPT", "0");
    let Output { status, stderr, .. } = output_within(PATIENCE, &mut fetch)?;
    if status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&stderr);
    let cause = stderr.lines().map(str::trim).rfind(|line| !line.is_empty());
    Err(cause.unwrap_or("their database can't be fetched").to_owned())
}

/// Runs a command until it ends or the time is up, then kills the command with all processes that it has started.
fn output_within(patience: Duration, command: &mut Command) -> Result<Output, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).process_group(0);
    let child = command.spawn().map_err(|error| format!("{name} can't be started: {error}"))?;
    let group = Pid::from_child(&child);
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait_with_output()));
    let output = end.recv_timeout(patience).map_err(|_| {
        // The error is ignored: the command may have ended in this moment.
        let _ = kill_process_group(group, Signal::KILL);
        format!("their database did not come within {} s", patience.as_secs())
    })?;
    output.map_err(|error| format!("{name}: {error}"))
}
