//! Tries voices and measures them, on one machine and without a service.
//!
//! | program | purpose |
//! | --- | --- |
//! | `voices say` | speaks a text into a file |
//! | `voices add` | turns a downloaded model into a voice |
//! | `bench` | measures voices against peers, by callers, by memory |
//!
//! `cargo xtask voices` starts them. These programs never fetch anything: xtask does.

pub mod add;
pub mod bench;
pub mod say;

use std::path::Path;

use anyhow::{Result, bail};
use speech::{Device, DeviceChoice, RuntimeConfig};

/// The paths of the libraries that voices need, in the folder that `cargo xtask fetch` fills. Unless the CPU is
/// requested, the CUDA build of ONNX Runtime is used if it was fetched: it runs models on the CPU too.
pub fn runtime_config(assets: &Path, device: DeviceChoice) -> RuntimeConfig {
    let onnxruntime = |folder: &str| assets.join(folder).join("libonnxruntime.so");
    let cuda = Some(onnxruntime("onnxruntime-gpu"))
        .filter(|library| device != DeviceChoice::Only(Device::Cpu) && library.is_file());
    RuntimeConfig {
        onnxruntime: cuda.unwrap_or_else(|| onnxruntime("onnxruntime")),
        espeak: Some(assets.join("espeak")).filter(|folder| folder.is_dir()),
        device,
    }
}

/// # Errors
/// When there is no such voice; the error lists the available ones.
pub fn check_is_there(assets: &Path, voice: &str) -> Result<()> {
    let is_voice = |folder: &Path| folder.join("voice.toml").is_file();
    let folders = assets.join("voices");
    if is_voice(&folders.join(voice)) {
        return Ok(());
    }
    let mut names: Vec<_> = std::fs::read_dir(&folders)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| is_voice(&entry.path()))
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    bail!("there is no voice `{voice}`; the voices are: {}", names.join(", "))
}

/// Checks a voice's name, which becomes the name of a folder and part of `voice/speaker`.
///
/// # Errors
/// When the name has characters other than lower-case letters, digits, `-` and `_`.
pub fn check_name(name: &str) -> Result<()> {
    let allowed = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "-_".contains(character)
    };
    if name.is_empty() || name.len() > 64 || !name.chars().all(allowed) {
        bail!("`{name}` can't name a voice: use 1 to 64 of a-z, 0-9, - and _");
    }
    Ok(())
}
