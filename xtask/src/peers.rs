//! Installs the Python packages that ours are compared or checked with, each set in a virtual environment of its own.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// The packages of one purpose.
pub(crate) struct Peers {
    /// Folder of the virtual environment, below the root.
    folder: &'static str,
    requirements: &'static str,
    /// Whether pip adds the packages that these need.
    with_dependencies: bool,
}

/// The voices of `bench compare`.
pub(crate) const BENCH: Peers = Peers {
    folder: "target/bench-peers",
    requirements: "voice-tools/peers/requirements.txt",
    with_dependencies: true,
};

/// The function in Python of `bench cold`.
pub(crate) const COLD: Peers = Peers {
    folder: "target/cold-python",
    requirements: "local-stack/cold/requirements.txt",
    with_dependencies: true,
};

/// The oracle of readings.
pub(crate) const ORACLE: Peers = Peers {
    folder: "target/oracle",
    requirements: "synth-service/text/oracle/requirements.txt",
    with_dependencies: true,
};

/// The linters of the templates, and the emulator on which they are tried.
pub(crate) const INFRA: Peers = Peers {
    folder: "target/infra-tools",
    requirements: "infra/check/requirements.txt",
    with_dependencies: true,
};

/// Helm, for the chart.
pub(crate) const HELM: Peers =
    Peers { folder: "target/helm-tools", requirements: "infra/check/helm.txt", with_dependencies: false };

/// cargo-lambda, which builds the zips of the functions.
pub(crate) const LAMBDA: Peers = Peers {
    folder: "target/lambda-tools",
    requirements: "infra/package/requirements.txt",
    with_dependencies: false,
};

/// zig, with which cargo-lambda links for another processor.
pub(crate) const ZIG: Peers =
    Peers { folder: "target/lambda-zig", requirements: "infra/package/cross.txt", with_dependencies: false };

/// File that lists the installed packages.
const STAMP: &str = "installed.txt";

impl Peers {
    /// The folder of the environment. It is made anew if the requirements have changed, and with it everything that
    /// was kept in it.
    ///
    /// # Errors
    /// When Python or pip fails; their own output names the reason.
    pub(crate) fn install(&self, root: &Path) -> Result<PathBuf> {
        let environment = root.join(self.folder);
        let requirements = root.join(self.requirements);
        let wanted = fs::read_to_string(&requirements)
            .with_context(|| format!("{} can't be read", self.requirements))?;
        if fs::read_to_string(environment.join(STAMP)).is_ok_and(|installed| installed == wanted) {
            return Ok(environment);
        }
        eprintln!("installing the packages of {}", self.requirements);
        match fs::remove_dir_all(&environment) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} can't be removed", self.folder));
            }
            _ => {}
        }
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment))?;
        let mut pip = Command::new(python(&environment));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        pip.arg(requirements);
        if !self.with_dependencies {
            pip.arg("--no-deps");
        }
        run(&mut pip)?;
        fs::write(environment.join(STAMP), wanted)?;
        Ok(environment)
    }
}

/// The Python of an environment.
pub(crate) fn python(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().context("python3 can't be started: install Python 3 with venv and pip")?;
    ensure!(status.success(), "python3 failed ({status}); the lines above say why");
    Ok(())
}
