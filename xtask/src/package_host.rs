//! Packs a release of the service for hosts: one tar.gz with the program, its voices and libraries, the unit of systemd
//! and the install script.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};
use digest_io::IoWrapper;
use sha2::{Digest, Sha256};

use crate::{cargo, fetch};

/// Folder of the repository that goes into the package: the unit of systemd and the scripts.
const HOST: &str = "infra/host";

/// Name of the program, here and in the package.
const PROGRAM: &str = "synth-service";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// File to write.
    #[arg(long, default_value = "out/firstword-host.tar.gz")]
    out: PathBuf,
    /// Voices to pack, separated by commas. Voices of espeak-ng bring its library, which is under the GPL.
    #[arg(long, value_delimiter = ',', default_value = crate::VOICE)]
    voices: Vec<String>,
    /// Pack ONNX Runtime's CUDA build, 250 MB more.
    #[arg(long)]
    cuda: bool,
    /// Pack this program instead of a new release build.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// # Errors
/// When something can't be fetched, built or packed. Requires GNU tar.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    for voice in &options.voices {
        fetch::voice(root, voice)?;
    }
    if options.cuda {
        fetch::gpu_runtime(root)?
    } else {
        fetch::runtime(root)?
    }
    let program = match &options.program {
        Some(program) => program.clone(),
        None => cargo::build_release(root, &[PROGRAM])?.join(PROGRAM),
    };
    // Beside the result: a rename must not cross file systems.
    let stage = options.out.with_extension("stage");
    remove(&stage)?;
    let packed = fill(root, options, &program, &stage).and_then(|version| {
        archive(&stage, &options.out)?;
        Ok(version)
    });
    remove(&stage)?;
    let version = packed?;
    let size = fs::metadata(&options.out)?.len() as f64 / 1e6;
    println!("{}: release {version}, {size:.1} MB", options.out.display());
    println!(
        "On the host, as root: tar -xzf PACKAGE ./install.sh; ./install.sh --package PACKAGE --env FILE"
    );
    Ok(())
}

/// Copies everything into the folder. Returns the version, which changes with any of the files.
fn fill(root: &Path, options: &Options, program: &Path, stage: &Path) -> Result<String> {
    copy(program, &stage.join(PROGRAM))?;
    copy_all(&root.join(HOST), stage)?;
    let assets = root.join(fetch::ASSETS);
    let runtime = if options.cuda { fetch::GPU_RUNTIME } else { fetch::RUNTIME };
    copy_all(&assets.join(runtime), &stage.join("assets").join(fetch::RUNTIME))?;
    for voice in &options.voices {
        for folder in fetch::folders_of_voice(voice)? {
            copy_all(&assets.join(&folder), &stage.join("assets").join(&folder))?;
        }
    }
    let version = format!("{}-{}", env!("CARGO_PKG_VERSION"), &digest(stage)?[..12]);
    fs::write(stage.join("VERSION"), format!("{version}\n"))?;
    Ok(version)
}

/// Copies a folder without the stamps of the fetches.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    ensure!(from.is_dir(), "{} is missing: run `cargo xtask fetch`", from.display());
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_all(&from, &to)?;
        } else if !entry.file_name().to_string_lossy().starts_with('.') {
            copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Copies a file; any user of the host may read it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().context("a file has a folder")?)?;
    fs::copy(from, to).with_context(|| format!("{} can't be copied", from.display()))?;
    let mode = if fs::metadata(from)?.permissions().mode() & 0o100 == 0 { 0o644 } else { 0o755 };
    Ok(fs::set_permissions(to, fs::Permissions::from_mode(mode))?)
}

/// SHA-256 of all files below a folder, and of their names.
fn digest(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hasher = IoWrapper(Sha256::new());
    for file in files {
        hasher.0.update(file.strip_prefix(folder)?.to_string_lossy().as_bytes());
        io::copy(&mut fs::File::open(&file)?, &mut hasher)?;
    }
    Ok(hasher.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Packs the folder's content; the same content gives the same bytes.
fn archive(stage: &Path, out: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.args(["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"])
        .args(["--use-compress-program=gzip -n", "-cf"])
        .arg(out)
        .arg("-C")
        .arg(stage)
        .arg(".");
    cargo::run(&mut tar, "tar")
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    Ok(())
}
