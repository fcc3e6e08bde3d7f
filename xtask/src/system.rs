//! The programs of others that the tests start: a browser, and Prometheus. Those that are not on the PATH come from Debian's
//! packages where that is possible, else an error says which to install.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::cargo;

const BROWSER: [&str; 2] = ["chromium", "chromedriver"];
const BROWSER_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];
const PROMETHEUS: [&str; 2] = ["prometheus", "promtool"];

/// Installs the programs that are missing. Returns the PATH on which all of them are.
///
/// # Errors
/// When one is missing and can't be installed.
pub(crate) fn path_with_programs() -> Result<OsString> {
    if !are_on_path(&BROWSER) {
        install(&BROWSER_PACKAGES).context("Chromium and ChromeDriver are needed on the PATH")?;
    }
    let path = env::var_os("PATH").unwrap_or_default();
    if are_on_path(&PROMETHEUS) {
        return Ok(path);
    }
    let folder = unpack("prometheus").context("prometheus and promtool are needed on the PATH")?;
    let folders = env::split_paths(&path).chain([folder.join("usr/bin")]);
    env::join_paths(folders).context("the target folder has a name that PATH can't hold")
}

fn are_on_path(programs: &[&str]) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    programs.iter().all(|program| env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Installs packages and all that they need, which only root may do.
fn install(packages: &[&str]) -> Result<()> {
    let command = format!("apt-get install --yes --no-install-recommends {}", packages.join(" "));
    if !are_on_path(&["apt-get"]) || !rustix::process::geteuid().is_root() {
        bail!("install them; on Debian: {command}");
    }
    apt_get(Path::new("."), &["update", "--quiet"])?;
    apt_get(Path::new("."), &command.split(' ').skip(1).collect::<Vec<_>>())
}

/// Unpacks a package that needs no other one below the target folder. The system stays as it is: installed, Prometheus
/// would be started as a service.
fn unpack(package: &str) -> Result<PathBuf> {
    let folder = cargo::target_folder()?.join("system").join(package);
    if folder.exists() {
        return Ok(folder);
    }
    if !are_on_path(&["apt-get", "dpkg-deb"]) {
        bail!("install the package {package}");
    }
    // The remains of an earlier run are not whole.
    let downloads = folder.with_extension("download");
    if downloads.exists() {
        fs::remove_dir_all(&downloads)?;
    }
    fs::create_dir_all(&downloads)?;
    // The lists of packages are old, or there are none.
    if apt_get(&downloads, &["download", package]).is_err() {
        apt_get(&downloads, &["update", "--quiet"])?;
        apt_get(&downloads, &["download", package])?;
    }
    let file = fs::read_dir(&downloads)?.next().context("apt-get download wrote no file")??.path();
    let unpacked = downloads.join("unpacked");
    let mut unpack = Command::new("dpkg-deb");
    cargo::run(unpack.arg("--extract").arg(file).arg(&unpacked), "dpkg-deb")?;
    fs::rename(&unpacked, &folder)?;
    Ok(fs::remove_dir_all(&downloads).map(|()| folder)?)
}

fn apt_get(folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.current_dir(folder).env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    cargo::run(&mut apt, &format!("apt-get {}", arguments.join(" ")))
}
