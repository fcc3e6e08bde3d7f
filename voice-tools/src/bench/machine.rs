//! The machine that runs the benchmark.

use std::{fs, num::NonZero, process::Command};

use anyhow::Result;

/// The number of cores that this process could use at its start, before it set limits.
pub(super) fn cores() -> usize {
    static CORES: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, NonZero::get))
}

/// Limits this process, and its later children, to this many of its cores. Returns whether that was possible.
#[cfg(target_os = "linux")]
pub(super) fn use_cores(wanted: usize) -> Result<bool> {
    use anyhow::Context;
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    // The cores that were allowed before the first limit. In a container their numbers need not begin at 0.
    static ALLOWED: std::sync::OnceLock<CpuSet> = std::sync::OnceLock::new();
    // `cores` is also from before the first limit.
    let wanted = wanted.min(cores());
    let now = sched_getaffinity(None).context("the cores of this process are not known")?;
    let allowed = ALLOWED.get_or_init(|| now);
    let mut set = CpuSet::new();
    (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).take(wanted).for_each(|core| set.set(core));
    sched_setaffinity(None, &set).context("the process can't be bound to cores")?;
    Ok(true)
}

/// Only Linux supports binding a process to cores.
#[cfg(not(target_os = "linux"))]
pub(super) fn use_cores(_wanted: usize) -> Result<bool> {
    Ok(false)
}

/// One line with the processor, the cores, the memory and the GPU.
pub(super) fn describe() -> String {
    let processor = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = field("/proc/meminfo", "MemTotal").and_then(|text| {
        let kibibytes: f64 = text.split_whitespace().next()?.parse().ok()?;
        Some(format!("{:.0} GiB", kibibytes / 1_048_576.0))
    });
    let memory = memory.unwrap_or_else(|| "unknown memory".into());
    let gpu = gpu().unwrap_or_else(|| "no GPU".into());
    format!("Machine: {processor}, {} cores, {memory}, {gpu}.", cores())
}

/// Resident memory of this process, in MiB.
pub(super) fn resident() -> Option<f64> {
    let text = field("/proc/self/status", "VmRSS")?;
    let kibibytes: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn gpu() -> Option<String> {
    let output = Command::new("nvidia-smi")
        .args(["--query-gpu=name,driver_version", "--format=csv,noheader"])
        .output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().replace('\n', "; "))
}
