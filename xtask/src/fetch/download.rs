//! Downloads the archive of a package with the registry's own client.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    pins::{Package, Registry},
    sha256,
};

/// The Python version for which wheels are chosen. Wheels for other versions differ only in parts that we don't use, so
/// the user's own Python may have another version.
const PYTHON_VERSION: &str = "3.12";

/// Downloads the archive into the folder `downloads`, which must be empty.
///
/// # Errors
/// When the client is missing or fails, or the archive's hash is not the pinned one.
pub(super) fn download(package: &Package, downloads: &Path) -> Result<PathBuf> {
    let (mut client, extension) = match package.registry {
        Registry::PyPi => (pip(package, downloads), "whl"),
        Registry::Npm => (npm(package, downloads), "tgz"),
    };
    let name = client.get_program().to_string_lossy().into_owned();
    let status = client.status().with_context(|| format!("{name} can't be started: {}", remedy(package)))?;
    ensure!(status.success(), "{name} failed ({status}); the lines above say why");
    for entry in fs::read_dir(downloads)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            return verified(package, path);
        }
    }
    bail!("{name} wrote no .{extension}")
}

fn remedy(package: &Package) -> &'static str {
    match package.registry {
        Registry::PyPi => "install Python 3 with pip",
        Registry::Npm => "install Node.js, which brings npm",
    }
}

fn pip(package: &Package, downloads: &Path) -> Command {
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
        .args(["--disable-pip-version-check", "--implementation", "cp"])
        .args(["--python-version", PYTHON_VERSION, "--platform", &package.platform, "--dest"])
        .arg(downloads)
        .arg(format!("{}=={}", package.name, package.version));
    pip
}

fn npm(package: &Package, downloads: &Path) -> Command {
    let mut npm = Command::new("npm");
    npm.args(["pack", "--loglevel=error", "--pack-destination"])
        .arg(downloads)
        .arg(format!("{}@{}", package.name, package.version))
        // npm prints the name of the file, which is not needed.
        .stdout(std::process::Stdio::null());
    npm
}

fn verified(package: &Package, archive: PathBuf) -> Result<PathBuf> {
    let found = sha256(&archive)?;
    ensure!(found == package.sha256, "its SHA-256 is {found}, pinned is {}", package.sha256);
    Ok(archive)
}
