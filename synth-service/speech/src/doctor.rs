//! Finds out, before the service starts, which part of ONNX Runtime, CUDA or espeak-ng is missing on this machine, and
//! which package mends it.
//!
//! Each library is opened by its soname, as ONNX Runtime itself would, so that the loader's search path counts.

mod cuda;
mod needed;
mod onnxruntime;
mod report;

use std::path::Path;

pub use self::report::Report;
use crate::{
    Device, DeviceChoice, RuntimeConfig, VoiceConfig,
    device::{
        gpu,
        library::{DRIVER, Opened},
    },
    voice,
};

/// Examines this machine for the given settings and voices. Runs nothing on a GPU and loads no model.
pub fn examine(config: &RuntimeConfig, voices: &[VoiceConfig]) -> Report {
    let mut report = Report::default();
    onnxruntime::examine(&mut report, &config.onnxruntime);
    match config.device {
        DeviceChoice::Only(Device::Cpu) => report.info("the device is the CPU, as the settings say"),
        DeviceChoice::Only(Device::Cuda(number)) => cuda::examine(&mut report, &config.onnxruntime, number),
        DeviceChoice::Auto if has_gpu() => cuda::examine(&mut report, &config.onnxruntime, 0),
        DeviceChoice::Auto => report.info("there is no NVIDIA GPU: models run on the CPU"),
    }
    espeak(&mut report, config.espeak.as_deref(), voices);
    report
}

/// Whether the machine has a GPU or its driver. Then running on the CPU would be a fault, whatever `auto` permits.
fn has_gpu() -> bool {
    gpu::is_present() || Opened::open(DRIVER.soname).is_ok()
}

fn espeak(report: &mut Report, folder: Option<&Path>, voices: &[VoiceConfig]) {
    for config in voices.iter().filter(|config| config.needs_espeak()) {
        match voice::check_espeak(folder) {
            Ok(()) => report.good(format!("espeak-ng, for voice {}", config.name)),
            Err(cause) => report.fault(format!("voice {}: {cause}", config.name), "espeak-ng"),
        }
    }
}
