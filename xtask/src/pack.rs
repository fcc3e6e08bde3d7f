//! Packs all files of `bench gpu` for a GPU host without a network, in parts small enough for the file transfer to such
//! hosts.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::{cargo, fetch};

/// Largest part, in bytes.
const PART: u64 = 45 << 20;

/// The script that joins and unpacks the parts and starts the benchmark on the GPU host.
const SCRIPT: &str = include_str!("../gpu/run.sh");

/// Writes `runtime.tar.xz.NN` (ONNX Runtime's CUDA build), `bench.tar.xz.NN` (the program, voices and espeak-ng)
/// and `run.sh` into `out`.
///
/// # Errors
/// When something can't be fetched, built or packed. Requires tar, xz, and a machine whose programs also run on the GPU
/// host.
pub(crate) fn pack(root: &Path, out: &Path, voices: &[&str]) -> Result<()> {
    ensure!(
        cfg!(all(target_os = "linux", target_arch = "x86_64")),
        "`bench pack` works on Linux with x86_64 only: the GPU host runs what is built here"
    );
    fetch::gpu_runtime(root)?;
    for voice in voices {
        fetch::voice(root, voice)?;
    }
    let program = cargo::build_release(root, &["bench"])?.join("bench");
    fs::create_dir_all(out).with_context(|| format!("{} can't be made", out.display()))?;
    let assets = root.join(fetch::ASSETS);
    archive(out, "runtime", &assets, &[fetch::GPU_RUNTIME])?;

    let stage = out.join("stage");
    // An interrupted run may have left this folder.
    remove(&stage)?;
    let done = pack_bench(out, &stage, &program, &assets, voices);
    remove(&stage)?;
    done?;
    fs::write(out.join("run.sh"), SCRIPT)?;
    println!("Copy everything in {} to the GPU host, then there: bash run.sh", out.display());
    Ok(())
}

fn pack_bench(out: &Path, stage: &Path, program: &Path, assets: &Path, voices: &[&str]) -> Result<()> {
    fs::create_dir_all(stage)?;
    fs::copy(program, stage.join("bench")).with_context(|| format!("{} is missing", program.display()))?;
    link_assets(assets, &stage.join("assets"), voices)?;
    archive(out, "bench", stage, &["bench", "assets"])
}

/// Removes a folder, if it exists.
fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    Ok(())
}

/// Links the files that the program needs. tar follows the links.
fn link_assets(assets: &Path, stage: &Path, voices: &[&str]) -> Result<()> {
    fs::create_dir_all(stage.join("voices"))?;
    let espeak = "espeak".to_owned();
    let folders = voices.iter().map(|voice| format!("voices/{voice}")).chain([espeak]);
    for folder in folders.filter(|folder| assets.join(folder).is_dir()) {
        std::os::unix::fs::symlink(assets.join(&folder), stage.join(&folder))?;
    }
    Ok(())
}

/// Removes the parts of an earlier run, which may have had more parts than the new one.
fn remove_parts(out: &Path, name: &str) -> Result<()> {
    let prefix = format!("{name}.tar.xz.");
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Packs files into `out/NAME.tar.xz.00`, `.01`, …
fn archive(out: &Path, name: &str, folder: &Path, members: &[&str]) -> Result<()> {
    remove_parts(out, name)?;
    let mut tar = Command::new("tar")
        .arg("--dereference")
        .arg("-C")
        .arg(folder)
        .args(["-c", "-f", "-"])
        .args(members)
        .stdout(Stdio::piped())
        .spawn()
        .context("tar can't be started: install it")?;
    let plain = tar.stdout.take().context("its output is piped")?;
    let mut xz = Command::new("xz")
        .args(["-T0", "-6"])
        .stdin(plain)
        .stdout(Stdio::piped())
        .spawn()
        .context("xz can't be started: install it (package xz-utils)")?;
    let mut packed = xz.stdout.take().context("its output is piped")?;
    for number in 0.. {
        let path = out.join(format!("{name}.tar.xz.{number:02}"));
        let mut part = File::create(&path).with_context(|| format!("{} can't be written", path.display()))?;
        let length = io::copy(&mut packed.by_ref().take(PART), &mut part)?;
        if length == 0 {
            fs::remove_file(&path)?;
            break;
        }
        println!("{}: {:.1} MiB", path.display(), length as f64 / f64::from(1 << 20));
    }
    ensure!(tar.wait()?.success() && xz.wait()?.success(), "{name} could not be packed; see the lines above");
    Ok(())
}
