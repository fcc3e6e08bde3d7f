//! Installs the Python libraries that the benchmark compares with ours, in a separate virtual environment.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// Folder of the virtual environment, below the target folder.
const ENVIRONMENT: &str = "target/bench-peers";

/// File that lists the installed packages.
const STAMP: &str = "installed.txt";

const REQUIREMENTS: &str = "voice-tools/peers/requirements.txt";

/// The path of the environment's Python. The environment is installed if it is missing or the requirements have
/// changed.
///
/// # Errors
/// When Python or pip fails; their own output names the reason.
pub(crate) fn python(root: &Path) -> Result<PathBuf> {
    let environment = root.join(ENVIRONMENT);
    let python = environment.join("bin/python");
    let wanted = fs::read_to_string(root.join(REQUIREMENTS)).context("the list of peers can't be read")?;
    if fs::read_to_string(environment.join(STAMP)).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("installing the peers of the benchmark");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(root.join(REQUIREMENTS)))?;
    fs::write(environment.join(STAMP), wanted)?;
    Ok(python)
}

/// The options that tell the benchmark where the peers are.
pub(crate) fn options(root: &Path, python: &Path) -> Vec<OsString> {
    let script = root.join("voice-tools/peers/measure.py");
    ["--python".into(), python.into(), "--peers".into(), script.into()].into()
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("python3 can't be started: install Python 3 with venv and pip")?;
    ensure!(status.success(), "python3 failed ({status}); the lines above say why");
    Ok(())
}
